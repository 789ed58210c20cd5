import Eigencoder
import Foundation

/// `embed --bytes`: the best code of so many bytes.
struct EmbedByBytes: EmbedWork {
  private let data: DataSource
  private let queries: DataSource?
  private let model: String
  private let format: TextFormat
  private let search: RateSearch
  private let isAsked: Bool

  init(_ arguments: Arguments) throws {
    data = try DataSource(arguments)
    queries = arguments.has("queries") ? try DataSource(arguments, "queries") : nil
    model = try arguments.required("model")
    format = try arguments.choice("format", default: .text)
    if arguments.has("latent") {
      throw EigencoderError.invalidArgument("--bytes and --latent exclude each other")
    }
    for name in ["type", "unit-codes", "test", "hold-out"] where arguments.has(name) {
      throw EigencoderError.invalidArgument(
        "--\(name) goes with --latent, not with --bytes or --recall alone")
    }
    let rates = try arguments.integers("bytes", atLeast: 1)
    var search = RateSearch(rates: (rates ?? [8, 16, 32, 64, 128]).withoutRepeats)
    search.recall = try arguments.number("recall", "above 0 and up to 1", where: { $0 > 0 && $0 <= 1 })
    search.engine = try arguments.choice("engine", default: .any)
    search.normalizesInput = arguments.has("normalize")
    search.seed = try arguments.seed(default: 1)
    isAsked = rates != nil
    self.search = search
  }

  func run() throws -> Int32 {
    if data.path == DataSource.standardStream, queries?.path == data.path {
      throw EigencoderError.invalidArgument("--data and --queries would both read standard input")
    }
    for rate in search.rates {
      try Output.requireWritable(path(bytes: rate), reading: data.paths + (queries?.paths ?? []))
    }
    // Without queries some of the rows are queries.
    let table = try data.load(
      atMost: search.corpusLimit + (queries == nil ? RateSearch.mostQueries : 0), seed: search.seed)
    let asked = try queries?.loadTable()
    if let asked, let names = table.columnNames {
      try ModelInput(precision: table.x.precision, totalVariance: 0, columns: names).check(
        columns: asked.columnNames)
    }
    switch (table.x, asked?.x) {
    case (.float(let x), nil): return try run(x, nil, table)
    case (.float(let x), .float(let queries)): return try run(x, queries, table)
    case (let x, let queries): return try run(x.inDouble, queries?.inDouble, table)
    }
  }

  private func run<T: Scalar>(_ x: Matrix<T>, _ queries: Matrix<T>?, _ table: Table) throws -> Int32 {
    Interrupt.endAtOnce()
    var search = search
    // Sizes that nobody asked for may be too large for the data.
    if !isAsked { search.rates = search.rates.filter { $0 <= max(8, 4 * x.columns) } }
    let bar = ShareProgress()
    let input = ModelInput(of: x, scale: table.scale, columns: table.columnNames)
    func save(_ choice: RateSearch.Choice<T>, _ index: Int) throws {
      let url = URL(fileURLWithPath: path(bytes: search.rates[index]))
      try Model.pipeline(choice.pipeline).write(to: url, input: input)
    }
    let savesAll = search.recall == nil
    let outcome = try search.fitted(to: x, queries: queries) { trial in
      bar.clear()
      Terminal.note(
        "eigencoder: \(trial.bytes) bytes, \(trial.name): recall \(trial.recall.fixed(4)), \(trial.fitSeconds.fixed(1)) s"
      )
    } found: { choice, index in
      // An interruption later loses nothing of what was found.
      if savesAll { try save(choice, index) }
    } progress: {
      bar.report("fitting " + $0, $1)
    }
    bar.clear()
    if outcome.containsQueries {
      Terminal.note(
        "eigencoder: warning: most queries are rows of the data, which codes know better than others: the recall of "
          + "others is lower")
    }
    for (fewer, more) in zip(outcome.choices, outcome.choices.dropFirst())
    where more.trial.recall < fewer.trial.recall {
      Terminal.note(
        "eigencoder: warning: \(more.trial.bytes) bytes find less (\(more.trial.recall.fixed(4))) than "
          + "\(fewer.trial.bytes) (\(fewer.trial.recall.fixed(4)))"
          + (search.engine == .any ? "" : ": \(search.engine) takes few codes of so many bytes"))
    }
    if !savesAll { try save(outcome.choices[outcome.chosen], outcome.chosen) }
    let saved = savesAll ? Array(outcome.choices.indices) : [outcome.chosen]
    let paths = saved.map { path(bytes: search.rates[$0]) }
    switch format {
    case .json: try Output.print(jsonText(Summary(outcome, x.columns, search.seed, zip(saved, paths))))
    case .text: try Output.print(text(outcome, x.columns, zip(saved, paths).map { ($0, $1) }))
    }
    return ExitStatus.success
  }

  /// Where the code of a size is saved: of several sizes that are all kept, "embed-32.safetensors".
  private func path(bytes: Int) -> String {
    guard search.recall == nil, search.rates.count > 1 else { return model }
    let ending = URL(fileURLWithPath: model).pathExtension
    let suffix = ending.isEmpty ? "" : "." + ending
    return String(model.dropLast(suffix.count)) + "-\(bytes)" + suffix
  }

  private struct Summary: Encodable {
    struct Choice: Encodable {
      let trial: RateSearch.Trial
      let baseline: RateSearch.Trial
      let difference: Double
      let interval: [Double]?
      let verdict: PairedComparison.Verdict
      let corpusRows: [Int]
      let corpusRecall: [Double]
      let model: String?
    }
    let fitRows: Int
    let corpusRows: Int
    let queries: Int
    let dimension: Int
    let seed: UInt64
    let trials: [RateSearch.Trial]
    let chosenBytes: Int
    let choices: [Choice]

    init<T: Scalar>(
      _ outcome: RateSearch.Outcome<T>, _ dimension: Int, _ seed: UInt64,
      _ saved: Zip2Sequence<[Int], [String]>
    ) {
      (fitRows, corpusRows, queries) = outcome.counts
      (self.dimension, self.seed, trials) = (dimension, seed, outcome.trials)
      chosenBytes = outcome.choices[outcome.chosen].trial.bytes
      let paths = Dictionary(uniqueKeysWithValues: saved.map { ($0, $1) })
      choices = outcome.choices.enumerated().map { index, choice in
        Choice(
          trial: choice.trial, baseline: choice.baseline, difference: -choice.comparison.difference,
          interval: choice.comparison.interval.map { [-$0.upperBound, -$0.lowerBound] },
          verdict: choice.comparison.verdict, corpusRows: choice.decline.map(\.rows),
          corpusRecall: choice.decline.map(\.recall), model: paths[index])
      }
    }
  }

  private func text<T: Scalar>(_ outcome: RateSearch.Outcome<T>, _ columns: Int, _ saved: [(Int, String)])
    -> String
  {
    let tried =
      [
        [
          "bytes", "tried", "numbers", "recall@10", "in best 50", "SSE", "held out", "model MB", "fit s",
          "rows/s",
        ]
      ]
      + outcome.trials.map {
        [
          "\($0.bytes)", $0.name, "\($0.latent)", $0.recall.fixed(4), $0.recallAmong50.fixed(4),
          $0.ssePerSample.significant(4), $0.sseHeldOut.significant(4),
          (Double($0.sideBytes) / 1e6).fixed(1), $0.fitSeconds.fixed(1),
          $0.rowsPerSecond.significant(3),
        ]
      }
    let found =
      [["bytes", "chosen", "recall@10", "in best 50", "best pca", "above it", "95 % interval", "verdict"]]
      + outcome.choices.map { choice in
        let comparison = choice.comparison
        let isBaseline = choice.trial.name == choice.baseline.name
        return [
          "\(choice.trial.bytes)", choice.trial.name, choice.trial.recall.fixed(4),
          choice.trial.recallAmong50.fixed(4), "\(choice.baseline.name) \(choice.baseline.recall.fixed(4))",
          isBaseline ? "-" : String(format: "%+.4f", -comparison.difference),
          comparison.interval.flatMap {
            isBaseline ? nil : String(format: "%+.4f to %+.4f", -$0.upperBound, -$0.lowerBound)
          } ?? "-",
          isBaseline ? "the same" : comparison.verdict.rawValue,
        ]
      }
    let (fit, corpus, queries) = outcome.counts
    let last = outcome.choices[outcome.chosen]
    let decline = last.decline.map { "\($0.recall.fixed(4)) among \($0.rows)" }.joined(separator: ", ")
    let target = search.recall.map { target in
      last.trial.recall >= target
        ? "\nthe fewest bytes that reach \(target): \(last.trial.bytes)"
        : "\nno code reaches \(target); saved is the best, of \(last.trial.bytes) bytes"
    }
    let tolerance = Int((100 * (RateSearch.tolerance - 1)).rounded())
    return """
      \(data.name): \(fit) rows to learn from, \(corpus) to search, \(columns) columns, seed \(search.seed)

      \(TextTable(tried).aligned())

      by \(queries) other queries:

      \(TextTable(found).aligned())

      recall@10 of the \(last.trial.bytes) bytes by corpus size: \(decline)\(target ?? "")
      recall@10: share of the 10 nearest rows by cosine that are among the 10 nearest codes; the query is not rounded
      SSE of the corpus, of which \(fit) rows were learned from; held out: that of rows that were not, as of rows added later
      chosen: the highest recall by the other half of the queries, of the codes whose held-out SSE is within \(tolerance) % of the least
      in best 50: share of them among the 50 nearest codes: recall@10 once these are ordered by the original vectors
      \(saved.map { "saved to \($0.1)" }.joined(separator: "\n"))
      """
  }
}

/// A bar for work whose share that is done is known.
private final class ShareProgress {
  private let start = Date()
  private var lastShown = Date.distantPast

  func report(_ title: String, _ share: Double) -> Bool {
    let now = Date()
    if !Terminal.isQuiet, now.timeIntervalSince(lastShown) >= (Terminal.isInteractive ? 0.1 : 5),
      now.timeIntervalSince(start) > 0.3
    {
      lastShown = now
      Progress.draw("\(title)  \(Int(100 * share)) %", share: share)
    }
    return !Interrupt.isRequested
  }

  func clear() {
    if !Terminal.isQuiet, Terminal.isInteractive { Terminal.replaceLine("") }
  }
}
