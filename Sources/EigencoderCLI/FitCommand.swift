import Eigencoder
import Foundation

struct FitCommand: Command {
  static let name = "fit"
  static let summary = "fit one method to data and save it as a model file"
  static let usage = "METHOD --data FILE --latent K --model FILE.safetensors [OPTIONS]"
  static let positional: (name: String, choices: [String])? = ("method", Method.names)
  static let options =
    [
      DataSource.option(),
      DataSource.scaleOption,
      Option(
        "latent", "K",
        "the size of the code, or 'auto' as 'choose' recommends;\nfor pca also a fraction of the variance, as 0.95"
      ),
      Option("model", "FILE", "where to save the model (safetensors)"),
      TextFormat.option(),
      configOption,
    ] + DataSource.readingOptions + MethodOptions.options
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
    let krylov: PCA.Convergence?
    let options: [String: OptionValue]
  }

  private let method: any MethodKind.Type
  private let data: DataSource
  /// The size of the code; nil asks for the size that `choose` recommends.
  private let size: PCA.Size?
  private let model: String
  private let format: TextFormat
  private let settings: Method.Settings
  private let seed: UInt64
  private let arguments: Arguments

  init(_ arguments: Arguments) throws {
    guard let name = arguments.positional.first else {
      throw EigencoderError.invalidArgument(
        "fit needs a METHOD, one of \(Method.names.joined(separator: ", "))")
    }
    method = try Method(named: name, latent: .count(1)).kind
    try MethodOptions.requireApplicable(arguments, to: method)
    _ = try arguments.required("data")
    data = try DataSource(arguments)
    let latent = try arguments.required("latent")
    size = latent == AutomaticLatent.name ? nil : try PCA.Size(parsing: latent, "--latent")
    if case .explaining = size, method.name != "pca" {
      throw EigencoderError.invalidArgument("--latent of \(method.name) is a whole number of at least 1")
    }
    model = try arguments.required("model")
    format = try arguments.choice("format", default: .text)
    settings = try MethodOptions.settings(arguments)
    seed = try arguments.seed(default: 1)
    self.arguments = arguments
  }

  func run() throws -> Int32 {
    try Output.requireWritable(model, reading: [data.path])
    if method.name == "pca", let size, try data.isLarge() {
      let reader = try data.open()
      data.note(reader)
      switch try data.precision(of: reader) {
      case .f32: return try runInPasses(size, reader, as: Float.self)
      case .f64: return try runInPasses(size, reader, as: Double.self)
      }
    }
    let table = try data.loadTable()
    switch table.x {
    case .float(let x): return try run(x, table)
    case .double(let x): return try run(x, table)
    }
  }

  private func run<T: Scalar>(_ x: Matrix<T>, _ table: Table) throws -> Int32 {
    let size = try self.size ?? .count(AutomaticLatent.size(for: x, seed: seed))
    let resolved = try Method(method, latent: size, settings: settings, seed: seed).resolved(for: x)
    Terminal.detail { "defaults: " + RecordedOptions.text(resolved.options, without: arguments) }
    Interrupt.watch()
    let fitted = try resolved.fittedWithProgress(to: x)
    try fitted.write(
      to: URL(fileURLWithPath: model),
      input: ModelInput(of: x, scale: table.scale, columns: table.columnNames))
    if let warning = fitted.warning {
      throw EigencoderError.numericalFailure("\(model) holds the best epoch, but \(warning)")
    }
    Interrupt.announce()
    let limit = Interrupt.limit(rows: x.rows)
    warn(fitted)
    let metrics = try ReconstructionMetrics(
      of: fitted, on: x.evenlySpaced(limit ?? x.rows), trainingMean: x.columnMeans)
    if let limit { Terminal.note("the errors are of \(limit) of the \(x.rows) rows") }
    try report(fitted, rows: x.rows, metrics)
    guard Interrupt.isRequested else { return ExitStatus.success }
    Terminal.note("interrupted: the model is the best that was reached")
    return Interrupt.exitStatus
  }

  /// Fits a PCA to a file that is too large to keep in memory: one pass fits, or some by the route krylov, and a last one
  /// measures the errors.
  ///
  /// - Parameter opened: tells how the rows are read; of itself, nothing is.
  private func runInPasses<T: Scalar>(_ size: PCA.Size, _ opened: RowReader, as type: T.Type) throws -> Int32
  {
    Terminal.detail {
      "\(data.name) is read twice or more, a block at a time: to fit, and to measure the errors"
    }
    Interrupt.endAtOnce()
    let resolved = Method(method, latent: size, settings: settings, seed: seed)
    var (rows, mean): (Int, [Double]) = (0, [])
    var input: ModelInput?
    let fitted = try FittedMethod(resolved) {
      let pca: PrincipalComponents<T> = try withProgress("fit pca") { report in
        try resolved.principalComponents.fitted(toRowsOf: { try data.open() }, progress: report)
      }
      input = ModelInput(
        scale: opened.scale, precision: Precision(of: T.self), totalVariance: pca.totalVariance,
        columns: opened.columnNames)
      (rows, mean) = (pca.sampleCount, pca.mean)
      return pca
    }
    try fitted.write(to: URL(fileURLWithPath: model), input: input)
    warn(fitted)
    let reader = try data.open()
    let metrics = try withProgress("measure") { report in
      try ReconstructionMetrics(of: fitted, onRowsOf: reader, trainingMean: mean, progress: report)
    }
    data.noteLosses(reader, as: .storing(T.self))
    try report(fitted, rows: rows, metrics)
    return ExitStatus.success
  }

  /// Says where principal components are not exact.
  private func warn<T: Scalar>(_ fitted: FittedMethod<T>) {
    guard let convergence = (fitted.reducer as? PrincipalComponents<T>)?.convergence, !convergence.isReached
    else { return }
    Terminal.note(
      "eigencoder: the components are not exact: \(convergence.text); fewer components, "
        + "or --route covariance or gram where it fits into memory")
  }

  private func withProgress<R>(_ title: String, _ body: ((RowReader) -> Void) throws -> R) rethrows -> R {
    let progress = RowProgress(title)
    return try body { progress.report($0) }
  }

  private func report<T: Scalar>(_ fitted: FittedMethod<T>, rows: Int, _ metrics: ReconstructionMetrics)
    throws
  {
    switch format {
    case .json:
      try Output.print(
        jsonText(
          Summary(
            method: fitted.method, latent: fitted.latent, parameters: fitted.parameterCount,
            fitSeconds: fitted.seconds, train: metrics, history: fitted.history?.epochs,
            bestEpoch: fitted.history?.bestEpoch, contractionRoute: fitted.history?.contractionRoute,
            krylov: (fitted.reducer as? PrincipalComponents<T>)?.convergence,
            options: RecordedOptions.given(arguments, Self.allOptions).merging(fitted.resolved.options) {
              $1
            })))
    case .text:
      try Output.print(
        "\(fitted.method): \(fitted.inputs) -> \(fitted.latent), \(counted(rows, "row")), "
          + "fitted in \(fitted.seconds.fixed(2)) s")
      if let convergence = (fitted.reducer as? PrincipalComponents<T>)?.convergence {
        try Output.print("krylov: \(convergence.text)")
      }
      if let history = fitted.history { try Output.print(Self.describe(history)) }
      try Output.print(metrics.text)
      try Output.print("saved to \(model)")
    }
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
