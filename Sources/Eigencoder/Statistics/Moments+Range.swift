// In T, else in f64. Sums of squares are first computed in the precision T of the data, which for `Float` takes half the
// time. Where that is not enough, they are computed again with `Moments(inDoubleOf:)`:
//   - where squares may have left the range of T, so that the sums mean nothing;
//   - where what is asked for is so small beside the largest sum that the rounding of the products covers it.

extension Scalar {
  /// Sums of squares that products in this precision compute: far enough from both ends of its range.
  static var squaresInRange: ClosedRange<Double> { isSingle ? 1e-24...1e30 : 1e-200...1e200 }

  /// The least share of the largest variance that products in T determine. Their rounding is some 0.3 u of the
  /// largest variance, and at most 1/1000 of this.
  static var resolvedShare: Double { 512 * Double(unitRoundoff) }
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
