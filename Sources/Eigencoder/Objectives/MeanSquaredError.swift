// L(v) = (1/n) |v - v0|^2 over all n elements; its gradient is 2 (v - v0) / n. Mathematics, section 1.

/// The mean squared error over all elements of a batch: (1 / (B d)) sum of squares.
package enum MeanSquaredError {
  /// L, with v and v0 both B x d.
  package static func value<T: Scalar>(_ v: MatrixView<T>, target v0: MatrixView<T>) -> Double {
    v.squaredDistance(to: v0) / Double(v.count)
  }

  /// L, and its gradient 2 (v - v0) / n into `vBar`, which may be v.
  package static func gradient<T: Scalar>(
    _ v: MatrixView<T>, target v0: MatrixView<T>, into vBar: MatrixView<T>
  ) -> Double {
    v.squaredDistance(to: v0, difference: vBar, scale: T(2 / Double(v.count))) / Double(v.count)
  }
}
