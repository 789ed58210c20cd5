extension ComponentSelection {
  /// The number of components, nil where the rule does not apply; and what it asked.
  typealias Answer = (latent: Int?, note: String)

  /// The rows of one split, the spectrum of the training part, and what each rule says of them.
  struct Split<T: Scalar> {
    /// Of all training rows.
    let spectrum: Spectrum
    /// The training rows, or some of them.
    let sample: Matrix<T>
    let heldOut: Matrix<T>
    let settings: Settings
    let likelihood: HeldOutLikelihood
    /// nil where the settings have no target.
    let recall: RecallAnswer?

    init(_ spectrum: Spectrum, sample: Matrix<T>, heldOut: Matrix<T>, _ settings: Settings) throws {
      self.spectrum = spectrum
      self.sample = sample
      self.heldOut = heldOut
      self.settings = settings
      likelihood = try HeldOutLikelihood(spectrum, heldOut: heldOut, noise: .all)
      recall = try settings.recall.map {
        try Self.recall(spectrum, sample, heldOut, target: $0, seed: settings.seed)
      }
    }

    func suggestion(of rule: Rule) throws -> Suggestion {
      let (k, note) =
        switch rule {
        case .variance: spectrum.answer(ofVariance: settings.variance)
        case .minka: spectrum.answerOfMinka
        case .heldOutLikelihood: heldOutLikelihood()
        case .parallelAnalysis: try parallelAnalysis()
        case .hardThreshold: spectrum.answerOfHardThreshold
        case .recall: (recall?.latent, recall?.note ?? "")
        }
      return Suggestion(
        rule: rule, latent: k, varianceKept: k.map(spectrum.varianceKept),
        heldOutR2: k.flatMap { likelihood.r2[$0] },
        bytesPerVector: k.map { $0 * MemoryLayout<T>.stride },
        keepsMean: rule == .recall ? recall?.keepsMean : nil, note: note)
    }

    private func heldOutLikelihood() -> Answer {
      let note =
        switch likelihood.fewest {
        case _ where likelihood.unbounded != nil:
          "so many leave no noise and reproduce the held-out rows: the likelihood has no bound"
        case nil: "the training rows leave no variance to predict others by"
        case 0: "no k predicts held-out rows better than isotropic noise by two standard errors"
        default: "the fewest within one standard error of the largest likelihood of the held-out rows"
        }
      return (likelihood.fewest, note)
    }

    private func parallelAnalysis() throws -> Answer {
      var generator = SeededGenerator(seed: settings.seed)
      // Fewer rows have another spectrum, and chance makes more of it.
      let isAll = sample.rows == spectrum.samples
      let analysis = try ParallelAnalysis(
        isAll ? spectrum : Spectrum(wholeOf: sample), of: sample, permutations: settings.permutations,
        percentile: 0.95, using: &generator)
      let chance =
        "the 95th percentile of \(settings.permutations) permutations of the columns"
        + (isAll ? "" : " of \(sample.rows) rows, drawn at random")
      return (
        analysis.components,
        analysis.components == 0 ? "no component exceeds \(chance)" : "components that exceed \(chance)"
      )
    }

    /// What the rule of recall finds.
    struct RecallAnswer {
      /// k; nil where none reaches the target.
      let latent: Int?
      /// Whether the codes of k numbers keep the mean's projection; nil without k.
      let keepsMean: Bool?
      let note: String
    }

    /// The fewer numbers of codes that keep the mean's projection and codes that do not; of equal ones the former.
    private static func recall(
      _ spectrum: Spectrum, _ train: Matrix<T>, _ heldOut: Matrix<T>, target: Double, seed: UInt64
    ) throws -> RecallAnswer {
      guard heldOut.rows >= RecallRule.leastRows else {
        throw EigencoderError.invalidData(
          "expected at least \(RecallRule.leastRows) held-out rows to measure recall@\(RecallRule.neighbours) "
            + "on, got \(heldOut.rows)")
      }
      let search = RecallSearch(spectrum, train: train, heldOut: heldOut, seed: seed)
      let rank = spectrum.rank
      func text(_ k: Int, _ keepingMean: Bool) throws -> String {
        try search.ofCodes(k, keepingMean: keepingMean).fixed(3)
      }
      let kept = try search.smallest(reaching: target, limit: rank, keepingMean: true)
      let centred = try search.smallest(reaching: target, limit: rank, keepingMean: false)
      guard let k = [kept, centred].compactMap({ $0 }).min() else {
        let reached = try max(
          search.ofCodes(rank, keepingMean: true), search.ofCodes(rank, keepingMean: false))
        return RecallAnswer(
          latent: nil, keepsMean: nil,
          note: "no k reaches \(target): all \(rank) components keep \(reached.fixed(3)) of the neighbours")
      }
      let keepsMean = kept == k
      let other = try text(k, !keepsMean)
      return RecallAnswer(
        latent: k, keepsMean: keepsMean,
        note:
          "recall@\(RecallRule.neighbours) \(try text(k, keepsMean)) of \(search.queries) held-out rows among "
          + "\(search.rows) by the cosine of the codes, "
          + (keepsMean
            ? "which keep the mean's projection; \(other) around the mean"
            : "around the mean; \(other) where they keep its projection"))
    }
  }
}

// The rules that need the spectrum alone, and the number of rows.
extension Spectrum {
  /// The number of components, nil where the rule does not apply; and what it asked.
  typealias Answer = ComponentSelection.Answer

  /// The share of the variance that k components keep.
  func varianceKept(_ k: Int) -> Double { min(1, variances.prefix(k).reduce(0, +) / totalVariance) }

  func answer(ofVariance share: Double) -> Answer {
    (count(.explaining(share)), "the smallest k that keeps more than \(share) of the variance")
  }

  var answerOfMinka: Answer {
    guard samples >= mean.count else { return (nil, "needs as many training rows as columns") }
    let evidence = MinkaEvidence(variances: variances, samples: samples, noiseFloor: noiseFloor)
    return (
      evidence.best,
      evidence.exactRank != nil
        ? "so many leave nothing but rounding: the evidence has no bound"
        : evidence.best == nil
          ? "no k leaves noise and distinct variances" : "the largest evidence on the training rows"
    )
  }

  var answerOfHardThreshold: Answer {
    let k = SingularValueThreshold.count(
      variances: variances, rows: samples, columns: mean.count, noiseFloor: noiseFloor)
    let note =
      switch k {
      case nil: "half of the singular values or more are zero to rounding: no noise level to take from them"
      case 0: "no singular value exceeds the optimal threshold for white noise"
      default: "singular values above the optimal threshold for white noise"
      }
    return (k, note)
  }
}
