// What rounding leaves in the variance of a component. Each number of column j is rounded relative to itself, so that with m_j^2 the
// mean square of the column a component p has the noise sum_j p_j^2 m_j^2 times a multiple of the squared unit roundoff.

extension Matrix<Double> {
  /// s_j^2 = sum_i v_i p_ij^2, the variance of each column that components, the rows, of these variances explain.
  func columnVariances(_ variances: [Double]) -> [Double] {
    var squares = [Double](repeating: 0, count: columns)
    for (i, variance) in variances.enumerated() where i < rows {
      for j in 0..<columns { squares[j] += variance * self[i, j] * self[i, j] }
    }
    return squares
  }

  /// sum_j p_ij^2 w_j of row i.
  func squareSum(row i: Int, weights: [Double]) -> Double {
    (0..<columns).reduce(0) { $0 + self[i, $1] * self[i, $1] * weights[$1] }
  }

  /// What rounding in f64 leaves in the variance of each of the first `count` components where there is none:
  /// d (4 u)^2 sum_j p_ij^2 m_j^2.
  func roundingVariances(_ variances: [Double], mean: [Double], count: Int) -> [Double] {
    let squares = zip(mean, columnVariances(variances)).map { $0 * $0 + $1 }
    let roundoff = 4 * Double.unitRoundoff
    return (0..<count).map { Double(columns) * roundoff * roundoff * squareSum(row: $0, weights: squares) }
  }
}
