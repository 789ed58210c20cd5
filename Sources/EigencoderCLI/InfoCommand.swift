import Eigencoder
import Foundation

struct InfoCommand: Command {
  static let name = "info"
  static let summary = "describe this installation, or a saved model"
  static let usage = "[--model M [--data FILE | --moments FILES] [--verify] [--format text|json]]"
  static let options =
    [
      Option("model", "FILE", "a model saved by 'eigencoder fit'"),
      Option(
        "verify", nil, "compare a pca with the exact one of --data, recomputed in f64, or of\n--moments"),
      DataSource.option(
        "rows to follow through a network's layers, or with --verify those a pca\nwas fitted to"),
      MomentsSource.option,
      DataSource.scaleOption,
      TextFormat.option("of --verify and of a network: "),
    ] + DataSource.readingOptions
  static let examples = [
    ("eigencoder info", "the version, and which linear algebra kernels run"),
    ("eigencoder info --model pca.safetensors", "its shape and its spectrum"),
    (
      "eigencoder info --model net.safetensors --data test.npy",
      "each layer's effective rank and dead units, and PCA's size for the same error"
    ),
    (
      "eigencoder info --model pca.safetensors --verify --data train.npy",
      "how exact its components are, and which of them the data determine; exit\n      status 65 when it is not their PCA"
    ),
    (
      "eigencoder info --moments 'parts/*.moments'",
      "of how many rows and parts they are, and in which precision"
    ),
  ]

  private let model: String?
  let data: DataSource?
  private let moments: MomentsSource?
  let format: TextFormat
  private let verifies: Bool

  init(_ arguments: Arguments) throws {
    model = arguments.string("model")
    verifies = arguments.has("verify")
    moments = try MomentsSource(arguments)
    if let name = ["data", "scale", "format"].first(where: arguments.has) {
      guard model != nil else { throw EigencoderError.invalidArgument("--\(name) goes with --model") }
    }
    let reading = [DataSource.scaleOption] + DataSource.readingOptions
    if !arguments.has("data"), let option = reading.first(where: { arguments.has($0.name) }) {
      throw EigencoderError.invalidArgument("--\(option.name) goes with --data")
    }
    if verifies {
      _ = try arguments.required("model")
      if moments == nil { _ = try arguments.required("data") }
    } else if moments != nil, model != nil {
      throw EigencoderError.invalidArgument("--moments of a model go with --verify")
    }
    data = arguments.has("data") ? try DataSource(arguments) : nil
    if verifies, data?.precision == .f32 {
      throw EigencoderError.invalidArgument(
        "--verify judges the data as they are, not rounded by --precision f32")
    }
    format = try arguments.choice("format", default: .text)
  }

  func run() throws -> Int32 {
    if verifies, let model {
      if let moments { return try Self.verify(model, moments, format) }
      if let data { return try Self.verify(model, data, format) }
    }
    if let moments {
      try Self.describe(moments)
      return ExitStatus.success
    }
    guard let model else {
      try Output.print("eigencoder \(Eigencoder.version)")
      try Output.print("BLAS: \(BLAS.configuration)")
      try Output.print("BLAS kernels: \(BLAS.kernels), \(BLAS.threads) thread\(BLAS.threads == 1 ? "" : "s")")
      return ExitStatus.success
    }
    let file = try ModelFile(contentsOf: URL(fileURLWithPath: model))
    let loaded = try file.model(as: Double.self)
    if case .autoencoder(let network) = loaded {
      switch try data?.load(atLeast: file.precision) {
      case nil: try describe(network, nil)
      case .double(let x): try describe(network, x)
      case .float(let x):
        guard case .autoencoder(let network) = try file.model(as: Float.self) else { break }
        try describe(network, x)
      }
      return ExitStatus.success
    }
    guard data == nil, format == .text else {
      throw EigencoderError.invalidArgument(
        "--data and --format of a \(loaded.reducer.method) model go with --verify")
    }
    switch loaded {
    case .pca(let pca): try describe(pca)
    case .linearDenoiser(let denoiser): try describe(denoiser)
    case .pipeline(let pipeline): try describe(pipeline)
    case .autoencoder: break
    }
    return ExitStatus.success
  }

  private static func describe(_ moments: MomentsSource) throws {
    let (file, name) = try moments.load()
    try Output.print("\(name): \(file.summary), \(counted(file.parts.count, "part"))")
    let input = ModelInput(of: file)
    try Output.print("total variance: \(input.totalVariance.significant(6)), scale \(file.scale)")
    try Output.print("rows of each part, by the hash of its numbers:")
    for part in file.parts { try Output.print("  \(part.name)  \(part.count)") }
  }

  private func describe(_ pca: PrincipalComponents<Double>) throws {
    try Output.print(
      "pca: \(pca.inputs) -> \(pca.latent), fitted to \(pca.sampleCount) samples"
        + (pca.whitens ? ", whitening" : "") + (pca.keepsMean ? ", codes keep the mean's projection" : ""))
    try Output.print("parameters: \(pca.parameterCount)")
    if let convergence = pca.convergence { try Output.print("krylov: \(convergence.text)") }
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

  private func describe(_ pipeline: EmbeddingPipeline<Double>) throws {
    try Output.print(
      "\(pipeline.method): \(pipeline.inputs) -> \(pipeline.latent) by \(pipeline.reduction.method), "
        + "\(pipeline.type.rawValue), \(pipeline.bytesPerVector) bytes a vector")
    try Output.print(
      "rows " + (pipeline.normalizesInput ? "divided by their lengths" : "as they are") + ", codes "
        + (pipeline.normalizesCode ? "divided by theirs" : "as they are"))
    if let quantizer = pipeline.quantization.quantizer {
      try Output.print("quantizer: \(quantizer.name) (kinds with their bytes)")
    }
    try Output.print("parameters: \(pipeline.parameterCount)")
  }

  private func describe(_ denoiser: FittedLinearDenoiser<Double>) throws {
    try Output.print(
      "\(denoiser.method): \(denoiser.inputs) -> \(denoiser.latent), "
        + "fitted to \(denoiser.sampleCount) samples")
    try Output.print("corruption: \(denoiser.corruption), ridge: \(denoiser.ridge.significant(6))")
    try Output.print("expected squared error per sample: \(denoiser.expectedError.significant(6))")
    try Output.print("parameters: \(denoiser.parameterCount)")
  }
}
