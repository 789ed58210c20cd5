import Eigencoder
import Foundation

struct InfoCommand: Command {
  static let name = "info"
  static let summary = "describe this installation, or a saved model"
  static let usage = "[--model M [--verify --data FILE [--format text|json]]]"
  static let options = [
    Option("model", "FILE", "a model saved by 'eigencoder fit'"),
    Option("verify", nil, "compare a pca with the exact one of --data, recomputed in f64"),
    Option("data", "FILE", "the rows it was fitted to: npy, csv, tsv, idx or idx.gz"),
    DataSource.scaleOption,
    Option("format", "NAME", "of --verify: \(names(TextFormat.self)) (default: text)"),
  ]
  static let examples = [
    ("eigencoder info", "the version, and which linear algebra kernels run"),
    ("eigencoder info --model pca.safetensors", "its shape and its spectrum"),
    (
      "eigencoder info --model pca.safetensors --verify --data train.npy",
      "how exact its components are, and which of them the data determine; exit\n      status 65 when it is not their PCA"
    ),
  ]

  private let model: String?
  /// Of --verify; nil without.
  private let verification: (data: DataSource, format: TextFormat)?

  init(_ arguments: Arguments) throws {
    model = arguments.string("model")
    guard arguments.has("verify") else {
      if let name = ["data", "scale", "format"].first(where: arguments.has) {
        throw EigencoderError.invalidArgument("--\(name) goes with --verify")
      }
      verification = nil
      return
    }
    _ = try arguments.required("model")
    _ = try arguments.required("data")
    verification = (try DataSource(arguments), try arguments.choice("format", default: .text))
  }

  func run() throws -> Int32 {
    if let model, let verification { return try Self.verify(model, verification.data, verification.format) }
    guard let model else {
      try Output.print("eigencoder \(Eigencoder.version)")
      try Output.print("BLAS: \(BLAS.configuration)")
      try Output.print("BLAS kernels: \(BLAS.kernels), \(BLAS.threads) thread\(BLAS.threads == 1 ? "" : "s")")
      return ExitStatus.success
    }
    switch try Model<Float>(contentsOf: URL(fileURLWithPath: model)) {
    case .pca(let pca): try describe(pca)
    case .autoencoder(let network): try describe(network)
    case .linearDenoiser(let denoiser): try describe(denoiser)
    }
    return ExitStatus.success
  }

  private func describe(_ pca: PrincipalComponents<Float>) throws {
    try Output.print(
      "pca: \(pca.inputDimension) -> \(pca.latentDimension), fitted to \(pca.sampleCount) samples"
        + (pca.whitens ? ", whitening" : ""))
    try Output.print("parameters: \(pca.parameterCount)")
    try Output.print(
      "total variance: \(pca.totalVariance.significant(6)), noise variance: \(pca.noiseVariance.significant(6))"
    )
    try Output.print("component  variance      share    cumulative")
    var sum = 0.0
    for (index, variance) in pca.explainedVariance.enumerated() {
      let share = pca.explainedVarianceRatio[index]
      sum += share
      try Output.print(
        String(format: "%9d  ", index + 1)
          + variance.significant(6).padding(toLength: 12, withPad: " ", startingAt: 0)
          + String(format: "  %.5f  %.5f", share, sum))
    }
  }

  private func describe(_ denoiser: FittedLinearDenoiser<Float>) throws {
    try Output.print(
      "\(denoiser.method): \(denoiser.inputDimension) -> \(denoiser.latentDimension), "
        + "fitted to \(denoiser.sampleCount) samples")
    try Output.print("corruption: \(denoiser.corruption), ridge: \(denoiser.ridge.significant(6))")
    try Output.print("expected squared error per sample: \(denoiser.expectedError.significant(6))")
    try Output.print("parameters: \(denoiser.parameterCount)")
  }

  private func describe(_ network: Autoencoder<Float>) throws {
    let architecture = network.architecture
    try Output.print("\(network.method): \(architecture.widthsDescription)")
    try Output.print(
      "activations: \(architecture.activation.rawValue) in hidden layers, "
        + "\(architecture.latentActivation.rawValue) code, \(architecture.outputActivation.rawValue) output")
    try Output.print(
      "input: centred"
        + (network.standardization.scale == nil ? "" : " and divided by each column's standard deviation"))
    try Output.print("parameters: \(network.parameterCount)")
    for tensor in network.layout.tensors {
      try Output.print("  \(tensor.name) [\(tensor.shape.map(String.init).joined(separator: ", "))]")
    }
  }
}
