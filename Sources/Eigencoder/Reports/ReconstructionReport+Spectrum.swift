extension ReconstructionReport {
  /// The variances along the principal components of the training rows, and how many of them to keep.
  public struct Spectrum: Codable, Equatable, Sendable {
    /// What a rule for the number of components says.
    public struct Suggestion: Codable, Equatable, Sendable {
      /// Its name in reports: `ComponentSelection.Rule`.
      public let rule: String
      /// nil when the rule does not apply, 0 when no component passes.
      public let latent: Int?
      /// What it asks, in words.
      public let note: String
    }

    /// Largest first, denominator n - 1.
    public private(set) var variances: [Double]
    /// Of all components, those not listed too.
    public private(set) var totalVariance: Double
    /// The variances that columns without connection show by chance; see `ParallelAnalysis`.
    public private(set) var chance: [Double]?
    /// In the order in which a page lists them.
    public private(set) var suggestions: [Suggestion] = []
    /// The rule to follow, one of the suggestions, and why.
    public private(set) var recommended: Suggestion?
  }
}

extension ReconstructionReport.Spectrum {
  /// The variances of the training rows, and every rule of `ComponentSelection` that needs no target.
  ///
  /// At most 1,024 variances. Parallel analysis, which costs as much as 20 fits, is left out above 1e12
  /// flops, some 5 to 20 s.
  /// - Parameters:
  ///   - train: the rows whose variances are shown.
  ///   - data: what the rules split into rows to fit and rows to predict: `train` and what was held out of
  ///     it, where the split is by the same `holdOut` and `seed`.
  ///   - holdOut: the fraction that the rules hold out, in (0, 1).
  ///   - seed: of the split and the permutations.
  /// - Throws: what `PCA.fitted(to:)` throws.
  public init<T: Scalar>(of train: Matrix<T>, data: Matrix<T>, holdOut: Double, seed: UInt64) throws {
    try self.init(of: .memory(train), data: .memory(data), holdOut: holdOut, seed: seed)
  }

  /// The same of rows in memory or in a file; of a file without parallel analysis.
  package init<T: Scalar>(of train: Samples<T>, data: Samples<T>, holdOut: Double, seed: UInt64) throws {
    let pca = try train.principalComponents(PCA(latent: min(train.rows, train.columns, 1024)))
    (variances, totalVariance) = (pca.explainedVariance, pca.totalVariance)
    let settings = ComponentSelection.Settings(holdOut: holdOut, seed: seed)
    let rules = Set(ComponentSelection.Rule.allCases).subtracting([.parallelAnalysis, .recall])
    // Data that leave no rule an answer have a spectrum all the same.
    guard let selection = try? data.componentSelection(settings, rules) else { return }
    suggestions = selection.rules.map { Suggestion(rule: $0.rule.rawValue, latent: $0.latent, note: $0.note) }
    recommended = Suggestion(
      rule: selection.recommendation.rule.rawValue, latent: selection.recommendation.latent,
      note: selection.recommendation.reason)
    if case .memory(let train) = train { try addParallelAnalysis(of: train, settings) }
  }

  private mutating func addParallelAnalysis<T: Scalar>(
    of train: Matrix<T>, _ settings: ComponentSelection.Settings
  ) throws {
    let (n, d) = (Double(train.rows), Double(train.columns))
    let small = min(n, d)
    guard Double(settings.permutations) * (n * d * small / 2 + 4 * small * small * small / 3) <= 1e12 else {
      return
    }
    var generator = SeededGenerator(seed: settings.seed)
    let analysis = try ParallelAnalysis(of: train, permutations: settings.permutations, using: &generator)
    chance = Array(analysis.chance.prefix(variances.count))
    let place = suggestions.firstIndex { $0.rule == ComponentSelection.Rule.hardThreshold.rawValue }
    suggestions.insert(
      Suggestion(
        rule: ComponentSelection.Rule.parallelAnalysis.rawValue, latent: analysis.components,
        note:
          "components above chance: the 95th percentile of \(settings.permutations) permutations of the "
          + "columns"
      ), at: place ?? suggestions.count)
  }
}
