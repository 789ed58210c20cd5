// Which rule to follow. A shorter code is judged by what it loses:
//   1. With a recall target, the recall rule decides. Where no k reaches the target, nothing is recommended.
//   2. Without one, the share of the variance decides, but no more components are taken than the held-out
//      likelihood suggests: further ones describe the training rows and not their distribution.
//   3. The likelihood is not heard in two cases, and the share of the variance decides alone:
//      - No component raises it with certainty. With few rows, or many columns, that is no evidence that
//        there is none, and vectors are only shortened on evidence.
//      - More components than it suggests leave no noise at all and reproduce the held-out rows. There the
//        likelihood has no bound and is not defined, so that it can only suggest a smaller number.
//
// Parallel analysis, Minka's evidence and the hard threshold never decide, because on real data the variances
// after their k are not noise. Measured on the digits, 10,000 images of Fashion-MNIST and 5,000 embeddings:
//                                  components        held-out variance lost     neighbours kept
//   parallel analysis              9, 34, 85         0.30, 0.17, 0.33           0.67 to 0.75
//   0.95 of the variance           28, 182, 224      0.05 to 0.06               0.89 to 0.95
// and the likelihood of held-out rows rises nearly up to the rank. On planted factors in noise it stops at
// the factors.

extension ComponentSelection.Recommendation {
  init<T: Scalar>(_ suggestions: [ComponentSelection.Suggestion], on split: ComponentSelection.Split<T>) {
    func latent(_ rule: ComponentSelection.Rule) -> Int? { suggestions.first { $0.rule == rule }?.latent }
    if let target = split.settings.recall {
      let k = latent(.recall)
      let keepsMean = split.recall?.keepsMean ?? false
      let whichKeeps = "keeps recall@\(RecallRule.neighbours) of \(target)"
      let kind = keepsMean ? ", with the mean's projection in the code" : ", around the mean"
      self.init(
        latent: k, rule: .recall, keepsMean: keepsMean,
        reason: k == nil
          ? "no code of principal components \(whichKeeps)" : "the smallest found that \(whichKeeps)\(kind)")
      return
    }
    func share(_ k: Int) -> String {
      "it keeps \(split.varianceKept(k).fixed(3)) of the training variance"
        + (split.likelihood.r2[k].map { " and \($0.fixed(3)) of the held-out" } ?? "")
    }
    let byVariance = latent(.variance) ?? 1
    switch latent(.heldOutLikelihood) {
    case nil, 0:
      self.init(
        latent: byVariance, rule: .variance, keepsMean: false,
        reason: "\(share(byVariance)); no component is certain to help, so that every shorter code loses")
    case let best? where best < byVariance && !split.likelihood.isUnbounded(after: best):
      self.init(
        latent: best, rule: .heldOutLikelihood, keepsMean: false,
        reason: "\(share(best)); further components do not help to predict held-out rows")
    default:
      self.init(
        latent: byVariance, rule: .variance, keepsMean: false,
        reason: "\(share(byVariance)), and every component helps to predict held-out rows")
    }
  }
}

extension HeldOutLikelihood {
  /// Whether more than `count` components leave no noise and reproduce the held-out rows: `logLikelihood` has
  /// nil there, and its limit is infinite. To 1e-9 of the spread, far above what roundoff of `Float` leaves
  /// of it.
  func isUnbounded(after count: Int) -> Bool {
    logLikelihood.indices.contains { k in
      k > count && logLikelihood[k] == nil && (r2[k] ?? 0) >= 1 - 1e-9
    }
  }
}
