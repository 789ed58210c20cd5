import Eigencoder
import Foundation

struct FitCommand: Command {
  static let name = "fit"
  static let summary = "fit one method to data and save it as a model file"
  static let usage = "METHOD --data FILE --latent K --model FILE.safetensors [OPTIONS]"
  static let positionalLimit = 1
  static let options =
    [
      Option("data", "FILE", "npy, csv, tsv, idx or idx.gz, one sample a row"),
      DataSource.scaleOption,
      Option(
        "latent", "K",
        "the size of the code, or 'auto' as 'choose' recommends;\nfor pca also a fraction of the variance, as 0.95"
      ),
      Option("model", "FILE", "where to save the model (safetensors)"),
      Option("format", "NAME", "\(names(TextFormat.self)) (default: text)"),
      Option("quiet", nil, "no progress"),
    ] + TrainingOptions.options
  static let examples = [
    ("eigencoder fit pca --data x.npy --latent 32 --model pca.safetensors", "exact principal components"),
    (
      "eigencoder fit autoencoder --data x.npy --latent 32 --hidden 256 --epochs 15 --model net.safetensors",
      "an autoencoder d-256-32-256-d; Ctrl-C stops early and saves the best so far"
    ),
  ]

  private struct Summary: Encodable {
    let method: String
    let latent: Int
    let parameters: Int
    let fitSeconds: Double
    let train: ReconstructionMetrics
    let history: [History.Epoch]?
    let bestEpoch: Int?
    let contractionRoute: String?
  }

  private let method: Method
  private let data: DataSource
  /// nil for the size that `choose` recommends.
  private let size: PCA.Size?
  private let model: String
  private let format: TextFormat
  private let training: TrainingOptions

  init(_ arguments: Arguments) throws {
    guard let name = arguments.positional.first else {
      throw EigencoderError.invalidArgument("fit needs a METHOD, one of \(names(Method.self))")
    }
    method = try Method(named: name)
    _ = try arguments.required("data")
    data = try DataSource(arguments)
    let latent = try arguments.required("latent")
    if latent == AutomaticLatent.name {
      size = nil
    } else if let count = Int(latent), count >= 1 {
      size = .count(count)
    } else if let fraction = Double(latent), fraction > 0, fraction < 1 {
      size = .explaining(fraction)
    } else {
      throw EigencoderError.invalidArgument("--latent takes a whole number of at least 1, got '\(latent)'")
    }
    model = try arguments.required("model")
    format = try arguments.choice("format", default: .text)
    training = try TrainingOptions(arguments)
  }

  func run() throws -> Int32 {
    try Output.requireWritable(model)
    let x = try data.load()
    let size = try self.size ?? .count(AutomaticLatent.size(for: x, seed: training.seed))
    Interrupt.watch()
    let fitted = try method.fit(x, size: size, training, isAlone: true)
    try fitted.model.write(to: URL(fileURLWithPath: model))
    if let divergence = fitted.divergence {
      throw EigencoderError.numericalFailure("\(model) holds the best epoch, but \(divergence)")
    }
    let reducer = fitted.model.reducer
    let metrics = try ReconstructionMetrics(of: reducer, on: x, trainingMean: x.columnMeans)
    switch format {
    case .json:
      try Output.print(
        jsonText(
          Summary(
            method: reducer.method, latent: reducer.latentDimension, parameters: reducer.parameterCount,
            fitSeconds: fitted.seconds, train: metrics, history: fitted.history?.epochs,
            bestEpoch: fitted.history?.bestEpoch,
            contractionRoute: fitted.history?.contractionRoute)))
    case .text:
      try Output.print(
        "\(reducer.method): \(x.columns) -> \(reducer.latentDimension), \(counted(x.rows, "row")), "
          + "fitted in \(fitted.seconds.fixed(2)) s")
      if let history = fitted.history { try Output.print(Self.describe(history)) }
      try Output.print(metrics.text)
      try Output.print("saved to \(model)")
    }
    guard Interrupt.isRequested else { return ExitStatus.success }
    Terminal.note("interrupted: the model is the best that was reached")
    return ExitStatus.interrupted
  }

  private static func describe(_ history: History) -> String {
    let best = history.epochs.last { $0.epoch <= history.bestEpoch }
    let loss = best.map {
      ($0.validation.map { "validation" + " loss \($0.significant(5))" }) ?? "loss \($0.train.significant(5))"
    }
    return "epochs: \(history.epochs.count - 1) (\(history.ending.rawValue)), best \(history.bestEpoch)"
      + (loss.map { " with \($0)" } ?? "")
  }
}
