import Eigencoder
import Foundation

extension InfoCommand {
  private struct Description: Encodable {
    let method: String
    let architecture: Architecture
    let parameters: Int
    let layers: [LayerAnalysis]
    /// Of the data, when there are any.
    let ssePerSample: Double?
    let pcaEquivalentDimension: Double?
  }

  /// The network's shape, and what each layer does by its spectra.
  func describe<T: Scalar>(_ network: Autoencoder<T>, _ x: Matrix<T>?) throws {
    let layers = try network.layerAnalysis(on: x)
    var (sse, equivalent): (Double?, Double?)
    if let x {
      let errors = try ReconstructionMetrics(of: network, on: x, trainingMean: x.columnMeans)
      sse = errors.ssePerSample
      equivalent =
        x.rows >= 2
        ? try PCAErrorCurve(train: x, test: x).dimension(atError: errors.ssePerSample) : nil
    }
    if format == .json {
      return try Output.print(
        jsonText(
          Description(
            method: network.method, architecture: network.architecture, parameters: network.parameterCount,
            layers: layers, ssePerSample: sse, pcaEquivalentDimension: equivalent)))
    }
    let architecture = network.architecture
    try Output.print("\(network.method): \(architecture.widthsDescription)")
    try Output.print(
      "activations: \(architecture.activation.rawValue) in hidden layers, "
        + "\(architecture.latentActivation.rawValue) code, \(architecture.outputActivation.rawValue) output")
    try Output.print(
      "input: centred"
        + (network.standardization.scale == nil ? "" : " and divided by each column's standard deviation"))
    try Output.print("parameters: \(network.parameterCount)")
    try Output.print("")
    try Output.print(TextTable(table(layers)).aligned())
    try Output.print("")
    try Output.print(
      "rank: effective rank, exp of the entropy of the squared singular values"
        + (x == nil ? "" : " or of the variances of the values") + "; 95 %: how many hold 95 % of them")
    if let x, let sse {
      try Output.print(
        "SSE per sample over \(counted(x.rows, "row")): \(sse.significant(6))"
          + (equivalent.map {
            ", as PCA of \($0.fixed(1)) components fitted to the same rows for a code of \(architecture.latent)"
          } ?? ""))
    }
  }

  private func table(_ layers: [LayerAnalysis]) -> [[String]] {
    let hasData = data != nil
    let titles =
      ["layer", "shape", "activation", "largest s", "smallest s", "rank", "95 %"]
      + (hasData ? ["value rank", "95 %", "dead"] : [])
    return [titles]
      + layers.map { layer in
        [
          layer.name, "\(layer.inputs) -> \(layer.outputs)", layer.activation.rawValue,
          layer.weight.largest.squareRoot().significant(4), layer.weight.smallest.squareRoot().significant(3),
          layer.weight.effectiveRank.fixed(1), "\(layer.weight.holding95)",
        ]
          + (layer.values.map { [$0.effectiveRank.fixed(1), "\($0.holding95)", "\(layer.deadUnits ?? 0)"] }
            ?? [])
      }
  }
}
