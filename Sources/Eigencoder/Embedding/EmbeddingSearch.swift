// Which pipeline keeps most neighbours? A fifth of the rows, drawn by the seed, is held out from every fit
// and measures recall@10 by cosine and the squared error. On the others:
//   1. Where the length is to be found: bisection over the multiples of 4 for the shortest trained linear map
//      that reaches the recall; the longest where none does.
//   2. At that length every `Candidate` is fitted. Recalls within 0.005 of the highest differ by little more
//      than chance; of these candidates the one with the least squared error wins.
//   3. Of the types of stored numbers, the one of the fewest bytes whose recall is within 0.005 of f32's.
//   4. The winner is fitted again, to all rows.

/// A search for the embedding pipeline that keeps most neighbours.
public struct EmbeddingSearch: Sendable {
  /// k; nil for the shortest that reaches `recall`.
  public var latent: Int?
  /// The recall@10 to reach where k is not given.
  public var recall = 0.95
  /// How codes are stored; nil for the fewest bytes that lose no more than 0.005 of recall.
  public var type: CodeType?
  /// Whether rows are divided by their lengths.
  public var normalizesInput = false
  /// Whether codes are divided by their lengths.
  public var normalizesCode = false
  /// Decides the split, the weights and the order of the rows.
  public var seed: UInt64 = 1
  /// Of more rows, so many take part in the search, drawn at random. The winner is fitted to all.
  public var rowLimit = 20_000

  /// A search for codes of `latent` numbers; nil to look for their number too.
  public init(latent: Int? = nil) { self.latent = latent }

  /// A pipeline and how well it did on held-out rows.
  public struct Trial: Codable, Equatable, Sendable {
    /// "pca, mean kept", "linear", ...
    public let name: String
    /// k
    public let latent: Int
    /// How the codes are stored.
    public let type: CodeType
    /// recall@10 among the held-out rows: of the nearest by cosine, those that are nearest among the stored codes, by the cosine
    /// of the stored numbers, of bits by the number that differ (of equal ones the first row).
    public let recall: Double
    /// The mean squared error per row of what the stored codes decode to; of rows divided by their lengths where the
    /// pipeline does that.
    public let ssePerSample: Double
    /// The bytes of a stored code.
    public let bytesPerVector: Int
    /// What the fit took; 0 where only the type is another.
    public let seconds: Double
  }

  /// What the search found.
  public struct Outcome<T: Scalar>: Sendable {
    /// The winner, fitted to all rows.
    public let pipeline: EmbeddingPipeline<T>
    /// For comparison, centred PCA of the same length, fitted to all rows.
    public let baseline: EmbeddingPipeline<T>
    /// For comparison, the same PCA with the mean's projection kept, which is the better of the two for a search.
    public let meanKeptBaseline: EmbeddingPipeline<T>
    /// In the order in which they were tried.
    public let trials: [Trial]
    /// Why this one won, in a line.
    public let reason: String
  }

  /// Recalls that differ by no more count as the same.
  private static let tie = 0.005

  /// The best pipeline for rows like those of `x`, n x d.
  ///
  /// - Parameters:
  ///   - x: the training rows.
  ///   - report: is called with each trial when it is done.
  ///   - progress: is called during a training, with its name; false stops the search with an error.
  /// - Throws: `.invalidData` for fewer than 100 rows, `.invalidArgument` for a k that does not fit,
  ///   `.numericalFailure`.
  public func fitted<T: Scalar>(
    to x: Matrix<T>, report: (Trial) -> Void = { _ in }, progress: ((String, TrainingProgress) -> Bool)? = nil
  ) throws -> Outcome<T> {
    // Of a fifth, each row needs its 10 nearest among the others.
    guard x.rows >= 100 else {
      throw EigencoderError.invalidData("a search needs at least 100 rows to learn from, got \(x.rows)")
    }
    var generator = SeededGenerator(seed: seed)
    let drawn = x.rows <= rowLimit ? x : x.selecting(rows: generator.sample(rowLimit, of: x.rows))
    let (train, rest) = try drawn.split(holdOut: 0.2, seed: seed)
    let limit = min(train.rows, train.columns)
    if let latent, latent < 1 || latent > limit {
      throw EigencoderError.invalidArgument(
        "a code of \(latent) from \(train.rows) rows of \(x.columns) columns: 1 to \(limit)")
    }
    let heldOut = try HeldOutRows(rest)
    var trials: [Trial] = []
    func add(_ trial: Trial) {
      trials.append(trial)
      report(trial)
    }
    func attempt(_ candidate: Candidate, _ k: Int) throws -> (EmbeddingPipeline<T>, Trial) {
      let start = ContinuousClock.now
      let pipeline = try fitted(candidate, latent: k, to: train, progress)
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let trial = try heldOut.trial(candidate.name, pipeline, seconds: seconds)
      add(trial)
      return (pipeline, trial)
    }
    let k = try latent ?? shortest(limit) { try attempt(.network(isLinear: true), $0).1.recall }
    let tried = try Candidate.all.map { candidate in
      let (pipeline, trial) = try attempt(candidate, k)
      return (candidate: candidate, pipeline: pipeline, trial: trial)
    }
    let highest = tried.reduce(0) { max($0, $1.trial.recall) }
    let near = tried.filter { $0.trial.recall >= highest - Self.tie }
    let winner = near.reduce(near[0]) { $1.trial.ssePerSample < $0.trial.ssePerSample ? $1 : $0 }
    var type = self.type ?? .f32
    for candidate in CodeType.allCases where candidate != .f32 {
      // f16 does not hold codes beyond 65504.
      guard let trial = try? heldOut.trial(winner.candidate.name, winner.pipeline.stored(as: candidate))
      else { continue }
      add(trial)
      if self.type == nil, trial.recall >= winner.trial.recall - Self.tie { type = candidate }
    }
    let reason =
      "\(winner.candidate.name) has the least error of those within \(Self.tie) of the highest recall, "
      + "\(highest.fixed(4)), among \(rest.rows) rows held out of the training rows, and \(type.rawValue) is "
      + (self.type == nil ? "the smallest type within 0.005 of f32" : "the type asked for")
      + (latent == nil && winner.trial.recall < recall ? "; no code reached \(recall)" : "")
    var plain = self
    plain.normalizesCode = false
    let baseline = try plain.fitted(.centredPCA, latent: k, to: x, nil)
    return Outcome(
      pipeline: try fitted(winner.candidate, latent: k, to: x, progress).stored(as: type), baseline: baseline,
      // The same components.
      meanKeptBaseline: EmbeddingPipeline(
        baseline.reduction, codesOf: x, keepsMean: true, normalizesInput: normalizesInput),
      trials: trials, reason: reason)
  }

  /// The smallest multiple of 4 (or `limit`) whose recall reaches the target, by bisection.
  private func shortest(_ limit: Int, recall measure: (Int) throws -> Double) rethrows -> Int {
    let sizes = Array(stride(from: 4, to: limit, by: 4)) + [limit]
    var (low, high) = (0, sizes.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if try measure(sizes[middle]) >= recall { high = middle } else { low = middle + 1 }
    }
    return sizes[low]
  }
}
