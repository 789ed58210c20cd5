// Which rule to follow. A code that replaces vectors is judged by what it loses, so:
//   1. With a recall target, the recall rule decides; where no k reaches it, nothing is recommended.
//   2. Else the share of the variance decides, but no component is taken beyond the k of the held-out
//      likelihood: from there on components describe the training rows and not their distribution.
//   3. Where the likelihood finds no component at all, the share of the variance decides alone: to shorten
//      vectors takes evidence, and where rows are few or columns many what is missed is not absent. So it does
//      where some number of components leaves no noise and reproduces the held-out rows: the likelihood has no
//      bound there, the rule sees only what is before, and every component up to there helps.
// Parallel analysis, Minka's evidence and the hard threshold do not decide. On real data the variances after
// their k are no noise: measured on digits, 10,000 images of Fashion-MNIST and 5,000 embeddings,
// parallel analysis takes 9, 34 and 85 components, which lose 0.30, 0.17 and 0.33 of the held-out variance
// and a quarter to a third of the nearest neighbours, while the likelihood of held-out rows rises nearly up
// to the rank. 0.95 of the variance takes 28, 182 and 224, loses 0.05 to 0.06 of the held-out variance and
// keeps 0.89 to 0.95 of the neighbours. On planted factors in noise the likelihood stops at the factors.

extension ComponentSelection.Recommendation {
  init<T: Scalar>(
    _ verdicts: [ComponentSelection.Verdict], _ settings: ComponentSelection.Settings,
    _ judge: ComponentSelection.Judge<T>
  ) {
    func latent(_ rule: ComponentSelection.Rule) -> Int? { verdicts.first { $0.rule == rule }?.latent }
    if let target = settings.recall {
      let k = latent(.recall)
      self.init(
        latent: k, rule: .recall,
        reason: k == nil
          ? "no code of principal components keeps recall@\(RecallSearch.neighbours) of \(target)"
          : "the smallest found that keeps recall@\(RecallSearch.neighbours) of \(target)")
      return
    }
    func share(_ k: Int) -> String {
      "it keeps \(judge.varianceKept(k).fixed(3)) of the training variance"
        + (judge.likelihood.r2[k].map { " and \($0.fixed(3)) of the held-out" } ?? "")
    }
    let byVariance = latent(.variance) ?? 1
    switch latent(.heldOutLikelihood) {
    case nil, 0:
      self.init(
        latent: byVariance, rule: .variance,
        reason: "\(share(byVariance)); no component is certain to help, so that every shorter code loses")
    case let best? where best < byVariance && !judge.likelihood.isUnbounded(after: best):
      self.init(
        latent: best, rule: .heldOutLikelihood,
        reason: "\(share(best)); further components do not help to predict held-out rows")
    default:
      self.init(
        latent: byVariance, rule: .variance,
        reason: "\(share(byVariance)), and every component helps to predict held-out rows")
    }
  }
}

extension HeldOutLikelihood {
  /// Whether more than `count` components reproduce the held-out rows where they leave no noise: the limit of
  /// the likelihood is then infinite, and `logLikelihood` has nil. To 1e-9 of the spread, far above what
  /// roundoff of `Float` leaves of it.
  func isUnbounded(after count: Int) -> Bool {
    logLikelihood.indices.contains { k in
      k > count && logLikelihood[k] == nil && (r2[k] ?? 0) >= 1 - 1e-9
    }
  }
}
