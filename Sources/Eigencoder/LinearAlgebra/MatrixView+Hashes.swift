internal import CKernels

// What rows are told by: their extremes, and a hash of their numbers.

extension MatrixView {
  /// low[j] and high[j] become the least and the largest of themselves and of column j.
  func includeExtremes(low: VectorView<T>, high: VectorView<T>) {
    precondition(
      low.count == columns && high.count == columns, "extremes of \(columns) columns into \(low.count)")
    (T.isSingle ? ek_column_extremes_f32 : ek_column_extremes_f64)(
      base, stride, low.base, high.base, rows, columns)
  }

  /// Adds the hashes of the rows to two sums modulo 2^64; see `RowHash`. O(elements), shared among the threads.
  ///
  /// - Parameter keys: two of 64 bits for each column, those of the first sum before those of the second.
  func addHashes(keys: [UInt64], to sums: inout (UInt64, UInt64)) {
    precondition(keys.count == 2 * columns, "\(keys.count) keys for the hashes of \(columns) columns")
    var totals = [sums.0, sums.1]
    (T.isSingle ? ek_row_hashes_f32 : ek_row_hashes_f64)(base, stride, keys, &totals, rows, columns)
    sums = (totals[0], totals[1])
  }
}
