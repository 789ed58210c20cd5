import Eigencoder
import Foundation

struct FitCommand: Command {
  static let name = "fit"
  static let summary = "fit one method to data and save it as a model file"
  static let usage = "METHOD --data FILE --latent K --model FILE.safetensors [OPTIONS]"
  static let positional: (name: String, choices: [String])? = ("method", Method.allCases.map(\.rawValue))
  static let options =
    [
      DataSource.option(),
      DataSource.scaleOption,
      Option(
        "latent", "K",
        "the size of the code, or 'auto' as 'choose' recommends;\nfor pca also a fraction of the variance, as 0.95"
      ),
      Option("model", "FILE", "where to save the model (safetensors)"),
      Option("format", "NAME", "\(names(TextFormat.self)) (default: text)"),
      configOption,
    ] + DataSource.readingOptions + TrainingOptions.options
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
    let options: [String: OptionValue]
  }

  private let method: Method
  private let data: DataSource
  /// nil for the size that `choose` recommends.
  private let size: PCA.Size?
  private let model: String
  private let format: TextFormat
  private let training: TrainingOptions
  private let given: [String: OptionValue]

  init(_ arguments: Arguments) throws {
    guard let name = arguments.positional.first else {
      throw EigencoderError.invalidArgument("fit needs a METHOD, one of \(names(Method.self))")
    }
    method = try Method(named: name)
    try method.requireApplicable(arguments)
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
    given = arguments.given(Self.allOptions)
  }

  func run() throws -> Int32 {
    try Output.requireWritable(model, reading: [data.path])
    if method == .pca, let size, try data.isLarge() { return try runInPasses(size) }
    let x = try data.load()
    guard x.rows >= 2 || method == .pca else {
      throw EigencoderError.invalidData(
        "\(method.rawValue) needs at least 2 rows, got \(x.rows)")
    }
    let size = try self.size ?? .count(AutomaticLatent.size(for: x, seed: training.seed))
    let options = try options(size, rows: x.rows, columns: x.columns) { Method.defaultCorruption(of: x) }
    Terminal.detail { "defaults: " + EffectiveOptions.text(options, without: given) }
    Interrupt.watch()
    let fitted = try method.fit(x, size: size, training, isAlone: true)
    try fitted.model.write(to: URL(fileURLWithPath: model))
    if let divergence = fitted.divergence {
      throw EigencoderError.numericalFailure("\(model) holds the best epoch, but \(divergence)")
    }
    Interrupt.announce()
    let limit = Interrupt.limit(rows: x.rows)
    let metrics = try ReconstructionMetrics(
      of: fitted.model.reducer, on: x.evenlySpaced(limit ?? x.rows), trainingMean: x.columnMeans)
    if let limit { Terminal.note("the errors are of \(limit) of the \(x.rows) rows") }
    try report(fitted, rows: x.rows, metrics, options)
    guard Interrupt.isRequested else { return ExitStatus.success }
    Terminal.note("interrupted: the model is the best that was reached")
    return Interrupt.exitStatus
  }

  /// For rows that are not kept: a pass to fit, and another to measure the errors.
  private func runInPasses(_ size: PCA.Size) throws -> Int32 {
    Terminal.detail { "\(data.name) is read twice, a block at a time: to fit, and to measure the errors" }
    Interrupt.endAtOnce()
    let start = Date()
    let pca: PrincipalComponents<Float> = try withProgress("fit pca") { report in
      try PCA(size).fitted(toRowsOf: { try data.open() }, progress: report)
    }
    let fitted = Fitted(model: .pca(pca), seconds: Date().timeIntervalSince(start))
    try fitted.model.write(to: URL(fileURLWithPath: model))
    let metrics = try withProgress("measure") { report in
      try ReconstructionMetrics(of: pca, onRowsOf: data.open(), trainingMean: pca.mean, progress: report)
    }
    let options = try options(size, rows: pca.sampleCount, columns: pca.inputs) { .none }
    try report(fitted, rows: pca.sampleCount, metrics, options)
    return ExitStatus.success
  }

  private func withProgress<R>(_ title: String, _ body: ((RowReader) -> Void) throws -> R) rethrows -> R {
    let progress = RowProgress(title)
    return try body { progress.report($0) }
  }

  private func report(
    _ fitted: Fitted, rows: Int, _ metrics: ReconstructionMetrics, _ options: [String: OptionValue]
  ) throws {
    let reducer = fitted.model.reducer
    switch format {
    case .json:
      try Output.print(
        jsonText(
          Summary(
            method: reducer.method, latent: reducer.latent, parameters: reducer.parameterCount,
            fitSeconds: fitted.seconds, train: metrics, history: fitted.history?.epochs,
            bestEpoch: fitted.history?.bestEpoch,
            contractionRoute: fitted.history?.contractionRoute, options: options)))
    case .text:
      try Output.print(
        "\(reducer.method): \(reducer.inputs) -> \(reducer.latent), \(counted(rows, "row")), "
          + "fitted in \(fitted.seconds.fixed(2)) s")
      if let history = fitted.history { try Output.print(Self.describe(history)) }
      try Output.print(metrics.text)
      try Output.print("saved to \(model)")
    }
  }

  /// Those that the fit has, defaults included.
  private func options(
    _ size: PCA.Size, rows: Int, columns: Int, defaultCorruption: () -> Corruption?
  ) throws -> [String: OptionValue] {
    var options = given
    options["method"] = .text(method.rawValue)
    if method == .denoising || method == .linearDenoising, training.corruption == nil,
      let corruption = defaultCorruption()
    {
      options["corruption"] = .text(corruption.name)
    }
    var latent: [Int] = []
    if case .count(let count) = size {
      latent = [count]
      // Also where it was to be chosen.
      options["latent"] = .init(count)
    }
    let defaults = try training.defaults(
      given: given, methods: [method], latent: latent, rows: rows, columns: columns)
    return options.merging(defaults) { own, _ in own }
  }

  private static func describe(_ history: History) -> String {
    let best = history.epochs.last { $0.epoch <= history.bestEpoch }
    let loss = best.map {
      ($0.validation.map { "validation" + " loss \($0.significant(5))" }) ?? "loss \($0.train.significant(5))"
    }
    return
      "epochs: \(max(0, history.epochs.count - 1)) (\(history.ending.rawValue)), best \(history.bestEpoch)"
      + (loss.map { " with \($0)" } ?? "")
  }
}
