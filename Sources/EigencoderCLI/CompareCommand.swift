import Eigencoder
import Foundation

struct CompareCommand: Command {
  static let name = "compare"
  static let summary = "fit several methods on one split and report what each loses"
  static let usage = "[--data FILE] [--latent 2,8,32] [--methods pca,autoencoder,...] [OPTIONS]"
  static let options =
    [
      DataSource.option("one sample a row (default: the built-in digits)"),
      Option("test", "FILE", "test samples, instead of holding some out"),
      LabelSource.option,
      Option("hold-out", "X", "share of the rows held out to test on (default: 0.2)"),
      DataSource.scaleOption,
      Option(
        "latent", "2,8,32",
        "code sizes, or 'auto' for the one that 'choose' recommends for the\ntraining rows (default: those of 2, 8, 32 that fit the data)"
      ),
      ComparedMethod.option,
      Option(
        "seeds", "N",
        "fit what starts at random from N seeds, --seed and those that follow it,\nand show how far they are apart (default: 1)"
      ),
      NeighbourOptions.rows,
      Option(
        "format", "NAME", "\(names(Format.self)) (default: table)", choices: Format.allCases.map(\.rawValue)),
      Option("out", "FILE", "write the report there instead of to standard output"),
      Option("wide", nil, "all columns of --format table, also those beyond 100 characters"),
      configOption,
    ] + DataSource.readingOptions + PageOptions.options + Baseline.options + MethodOptions.options
  static let examples = [
    ("eigencoder compare", "every method on the built-in digits, at 2, 8 and 32 numbers a sample"),
    (
      "eigencoder compare --data embeddings.npy --latent 32,64 --format markdown",
      "the same for your own vectors, as a table to paste"
    ),
    (
      "eigencoder compare --data train.csv --test test.csv --latent 8 --hidden 256,64 --epochs 200",
      "on a split of your own, with a deeper and longer trained network"
    ),
    ("eigencoder compare --report r.html", "the same as a page with drawings, to read or to hand on"),
  ]

  private let data: DataSource
  private let test: DataSource?
  private let labels: String?
  private let holdOut: Double
  private let neighbourRows: Int
  private let latent: [Int]?
  private let choosesLatent: Bool
  private let methods: [ComparedMethod]
  private let seeds: Int
  private let isWide: Bool
  private let format: Format
  private let output: String?
  private let page: PageOptions
  private let settings: Method.Settings
  private let seed: UInt64
  private let baseline: Baseline?
  private let arguments: Arguments

  init(_ arguments: Arguments) throws {
    data = try DataSource(arguments)
    test = arguments.has("test") ? try DataSource(arguments, "test") : nil
    if test != nil, arguments.has("hold-out") {
      throw EigencoderError.invalidArgument("--test and --hold-out exclude each other")
    }
    labels = arguments.string("labels")
    neighbourRows = try NeighbourOptions.rows(arguments)
    holdOut = try arguments.number("hold-out", "between 0 and 1", where: { $0 > 0 && $0 < 1 }) ?? 0.2
    choosesLatent = arguments.string("latent") == AutomaticLatent.name
    latent = choosesLatent ? nil : try arguments.integers("latent", atLeast: 1)?.withoutRepeats
    methods = try ComparedMethod.list(arguments)
    seeds = try arguments.integer("seeds", atLeast: 1) ?? 1
    isWide = arguments.has("wide")
    format = try arguments.choice("format", default: .table)
    output = arguments.string("out")
    page = try PageOptions(arguments)
    settings = try MethodOptions.settings(arguments)
    seed = try arguments.seed(default: 1)
    baseline = try Baseline(arguments)
    self.arguments = arguments
  }

  func run() throws -> Int32 {
    let inputs = try data.paths + (test?.paths ?? []) + [labels].compactMap { $0 }
    if let output { try Output.requireWritable(output, reading: inputs) }
    try page.requireWritable(besides: output, reading: inputs)
    if let file = try data.rowFile() { return try run(file) }
    let (table, testTable) = (try data.loadTable(), try test?.loadTable())
    let labelled = testTable ?? table
    switch (table.x, testTable?.x) {
    case (.float(let x), nil): return try run(x, test: nil, labelled)
    case (.float(let x), .float(let test)): return try run(x, test: test, labelled)
    case (let x, let test): return try run(x.inDouble, test: test?.inDouble, labelled)
    }
  }

  /// Of a file whose rows stay there, but for the test rows.
  private func run(_ file: RowFile) throws -> Int32 {
    let table = try test?.loadTable()
    switch (try data.precision(of: data.open()), table?.x) {
    case (.f32, nil): return try run(file, test: nil as Matrix<Float>?, table)
    case (.f32, .float(let test)): return try run(file, test: test, table)
    case (_, let test): return try run(file, test: test?.inDouble, table)
    }
  }

  private func run<T: Scalar>(_ file: RowFile, test given: Matrix<T>?, _ labelled: Table?) throws -> Int32 {
    let heldOut =
      given == nil
      ? try HoldOut.heldOut(count: file.rows, fraction: holdOut, seed: seed, atMost: HoldOut.enough) : nil
    let train = file.leavingOut(heldOut ?? [])
    return try run(
      ComparedRows(
        train: TrainingPart(of: train), test: given ?? file.selecting(rows: heldOut ?? []), all: .file(file),
        testRows: heldOut), labelled)
  }

  private func run<T: Scalar>(_ all: Matrix<T>, test given: Matrix<T>?, _ labelled: Table) throws -> Int32 {
    guard given != nil || all.rows >= 3 else {
      throw EigencoderError.invalidData(
        "\(data.name) has \(counted(all.rows, "row")), expected at least 3: 2 to train and 1 to hold out")
    }
    let (train, test) =
      try given.map { (all, $0) } ?? all.split(holdOut: holdOut, seed: seed)
    let heldOut =
      given == nil ? try HoldOut(count: all.rows, fraction: holdOut, seed: seed).test : nil
    return try run(
      ComparedRows(train: TrainingPart(of: train), test: test, all: .memory(all), testRows: heldOut), labelled
    )
  }

  private func run<T: Scalar>(_ rows: ComparedRows<T>, _ labelled: Table?) throws -> Int32 {
    let (train, test) = (rows.train, rows.test)
    guard test.columns == train.columns else {
      throw EigencoderError.invalidData(
        "\(self.test!.name) has \(test.columns) columns, \(data.name) has \(train.columns)")
    }
    guard train.rows >= 2 else {
      throw EigencoderError.invalidData("\(data.name) leaves 1 row to train, expected at least 2")
    }
    let limit = min(train.rows, train.columns)
    let chosen = choosesLatent ? [try AutomaticLatent.size(for: train.samples, seed: seed)] : nil
    let sizes = latent ?? chosen ?? [2, 8, 32].filter { $0 <= limit }
    if let large = sizes.first(where: { $0 > limit }) {
      throw EigencoderError.invalidArgument(
        "a code of \(large) from \(train.rows) training rows and \(train.columns) columns: at most \(limit)")
    }
    guard !sizes.isEmpty else {
      throw EigencoderError.invalidData(
        "\(data.name) has 1 column: there is nothing to shorten; --latent 1 runs anyway")
    }
    let facts = train.facts
    guard facts.variance().isFinite else {
      throw EigencoderError.invalidData("\(data.name): \(PCA.outOfRange)")
    }
    let corruption = settings.corruption ?? .standard(variance: facts.variance())
    try corruption.validate(columns: train.columns)
    var samples = try testSamples(rows, labelled)
    samples.corrupted = corruption.applied(to: test, statistics: train.statistics, seed: seed)
    var report = ReconstructionReport(
      data: .init(name: data.name, train: train.rows, test: test.rows, dimension: train.columns),
      seed: seed, corruption: corruption)
    let resolved = try sizes.flatMap { size in
      try methods.map { try $0.method(latent: size, settings, seed: seed).resolved(for: facts) }
    }
    let options = options(resolved, latent: sizes, corruption, Precision(of: T.self))
    report.options = options
    Terminal.detail { "split: \(counted(train.rows, "row")) to train, \(test.rows) to test" }
    if train.judged.rows < train.rows {
      Terminal.note(
        "\(data.name): \(train.rows) rows train, \(test.rows) are held out; the errors of the training rows are of "
          + "\(train.judged.rows) of them, at equal distances")
    }
    Terminal.detail { "defaults: " + RecordedOptions.text(options, without: arguments) }
    let illustration = try page.illustration(
      of: samples, trainedOn: train.judged, sizes: sizes, seed: seed)
    if page.path != nil { report.details = try details(rows, samples, resolved, options) }
    Interrupt.watch()
    // When one method fails, the results of the others are still reported.
    var failure: EigencoderError?
    for method in resolved where !Interrupt.isRequested {
      do {
        let fitted = try method.fittedWithProgress(to: train)
        if let warning = fitted.warning {
          Terminal.note("eigencoder: warning: \(method.name): \(warning)")
        }
        Interrupt.announce()
        let limit = Interrupt.limit(rows: train.judged.rows)
        try report.add(
          fitted, train: train.judged, test: samples, trainLimit: limit, trainingMean: train.mean,
          illustration: illustration)
        try addSeeds(of: method, to: &report, train, samples)
        if let warning = fitted.warning {
          report.details?.notes.append("\(method.name) with a code of \(fitted.latent): \(warning)")
        }
        if let limit {
          Terminal.note("the training errors of the last method are of \(limit) of the \(train.rows) rows")
        }
      } catch EigencoderError.numericalFailure(let text) {
        let note = "\(method.name) with a code of \(method.latent): \(text)"
        report.details?.notes.append(note)
        failure = failure ?? .numericalFailure(note)
      }
    }
    if Interrupt.isRequested { report.details?.notes.append("Interrupted: this is what was reached.") }
    let comparison = try baseline?.compared(with: report)
    if failure == nil || !report.results.isEmpty {
      let text = try comparison.map { try format.text($0) } ?? format.text(report, width: width)
      let isPainted = format == .table && output == nil && VerdictColor.isWanted
      try Output.write(isPainted ? VerdictColor.paint(text) : text, to: output)
      try page.write(report)
    }
    if let failure { throw failure }
    guard Interrupt.isRequested else {
      return comparison?.isRegression == true ? ExitStatus.regression : ExitStatus.success
    }
    Terminal.note("interrupted: the report has what was reached")
    return Interrupt.exitStatus
  }

  /// Of the tables: 100 characters, or what a wider terminal has; nil for all columns.
  private var width: Int? { isWide ? nil : output == nil ? max(100, Terminal.outputColumns ?? 0) : 100 }

  /// Fits a method that starts at random from the other seeds too.
  private func addSeeds<T: Scalar>(
    of method: Method, to report: inout ReconstructionReport, _ train: TrainingPart<T>,
    _ samples: TestSamples<T>
  ) throws {
    guard method.kind.isRandom else { return }
    for run in 1..<seeds where !Interrupt.isRequested {
      var method = method
      method.seed = seed &+ UInt64(run)
      try report.addSeed(
        method.fittedWithProgress(to: train), train: train.judged, test: samples, trainingMean: train.mean)
    }
  }

  /// The options of this run, with the defaults that were chosen.
  private func options(
    _ resolved: [Method], latent: [Int], _ corruption: Corruption, _ precision: Precision
  ) -> [String: OptionValue] {
    var options = RecordedOptions.given(arguments, Self.allOptions)
    // The variant of PCA is in its name.
    options.merge(RecordedOptions.common(to: resolved.filter { $0.label == nil })) { $1 }
    options["seeds"] = .init(seeds)
    options["latent"] = .list(latent.map { .init($0) })
    options["methods"] = .list(methods.map { .text($0.name) })
    options["corruption"] = .text(corruption.name)
    options["neighbour-rows"] = .init(neighbourRows)
    options["seed"] = .whole(seed)
    options["precision"] = .text(precision.rawValue)
    if test == nil { options["hold-out"] = .init(holdOut) }
    return options
  }

  /// The test rows, and which metrics beside the errors are computed on them.
  private func testSamples<T: Scalar>(_ rows: ComparedRows<T>, _ labelled: Table?) throws -> TestSamples<T> {
    var samples = TestSamples(rows.test)
    samples.rowNumbers = rows.testRows
    samples.worstCount = 5
    if let labels {
      let source = self.test ?? data
      let count = rows.testRows == nil ? rows.test.rows : rows.all.rows
      let read = try LabelSource.read(labels, rows: count, of: source.name, labelled)
      samples.labels = rows.testRows.map { read.selecting($0) } ?? read
    }
    samples.pcaErrors = try PCAErrorCurve(train: rows.train.samples, test: rows.test)
    if neighbourRows > 0 {
      samples.neighbourhood = try NeighbourhoodReference(of: rows.test, limit: neighbourRows, seed: seed)
    }
    return samples
  }
}

extension CompareCommand {
  /// What the page shows in addition to the results.
  private func details<T: Scalar>(
    _ rows: ComparedRows<T>, _ test: TestSamples<T>, _ methods: [Method], _ options: [String: OptionValue]
  ) throws -> ReconstructionReport.Details {
    let train = rows.train
    var details = ReconstructionReport.Details()
    details.pcaErrors = test.pcaErrors?.ssePerSample
    details.spectrum = try ReconstructionReport.Spectrum(
      of: train.samples, data: rows.all, holdOut: holdOut, seed: seed)
    typealias Input = ReconstructionReport.Provenance.Input
    var inputs =
      try data.path == nil
      ? [Input(role: "data", path: nil)] : data.paths.map { try Input(role: "data", path: $0) }
    inputs += try self.test?.paths.map { try Input(role: "test", path: $0) } ?? []
    if let labels, FileManager.default.fileExists(atPath: labels) {
      inputs.append(try .init(role: "labels", path: labels))
    }
    var settings = options.mapValues(\.description)
    settings["networks"] = try ReconstructionReport.Provenance.networks(methods, columns: train.columns)
    let split =
      self.test == nil
      ? "\(test.x.rows) of the rows held out at random (hold-out \(holdOut), seed \(seed))"
      : "test rows from a file of their own"
    details.provenance = ReconstructionReport.Provenance(
      command: ["eigencoder"] + CommandLine.arguments.dropFirst(), options: settings, inputs: inputs,
      split: split, date: Date().ISO8601Format())
    return details
  }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in the order of their first occurrence.
  var withoutRepeats: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
