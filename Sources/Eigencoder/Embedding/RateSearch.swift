// Which code of so many bytes finds most of the true neighbours? For each rate (bytes a vector) every candidate is fitted, the
// whole corpus is encoded by it, and queries that are not in the corpus are searched: recall@10 is the share of the 10 nearest
// rows by cosine that are among the 10 nearest codes, the query unrounded. What is measured is read back from the bytes.
//
// Half of the queries choose the winner, the other half give its figures, so that these are not the best of several by chance.
// The winner is not fitted again: the model is the one that was measured.
//
// Codebooks know the rows that they were learned from better than others. The recall is of the corpus, which has been learned
// from (up to `fitLimit` rows); what rows of a later day lose is seen by the error of some rows of the corpus that are kept from
// the fits. So only those codes may win whose error of these is near the least.

/// A search for the best code at each of several numbers of bytes.
public struct RateSearch: Sendable {
  /// The bytes of a code, ascending.
  public var rates: [Int]
  /// The recall@10 to reach; the fewest bytes that do are chosen. nil: the most bytes.
  public var recall: Double?
  /// Whether rows are divided by their lengths first. For faiss they are in any case: it weighs the lengths of codes, and
  /// only those of equal rows are alike.
  public var normalizesInput = false
  /// Decides which rows are queries, samples, rotations, first codewords.
  public var seed: UInt64 = 1
  /// What searches the codes.
  public var engine: Engine = .any
  /// Of more rows, so many are learned from, drawn at random.
  public var fitLimit = 50_000
  /// Of more rows, recall is measured among so many, drawn at random.
  public var corpusLimit = 200_000

  /// The error of rows that were not learned from, over the least of all candidates, up to which one may win.
  package static let tolerance = 1.02
  /// Rows of the corpus that are not learned from and tell what such rows lose, at most.
  private static let mostHeldOut = 1000
  /// Rows that are taken out as queries, at most.
  package static let mostQueries = 1000

  /// A search engine, by the codes that it takes.
  public enum Engine: String, CaseIterable, Sendable {
    /// All codes: the search decodes them.
    case any
    /// Codes that an index of faiss holds: `EmbeddingPipeline.write(faissIndex:codes:)`. It takes a byte more for each.
    case faiss
  }

  /// A search at these rates.
  public init(rates: [Int]) { self.rates = rates.sorted() }

  /// A code and how well it did.
  public struct Trial: Codable, Equatable, Sendable {
    /// Bytes of a code.
    public let bytes: Int
    /// "pca f32", "rotated 2-bit", "additive 16 + trellis 16".
    public let name: String
    /// Numbers before they are quantised.
    public let latent: Int
    /// Bytes of the model, kept once beside all codes.
    public let sideBytes: Int
    /// recall@10 of the queries that choose, or in `Outcome.choices` of the others.
    public let recall: Double
    /// The share of the true 10 among the nearest 50 codes: recall@10 after these are ordered by the original vectors.
    public let recallAmong50: Double
    /// Mean squared error per row of what the codes decode to.
    public let ssePerSample: Double
    /// The same of rows of the corpus from which nothing was learned: of rows that are added later.
    public let sseHeldOut: Double
    /// Time to fit what no other candidate has fitted before.
    public let fitSeconds: Double
    /// Rows that were encoded in a second.
    public let rowsPerSecond: Double
  }

  /// What was found for one rate.
  public struct Choice<T: Scalar>: Sendable {
    /// The winner, as it was measured.
    public let pipeline: EmbeddingPipeline<T>
    /// Its figures by the queries that did not choose it.
    public let trial: Trial
    /// The best of plain components with their mean kept, as f32 or int8, by the same queries.
    public let baseline: Trial
    /// The winner's misses against the baseline's, query by query (paired bootstrap): `beats` means fewer.
    public let comparison: PairedComparison
    /// The winner's recall@10 among a quarter, half and all of the corpus.
    public let decline: [(rows: Int, recall: Double)]
  }

  /// What the search found.
  public struct Outcome<T: Scalar>: Sendable {
    /// One for each rate, ascending, up to the first that reaches the recall where one is asked for.
    public let choices: [Choice<T>]
    /// In the order in which they were tried.
    public let trials: [Trial]
    /// Which of the choices has the fewest bytes that reach the recall, or where none does the highest; without a target the last.
    public let chosen: Int
    /// Rows that the fits learned from, that were searched, and queries that gave the figures.
    public let counts: (fit: Int, corpus: Int, queries: Int)
    /// Whether most queries are rows of the corpus: then the recall is that of rows that were learned from, and too high.
    public let containsQueries: Bool
  }

  /// The best code at each rate for rows like those of `x`, n x d.
  ///
  /// - Parameters:
  ///   - x: the corpus.
  ///   - queries: q x d, not in the corpus; nil: 1,000 rows of x (a tenth, if that is fewer) are taken out as queries, and are
  ///     neither learned from nor searched.
  ///   - report: is called with each trial when it is done.
  ///   - found: is called with each choice when it is made, and its place among the rates.
  ///   - progress: is called during a long fit, with its name and the share that is done; false stops with an error.
  /// - Throws: `.invalidData` for fewer than 200 rows or 20 queries, `.invalidArgument` for a rate that no code has,
  ///   `.numericalFailure`.
  public func fitted<T: Scalar>(
    to x: Matrix<T>, queries: Matrix<T>? = nil, report: (Trial) -> Void = { _ in },
    found: (Choice<T>, _ index: Int) throws -> Void = { _, _ in },
    progress: (String, Double) -> Bool = { _, _ in true }
  ) throws -> Outcome<T> {
    guard !rates.isEmpty, rates.allSatisfy({ $0 >= 1 }) else {
      throw EigencoderError.invalidArgument("expected rates of at least 1 byte, got \(rates)")
    }
    if let most = rates.last, most > 4 * x.columns {
      throw EigencoderError.invalidArgument(
        "no code of \(most) bytes: all \(x.columns) numbers of a row as f32 take \(4 * x.columns)")
    }
    guard x.rows >= 200 else {
      throw EigencoderError.invalidData("a search by bytes needs at least 200 rows, got \(x.rows)")
    }
    var generator = SeededGenerator(seed: seed)
    let (corpus, asked) = try split(x, queries, using: &generator)
    // A twentieth of the rows, and all beyond the limit, are not learned from; some of them tell what others lose.
    let heldOut = generator.sample(min(Self.mostHeldOut, corpus.rows / 20), of: corpus.rows)
    let others = Set(heldOut)
    let rest = (0..<corpus.rows).filter { !others.contains($0) }
    let learned = corpus.selecting(rows: generator.sample(fitLimit, of: rest.count).map { rest[$0] })
    let trialData = TrialData(
      corpus: corpus, queries: asked, heldOut: corpus.selecting(rows: heldOut), engine)
    let fits = CodeFits(learned, normalizesInput: normalizesInput || engine == .faiss, seed: seed)
    var trials: [Trial] = []
    var choices: [Choice<T>] = []
    for rate in rates {
      var tried: [(measured: Measured<T>, pipeline: EmbeddingPipeline<T>)] = []
      var plain: Measured<T>?
      for candidate in fits.candidates(bytes: rate, engine) {
        let start = ContinuousClock.now
        let pipeline = try fits.pipeline(candidate, bytes: rate, progress: progress)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let measured: Measured<T>
        do {
          measured = try trialData.measure(pipeline, candidate.name(bytes: rate), seconds: seconds)
        } catch  where candidate.isPlain {
          // f16 does not hold codes beyond 65504, nor f32 all those of f64.
          continue
        }
        trials.append(measured.choosing)
        report(measured.choosing)
        if candidate.isPlain, measured.choosing.recall > plain?.choosing.recall ?? -1 { plain = measured }
        // What the engine does not take is there to be compared with.
        if candidate.isTaken(by: engine, bytes: rate) { tried.append((measured, pipeline)) }
      }
      let least = tried.reduce(.infinity) { min($0, $1.measured.choosing.sseHeldOut) }
      let best = tried.filter { $0.measured.choosing.sseHeldOut <= Self.tolerance * least }
        .max { $0.measured.choosing.recall < $1.measured.choosing.recall }
      guard let best, let plain else {
        throw EigencoderError.invalidArgument(
          "no code of \(rate) bytes holds the numbers of these rows"
            + (engine == .any ? "" : " for \(engine)"))
      }
      choices.append(
        Choice(
          pipeline: best.pipeline, trial: best.measured.judging, baseline: plain.judging,
          comparison: PairedComparison(
            of: best.measured.misses, against: plain.misses, bootstrap: PairedComparison.Bootstrap(seed: seed)
          ),
          decline: try trialData.decline(best.pipeline, best.measured.codes) + [
            (corpus.rows, best.measured.judging.recall)
          ]))
      try found(choices[choices.count - 1], choices.count - 1)
      // More bytes than are needed are not looked at.
      if let recall, best.measured.judging.recall >= recall { break }
    }
    let reaching = recall.flatMap { target in choices.firstIndex { $0.trial.recall >= target } }
    // Of what does not reach it, the best; without a target, the most bytes.
    let highest = choices.indices.reduce(0) {
      choices[$1].trial.recall > choices[$0].trial.recall ? $1 : $0
    }
    return Outcome(
      choices: choices, trials: trials, chosen: reaching ?? (recall == nil ? choices.count - 1 : highest),
      counts: (learned.rows, corpus.rows, trialData.judgingCount),
      containsQueries: trialData.containsQueries)
  }

  /// The corpus and the queries.
  private func split<T: Scalar>(
    _ x: Matrix<T>, _ queries: Matrix<T>?, using generator: inout SeededGenerator
  ) throws -> (Matrix<T>, Matrix<T>) {
    if let queries {
      try queries.requireRows(of: x.columns, what: "queries")
      guard queries.rows >= 20 else {
        throw EigencoderError.invalidData("expected at least 20 queries, got \(queries.rows)")
      }
      return (
        x.rows > corpusLimit ? x.selecting(rows: generator.sample(corpusLimit, of: x.rows)) : x, queries
      )
    }
    let order = generator.permutation(x.rows).map(Int.init)
    let count = min(Self.mostQueries, x.rows / 10)
    let rest = order.dropFirst(count).prefix(corpusLimit).sorted()
    return (x.selecting(rows: rest), x.selecting(rows: order.prefix(count).sorted()))
  }
}

/// A trial by both halves of the queries.
private struct Measured<T: Scalar> {
  let choosing: RateSearch.Trial
  let judging: RateSearch.Trial
  /// 1 - recall@10 of each judging query.
  let misses: [Double]
  /// The codes of the corpus.
  let codes: StoredCodes<T>
}

/// The corpus, the queries, and what is nearest to them. Even queries choose, odd ones judge.
private struct TrialData<T: Scalar> {
  private static var neighbours: Int { 10 }
  private static var list: Int { 50 }
  private let corpus: Matrix<T>
  private let queries: Matrix<T>
  private let heldOut: Matrix<T>
  private let engine: RateSearch.Engine
  private let truth: [[CosineSearch<T>.Hit]]

  init(corpus: Matrix<T>, queries: Matrix<T>, heldOut: Matrix<T>, _ engine: RateSearch.Engine) {
    self.corpus = corpus
    self.queries = queries
    self.heldOut = heldOut
    self.engine = engine
    truth = CosineSearch(corpus).nearest(Self.neighbours, to: queries)
  }

  var judgingCount: Int { queries.rows / 2 }

  /// Those of the numbers that belong to queries of a parity.
  private func half<Value>(_ values: [Value], _ parity: Int) -> [Value] {
    stride(from: parity, to: values.count, by: 2).map { values[$0] }
  }

  func measure(_ pipeline: EmbeddingPipeline<T>, _ name: String, seconds: Double) throws -> Measured<T> {
    let start = ContinuousClock.now
    let stored = try pipeline.storedCodes(of: corpus)
    let encoding = (ContinuousClock.now - start) / .seconds(1)
    let found = nearest(Self.list, to: queries, pipeline, stored)
    let near = CosineSearch.recalls(of: found, truth: truth, among: Self.neighbours)
    let wide = CosineSearch.recalls(of: found, truth: truth, among: Self.list)
    let error = pipeline.squaredError(on: corpus, codes: stored.codes)
    let otherError = pipeline.squaredError(on: heldOut, codes: try pipeline.storedCodes(of: heldOut).codes)
    func trial(_ parity: Int) -> RateSearch.Trial {
      RateSearch.Trial(
        bytes: pipeline.bytesPerVector, name: name, latent: pipeline.latent,
        sideBytes: 4 * pipeline.parameterCount, recall: half(near, parity).mean,
        recallAmong50: half(wide, parity).mean, ssePerSample: error, sseHeldOut: otherError,
        fitSeconds: seconds, rowsPerSecond: Double(corpus.rows) / max(encoding, 1e-9))
    }
    return Measured(
      choosing: trial(0), judging: trial(1), misses: half(near, 1).map { 1 - $0 }, codes: stored)
  }

  /// What the engine finds.
  private func nearest(
    _ limit: Int, to queries: Matrix<T>, _ pipeline: EmbeddingPipeline<T>, _ codes: StoredCodes<T>
  ) -> [[CosineSearch<T>.Hit]] {
    switch engine {
    case .any: pipeline.nearest(limit, to: queries, codes: codes)
    case .faiss: pipeline.faissNearest(limit, to: queries, codes: codes)
    }
  }

  /// Whether half of the queries have a row of the corpus in their very direction: they are rows of it.
  var containsQueries: Bool {
    let lengths = queries.rowSquares.map { $0.squareRoot() }
    let found = zip(truth, lengths).count { ($0.first?.score ?? 0) > (1 - 1e-6) * $1 && $1 > 0 }
    return 2 * found > queries.rows
  }

  /// The recall of the judging queries among a quarter and half of the rows of the corpus, spread evenly.
  func decline(_ pipeline: EmbeddingPipeline<T>, _ codes: StoredCodes<T>) throws -> [(
    rows: Int, recall: Double
  )] {
    let judging = queries.selecting(rows: half(Array(0..<queries.rows), 1))
    return try [4, 2].map { share in
      let limit = max(Self.neighbours + 1, corpus.rows / share)
      let rows = corpus.evenlySpaced(limit)
      let truth = CosineSearch(rows).nearest(Self.neighbours, to: judging)
      let found = nearest(Self.neighbours, to: judging, pipeline, try codes.evenlySpaced(limit))
      return (rows.rows, CosineSearch.recalls(of: found, truth: truth, among: Self.neighbours).mean)
    }
  }
}
