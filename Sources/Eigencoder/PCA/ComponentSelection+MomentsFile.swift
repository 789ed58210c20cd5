// Of rows that are known by their moments, the rules answer that ask the spectrum alone: of all rows, for none can be held out.

extension ComponentSelection {
  /// Applies the rules that need no rows, `variance`, `minka` and `hardThreshold`; the others have no answer and say so. O(d^3)
  ///
  /// `heldOut` is 0, and no suggestion has an R2 of held-out rows. The share of the variance decides.
  /// - Parameters:
  ///   - file: moments of at least two rows.
  ///   - settings: what to ask; with a target for recall nothing is recommended.
  /// - Throws: `EigencoderError.invalidArgument` for settings out of range; `.invalidData` for fewer than 2 rows or no variance;
  ///   `.numericalFailure` from LAPACK.
  public init(of file: MomentsFile, settings: Settings = Settings()) throws {
    try settings.validate()
    let all = PCA(explaining: settings.variance)
    let (n, d) = (file.moments.count, file.moments.mean.count)
    try all.validate(rows: n, columns: d)
    try PCA(all.size, route: .covariance).requireMemory(
      rows: n, columns: d, of: Double.self, data: Double.self, isFit: false)
    let spectrum = try Spectrum(file, size: all.size)
    guard spectrum.rank > 0, !spectrum.isConstant else {
      throw EigencoderError.invalidData("expected rows that differ, got \(n) that are equal to rounding")
    }
    let bytes = file.precision == .f32 ? MemoryLayout<Float>.stride : MemoryLayout<Double>.stride
    let asked = Rule.allCases.filter { $0 != .recall || settings.recall != nil }
    rules = asked.map { rule in
      let (k, note) = spectrum.answer(of: rule, file, settings)
      return Suggestion(
        rule: rule, latent: k, varianceKept: k.map(spectrum.varianceKept), heldOutR2: nil,
        bytesPerVector: k.map { $0 * bytes }, keepsMean: nil, note: note)
    }
    train = n
    heldOut = 0
    columns = d
    rank = spectrum.rank
    let byVariance = spectrum.answer(of: .variance, file, settings)
    if let target = settings.recall {
      recommendation = Recommendation(
        latent: nil, rule: .recall, keepsMean: false,
        reason:
          "whether a code keeps recall@\(RecallRule.neighbours) of \(target) only rows can tell (--data)")
    } else if let k = byVariance.latent {
      recommendation = Recommendation(
        latent: k, rule: .variance, keepsMean: false,
        reason:
          "it keeps \(spectrum.varianceKept(k).fixed(3)) of the variance; whether all of these components help to "
          + "predict other rows only rows can tell (--data)")
    } else {
      recommendation = Recommendation(
        latent: nil, rule: .variance, keepsMean: false, reason: byVariance.note)
    }
  }
}

extension Spectrum {
  fileprivate func answer(
    of rule: ComponentSelection.Rule, _ file: MomentsFile, _ settings: ComponentSelection.Settings
  ) -> Answer {
    let unresolved: Answer = (
      nil,
      "products in \(file.products.rawValue) do not resolve the variances it asks for: \(file.products.remedy)"
    )
    /// Products in f64 leave small variances to the noise floor, as of rows.
    func resolves(_ k: Int) -> Bool {
      file.products == .f64 || firstUnresolved(of: k, by: file, andRest: true) == nil
    }
    switch rule {
    case .variance:
      let answer = answer(ofVariance: settings.variance)
      // What is recommended can be fitted.
      return resolves(answer.latent ?? 1) ? answer : unresolved
    case .minka: return resolves(variances.count) ? answerOfMinka : unresolved
    case .hardThreshold: return resolves(variances.count) ? answerOfHardThreshold : unresolved
    case .heldOutLikelihood: return (nil, "needs the rows, of which some are held out")
    case .parallelAnalysis: return (nil, "needs the rows, whose columns it permutes")
    case .recall: return (nil, "needs the rows, whose neighbours it compares")
    }
  }
}
