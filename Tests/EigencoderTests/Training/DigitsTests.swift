import Eigencoder
import Testing

@Suite struct DigitsTests {
  /// 64-128-64-8 from random weights against PCA-8, 80/20 by seed 1.
  @Test func autoencoderBeatsPCA() throws {
    let (train, test) = try Fixture.digits(Float.self).split(holdOut: 0.2, seed: 1)
    let pca = try PCA(latent: 8).fitted(to: train)
    var net = try Autoencoder<Float>(inputs: 64, hidden: [128, 64], latent: 8, seed: 1)
    try Trainer(
      epochs: 100, batchSize: 64, optimizer: .adam(learningRate: 2e-3),
      schedule: Schedule(.cosine, warmup: 0.05),
      validationFraction: 0.1, seed: 1
    ).fit(&net, to: train)
    let report = try ReconstructionReport(of: [pca, net], train: train, test: test, name: "digits")
    let (linear, nonlinear) = (report.results[0].test.ssePerSample, report.results[1].test.ssePerSample)
    #expect((1.5...1.7).contains(linear))
    #expect(nonlinear <= 0.6 * linear, "\(nonlinear) against PCA's \(linear)")
  }

  /// Mathematics, section 1: on its own training data, PCA's R2 is the share of variance kept.
  @Test func reportIdentities() throws {
    let digits = try Fixture.digits(Double.self)
    let pca = try PCA(latent: 10).fitted(to: digits)
    let metrics = try ReconstructionMetrics(of: pca, on: digits, trainingMean: digits.columnMeans)
    expectClose(metrics.r2!, pca.explainedVarianceRatio.reduce(0, +), within: 1e-12)
    let n = Double(digits.rows)
    let discarded = pca.totalVariance - pca.explainedVariance.reduce(0, +)
    expectClose(metrics.msePerElement, (n - 1) / n * discarded / 64, within: 1e-12)
    expectClose(metrics.ssePerSample, metrics.msePerElement * 64, within: 1e-14)
    expectClose(metrics.relativeFrobenius! * metrics.relativeFrobenius!, 1 - metrics.r2!, within: 1e-12)
    expectClose(metrics.contraction, 10, within: 1e-12)
  }
}
