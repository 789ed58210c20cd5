import Eigencoder
import Foundation

/// `embed --latent`: the best code of so many numbers.
struct EmbedByNumbers: EmbedWork {
  private struct Row: Encodable {
    let name: String
    let type: CodeType
    let bytesPerVector: Int
    let cosineRecallAt10: Double
    let ssePerSample: Double

    init(_ trial: EmbeddingSearch.Trial) {
      (name, type, bytesPerVector) = (trial.name, trial.type, trial.bytesPerVector)
      (cosineRecallAt10, ssePerSample) = (trial.recall, trial.ssePerSample)
    }
  }

  private struct Summary: Encodable {
    let train: Int
    let test: Int
    let dimension: Int
    let latent: Int
    let seed: UInt64
    let trials: [EmbeddingSearch.Trial]
    let chosen: String
    let type: CodeType
    let reason: String
    let results: [Row]
  }

  private let data: DataSource
  private let test: DataSource?
  private let model: String
  private let holdOut: Double
  private let format: TextFormat
  private var search: EmbeddingSearch

  init(_ arguments: Arguments) throws {
    for name in ["queries", "engine"] where arguments.has(name) {
      throw EigencoderError.invalidArgument("--\(name) goes with --bytes")
    }
    guard arguments.has("latent") else {
      throw EigencoderError.invalidArgument(
        "expected --bytes B, --recall X or --latent K, found none of them")
    }
    data = try DataSource(arguments)
    test = arguments.has("test") ? try DataSource(arguments, "test") : nil
    if test != nil, arguments.has("hold-out") {
      throw EigencoderError.invalidArgument("--test and --hold-out exclude each other")
    }
    model = try arguments.required("model")
    let isAutomatic = try arguments.required("latent") == AutomaticLatent.name
    search = EmbeddingSearch(latent: isAutomatic ? nil : try arguments.integer("latent", atLeast: 1))
    let recall = try arguments.number("recall", "above 0 and up to 1", where: { $0 > 0 && $0 <= 1 })
    if recall != nil, !isAutomatic {
      throw EigencoderError.invalidArgument("--recall goes with --latent \(AutomaticLatent.name)")
    }
    search.recall = recall ?? search.recall
    if let type = arguments.string("type"), type != "auto" {
      search.type = try arguments.choice("type", default: CodeType.f32)
    }
    search.normalizesInput = arguments.has("normalize")
    search.normalizesCode = arguments.has("unit-codes")
    search.seed = try arguments.seed(default: 1)
    holdOut = try arguments.number("hold-out", "between 0 and 1", where: { $0 > 0 && $0 < 1 }) ?? 0.2
    format = try arguments.choice("format", default: .text)
  }

  func run() throws -> Int32 {
    try Output.requireWritable(model, reading: data.paths + (test?.paths ?? []))
    let table = try data.loadTable()
    switch (table.x, try test?.load()) {
    case (.float(let x), nil): return try run(x, test: nil, table)
    case (.float(let x), .float(let test)): return try run(x, test: test, table)
    case (let x, let test): return try run(x.inDouble, test: test?.inDouble, table)
    }
  }

  private func run<T: Scalar>(_ x: Matrix<T>, test given: Matrix<T>?, _ table: Table) throws -> Int32 {
    let (train, test) = try given.map { (x, $0) } ?? x.split(holdOut: holdOut, seed: search.seed)
    guard test.columns == train.columns else {
      throw EigencoderError.invalidData(
        "\(self.test?.name ?? data.name) has \(counted(test.columns, "column")), \(data.name) has \(train.columns)"
      )
    }
    // Too few to learn from are refused by the search.
    guard test.rows > 10 || train.rows < 100 else {
      throw EigencoderError.invalidData(
        "expected at least 11 test rows to find 10 nearest of each, got \(test.rows)")
    }
    Interrupt.endAtOnce()
    var progress: (name: String, bar: Progress)?
    let outcome = try search.fitted(to: train) { trial in
      progress?.bar.finish(nil)
      progress = nil
      Terminal.note(
        "eigencoder: \(trial.name), \(trial.latent) numbers, \(trial.type.rawValue): recall \(trial.recall.fixed(4))"
          + (trial.seconds >= 0.1 ? ", \(trial.seconds.fixed(1)) s" : ""))
    } progress: { name, state in
      if progress?.name != name { progress = (name, Progress(name, rows: train.rows)) }
      return progress!.bar.report(state)
    }
    progress?.bar.finish(nil)
    try Model.pipeline(outcome.pipeline).write(
      to: URL(fileURLWithPath: model),
      input: ModelInput(of: train, scale: table.scale, columns: table.columnNames))
    let results = try outcome.evaluated(on: test, seed: search.seed)
    switch format {
    case .json:
      try Output.print(
        jsonText(
          Summary(
            train: train.rows, test: test.rows, dimension: x.columns,
            latent: outcome.pipeline.latent, seed: search.seed, trials: outcome.trials,
            chosen: outcome.pipeline.reduction.method, type: outcome.pipeline.type, reason: outcome.reason,
            results: results.map(Row.init))))
    case .text: try Output.print(text(outcome, results, train, test))
    }
    return ExitStatus.success
  }

  private func text<T: Scalar>(
    _ outcome: EmbeddingSearch.Outcome<T>, _ results: [EmbeddingSearch.Trial],
    _ train: Matrix<T>, _ test: Matrix<T>
  ) -> String {
    let pipeline = outcome.pipeline
    let tried =
      [["tried", "numbers", "type", "bytes", "recall@10", "SSE", "fit s"]]
      + outcome.trials.map {
        [
          $0.name, "\($0.latent)", $0.type.rawValue, "\($0.bytesPerVector)", $0.recall.fixed(4),
          $0.ssePerSample.significant(5), $0.seconds.fixed(2),
        ]
      }
    // The better of the closed forms.
    let (base, isBaseline) = (max(results[0].recall, results[1].recall), 0...1)
    let found =
      [["on the test rows", "type", "bytes", "recall@10", "vs best PCA", "SSE"]]
      + results.enumerated().map { index, row in
        [
          row.name, row.type.rawValue, "\(row.bytesPerVector)", row.recall.fixed(4),
          isBaseline ~= index || base == 0 ? "-" : String(format: "%+.1f %%", 100 * (row.recall / base - 1)),
          row.ssePerSample.significant(5),
        ]
      }
    return """
      \(data.name): \(counted(train.rows, "row")) to learn from, \(test.rows) to test, \(train.columns) columns, seed \(search.seed)

      \(TextTable(tried).aligned())

      chosen: \(pipeline.reduction.method), \(pipeline.type.rawValue), \(pipeline.bytesPerVector) bytes a vector instead of \(4 * train.columns): \(outcome.reason)

      \(TextTable(found).aligned())

      recall@10: share of the 10 nearest rows by cosine that are among the 10 nearest stored codes, by cosine of the
      stored numbers as they are, of binary by the bits that differ (of equal ones the first row)
      SSE: of what the stored codes decode to\(search.normalizesInput ? ", against the rows divided by their lengths" : "")
      saved to \(model)
      """
  }
}
