// Minka's evidence for the number of components (Automatic choice of dimensionality for PCA, 2000, equation
// 30): the probability of the data given k, probabilistic PCA's parameters integrated out by Laplace's
// method. With the eigenvalues l_1 >= ... >= l_d (denominator n - 1, as scikit-learn takes them), s the mean
// of those after k and m = d k - k (k + 1) / 2,
//
//   log p(X | k) = -k log 2 + sum_{i<=k} [log Gamma((d-i+1)/2) - (d-i+1)/2 log pi]
//                - n/2 sum_{i<=k} log l_i - n (d-k)/2 log s + (m+k)/2 log 2 pi - k/2 log n
//                - 1/2 sum_{i<=k} sum_{j>i} [log n + log(l_i - l_j) + log(1/l'_j - 1/l'_i)],
//
// l' being l up to k and s after. The sums grow with k, so that all k take O(d^2).
//
// Where nothing is left after k, s -> 0. In the terms with s the factor of -log s is then (d - k) (n - k) / 2, so that the
// evidence grows without bound: k is the rank, and nothing else is as probable. scikit-learn puts 1e-15 in place of s,
// and comes to the same k for variances near 1.

/// The evidence of each number of components, in nats (Minka 2000): scikit-learn's `n_components="mle"`.
package struct MinkaEvidence: Equatable, Sendable {
  /// Entry k - 1 is the log evidence of k components, k = 1 ..< d. nil where Laplace's method does not apply:
  /// nothing is left after k but rounding, so that the evidence has no bound, or two variances that it must
  /// tell apart agree to rounding.
  package let logEvidence: [Double?]

  /// The number of variances above rounding where that is from 1 to d - 1, so that with so many components no noise is
  /// left; nil otherwise.
  package let exactRank: Int?

  /// The number of components with the largest evidence, the smallest of equals: `exactRank` where there is one, since
  /// its evidence has no bound. nil when no k has any.
  package var best: Int? {
    if let exactRank { return exactRank }
    var best: (k: Int, value: Double)?
    for (index, value) in logEvidence.enumerated() {
      if let value, value > best?.value ?? -.infinity { best = (index + 1, value) }
    }
    return best?.k
  }

  /// From a whole spectrum. O(d²) logarithms.
  ///
  /// - Parameters:
  ///   - variances: all d eigenvalues of the covariance matrix, largest first.
  ///   - samples: n, at least d.
  ///   - noiseFloor: variances, and differences of variances, up to this are rounding.
  package init(variances: [Double], samples: Int, noiseFloor: Double = 0) {
    let l = variances
    precondition(
      samples >= l.count, "the evidence of \(l.count) variances needs as many samples, got \(samples)")
    precondition(zip(l, l.dropFirst()).allSatisfy { $0 >= $1 }, "variances are ordered, largest first")
    let (d, n) = (l.count, Double(samples))
    let rank = l.prefix { $0 > noiseFloor }.count
    exactRank = (1..<max(1, d)).contains(rank) ? rank : nil
    let gamma = Self.logGammaOfHalves(upTo: d)
    let tails = l.indices.reversed().reduce(into: [Double](repeating: 0, count: d + 1)) {
      $0[$1] = $0[$1 + 1] + l[$1]
    }
    var prior = 0.0  // the first line of the formula
    var logs = 0.0  // sum of log l_i
    var gaps = 0.0  // sum over i <= k, j > i of log(l_i - l_j)
    var inner = 0.0  // sum over i < j <= k of log(1/l_j - 1/l_i)
    var pairs = 0.0  // their number over all j > i, m
    var isDefined = true
    logEvidence = (1..<max(1, d)).map { k in
      let i = k - 1
      let half = Double(d - i) / 2
      prior += gamma[d - i] - half * Double.log(.pi) - Double.log(2)
      guard isDefined, l[i] > noiseFloor else { return nil }
      logs += Double.log(l[i])
      pairs += Double(d - k)
      for j in k..<d {
        isDefined = isDefined && l[i] - l[j] > noiseFloor
        gaps += Double.log(l[i] - l[j])
      }
      // Products of variances may leave the range of Double.
      for h in 0..<i { inner += Double.log(l[h] - l[i]) - Double.log(l[h]) - Double.log(l[i]) }
      let noise = tails[k] / Double(d - k)
      guard isDefined, noise > noiseFloor else { return nil }
      // log(1/s - 1/l_h); s is below every kept variance, for none of the discarded equals one.
      let outer = l[..<k].reduce(0) { $0 + Double.log($1 - noise) - Double.log($1) - Double.log(noise) }
      let likelihood = -n / 2 * (logs + Double(d - k) * Double.log(noise))
      let curvature = pairs * Double.log(n) + gaps + inner + Double(d - k) * outer
      return prior + likelihood + (pairs + Double(k)) / 2 * Double.log(2 * .pi) - curvature / 2
        - Double(k) / 2 * Double.log(n)
    }
  }

  /// log Gamma(p / 2) for p = 0 ... count, from Gamma(1/2) = sqrt(pi), Gamma(1) = 1 and Gamma(x + 1) = x
  /// Gamma(x); entry 0 is not defined.
  private static func logGammaOfHalves(upTo count: Int) -> [Double] {
    var values = [.infinity, Double.log(.pi) / 2, 0]
    for p in stride(from: 3, through: max(3, count), by: 1) {
      values.append(values[p - 2] + Double.log(Double(p - 2) / 2))
    }
    return values
  }
}
