// zn = z / |z|, row by row. Mathematics, section 9.
//   Jacobian  (I - zn zn') / |z|, symmetric: what points along z leaves zn where it is.
//   pullback  zb = (znb - zn <zn, znb>) / |z|
// A row of zeros, or one so small that 1 / |z| leaves the range of T, has zn = 0 and the gradient 0.

/// Rows divided by their lengths: what a cosine looks at.
package enum RowNormalization {
  /// zn, which may be z, and 1 / |z| (0 for a zero row) into `inverseNorms`. All have the rows of z.
  package static func apply<T: Scalar>(
    _ z: MatrixView<T>, into zn: MatrixView<T>, inverseNorms: VectorView<T>
  ) {
    precondition(inverseNorms.count == z.rows, "\(inverseNorms.count) norms for \(z.shape)")
    z.copy(into: zn)
    for i in 0..<z.rows {
      let row = zn.row(i)
      let inverse = T(1 / row.dot(row).squareRoot())
      inverseNorms[i] = inverse.isFinite ? inverse : 0
      row.scale(by: inverseNorms[i])
    }
  }

  /// zb += pullback of znb at the rows that `apply` has seen; znb is overwritten.
  package static func pullback<T: Scalar>(
    _ znBar: MatrixView<T>, _ zn: MatrixView<T>, inverseNorms: VectorView<T>, addingTo zBar: MatrixView<T>
  ) {
    for i in 0..<zn.rows {
      let (row, bar) = (zn.row(i), znBar.row(i))
      bar.add(row, times: -T(row.dot(bar)))
      zBar.row(i).add(bar, times: inverseNorms[i])
    }
  }
}
