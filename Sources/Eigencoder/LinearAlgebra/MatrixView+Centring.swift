internal import CKernels

extension MatrixView {
  /// out = self - 1 row', in f64: what `Float` has is widened first, so that nothing is rounded that an offset hides.
  func subtract(wide row: VectorView<Double>, into out: MatrixView<Double>) {
    precondition(
      out.rows == rows && out.columns == columns && row.count == columns,
      "\(shape) less a row of \(row.count) into \(out.shape)")
    if T.isSingle {
      ek_widen_less_row(
        UnsafeRawPointer(base).assumingMemoryBound(to: Float.self), stride, row.base, out.base, out.stride,
        rows, columns)
    } else {
      ek_subtract_row_f64(base, stride, row.base, out.base, out.stride, rows, columns)
    }
  }
}
