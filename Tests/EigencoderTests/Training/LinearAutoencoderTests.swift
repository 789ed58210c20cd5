import Eigencoder
import Testing

/// Baldi & Hornik (1989): the least squared error of a linear autoencoder is PCA's, reached where the decoder
/// spans the subspace of the leading components.
@Suite struct LinearAutoencoderTests {
  @Test func linearNetworkReachesPCA() throws {
    let digits = try Fixture.digits(Double.self)
    let pca = try PCA(latent: 8).fitted(to: digits)
    var net = try Autoencoder<Double>(inputs: 64, hidden: [], latent: 8, activation: .identity, seed: 1)
    try Trainer(
      epochs: 600, batchSize: 450, optimizer: .adam(learningRate: 2e-2),
      schedule: Schedule(.cosine, warmup: 0.05), seed: 1
    ).fit(&net, to: digits)
    let mean = digits.columnMeans
    let best = try ReconstructionMetrics(of: pca, on: digits, trainingMean: mean).ssePerSample
    let reached = try ReconstructionMetrics(of: net, on: digits, trainingMean: mean).ssePerSample
    #expect(reached >= best * (1 - 1e-12), "no linear code does better than PCA")
    #expect(reached <= best * (1 + 1e-4), "\(reached / best - 1) above PCA")

    // The decoder's columns, orthonormalised, against the components: the cosines of the principal angles are
    // the singular values of their product.
    let decoder = Matrix<Double>(rows: 64, columns: 8, try #require(net.tensor(named: "decoder.0.weight")))
    let basis = try SingularValues(of: decoder).left
    let cosines = try SingularValues(of: pca.components * basis).values
    let largestAngle = (1 - min(1, cosines[7]) * min(1, cosines[7])).squareRoot()
    #expect(largestAngle < 1e-2, "sine of the largest principal angle: \(largestAngle)")
    print(
      "linear autoencoder on digits: \(reached / best - 1) above PCA-8, sine of the largest angle \(largestAngle)"
    )
  }
}
