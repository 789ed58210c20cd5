// The likelihood of held-out rows under probabilistic PCA (Tipping & Bishop 1999), for every number of
// components at once. With z = P (x - mu) for all r components,
//   log p_k(x) = -1/2 [d log 2 pi + sum_{j<=k} (log l_j + z_j^2 / l_j) + (d - k) log s_k + |r_k|^2 / s_k],
// |r_k|^2 = sum_{j>k} z_j^2 + what lies outside of all components, and s_k the noise, a mean of the variances
// after k. The mean over the rows needs only the mean of each z_j^2. Cost: rows d r; memory O(d) for each row
// of a block.
//
// By chance the largest mean is often at a few components too many. So the fewest components are taken whose
// mean is within one standard error of the largest (Breiman et al. 1984 for trees), from the differences row
// by row in a second pass; and none unless the largest is two standard errors above isotropic noise.
// Simulated, 400 data sets each:
//   white noise                       the largest is at 1 component or more in 10 to 37 %; with one standard
//                                     error in 1 to 10 %, with two in less than 1 %
//   3 or 4 factors of 2 or 1 times    the largest is right in 90 % and too many in 10 %; the fewest are right in
//   the noise's variance              96 % and too many in 1 %. They miss weaker factors more often.

/// How well each number of components predicts rows that were not fitted.
package struct HeldOutLikelihood: Equatable, Sendable {
  /// Over what the variances after k are averaged to be the noise; it matters for d > n, where most are 0.
  package enum Noise: Sendable {
    /// The min(n, d) - k that can be nonzero, as in scikit-learn's `PCA.score` and
    /// `PrincipalComponents.noiseVariance`. For d > n the noise is then far too large, and more components
    /// seem to help.
    case possible
    /// All d - k: the estimate of largest likelihood (Tipping & Bishop 1999, equation 8).
    case all
  }

  /// Entry k is the mean log-likelihood of a held-out row under k components, in nats, k = 0 ... min(n, d):
  /// with `Noise.possible` what scikit-learn's `PCA(k).score` gives. Entry 0 is isotropic noise around the
  /// mean. nil where the covariance is singular to the rounding of the data.
  package let logLikelihood: [Double?]
  /// Entry k is 1 - sum |x - xh|^2 / sum |x - mu|^2 over the held-out rows, mu the mean of the training rows;
  /// nil when the held-out rows do not differ from it.
  package let r2: [Double?]

  /// The number of components with the largest likelihood, the smallest of equals; nil when nothing has a
  /// likelihood.
  package let best: Int?
  /// Entry k is the standard error of `logLikelihood[k]` less that of `best`, from the differences row by row
  /// with denominator rows - 1; nil where there is no likelihood, or one row only.
  package let standardError: [Double?]

  /// The number of components that leave no noise at all and reproduce the held-out rows, nil where there is none. There
  /// the likelihood has no bound: it grows as the noise goes to 0.
  package let unbounded: Int?

  /// The fewest components whose likelihood is within one standard error of the largest: `unbounded` where there are
  /// such. 0 when the largest is not two standard errors above isotropic noise; nil when nothing has a likelihood.
  package var fewest: Int? {
    if let unbounded { return unbounded }
    guard let best, let most = logLikelihood[best] else { return nil }
    return logLikelihood.indices.first { k in
      guard let value = logLikelihood[k] else { return false }
      return value >= most - (k == 0 ? 2 : 1) * (standardError[k] ?? 0)
    }
  }

  /// - Throws: `EigencoderError.invalidData` for fewer than 2 training rows, no held-out row, another
  ///   width, or entries that are not finite; `.numericalFailure` from LAPACK.
  package init<T: Scalar>(train: Matrix<T>, heldOut: Matrix<T>, noise: Noise = .possible) throws {
    try self.init(Spectrum(wholeOf: train), heldOut: heldOut, noise: noise)
  }

  /// - Parameter spectrum: whole, with every pair that can be nonzero.
  init<T: Scalar>(_ spectrum: Spectrum, heldOut x: Matrix<T>, noise: Noise) throws {
    let (d, r, n) = (spectrum.mean.count, spectrum.variances.count, Double(x.rows))
    guard x.columns == d else {
      throw EigencoderError.invalidData("expected held-out rows of \(d) columns, got \(x.columns)")
    }
    guard x.rows >= 1 else { throw EigencoderError.invalidData("a likelihood needs at least 1 held-out row") }
    try x.requireFinite()
    let densities = Self.densities(spectrum, noise)

    var inside = [Double](repeating: 0, count: r)
    var outside = 0.0
    Self.forEachRow(of: x, spectrum) { squares, rest in
      for j in 0..<r { inside[j] += squares[j] / n }
      outside += rest / n
    }
    // The mean squared residual after k, summed from the smallest.
    var tails = [Double](repeating: outside, count: r + 1)
    for k in stride(from: r - 1, through: 0, by: -1) { tails[k] = tails[k + 1] + inside[k] }
    r2 = tails.map { tails[0] > 0 ? 1 - $0 / tails[0] : nil }

    var means = [Double](repeating: 0, count: r + 1)
    Self.evaluate(densities, spectrum, inside, outside, into: &means)
    let mean = means.indices.map { densities[$0] == nil ? nil : means[$0] }
    let candidates = mean.indices.filter { mean[$0] != nil }
    // The first of equals.
    let best = candidates.max { (means[$0], $1) < (means[$1], $0) }
    logLikelihood = mean
    self.best = best
    // To 1e-9 of the spread, far above what roundoff of `Float` leaves of it.
    let rank = spectrum.rank
    let reproduces = rank > 0 && rank < d && (r2[rank] ?? 0) >= 1 - 1e-9
    unbounded = reproduces && densities[rank] == nil ? rank : nil

    guard let best, x.rows > 1 else {
      standardError = [Double?](repeating: nil, count: r + 1)
      return
    }
    var values = means
    var squares = [Double](repeating: 0, count: r + 1)
    Self.forEachRow(of: x, spectrum) { codes, rest in
      Self.evaluate(densities, spectrum, codes, rest, into: &values)
      for k in 0...r {
        let difference = (values[k] - values[best]) - (means[k] - means[best])
        squares[k] += difference * difference
      }
    }
    standardError = mean.indices.map { mean[$0] == nil ? nil : (squares[$0] / (n - 1) / n).squareRoot() }
  }

  /// What log p_k has besides the row: its constant and its noise.
  private struct Density {
    /// d log 2 pi + sum log l_j + (d - k) log s_k
    let constant: Double
    /// s_k; 1 for k = d, where nothing is left to divide.
    let noise: Double
  }

  /// For k = 0 ... min(n, d); nil where the covariance is singular.
  private static func densities(_ spectrum: Spectrum, _ kind: Noise) -> [Density?] {
    let d = spectrum.mean.count
    var constant = Double(d) * Double.log(2 * .pi)
    return (0...spectrum.variances.count).map { k in
      if k > 0 {
        guard spectrum.variances[k - 1] > spectrum.noiseFloor else { return nil }
        constant += Double.log(spectrum.variances[k - 1])
      }
      guard k < d else { return Density(constant: constant, noise: 1) }
      var noise = spectrum.discardedVariance(keeping: k)
      guard noise > spectrum.noiseFloor else { return nil }
      if kind == .all { noise *= Double(spectrum.possible - k) / Double(d - k) }
      return Density(constant: constant + Double(d - k) * Double.log(noise), noise: noise)
    }
  }

  /// values[k] = log p_k of a row with the squared codes `squares` and the square `outside` of all
  /// components, or the mean of log p_k for their means. O(r).
  private static func evaluate(
    _ densities: [Density?], _ spectrum: Spectrum, _ squares: [Double], _ outside: Double,
    into values: inout [Double]
  ) {
    let r = squares.count
    var residual = outside
    for k in stride(from: r, through: 0, by: -1) {
      if k < r { residual += squares[k] }
      if let density = densities[k] { values[k] = -(density.constant + residual / density.noise) / 2 }
    }
    var quadratic = 0.0
    for k in 0...r where densities[k] != nil {
      if k > 0 { quadratic += squares[k - 1] / spectrum.variances[k - 1] }
      values[k] -= quadratic / 2
    }
  }

  /// Calls `body` with the squared codes of each row and its squared distance to the span of all components.
  private static func forEachRow<T: Scalar>(
    of x: Matrix<T>, _ spectrum: Spectrum, _ body: (_ squares: [Double], _ outside: Double) -> Void
  ) {
    let (d, r) = (spectrum.mean.count, spectrum.variances.count)
    var squares = [Double](repeating: 0, count: r)
    for first in stride(from: 0, to: x.rows, by: 512) {
      var block = x.rows(first..<min(first + 512, x.rows)).centred(around: spectrum.mean)
      // All d components leave nothing outside.
      let codes =
        r < d
        ? block.removeProjection(on: spectrum.components)
        : block.times(spectrum.components, otherTransposed: true)
      for i in 0..<codes.rows {
        for j in 0..<r { squares[j] = codes.elements[i * r + j] * codes.elements[i * r + j] }
        let outside = r < d ? block.withView { $0.row(i).dot($0.row(i)) } : 0
        body(squares, outside)
      }
    }
  }
}
