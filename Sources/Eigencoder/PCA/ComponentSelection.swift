// How long should the code be? Every rule answers a question of its own, on the same split of the rows:
//   variance             how many components keep a share of the variance (0.95)?
//   minka                which k is most probable under probabilistic PCA, on the training rows?
//   heldOutLikelihood    how many components help to predict rows that were not fitted, under probabilistic PCA?
//   parallelAnalysis     how many components exceed what unconnected columns show by chance?
//   hardThreshold        which truncation loses least if the rest is white noise (Gavish & Donoho)?
//   recall               how many components keep the nearest neighbours of held-out rows?
// `Recommendation` says which one is followed, and why.

/// What the rules for the number of components say of some data, and the one to follow.
public struct ComponentSelection: Codable, Equatable, Sendable {
  /// A rule, under its name in reports.
  public enum Rule: String, CaseIterable, Codable, Sendable {
    /// The fewest components that keep more than a share of the variance.
    case variance
    /// The largest evidence under probabilistic PCA (Minka 2000), scikit-learn's `n_components="mle"`.
    case minka
    /// The fewest components whose likelihood of the held-out rows, under probabilistic PCA, is within one
    /// standard error of the largest.
    case heldOutLikelihood = "held-out-likelihood"
    /// The components that exceed what unconnected columns show by chance (Horn 1965).
    case parallelAnalysis = "parallel-analysis"
    /// The singular values above the optimal threshold for white noise (Gavish & Donoho 2014).
    case hardThreshold = "hard-threshold"
    /// The fewest components found whose codes, with the mean's projection or without, keep a share of the nearest neighbours of
    /// held-out rows.
    case recall
  }

  /// What to ask of the rules.
  public struct Settings: Equatable, Sendable {
    /// The share of the variance to exceed, in (0, 1).
    public var variance: Double
    /// The recall@10 of held-out rows among all rows to reach, in (0, 1]; nil leaves that rule out.
    public var recall: Double?
    /// The fraction of the rows that are held out, in (0, 1).
    public var holdOut: Double
    /// The number of permutations in parallel analysis, at least 1.
    public var permutations: Int
    /// Decides the split, the permutations, and which rows take part where there are too many.
    public var seed: UInt64

    /// By default 0.95 of the variance, no target for recall, a fifth of the rows held out.
    public init(
      variance: Double = 0.95, recall: Double? = nil, holdOut: Double = 0.2, permutations: Int = 20,
      seed: UInt64 = 1
    ) {
      self.variance = variance
      self.recall = recall
      self.holdOut = holdOut
      self.permutations = permutations
      self.seed = seed
    }

    func validate() throws {
      guard variance > 0, variance < 1 else {
        throw EigencoderError.invalidArgument("expected a share of variance between 0 and 1, got \(variance)")
      }
      if let recall, !(recall > 0 && recall <= 1) {
        throw EigencoderError.invalidArgument("expected a recall above 0 and up to 1, got \(recall)")
      }
      guard permutations >= 1 else {
        throw EigencoderError.invalidArgument("expected at least 1 permutation, got \(permutations)")
      }
    }
  }

  /// What one rule says.
  public struct Suggestion: Codable, Equatable, Sendable {
    /// Which rule says it.
    public let rule: Rule
    /// The number of components, k; 0 when no component passes, nil when the rule does not apply.
    public let latent: Int?
    /// The share of the training rows' variance that k components keep.
    public let varianceKept: Double?
    /// 1 - squared error over squared distance to the training mean, on the held-out rows.
    public let heldOutR2: Double?
    /// The bytes of a code of k numbers in the precision of the data, as `fit pca` and `encode` write it.
    public let bytesPerVector: Int?
    /// Of `recall`, whether the codes that reach the target keep the mean's projection (`PCA.keepsMean`); nil of other rules,
    /// which do not depend on it.
    public let keepsMean: Bool?
    /// What the rule asks, or why it has no answer.
    public let note: String
  }

  /// The number of components to take.
  public struct Recommendation: Codable, Equatable, Sendable {
    /// k, at least 1; nil when no code reaches what was asked, and when there is nothing to shorten.
    public let latent: Int?
    /// The rule that decided.
    public let rule: Rule
    /// Whether the codes have to keep the mean's projection (`PCA.keepsMean`) to have what the rule found.
    public let keepsMean: Bool
    /// Why this rule decided, and what its k keeps.
    public let reason: String
  }

  /// The number of rows that were fitted.
  public let train: Int
  /// The number of rows that were held out from the fit.
  public let heldOut: Int
  /// d, the columns of the data.
  public let columns: Int
  /// The number of variances above the rounding of the data.
  public let rank: Int
  /// What the rules say that were asked, in the order of `Rule.allCases`.
  public let rules: [Suggestion]
  /// The rule to follow, and its k.
  public let recommendation: Recommendation

  /// Applies rules to `data`, split at random as `Matrix.split` does.
  ///
  /// Cost: one eigendecomposition in f64, n d^2 / 2 + 4 d^3. `parallelAnalysis` takes as much again for each
  /// permutation, in the precision of the data and of at most 16,384 training rows; `recall` takes about 2 log2 d neighbour searches of at most
  /// 1,024 held-out rows among at most 16,384.
  /// - Parameters:
  ///   - data: n x d, at least 3 rows.
  ///   - settings: what to ask of the rules.
  ///   - rules: the rules to ask, nil for all. `variance` and `heldOutLikelihood` are always asked, for the
  ///     recommendation needs them, and `recall` exactly when the settings have a target.
  /// - Throws: `EigencoderError.invalidArgument` for settings out of range; `.invalidData` for fewer than 3
  ///   rows, no column, entries that are not finite, no variance, or fewer than 21 held-out rows where recall
  ///   is asked; `.numericalFailure` from LAPACK.
  public init<T: Scalar>(
    of data: Matrix<T>, settings: Settings = Settings(), rules: Set<Rule>? = nil
  ) throws {
    try settings.validate()
    try Self.validate(rows: data.rows, columns: data.columns)
    try data.requireFinite()
    let (train, heldOut) = try data.split(holdOut: settings.holdOut, seed: settings.seed)
    guard train.rows >= 2 else { throw Self.tooFew(train.rows) }
    let split = try Split(
      Spectrum(wholeOf: train),
      sample: train.sample(Self.sampleRows, seed: settings.seed),
      heldOut: heldOut, settings)
    try self.init(split, rules)
  }

  /// Applies rules to the rows of a file, which need not fit into memory: as to rows in memory, but that no more than 65,536 are
  /// held out.
  ///
  /// Cost: one pass with products in f64, two where these do not resolve all variances; the rows that are held out, and
  /// 16,384 others, are in memory.
  /// - Parameters:
  ///   - file: one sample a row, at least 3.
  ///   - type: the precision that holds the numbers.
  ///   - settings: what to ask of the rules.
  ///   - rules: the rules to ask, nil for all.
  ///   - progress: is called after every block with the reader, which says how far it is.
  /// - Throws: what `init(of:settings:rules:)` throws, and what reading does.
  public init<T: Scalar>(
    ofRowsOf file: RowFile, as type: T.Type, settings: Settings = Settings(), rules: Set<Rule>? = nil,
    progress: (RowReader) -> Void = { _ in }
  ) throws {
    try settings.validate()
    try Self.validate(rows: file.rows, columns: file.columns)
    let heldOut = try HoldOut.heldOut(
      count: file.rows, fraction: settings.holdOut, seed: settings.seed, atMost: HoldOut.enough)
    let train = file.leavingOut(heldOut)
    guard train.rows >= 2 else { throw Self.tooFew(train.rows) }
    let spectrum = try Spectrum(wholeOfRowsIn: { try train.reader() }, as: T.self, progress)
    let sample: Matrix<T> = try train.sample(Self.sampleRows, seed: settings.seed)
    let split = try Split(spectrum, sample: sample, heldOut: file.selecting(rows: heldOut), settings)
    try self.init(split, rules)
  }

  /// Training rows that parallel analysis and the search for neighbours look at, drawn at random of more.
  private static let sampleRows = RecallRule.mostRows

  private static func validate(rows: Int, columns: Int) throws {
    guard columns >= 1 else {
      throw EigencoderError.invalidData("expected at least 1 column to choose from, got none")
    }
    guard rows >= 3 else {
      throw EigencoderError.invalidData(
        "expected at least 3 rows to choose a size by, 2 to fit and 1 to hold out, got \(rows)")
    }
  }

  private static func tooFew(_ rows: Int) -> EigencoderError {
    .invalidData("expected at least 2 rows that are not held out, got \(rows)")
  }

  private init<T: Scalar>(_ split: Split<T>, _ rules: Set<Rule>?) throws {
    guard split.spectrum.rank > 0 else {
      throw EigencoderError.invalidData(
        "expected rows that differ, got \(split.spectrum.samples) that are equal to rounding")
    }
    var asked = (rules ?? Set(Rule.allCases)).union([.variance, .heldOutLikelihood])
    if split.settings.recall == nil { asked.remove(.recall) } else { asked.insert(.recall) }
    let suggestions = try Rule.allCases.filter(asked.contains).map { try split.suggestion(of: $0) }
    train = split.spectrum.samples
    heldOut = split.heldOut.rows
    columns = split.spectrum.mean.count
    rank = split.spectrum.rank
    self.rules = suggestions
    recommendation = try Recommendation(suggestions, on: split)
  }

  /// What `rule` says; nil when it was not asked.
  public subscript(rule: Rule) -> Suggestion? { rules.first { $0.rule == rule } }
}
