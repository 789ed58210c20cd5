import Eigencoder
import Testing

/// The throwing forms, for what comes from outside: a request, another program.
@Suite struct CheckedTests {
  private static func data<T: Scalar>(_ type: T.Type) -> Matrix<T> { Matrix<T>.random(40, 5, seed: 9) }

  private func invalid(_ fragment: String, _ body: () throws -> Void) {
    expectError(EigencoderError.invalidData, containing: fragment, body)
  }

  @Test func checkedCodesOfFloat() throws { try checkedCodes(Float.self) }
  @Test func checkedCodesOfDouble() throws { try checkedCodes(Double.self) }

  /// Of every kind of reducer: what `encode` and `decode` give, or an error that names the place.
  private func checkedCodes<T: Scalar>(_ type: T.Type) throws {
    let x = Self.data(T.self)
    let pca = try PCA(latent: 2).fitted(to: x)
    let reducers: [any Reducer<T>] = [
      pca, try LinearDenoiser(.gaussian(0.1, unit: .data), latent: 2).fitted(to: x),
      try Autoencoder<T>(inputs: 5, hidden: [4], latent: 2, seed: 1),
      EmbeddingPipeline<T>(.pca(pca), codesOf: x),
    ]
    for reducer in reducers { try check(reducer, x) }
  }

  private func check<T: Scalar>(_ reducer: any Reducer<T>, _ x: Matrix<T>) throws {
    let codes = try reducer.codes(of: x)
    #expect(codes == reducer.encode(x))
    #expect(try reducer.samples(from: codes) == reducer.decode(codes))
    #expect(try reducer.codes(of: Matrix(rows: 0, columns: 5)).rows == 0)
    invalid("samples of 4 numbers, expected 5") { _ = try reducer.codes(of: Matrix(rows: 2, columns: 4)) }
    invalid("codes of 5 numbers, expected 2") { _ = try reducer.samples(from: x) }
    for value in [T.nan, .infinity, -.infinity] {
      var wrong = x
      wrong[7, 3] = value
      invalid("the samples: row 8, column 4 (counted from 1) is \(value)") {
        _ = try reducer.codes(of: wrong)
      }
      var wrongCodes = codes
      wrongCodes[39, 1] = value
      invalid("the codes: row 40, column 2 (counted from 1) is \(value)") {
        _ = try reducer.samples(from: wrongCodes)
      }
    }
  }

  @Test func codesBeyondTheRange() throws {
    let x = Self.data(Float.self)
    let pca = try PCA(latent: 1).fitted(to: x)
    let large = Matrix<Float>(
      rows: 1, columns: 5, pca.components.row(0).map { $0 < 0 ? -3.4e38 : 3.4e38 })
    invalid("the codes: row 1, column 1 (counted from 1) is inf") { _ = try pca.codes(of: large) }
    var half = EmbeddingPipeline<Float>(.pca(pca), codesOf: x)
    half.type = .f16
    #expect(try half.codes(of: x) == half.encode(x))
    invalid("the codes: row 1, column 1 (counted from 1) is inf") {
      _ = try half.codes(of: Matrix(rows: 1, columns: 5, pca.components.row(0).map { Float($0) * 70_000 }))
    }
  }

  @Test func matrices() throws {
    #expect(try Matrix<Float>.validated([[1, 2], [3, 4]]) == Matrix([[1, 2], [3, 4]]))
    #expect(try Matrix<Double>.validated([]).rows == 0)
    invalid("row 3 (counted from 1) has 1 numbers, expected 2 as in row 1") {
      _ = try Matrix<Float>.validated([[1, 2], [3, 4], [5], [6]])
    }
    invalid("row 2, column 1 (counted from 1) of the data is nan") {
      _ = try Matrix<Double>.validated([[1, 2], [.nan, 4]])
    }
    #expect(try Matrix<Float>.validated(rows: 1, columns: 2, [3, 4]) == Matrix([[3, 4]]))
    for (rows, columns) in [(2, 2), (-1, -3), (.max, 2), (0, 0)] {
      invalid("3 numbers, expected those of \(rows) x \(columns)") {
        _ = try Matrix<Float>.validated(rows: rows, columns: columns, [1, 2, 3])
      }
    }
    invalid("row 1, column 3") { _ = try Matrix<Float>.validated(rows: 1, columns: 3, [1, 2, .infinity]) }
  }

  @Test func components() throws {
    let fitted = try PCA(latent: 2, whitens: true).fitted(to: Self.data(Double.self))
    func make<T: Scalar>(
      _ type: T.Type, samples: Int = 40, mean: [Double]? = nil, components: Matrix<Double>? = nil,
      variances: [Double]? = nil, total: Double? = nil, noise: Double? = nil
    ) throws -> PrincipalComponents<T> {
      try .validated(
        sampleCount: samples, mean: mean ?? fitted.mean, components: components ?? fitted.components,
        explainedVariance: variances ?? fitted.explainedVariance,
        totalVariance: total ?? fitted.totalVariance,
        noiseVariance: noise ?? fitted.noiseVariance, whitens: true)
    }
    let x = Self.data(Double.self)
    #expect(try make(Double.self).encode(x) == fitted.encode(x))
    invalid("fitted to -1 samples") { _ = try make(Float.self, samples: -1) }
    invalid("components of 5 numbers for 4 means") { _ = try make(Float.self, mean: [1, 2, 3, 4]) }
    invalid("3 variances for 2 components") { _ = try make(Float.self, variances: [3, 2, 1]) }
    invalid("means that are not all finite") { _ = try make(Float.self, mean: [1, 2, .nan, 4, 5]) }
    invalid("means beyond the range of Float") { _ = try make(Float.self, mean: [1, 2, 1e39, 4, 5]) }
    var wrong = fitted.components
    wrong[1, 2] = .infinity
    invalid("the components: row 2, column 3") { _ = try make(Float.self, components: wrong) }
    invalid("finite and at least 0") { _ = try make(Float.self, total: -1) }
    invalid("finite and at least 0") { _ = try make(Float.self, noise: .nan) }
    invalid("whitening by a variance of 0") { _ = try make(Float.self, variances: [1, 0]) }
    invalid("the components over the deviations") { _ = try make(Float.self, variances: [1, 1e-90]) }
    #expect(try make(Double.self, variances: [1, 1e-90]).latent == 2)
  }

  @Test func standardizations() throws {
    let scaled = try Standardization<Float>.validated(mean: [1, 2], scale: [3, 4])
    #expect(scaled == Standardization(mean: [1, 2], scale: [3, 4]))
    invalid("1 scales for 2 means") { _ = try Standardization<Float>.validated(mean: [1, 2], scale: [3]) }
    invalid("mean 2 (counted from 1) is nan") { _ = try Standardization<Float>.validated(mean: [1, .nan]) }
    for scale in [0, -1, Float.nan, .infinity, .leastNonzeroMagnitude] {
      invalid("scale 2 (counted from 1) is \(scale), expected") {
        _ = try Standardization<Float>.validated(mean: [1, 2], scale: [1, scale])
      }
    }
  }

  @Test func pipelines() throws {
    let x = Self.data(Float.self)
    let pca = try PCA(latent: 2).fitted(to: x)
    let pipeline = try EmbeddingPipeline<Float>.validated(.pca(pca), codesOf: x, power: 0.5)
    #expect(pipeline.encode(x) == EmbeddingPipeline(.pca(pca), codesOf: x, power: 0.5).encode(x))
    invalid("at least 1 row") { _ = try EmbeddingPipeline.validated(.pca(pca), codesOf: x.rows(0..<0)) }
    invalid("samples of 4 numbers, expected 5") {
      _ = try EmbeddingPipeline.validated(.pca(pca), codesOf: Matrix(rows: 3, columns: 4))
    }
    var wrong = x
    wrong[1, 0] = .nan
    invalid("the samples: row 2, column 1") { _ = try EmbeddingPipeline.validated(.pca(pca), codesOf: wrong) }
    let flat = try PCA(latent: 2).fitted(to: Matrix<Float>([[0, 1], [0, 2], [0, 4]]))
    let rows = Matrix<Float>([[0, 1], [0, 2]])
    invalid("component 2 has the variance 0.0, of which no power -0.5 is taken") {
      _ = try EmbeddingPipeline.validated(.pca(flat), codesOf: rows, power: 0.5)
    }
  }
}
