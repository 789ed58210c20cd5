// In T, else in f64. Sums of squares are first computed in the precision T of the data, which for `Float`
// takes half the time. Where that is not enough, they are computed again in f64:
//   - where squares may have left the range of T, so that the sums mean nothing;
//   - where what is asked for is so small beside the largest sum that the rounding of the products covers it.

extension Scalar {
  /// Sums of squares from which no square left the range of T: wide of its limits.
  static var squareRange: ClosedRange<Double> {
    Self.self == Float.self ? 1e-24...1e30 : 1e-270...1e300
  }

  /// The least share of the largest variance that products in T determine. Their rounding is some 0.3 u of
  /// the largest variance, and at most 1/1000 of this.
  static var resolvedShare: Double { 512 * Double(unitRoundoff) }
}
