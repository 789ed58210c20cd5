// The optimal hard threshold for singular values (Gavish & Donoho 2014): in a low-rank matrix with white
// noise of unknown level, the truncation that loses least keeps the singular values above omega(b) times
// their median, b = min(n, d) / max(n, d). With m_b the median of the Marchenko & Pastur distribution of
// ratio b,
//   omega(b) = sqrt(2 (b + 1) + 8 b / (b + 1 + sqrt(b^2 + 14 b + 1))) / sqrt(m_b).
// The density sqrt((h - x)(x - a)) / (2 pi b x) on [a, h] = [(1 - sqrt b)^2, (1 + sqrt b)^2] becomes, with
// x = 1 + b + 2 sqrt(b) cos t, the smooth (2/pi) sin^2 t / x on [0, pi]. Cost: O(1).

/// The hard threshold of Gavish & Donoho: a choice of k for low rank in white noise of unknown level.
package enum SingularValueThreshold {
  /// omega(b), what multiplies the median singular value, for an aspect ratio b in (0, 1].
  package static func coefficient(aspectRatio b: Double) -> Double {
    precondition(b > 0 && b <= 1, "an aspect ratio in (0, 1], got \(b)")
    let known = (2 * (b + 1) + 8 * b / (b + 1 + (b * b + 14 * b + 1).squareRoot())).squareRoot()
    return known / medianOfMarchenkoPastur(b).squareRoot()
  }

  /// The number of singular values above the threshold; nil when their median is not above `noiseFloor`.
  ///
  /// - Parameters:
  ///   - variances: all min(n, d) eigenvalues of the covariance of n rows, largest first; a singular value is
  ///     sqrt((n - 1) variance), a common factor that does not matter here.
  ///   - rows: n.
  ///   - columns: d.
  ///   - noiseFloor: variances up to this are rounding.
  package static func count(variances: [Double], rows: Int, columns: Int, noiseFloor: Double = 0) -> Int? {
    precondition(
      variances.count == min(rows, columns), "\(variances.count) variances of \(rows) x \(columns) data")
    let middle = ParallelAnalysis.percentile(0.5, of: variances.map { $0.squareRoot() })
    guard middle * middle > noiseFloor else { return nil }
    let ratio = Double(min(rows, columns)) / Double(max(rows, columns))
    let threshold = coefficient(aspectRatio: ratio) * middle
    return variances.prefix { $0.squareRoot() > threshold }.count
  }

  /// The x below which half of the distribution lies.
  static func medianOfMarchenkoPastur(_ b: Double) -> Double {
    let root = b.squareRoot()
    func position(_ t: Double) -> Double { 1 + b + 2 * root * Double.cos(t) }
    /// The probability above position(t), by Simpson's rule.
    func upper(_ t: Double) -> Double {
      func f(_ u: Double) -> Double {
        let s = Double.sin(u)
        return s * s / position(u)
      }
      let panels = 256
      let h = t / Double(2 * panels)
      let sum = (1..<2 * panels).reduce(f(0) + f(t)) { $0 + ($1 % 2 == 1 ? 4 : 2) * f(Double($1) * h) }
      return 2 / Double.pi * sum * h / 3
    }
    var (low, high) = (0.0, Double.pi * 0.999)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if upper(middle) < 0.5 { low = middle } else { high = middle }
    }
    return position((low + high) / 2)
  }
}
