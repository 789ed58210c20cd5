extension ComponentSelection {
  /// Applies one rule after the other to one spectrum.
  struct Judge<T: Scalar> {
    let spectrum: Spectrum
    let train: Matrix<T>
    let heldOut: Matrix<T>
    let settings: Settings
    let likelihood: HeldOutLikelihood

    init(_ spectrum: Spectrum, train: Matrix<T>, heldOut: Matrix<T>, _ settings: Settings) throws {
      self.spectrum = spectrum
      self.train = train
      self.heldOut = heldOut
      self.settings = settings
      likelihood = try HeldOutLikelihood(spectrum, heldOut: heldOut, noise: .all)
    }

    func verdict(of rule: Rule) throws -> Verdict {
      switch rule {
      case .variance: variance()
      case .minka: minka()
      case .heldOutLikelihood: heldOutLikelihood()
      case .parallelAnalysis: try parallelAnalysis()
      case .hardThreshold: hardThreshold()
      case .recall: try recall(settings.recall!)
      }
    }

    private func verdict(_ rule: Rule, _ k: Int?, _ note: String) -> Verdict {
      Verdict(
        rule: rule, latent: k, varianceKept: k.map(varianceKept), heldOutR2: k.flatMap { likelihood.r2[$0] },
        bytesPerVector: k.map { $0 * MemoryLayout<T>.stride }, note: note)
    }

    func varianceKept(_ k: Int) -> Double {
      min(1, spectrum.variances.prefix(k).reduce(0, +) / spectrum.totalVariance)
    }

    private func variance() -> Verdict {
      verdict(
        .variance, spectrum.count(explaining: settings.variance),
        "the smallest k that keeps more than \(settings.variance) of the variance")
    }

    private func minka() -> Verdict {
      guard train.rows >= train.columns else {
        return verdict(.minka, nil, "needs as many training rows as columns")
      }
      let evidence = MinkaEvidence(
        variances: spectrum.variances, samples: train.rows, noiseFloor: spectrum.noiseFloor)
      return verdict(
        .minka, evidence.best,
        evidence.best == nil
          ? "no k leaves noise and distinct variances" : "the largest evidence on the training rows")
    }

    private func heldOutLikelihood() -> Verdict {
      let note =
        switch likelihood.fewest {
        case nil: "the training rows leave no variance to predict others by"
        case 0: "no k predicts held-out rows better than isotropic noise by two standard errors"
        default: "the fewest within one standard error of the largest likelihood of the held-out rows"
        }
      return verdict(.heldOutLikelihood, likelihood.fewest, note)
    }

    private func parallelAnalysis() throws -> Verdict {
      var generator = SeededGenerator(seed: settings.seed)
      let analysis = try ParallelAnalysis(
        spectrum, of: train, permutations: settings.permutations, percentile: 0.95, using: &generator)
      let chance = "the 95th percentile of \(settings.permutations) permutations of the columns"
      return verdict(
        .parallelAnalysis, analysis.components,
        analysis.components == 0 ? "no component exceeds \(chance)" : "components that exceed \(chance)")
    }

    private func hardThreshold() -> Verdict {
      let k = SingularValueThreshold.count(
        variances: spectrum.variances, rows: train.rows, columns: train.columns,
        noiseFloor: spectrum.noiseFloor)
      let note =
        switch k {
        case nil: "half of the singular values or more are zero to rounding: no noise level to take from them"
        case 0: "no singular value exceeds the optimal threshold for white noise"
        default: "singular values above the optimal threshold for white noise"
        }
      return verdict(.hardThreshold, k, note)
    }

    private func recall(_ target: Double) throws -> Verdict {
      guard heldOut.rows >= RecallSearch.leastRows else {
        throw EigencoderError.invalidData(
          "expected at least \(RecallSearch.leastRows) held-out rows to measure recall@\(RecallSearch.neighbours) "
            + "on, got \(heldOut.rows)")
      }
      let search = RecallSearch(spectrum, heldOut: heldOut, seed: settings.seed)
      let rank = spectrum.rank
      guard let k = search.smallest(reaching: target, limit: rank) else {
        return verdict(
          .recall, nil,
          "no k reaches \(target): all \(rank) components keep \(search.ofDecoded(rank).fixed(3)) of the neighbours"
        )
      }
      return verdict(
        .recall, k,
        "recall@\(RecallSearch.neighbours) \(search.ofDecoded(k).fixed(3)) by the cosine of decoded vectors, "
          + "\(search.ofCodes(k).fixed(3)) by that of the centred codes as they are")
    }
  }
}
