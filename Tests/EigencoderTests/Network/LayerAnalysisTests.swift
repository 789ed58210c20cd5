import Eigencoder
import Testing

@Suite struct LayerAnalysisTests {
  @Test func spectrumSummary() {
    let equal = SpectrumSummary([Double](repeating: 0.3, count: 20))
    expectClose(equal.effectiveRank, 20, within: 1e-12)
    expectClose(equal.participationRatio, 20, within: 1e-12)
    #expect(equal.holding95 == 19)
    let one = SpectrumSummary([0, 5, 0, -1e-20])
    expectClose([one.effectiveRank, one.participationRatio], [1, 1], within: 1e-12)
    #expect(one.largest == 5 && one.smallest == 0 && one.holding95 == 1 && one.count == 4)
    let none = SpectrumSummary([0, 0])
    #expect(none.effectiveRank == 0 && none.participationRatio == 0 && none.holding95 == 0)
    // -(0.75 log 0.75 + 0.25 log 0.25) = 0.562335144618808
    expectClose(SpectrumSummary([1, 3]).effectiveRank, 1.7547653506033234, within: 1e-12)
    expectClose(SpectrumSummary([1, 3]).participationRatio, 1.6, within: 1e-12)
  }

  /// At a start from PCA the code's values have PCA's spectrum, and the weights of the linear branch rank k.
  @Test(arguments: [false, true]) func ofAStartFromPCA(_ isTied: Bool) throws {
    let x = try Fixture.digits(Double.self)
    let pca = try PCA(latent: 6).fitted(to: x)
    let net = try Autoencoder<Double>(
      Architecture(
        inputs: 64, hidden: [20, 12], latent: 6, activation: .tanh, isTied: isTied, hasSkip: true),
      initializer: .pca(pca), seed: 1)
    let layers = try net.layerAnalysis(on: x)
    #expect(
      layers.map(\.name) == [
        "encoder.0", "encoder.1", "encoder.2", "encoder.skip", "decoder.0", "decoder.1", "decoder.2",
        "decoder.skip",
      ])
    #expect(layers.map(\.inputs) == [64, 20, 12, 64, 6, 12, 20, 6])
    let skip = layers[3]
    expectClose(skip.weight.effectiveRank, 6, within: 1e-9)
    expectClose(try #require(skip.values).largest, pca.explainedVariance[0], within: 1e-12)
    expectClose(
      try #require(skip.values).effectiveRank, SpectrumSummary(pca.explainedVariance).effectiveRank,
      within: 1e-9)
    // The last layer of the encoder's chain is zero: its units are dead, the others alive.
    #expect(layers[2].weight.largest == 0 && layers[2].deadUnits == 6)
    #expect(layers[0].deadUnits == 0 && layers[1].deadUnits == 0)
    #expect(try net.layerAnalysis().allSatisfy { $0.values == nil && $0.deadUnits == nil })
    expectError(EigencoderError.invalidData, containing: "takes 64 columns, the data have 63") {
      _ = try net.layerAnalysis(on: Matrix<Double>(rows: 2, columns: 63))
    }
  }
}
