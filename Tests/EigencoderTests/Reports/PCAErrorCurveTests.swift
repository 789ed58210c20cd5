import Eigencoder
import Testing

@Suite struct PCAErrorCurveTests {
  /// scikit-learn's PCA, fitted with each number of components.
  @Test func golden() throws {
    let golden = try Fixture.golden("metrics")
    let expected = try golden.vector("curve", as: Double.self)
    func check<T: Scalar>(_: T.Type, within tolerance: Double) throws {
      let x = try golden.matrix("plain.x", as: T.self)
      let curve = try PCAErrorCurve(train: x.rows(0..<90), test: x.rows(90..<130))
      expectClose(curve.ssePerSample, expected, within: tolerance)
      #expect(curve.ssePerSample.last == 0)
    }
    try check(Double.self, within: 1e-13)
    try check(Float.self, within: 1e-5)
  }

  /// PCA is equivalent to itself; a curve cut short goes as far.
  @Test(arguments: [1, 2, 5, 20, 63]) func ofPCA(_ k: Int) throws {
    let (train, test) = try Fixture.digits(Double.self).split(holdOut: 0.2, seed: 1)
    let curve = try PCAErrorCurve(train: train, test: test)
    #expect(curve.ssePerSample.count == 65)
    let errors = try PCA(latent: k).fitted(to: train).squaredErrors(on: test)
    let sse = errors.reduce(0, +) / Double(test.rows)
    // Three pixels never change: from 61 components on there is nothing to lose but rounding.
    if k < 61 { expectClose(try #require(curve.dimension(atError: sse)), Double(k), within: 1e-9) }
    #expect(abs(sse - curve.ssePerSample[k]) < 1e-12)
    let short = try PCAErrorCurve(train: train, test: test, limit: 10)
    expectClose(short.ssePerSample, Array(curve.ssePerSample.prefix(11)), within: 1e-12)
  }

  @Test func interpolation() {
    let curve = PCAErrorCurve(ssePerSample: [8, 4, 4, 1, 0])
    #expect(curve.dimension(atError: 9) == 0)
    #expect(curve.dimension(atError: 8) == 0)
    #expect(curve.dimension(atError: 6) == 0.5)
    // The smallest of several.
    #expect(curve.dimension(atError: 4) == 1)
    #expect(curve.dimension(atError: 2.5) == 2.5)
    #expect(curve.dimension(atError: 0.25) == 3.75)
    #expect(curve.dimension(atError: 0) == 4)
    let short = PCAErrorCurve(ssePerSample: [8, 4])
    #expect(short.dimension(atError: 3.9) == nil)
    // Rounded below the end, and not.
    #expect(short.dimension(atError: 4 * (1 - 1e-7)) == 1)
    #expect(short.dimension(atError: 4 * (1 - 1e-5)) == nil)
  }

  /// Fewer rows than columns: the components reach the training rows, not all test rows.
  @Test func wide() throws {
    let (train, test) = (Matrix<Double>.random(8, 20, seed: 1), Matrix<Double>.random(5, 20, seed: 2))
    let curve = try PCAErrorCurve(train: train, test: test)
    #expect(curve.ssePerSample.count == 9)
    let pca = try PCA(latent: 7).fitted(to: train)
    expectClose(
      curve.ssePerSample[7], try pca.squaredErrors(on: test).reduce(0, +) / 5, within: 1e-12)
    #expect(curve.dimension(atError: 0.5 * curve.ssePerSample[8]) == nil)
  }

  @Test func constant() throws {
    let x = Matrix<Float>(rows: 5, columns: 2, repeating: 3)
    #expect(try PCAErrorCurve(train: x, test: x).ssePerSample == [0, 0, 0])
    #expect(try PCAErrorCurve(train: x, test: x).dimension(atError: 1) == 0)
  }

  @Test func errors() throws {
    let x = Matrix<Float>.random(9, 3, seed: 1)
    expectError(EigencoderError.invalidData, containing: "at least 1 row") {
      _ = try PCAErrorCurve(train: x, test: Matrix(rows: 0, columns: 3))
    }
    expectError(EigencoderError.invalidData, containing: "takes 3 columns, the data have 2") {
      _ = try PCAErrorCurve(train: x, test: Matrix(rows: 4, columns: 2))
    }
  }
}
