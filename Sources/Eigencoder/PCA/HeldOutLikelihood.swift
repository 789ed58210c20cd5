// The likelihood of held-out rows under probabilistic PCA (Tipping & Bishop 1999), for every number of components
// in one pass. With z = P (x - mu) for all r components and m_j the mean of z_j^2 over the rows, the mean of
//   log p_k(x) = -1/2 [d log 2 pi + sum_{j<=k} (log l_j + z_j^2 / l_j) + (d - k) log s_k + |r_k|^2 / s_k]
// needs only the m_j: mean |r_k|^2 = sum_{j>k} m_j + what lies outside of all components. s_k is the mean of the
// variances after k, as in `PrincipalComponents.noiseVariance`. Cost: rows d r; memory O(d) a row of a block.

/// How well each number of components predicts rows that were not fitted.
public struct HeldOutLikelihood: Equatable, Sendable {
  /// Entry k is the mean log-likelihood of a held-out row under k components, in nats, k = 0 ... min(n, d): what
  /// scikit-learn's `PCA(k).score` gives. Entry 0 is isotropic noise around the mean. nil where the covariance is
  /// singular to the rounding of the data.
  public let logLikelihood: [Double?]
  /// Entry k is 1 - sum |x - xh|^2 / sum |x - mu|^2 over the held-out rows, mu the mean of the training rows; nil
  /// when the held-out rows do not differ from it.
  public let r2: [Double?]

  /// The number of components with the largest likelihood, the smallest of equals; 0 when no component predicts
  /// better than isotropic noise does; nil when nothing has a likelihood.
  public var best: Int? {
    var best: (k: Int, value: Double)?
    for (k, value) in logLikelihood.enumerated() {
      if let value, value > best?.value ?? -.infinity { best = (k, value) }
    }
    return best?.k
  }

  /// - Throws: `EigencoderError.invalidData` for fewer than 2 training rows, no held-out row, another width, or
  ///   entries that are not finite; `.numericalFailure` from LAPACK.
  public init<T: Scalar>(train: Matrix<T>, heldOut: Matrix<T>) throws {
    try self.init(Spectrum(wholeOf: train), heldOut: heldOut)
  }

  /// - Parameter spectrum: whole, with every pair that can be nonzero.
  init<T: Scalar>(_ spectrum: Spectrum, heldOut x: Matrix<T>) throws {
    let (d, r) = (spectrum.mean.count, spectrum.variances.count)
    guard x.columns == d else {
      throw EigencoderError.invalidData("expected held-out rows of \(d) columns, got \(x.columns)")
    }
    guard x.rows >= 1 else { throw EigencoderError.invalidData("a likelihood needs at least 1 held-out row") }
    try x.requireFinite()
    let (inside, outside) = Self.meanSquares(of: x, spectrum)
    // tails[k] = mean |r_k|^2, summed from the smallest.
    var tails = [Double](repeating: outside, count: r + 1)
    for k in stride(from: r - 1, through: 0, by: -1) { tails[k] = tails[k + 1] + inside[k] }
    r2 = tails.map { tails[0] > 0 ? 1 - $0 / tails[0] : nil }

    var (logs, quadratic) = (0.0, 0.0)
    logLikelihood = (0...r).map { k in
      if k > 0 {
        logs += Double.log(spectrum.variances[k - 1])
        quadratic += inside[k - 1] / spectrum.variances[k - 1]
      }
      let noise = spectrum.discardedVariance(keeping: k)
      let isSingular = (k > 0 && spectrum.variances[k - 1] <= spectrum.noiseFloor)
      guard !isSingular, k == d || noise > spectrum.noiseFloor else { return nil }
      let rest = k == d ? 0 : Double(d - k) * Double.log(noise) + tails[k] / noise
      return -(Double(d) * Double.log(2 * .pi) + logs + quadratic + rest) / 2
    }
  }

  /// The mean over the rows of z_j^2 for each component, and of the squared distance to the span of them all.
  private static func meanSquares<T: Scalar>(of x: Matrix<T>, _ spectrum: Spectrum) -> ([Double], Double) {
    let (d, r) = (spectrum.mean.count, spectrum.variances.count)
    var inside = [Double](repeating: 0, count: r)
    let origin = [Double](repeating: 0, count: r)
    var outside = 0.0
    for first in stride(from: 0, to: x.rows, by: 512) {
      var centred = x.rows(first..<min(first + 512, x.rows)).converted(to: Double.self)
      centred.withMutableView { c in spectrum.mean.withView { c.subtract(row: $0, into: c) } }
      let codes = centred.times(spectrum.components, otherTransposed: true)
      codes.withView { z in
        origin.withView { origin in inside.withMutableView { z.addColumnSquares(around: origin, to: $0) } }
        // All d components leave nothing outside.
        guard r < d else { return }
        centred.withMutableView { c in
          spectrum.components.withView { c.setProduct(z, $0, alpha: -1, beta: 1) }
          outside += c.squaredNorm
        }
      }
    }
    let n = Double(x.rows)
    return (inside.map { $0 / n }, outside / n)
  }
}
