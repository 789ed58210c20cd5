extension PrincipalComponents {
  /// Hotelling's T2 of each row of `x` (n x d), sum_j (p_j . (x - mu))^2 / v_j, in f64 throughout. O(n d k).
  ///
  /// Components whose variance rounding in f64 explains do not count: with m_i^2 the mean square of column i and u the
  /// unit roundoff, d (4 u)^2 sum_i p_ji^2 m_i^2.
  func hotelling(of x: Matrix<T>) -> [Double] {
    precondition(x.columns == inputs, "T2 needs \(inputs) columns, got \(x.columns)")
    let k = latent
    let rounding = components.roundingVariances(explainedVariance, mean: mean, count: k)
    let inverses = zip(explainedVariance, rounding).map { $0 > $1 ? 1 / $0 : 0 }
    var result: [Double] = []
    result.reserveCapacity(x.rows)
    for first in stride(from: 0, to: x.rows, by: 512) {
      let block = x.rows(first..<min(first + 512, x.rows)).centred(around: mean)
      let codes = block.times(components, otherTransposed: true)
      codes.withView { z in
        for i in 0..<z.rows {
          result.append((0..<k).reduce(0) { $0 + z[i, $1] * z[i, $1] * inverses[$1] })
        }
      }
    }
    return result
  }
}
