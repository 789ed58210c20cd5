// Whether products in the precision of the data can be trusted. Where they cannot, those who use moments compute them
// again with `Moments(inDoubleOf:)`: in T, else in f64.

extension Scalar {
  /// Sums of squares that products in this precision compute: far enough from both ends of its range.
  static var squaresInRange: ClosedRange<Double> { isSingle ? 1e-24...1e30 : 1e-270...1e300 }
}

extension Moments {
  var isFinite: Bool { mean.withView { $0.isFinite } && scatter.isFinite }

  /// False when squares of the data's deviations, of any column, may have left the range of T.
  func isInRange<T: Scalar>(for data: Matrix<T>) -> Bool {
    guard isFinite else { return false }
    let range = T.squaresInRange
    let diagonal = mean.indices.map { scatter[$0, $0] }
    guard diagonal.allSatisfy({ $0 <= range.upperBound }) else { return false }
    guard diagonal.contains(where: { $0 < range.lowerBound }) else { return true }
    let deviations = ColumnStatistics(of: data).deviation
    return zip(diagonal, deviations).allSatisfy { $0 >= range.lowerBound || $1 == 0 }
  }
}
