import Eigencoder
import Foundation
import Testing

@Suite struct ReconstructionMetricsTests {
  /// Far from the origin the mean is no `Float`: rounding it must not add to the spread.
  @Test(arguments: [0.0, 1e5, 1e6, 1e7]) func farFromTheOrigin(_ mean: Double) throws {
    let x = Matrix<Float>.random(500, 6, seed: 1, mean: mean)
    let pca = try PCA(latent: 2).fitted(to: x)
    let metrics = try ReconstructionMetrics(of: pca, on: x, trainingMean: x.columnMeans)
    let spread = Moments(of: x.converted(to: Double.self)).variances.reduce(0, +) * 499 / 500
    expectClose(try #require(metrics.r2), 1 - metrics.ssePerSample / spread, within: 1e-9)
    expectClose(
      try #require(metrics.relativeFrobenius), (metrics.ssePerSample / spread).squareRoot(), within: 1e-9)
  }

  /// The mean of equal numbers is not always that number.
  @Test func noSpread() throws {
    func check<T: Scalar>(_: T.Type) throws {
      for n in [3, 10, 4099] {
        let x = Matrix<T>(rows: n, columns: 2, repeating: 0.1)
        let network = try Autoencoder<T>(inputs: 2, hidden: [3], latent: 1, seed: 1)
        let metrics = try ReconstructionMetrics(of: network, on: x, trainingMean: x.columnMeans)
        #expect(metrics.r2 == nil && metrics.relativeFrobenius == nil && metrics.ssePerSample > 0)
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// Every metric by its definition, from the reconstruction.
  @Test func definitions() throws {
    func check<T: Scalar>(_: T.Type, within tolerance: Double) throws {
      let (n, d) = (5000, 4)
      let x = Matrix<T>.random(n, d, seed: 1, mean: 2)
      let pca = try PCA(latent: 2).fitted(to: x)
      let y = pca.reconstruct(x)
      let mean = x.columnMeans
      var samples = TestSamples(x)
      samples.labels = Labels((0..<n).map { [7, 2, 2, 5][$0 % 4] })
      samples.worstCount = 3
      samples.listsFeatures = true
      samples.rowNumbers = (0..<n).map { 10 * $0 }
      let m = try ReconstructionMetrics(of: pca, on: samples, trainingMean: mean)

      func square(_ i: Int, _ j: Int) -> Double {
        (Double(x[i, j]) - Double(y[i, j])) * (Double(x[i, j]) - Double(y[i, j]))
      }
      let errors = (0..<n).map { i in (0..<d).reduce(0.0) { $0 + square(i, $1) } }
      expectClose(try pca.squaredErrors(on: x), errors, within: tolerance)
      let total = errors.reduce(0, +)
      let spread = (0..<n * d).reduce(0.0) { sum, i in
        let r = Double(x.elements[i]) - mean[i % d]
        return sum + r * r
      }
      expectClose(m.ssePerSample, total / Double(n), within: tolerance)
      expectClose(m.msePerElement, total / Double(n * d), within: tolerance)
      expectClose(m.r2!, 1 - total / spread, within: tolerance)
      expectClose(m.relativeFrobenius!, (total / spread).squareRoot(), within: tolerance)

      let range = Double(x.elements.max()!) - Double(x.elements.min()!)
      #expect(m.psnrPeak == range)
      expectClose(m.psnr!, 20 * log10(range) - 10 * log10(m.msePerElement), within: 1e-12)

      let features = (0..<d).map { j in (0..<n).reduce(0.0) { $0 + square($1, j) } / Double(n) }
      // The differences are rounded to T before they are squared.
      expectClose(m.ssePerFeature!, features, within: max(tolerance, 4 * Double(T.ulpOfOne)))
      expectClose(
        m.ssePerFeature!.reduce(0, +), m.ssePerSample, within: max(tolerance, 4 * Double(T.ulpOfOne)))

      let classes = try #require(m.perClass)
      #expect(classes.map(\.label) == ["2", "5", "7"])
      #expect(classes.map(\.samples) == [n / 2, n / 4, n / 4])
      let sums = classes.reduce(0.0) { $0 + Double($1.samples) * $1.ssePerSample }
      expectClose(sums, total, within: tolerance)
      expectClose(
        classes[2].ssePerSample,
        stride(from: 0, to: n, by: 4).reduce(0.0) { $0 + errors[$1] } / Double(n / 4),
        within: tolerance)

      let worst = try #require(m.worst)
      let order = errors.indices.sorted { errors[$0] > errors[$1] }
      #expect(worst.map(\.row) == order.prefix(3).map { 10 * $0 })
      expectClose(worst.map(\.sse), order.prefix(3).map { errors[$0] }, within: tolerance)
    }
    try check(Double.self, within: 1e-12)
    // Metrics take residuals around the mean, where they are rounded less than a reconstruction is.
    try check(Float.self, within: 4 * Double(Float.ulpOfOne))
  }

  /// Of equal errors the first row is the worst; there are no more than there are rows.
  @Test func worstOfEqual() throws {
    let x = Matrix<Float>([[0, 1], [1, 0], [0, 1]])
    let reducer = PrincipalComponents<Float>(
      sampleCount: 3, mean: [0, 0], components: Matrix([[1, 0]]), explainedVariance: [1], totalVariance: 2,
      noiseVariance: 1)
    var samples = TestSamples(x)
    samples.worstCount = 9
    let metrics = try ReconstructionMetrics(of: reducer, on: samples, trainingMean: [0, 0])
    #expect(metrics.worst?.map(\.row) == [0, 2, 1])
    #expect(metrics.worst?.map(\.sse) == [1, 1, 0])
  }

  /// Without an error, and without a range, there is no ratio.
  @Test func noPSNR() throws {
    let identity = PrincipalComponents<Double>(
      sampleCount: 3, mean: [0, 0], components: .identity(2), explainedVariance: [1, 1], totalVariance: 2,
      noiseVariance: 0)
    let x = Matrix<Double>([[0, 1], [1, 0], [0, 1]])
    let perfect = try ReconstructionMetrics(of: identity, on: x, trainingMean: [0, 0])
    #expect(perfect.psnr == nil && perfect.psnrPeak == 1)
    let flat = Matrix<Double>(rows: 1, columns: 2, repeating: 4)
    let metrics = try ReconstructionMetrics(of: identity, on: flat, trainingMean: [0, 0])
    #expect(metrics.psnr == nil && metrics.psnrPeak == 0)
  }

  /// One row has errors and nothing to compare them with.
  @Test func oneRow() throws {
    let train = Matrix<Float>.random(30, 4, seed: 1)
    let test = Matrix<Float>.random(1, 4, seed: 2)
    let reducers: [any Reducer<Float>] = [
      try PCA(latent: 2).fitted(to: train),
      try Autoencoder<Float>(inputs: 4, hidden: [3], latent: 2, seed: 1),
    ]
    let report = try ReconstructionReport(of: reducers, train: train, test: test)
    for result in report.results {
      #expect(result.test.recallAt10 == nil && result.test.trustworthiness == nil)
      #expect(result.test.neighbourSample == 1 && result.test.worst?.count == 1)
      #expect(result.test.pcaEquivalentDimension != nil)
    }
    let paired = try #require(report.results[1].againstPCA)
    #expect(paired.interval == nil && paired.verdict == .ties)
    #expect(report.table().contains("too few rows for an interval"))
  }

  @Test func labelsForOtherRows() throws {
    let x = Matrix<Float>.random(20, 3, seed: 1)
    let pca = try PCA(latent: 1).fitted(to: x)
    var samples = TestSamples(x)
    samples.labels = Labels([1, 2, 3])
    expectError(EigencoderError.invalidData, containing: "expected 20 labels, one for each row, got 3") {
      _ = try ReconstructionMetrics(of: pca, on: samples, trainingMean: x.columnMeans)
    }
  }
}
