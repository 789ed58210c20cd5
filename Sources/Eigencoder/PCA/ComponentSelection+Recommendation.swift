// Which rule to follow. A shorter code is judged by what it loses:
//   1. With a recall target, the recall rule decides. Where no k reaches the target, nothing is recommended.
//   2. Without one, the share of the variance decides, but no more components are taken than the held-out
//      likelihood suggests: further ones describe the training rows and not their distribution.
//   3. No component raises the likelihood with certainty. With few rows, or many columns, that is no evidence that
//      there is none, and the share of the variance decides alone, if some other rule sees a component that stands
//      out: parallel analysis, or the hard threshold.
//   4. Where these say 0 too, the rows look like isotropic noise. Whatever is left out of them is lost for nothing, and
//      nothing is recommended.
//
// Parallel analysis, Minka's evidence and the hard threshold never decide on a number, because on real data the variances
// after their k are not noise. Measured on the digits, 10,000 images of Fashion-MNIST and 5,000 embeddings:
//                                  components        held-out variance lost     neighbours kept
//   parallel analysis              9, 34, 85         0.30, 0.17, 0.33           0.67 to 0.75
//   0.95 of the variance           28, 182, 224      0.05 to 0.06               0.89 to 0.95
// and the likelihood of held-out rows rises nearly up to the rank. On planted factors in noise it stops at
// the factors.

extension ComponentSelection.Recommendation {
  init<T: Scalar>(_ suggestions: [ComponentSelection.Suggestion], on split: ComponentSelection.Split<T>)
    throws
  {
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
      "it keeps \(split.spectrum.varianceKept(k).fixed(3)) of the training variance"
        + (split.likelihood.r2[k].map { " and \($0.fixed(3)) of the held-out" } ?? "")
    }
    let byVariance = latent(.variance) ?? 1
    /// What a rule says, asked or not.
    func count(_ rule: ComponentSelection.Rule) throws -> Int? {
      try suggestions.first { $0.rule == rule }.map(\.latent) ?? split.suggestion(of: rule).latent
    }
    switch latent(.heldOutLikelihood) {
    case 0 where try count(.hardThreshold) == 0 && count(.parallelAnalysis) == 0:
      self.init(
        latent: nil, rule: .heldOutLikelihood, keepsMean: false,
        reason:
          "nothing to shorten: no component stands out from isotropic noise, by the held-out likelihood, "
          + "parallel analysis and the hard threshold alike")
    case nil, 0:
      self.init(
        latent: byVariance, rule: .variance, keepsMean: false,
        reason: "\(share(byVariance)); no component is certain to help, so that every shorter code loses")
    case let best? where best < byVariance:
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
