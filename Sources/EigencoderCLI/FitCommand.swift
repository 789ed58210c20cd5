import Eigencoder
import Foundation

struct FitCommand: Command {
  static let name = "fit"
  static let summary = "fit one method to data and save it as a model file"
  static let usage = "METHOD --data FILE | --moments FILES --latent K --model FILE.safetensors [OPTIONS]"
  static let positional: (name: String, choices: [String])? = ("method", Method.names)
  static let options =
    [
      DataSource.option(),
      MomentsSource.option,
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
    (
      "eigencoder fit pca --moments 'parts/*.moments' --latent 32 --model pca.safetensors",
      "the same components from sums that many machines made ('eigencoder moments')"
    ),
    (
      "mpirun -n 4 --bind-to none eigencoder fit pca --data x.npy --latent 32 --model pca.safetensors",
      "by four processes, each of which reads its rows (a build with --traits MPI)"
    ),
  ]

  private struct Summary<Train: Encodable>: Encodable {
    let method: String
    let latent: Int
    let parameters: Int
    let fitSeconds: Double
    let train: Train
    let history: [History.Epoch]?
    let bestEpoch: Int?
    let contractionRoute: String?
    let krylov: PCA.Convergence?
    let options: [String: OptionValue]
  }

  private let method: any MethodKind.Type
  private let data: DataSource
  /// In place of the data.
  private let moments: MomentsSource?
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
    moments = try MomentsSource(arguments)
    if moments == nil {
      _ = try arguments.required("data")
    } else if !method.takesMoments {
      throw EigencoderError.invalidArgument(
        "\(method.name) is fitted to rows (--data); --moments goes with "
          + Method.kinds.filter { $0.takesMoments }.map { $0.name }.joined(separator: " and "))
    }
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

  static let joinsRanks = true

  func run() throws -> Int32 {
    if Ranks.isFirst {
      try Output.requireWritable(model, reading: data.paths + (moments?.paths() ?? []))
    }
    if let ranks = Ranks.world { return try run(by: ranks) }
    if let moments { return try run(moments) }
    if method.name == "pca", try data.isLarge(), let size = try size ?? automaticSizeOfFile() {
      return try runInPasses(size, data.open)
    }
    if method.name != "pca", let file = try data.rowFile() { return try run(file) }
    let table = try data.loadTable()
    switch table.x {
    case .float(let x): return try run(x, table)
    case .double(let x): return try run(x, table)
    }
  }

  /// Fits together with the other processes of `mpirun`, each of which reads its rows.
  private func run(by ranks: any Communicator) throws -> Int32 {
    guard moments == nil else {
      throw EigencoderError.invalidArgument("--moments are fitted by one process, without mpirun")
    }
    guard let size else {
      throw EigencoderError.invalidArgument(
        "--latent \(AutomaticLatent.name) goes without mpirun: 'eigencoder choose' recommends a number")
    }
    let file = try data.rowFile(among: ranks)
    Terminal.detail { "by \(ranks.size) processes, \(counted(BLAS.threads, "thread")) each" }
    return method.name == "pca" ? try runInPasses(size, file.reader) : try run(file)
  }

  /// The size recommended for the rows of a large file; nil where they have to be kept in memory.
  private func automaticSizeOfFile() throws -> PCA.Size? {
    guard let file = try data.rowFile() else { return nil }
    switch try data.precision(of: data.open()) {
    case .f32: return .count(try AutomaticLatent.size(for: Samples<Float>.file(file), seed: seed))
    case .f64: return .count(try AutomaticLatent.size(for: Samples<Double>.file(file), seed: seed))
    }
  }

  private func run<T: Scalar>(_ x: Matrix<T>, _ table: Table) throws -> Int32 {
    let size = try self.size ?? .count(AutomaticLatent.size(for: .memory(x), seed: seed))
    let resolved = try Method(method, latent: size, settings: settings, seed: seed).resolved(for: x)
    Terminal.detail { "defaults: " + RecordedOptions.text(resolved.options, without: arguments) }
    Interrupt.watch()
    let fitted = try resolved.fittedWithProgress(to: x)
    try write(
      fitted,
      ModelInput(of: x, scale: table.scale, columns: table.columnNames))
    if let warning = fitted.warning {
      throw EigencoderError.numericalFailure("\(model) holds the best epoch, but \(warning)")
    }
    Interrupt.announce()
    let limit = Interrupt.limit(rows: x.rows)
    warn(fitted)
    let metrics = try ReconstructionMetrics(
      of: fitted, on: x.evenlySpaced(limit ?? x.rows), trainingMean: x.columnMeans)
    if let limit { Terminal.note("the errors are of \(limit) of the \(x.rows) rows") }
    return try end(fitted, rows: x.rows, metrics)
  }

  /// Reports what was fitted, perhaps until it was interrupted.
  private func end<T: Scalar>(_ fitted: FittedMethod<T>, rows: Int, _ metrics: ReconstructionMetrics) throws
    -> Int32
  {
    try report(fitted, rows: rows, metrics)
    guard Interrupt.isRequested else { return ExitStatus.success }
    Terminal.note("interrupted: the model is the best that was reached")
    return Interrupt.exitStatus
  }

  /// Fits to a file that is too large to keep in memory: rows are read as they are needed.
  private func run(_ file: RowFile) throws -> Int32 {
    switch try data.precision(of: data.open()) {
    case .f32: try run(file, as: Float.self)
    case .f64: try run(file, as: Double.self)
    }
  }

  private func run<T: Scalar>(_ file: RowFile, as type: T.Type) throws -> Int32 {
    let size = try self.size ?? .count(AutomaticLatent.size(for: Samples<T>.file(file), seed: seed))
    let opened = try file.reader()
    let sums = try withProgress("variances") { report in
      try ColumnSums(ofRowsOf: opened, as: T.self, progress: report)
    }
    let statistics = sums.statistics(as: T.self)
    let facts = DataSummary(of: statistics, rows: file.rows)
    let resolved = try Method(method, latent: size, settings: settings, seed: seed).resolved(for: facts)
    Terminal.detail { "defaults: " + RecordedOptions.text(resolved.options, without: arguments) }
    Terminal.detail { "\(data.name) is read as its rows are needed" }
    Interrupt.watch()
    let fitted: FittedMethod<T> = try resolved.fittedWithProgress(toRowsOf: file, facts)
    try write(
      fitted,
      ModelInput(
        scale: opened.scale, precision: Precision(of: T.self),
        totalVariance: sums.squares.reduce(0, +) / Double(max(1, sums.count - 1)), columns: opened.columnNames
      ))
    if let warning = fitted.warning {
      throw EigencoderError.numericalFailure("\(model) holds the best epoch, but \(warning)")
    }
    Interrupt.announce()
    // Ranks are interrupted together, but do not hear of it at the same moment.
    let isWhole = Interrupt.limit(rows: file.rows) == nil
    let limit = Ranks.world?.all(isWhole) ?? isWhole ? HoldOut.enough : Interrupt.rowLimit
    let metrics = try ReconstructionMetrics(
      of: fitted, onRowsOf: file, atMost: limit, trainingMean: sums.mean)
    if limit < file.rows {
      Terminal.note("the errors are of \(limit) of the \(file.rows) rows, at equal distances")
    }
    data.noteLosses(opened, as: .storing(T.self))
    return try end(fitted, rows: file.rows, metrics)
  }

  /// Fits a PCA to a file that is too large to keep in memory: one pass fits, or some by the route krylov, and a last one
  /// measures the errors.
  ///
  /// - Parameter open: opens the rows.
  private func runInPasses(_ size: PCA.Size, _ open: () throws -> RowReader) throws -> Int32 {
    let opened = try open()
    data.note(opened)
    switch try data.precision(of: opened) {
    case .f32: return try runInPasses(size, opened, open, as: Float.self)
    case .f64: return try runInPasses(size, opened, open, as: Double.self)
    }
  }

  /// - Parameter opened: tells how the rows are read; of itself, nothing is.
  private func runInPasses<T: Scalar>(
    _ size: PCA.Size, _ opened: RowReader, _ open: () throws -> RowReader, as type: T.Type
  ) throws -> Int32 {
    Terminal.detail {
      "\(data.name) is read twice or more, a block at a time: to fit, and to measure the errors"
    }
    Interrupt.endAtOnce()
    let resolved = Method(method, latent: size, settings: settings, seed: seed)
    var (rows, mean): (Int, [Double]) = (0, [])
    var input: ModelInput?
    let fitted = try FittedMethod(resolved) {
      let pca: PrincipalComponents<T> = try withProgress("fit pca") { report in
        try resolved.principalComponents.fitted(toRowsOf: open, progress: report)
      }
      input = ModelInput(
        scale: opened.scale, precision: Precision(of: T.self), totalVariance: pca.totalVariance,
        columns: opened.columnNames)
      (rows, mean) = (pca.sampleCount, pca.mean)
      return pca
    }
    try write(fitted, input)
    warn(fitted)
    let reader = try open()
    let metrics = try withProgress("measure") { report in
      try ReconstructionMetrics(of: fitted, onRowsOf: reader, trainingMean: mean, progress: report)
    }
    data.noteLosses(reader, as: .storing(T.self))
    try report(fitted, rows: rows, metrics)
    return ExitStatus.success
  }

  private func write<T: Scalar>(_ fitted: FittedMethod<T>, _ input: ModelInput?) throws {
    if Ranks.isFirst { try fitted.write(to: URL(fileURLWithPath: model), input: input) }
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
    case .json: try Output.print(jsonText(summary(fitted, metrics)))
    case .text:
      try Output.print(heading(fitted, rows: rows))
      if let convergence = (fitted.reducer as? PrincipalComponents<T>)?.convergence {
        try Output.print("krylov: \(convergence.text)")
      }
      if let history = fitted.history { try Output.print(Self.describe(history)) }
      try Output.print(metrics.text)
      try Output.print("saved to \(model)")
    }
  }

  private func summary<T: Scalar, Train: Encodable>(_ fitted: FittedMethod<T>, _ train: Train) -> Summary<
    Train
  > {
    Summary(
      method: fitted.method, latent: fitted.latent, parameters: fitted.parameterCount,
      fitSeconds: fitted.seconds, train: train, history: fitted.history?.epochs,
      bestEpoch: fitted.history?.bestEpoch, contractionRoute: fitted.history?.contractionRoute,
      krylov: (fitted.reducer as? PrincipalComponents<T>)?.convergence,
      options: RecordedOptions.given(arguments, Self.allOptions).merging(fitted.resolved.options) { $1 })
  }

  private func heading<T: Scalar>(_ fitted: FittedMethod<T>, rows: Int) -> String {
    "\(fitted.method): \(fitted.inputs) -> \(fitted.latent), \(counted(rows, "row")), "
      + "fitted in \(fitted.seconds.fixed(2)) s"
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

// MARK: - From moments

extension FitCommand {
  private func run(_ source: MomentsSource) throws -> Int32 {
    Interrupt.endAtOnce()
    let (file, name) = try source.load()
    let size = try self.size ?? .count(AutomaticLatent.size(for: file))
    switch file.precision {
    case .f32: return try run(file, name, size, as: Float.self)
    case .f64: return try run(file, name, size, as: Double.self)
    }
  }

  private func run<T: Scalar>(_ file: MomentsFile, _ name: String, _ size: PCA.Size, as type: T.Type) throws
    -> Int32
  {
    let resolved = Method(method, latent: size, settings: settings, seed: seed)
    let fitted: FittedMethod<T>
    do { fitted = try resolved.fitted(to: file) } catch EigencoderError.invalidData(let text) {
      throw EigencoderError.invalidData("\(name): \(text)")
    }
    Terminal.detail { "defaults: " + RecordedOptions.text(fitted.resolved.options, without: arguments) }
    try write(fitted, ModelInput(of: file))
    guard let errors = MomentErrors(of: fitted, on: file) else {
      preconditionFailure("moments determine the errors of \(method.name)")
    }
    switch format {
    case .json: try Output.print(jsonText(summary(fitted, errors)))
    case .text:
      try Output.print(heading(fitted, rows: file.moments.count))
      try Output.print(errors.text)
      try Output.print("saved to \(model)")
    }
    return ExitStatus.success
  }
}
