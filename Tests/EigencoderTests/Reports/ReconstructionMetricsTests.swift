import Eigencoder
import Testing

@Suite struct ReconstructionMetricsTests {
  /// Far from the origin the mean is no `Float`: rounding it must not add to the spread.
  @Test(arguments: [0.0, 1e5, 1e6, 1e7]) func farFromTheOrigin(_ mean: Double) throws {
    let x = Matrix<Float>.random(500, 6, seed: 1, mean: mean)
    let pca = try PCA(components: 2).fitted(to: x)
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
}
