import Eigencoder
import Testing

/// Residuals are taken around the mean: e = (x - mu) - P'P (x - mu).
@Suite struct ResidualTests {
  /// Numbers that `Float` holds, a million from the origin; the errors of one component by numpy, in f64.
  private static let rows = [
    1_000_000, 1_000_002.125, 1_000_001, 1_000_003.0625, 1_000_003, 1_000_004.875, 1_000_006, 1_000_008.0625,
  ]
  private static let errors = [
    0.002196004659295762, 0.0001069266999894953, 0.011479507836889067, 0.002494041618261102,
  ]

  @Test func farFromTheOrigin() throws {
    func check<T: Scalar>(_: T.Type, within tolerance: Double) throws {
      let x = Matrix<T>(rows: 4, columns: 2, Self.rows.map { T($0) })
      let pca = try PCA(latent: 1).fitted(to: x)
      expectClose(try pca.squaredErrors(on: x), Self.errors, within: tolerance)
      let scores = RowScores(of: pca, on: x, codes: pca.encode(x), variances: pca.explainedVariance)
      expectClose(scores.errors, Self.errors, within: tolerance)
      let denoiser = try LinearDenoiser(.gaussian(0), latent: 1).fitted(to: x)
      expectClose(try denoiser.squaredErrors(on: x), Self.errors, within: tolerance)
      let metrics = try ReconstructionMetrics(of: pca, on: x, trainingMean: x.columnMeans)
      expectClose(metrics.ssePerSample, Self.errors.reduce(0, +) / 4, within: tolerance)
    }
    try check(Float.self, within: 1e-4)
    try check(Double.self, within: 1e-8)
  }

  /// A linear network that starts as PCA has PCA's residuals.
  @Test func network() throws {
    let x = Matrix<Float>(rows: 4, columns: 2, Self.rows.map { Float($0) })
    let pca = try PCA(latent: 1).fitted(to: x)
    let network = try Autoencoder<Float>(
      Architecture(inputs: 2, hidden: [], latent: 1), initializer: .pca(pca))
    expectClose(try network.squaredErrors(on: x), Self.errors, within: 1e-3)
  }

  /// Near the origin they are what a reconstruction leaves.
  @Test func nearTheOrigin() throws {
    let x = Matrix<Double>.random(30, 5, seed: 2)
    let network = try Autoencoder<Double>(inputs: 5, hidden: [4], latent: 2, seed: 1)
    let reducers: [any Reducer<Double>] = [
      try PCA(latent: 2, whitens: true).fitted(to: x),
      try LinearDenoiser(.gaussian(0.3, unit: .data), latent: 3).fitted(to: x), network,
      EmbeddingPipeline(
        .pca(try PCA(latent: 2).fitted(to: x)), codesOf: x, keepsMean: true, power: 0.5, normalizesCode: true),
    ]
    for reducer in reducers {
      let codes = reducer.encode(x)
      let back = reducer.decode(codes)
      let expected = Matrix(rows: 30, columns: 5, zip(x.elements, back.elements).map { $0 - $1 })
      expectClose(reducer.residuals(of: x, codes: codes), expected, within: 1e-14, reducer.method)
    }
  }
}
