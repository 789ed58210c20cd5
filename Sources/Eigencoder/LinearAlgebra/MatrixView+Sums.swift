internal import CKernels

// Sums over elements, all in f64 whatever the precision of the elements, and what is computed beside them.

extension MatrixView {
  /// Sum of (self - other)^2; with `out`, also out = scale (self - other), where out may be self.
  package func squaredDistance(to other: MatrixView, difference out: MatrixView? = nil, scale: T = 1)
    -> Double
  {
    requireSameShape(other)
    if let out { requireSameShape(out) }
    return (T.isSingle ? ek_residual_f32 : ek_residual_f64)(
      base, stride, other.base, other.stride, scale.inDouble, out?.base, out?.stride ?? 0, rows, columns)
  }

  /// out[i] = |self_i - other_i|^2 for each row.
  package func rowSquaredDistances(to other: MatrixView, into out: VectorView<Double>) {
    requireSameShape(other)
    precondition(out.count == rows, "distances of \(rows) rows into \(out.count)")
    (T.isSingle ? ek_row_squared_distances_f32 : ek_row_squared_distances_f64)(
      base, stride, other.base, other.stride, out.base, rows, columns)
  }

  /// out[i] = |self_i|^2 for each row.
  package func rowSquaredNorms(into out: VectorView<Double>) {
    precondition(out.count == rows, "norms of \(rows) rows into \(out.count)")
    (T.isSingle ? ek_row_squared_norms_f32 : ek_row_squared_norms_f64)(base, stride, out.base, rows, columns)
  }

  /// With `residuals` e of the rows x: errors[i] = |e_i|^2, and cosines[i] that of x_i and x_i - e_i: 0 where one of the two
  /// is 0, 1 where both are.
  package func rowErrors(
    _ residuals: MatrixView, into errors: VectorView<Double>, cosines: VectorView<Double>
  ) {
    requireSameShape(residuals)
    precondition(errors.count == rows && cosines.count == rows, "errors of \(rows) rows into \(errors.count)")
    (T.isSingle ? ek_row_errors_f32 : ek_row_errors_f64)(
      base, stride, residuals.base, residuals.stride, errors.base, cosines.base, rows, columns)
  }

  /// sums[j] += sum_i self[i][j].
  package func addColumnSums(to sums: VectorView<Double>) {
    precondition(sums.count == columns, "sums of \(columns) columns into \(sums.count)")
    (T.isSingle ? ek_column_sums_f32 : ek_column_sums_f64)(base, stride, sums.base, rows, columns)
  }

  /// sums[j] += sum_i (self[i][j] - center[j])^2.
  package func addColumnSquares(around center: VectorView<Double>, to sums: VectorView<Double>) {
    precondition(
      sums.count == columns && center.count == columns,
      "squares of \(columns) columns around \(center.count) into \(sums.count)")
    (T.isSingle ? ek_column_squares_f32 : ek_column_squares_f64)(
      base, stride, center.base, sums.base, rows, columns)
  }

  /// row[0, j] = the mean of column j.
  package func setColumnMeans(into row: MatrixView) {
    precondition(row.rows == 1 && row.columns == columns && rows > 0, "means of \(shape) into \(row.shape)")
    pullBack(through: nil, sums: row.row(0), adding: false)
    row.scale(by: 1 / T(rows))
  }

  /// sum[i][j] += self[i][j] on and above the diagonal.
  package func addUpper(to sum: MatrixView<Double>) {
    precondition(rows == columns && sum.rows == rows && sum.columns == rows, "\(shape) into \(sum.shape)")
    (T.isSingle ? ek_add_upper_f32 : ek_add_upper_f64)(base, stride, sum.base, sum.stride, rows)
  }

  /// With P and Q the softmaxes of `factors.p` p and of `factors.q` self over each row, the diagonal left out: self =
  /// scale (Q - P), 0 on the diagonal. Returns sum_i KL(P_i | Q_i); p is overwritten.
  package func setSoftmaxDifference(from p: MatrixView, factors: (p: T, q: T), scale: T) -> Double {
    requireSameShape(p)
    precondition(rows == columns, "similarities of \(shape)")
    return (T.isSingle ? ek_softmax_divergence_f32 : ek_softmax_divergence_f64)(
      p.base, p.stride, base, stride, factors.p.inDouble, factors.q.inDouble, scale.inDouble, rows)
  }

  /// <self, other>_F.
  package func dot(_ other: MatrixView) -> Double {
    requireSameShape(other)
    if isContiguous && other.isContiguous {
      return VectorView(base: base, count: count).dot(VectorView(base: other.base, count: count))
    }
    return (0..<rows).reduce(0) { $0 + row($1).dot(other.row($1)) }
  }

  /// |self|_F^2.
  package var squaredNorm: Double { dot(self) }

  /// max |self_ij|; 0 for none.
  var largestMagnitude: T { extent().map { max(-$0.lowerBound, $0.upperBound) } ?? 0 }

  /// The smallest and the largest element; nil for none.
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  package func extent() -> ClosedRange<T>? {
    guard count > 0 else { return nil }
    var (low, high) = (base[0], base[0])
    for i in 0..<rows {
      let row = base + i * stride
      for j in 0..<columns {
        low = row[j] < low ? row[j] : low
        high = row[j] > high ? row[j] : high
      }
    }
    return low...high
  }
}

extension VectorView {
  /// The inner product.
  package func dot(_ other: VectorView) -> Double {
    precondition(other.count == count, "\(count) with \(other.count) elements")
    return (T.isSingle ? ek_dot_f32 : ek_dot_f64)(base, other.base, count)
  }

  package var isFinite: Bool { (T.isSingle ? ek_all_finite_f32 : ek_all_finite_f64)(base, count) != 0 }
}
