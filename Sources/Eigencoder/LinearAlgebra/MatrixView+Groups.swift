internal import CKernels

// Groups of rows: a matrix of samples * r rows, of which sample b owns rows b r ..< (b + 1) r. The Jacobians of a
// batch are such a matrix, and so is all that is propagated to compute them.

extension MatrixView {
  /// self[b r + i] = source[b r + i] o factors[b], r = rows / factors.rows; source may be self.
  package func setGroupProduct(_ source: MatrixView, _ factors: MatrixView) {
    precondition(source.rows == rows && source.columns == columns, "\(source.shape) into \(shape)")
    let group = requireGroups(of: factors)
    (T.isSingle ? ek_multiply_groups_f32 : ek_multiply_groups_f64)(
      source.base, source.stride, factors.base, factors.stride, base, stride, factors.rows, group, columns)
  }

  /// Undoes M = R o D for M's gradient in self: returns in self Rb = Mb o D, and adds to `zBar`, when there is a
  /// curvature S, zb[b] += S[b] o sum_i (Mb o R)[b r + i]. D nil means 1.
  func undoGroupProduct(
    of r: MatrixView, _ derivative: MatrixView?, curvature: MatrixView?, into zBar: MatrixView?, samples: Int
  ) {
    precondition(
      isContiguous && r.isContiguous && r.rows == rows && r.columns == columns, "\(r.shape) with \(shape)")
    precondition(
      samples > 0 && rows % samples == 0 && (curvature == nil) == (zBar == nil),
      "\(shape) of \(samples) samples, a gradient for the curvature or neither")
    (T.isSingle ? ek_multiply_groups_back_f32 : ek_multiply_groups_back_f64)(
      base, r.base, derivative?.base, derivative?.stride ?? 0, curvature?.base, curvature?.stride ?? 0,
      zBar?.base,
      zBar?.stride ?? 0, samples, rows / samples, columns)
  }

  /// self[b r + i] = factors[b, i] w[i] for the r rows of w: diag(factors_b) w for each sample. Factors nil means 1.
  func setExpansion(of w: MatrixView, _ factors: MatrixView?, samples: Int) {
    precondition(isContiguous && rows == samples * w.rows && columns == w.columns, "\(w.shape) into \(shape)")
    (T.isSingle ? ek_expand_rows_f32 : ek_expand_rows_f64)(
      factors?.base, factors?.stride ?? 0, w.base, w.stride, base, samples, w.rows, columns)
  }

  /// Undoes `setExpansion` for the gradient Rb in self: wb[i] += sum_b factors[b, i] Rb[b r + i], and where there is a
  /// curvature, zb[b, i] += S[b, i] <Rb[b r + i], w[i]>.
  func undoExpansion(
    of w: MatrixView, _ factors: MatrixView?, curvature: MatrixView?, into zBar: MatrixView?,
    addingTo wBar: MatrixView,
    samples: Int
  ) {
    precondition(isContiguous && rows == samples * w.rows && columns == w.columns, "\(w.shape) from \(shape)")
    precondition(
      wBar.rows == w.rows && wBar.columns == w.columns && (curvature == nil) == (zBar == nil),
      "\(w.shape) into \(wBar.shape), a gradient for the curvature or neither")
    (T.isSingle ? ek_expand_rows_back_f32 : ek_expand_rows_back_f64)(
      base, factors?.base, factors?.stride ?? 0, w.base, w.stride, curvature?.base, curvature?.stride ?? 0,
      zBar?.base,
      zBar?.stride ?? 0, wBar.base, wBar.stride, samples, w.rows, columns)
  }

  /// sum[i] += sum_b self[b r + i], r = sum.rows.
  func addGroups(to sum: MatrixView) {
    let group = sum.rows
    precondition(group > 0 && rows % group == 0 && columns == sum.columns, "\(shape) into \(sum.shape)")
    for first in Swift.stride(from: 0, to: rows, by: group) { sum.add(rows(first..<first + group)) }
  }

  /// self[b r + i] += alpha term[i], r = term.rows.
  func addToGroups(_ term: MatrixView, times alpha: T = 1) {
    let group = term.rows
    precondition(group > 0 && rows % group == 0 && columns == term.columns, "\(term.shape) into \(shape)")
    for first in Swift.stride(from: 0, to: rows, by: group) {
      rows(first..<first + group).add(term, times: alpha)
    }
  }

  private func requireGroups(of factors: MatrixView) -> Int {
    precondition(
      factors.columns == columns && factors.rows > 0 && rows % factors.rows == 0,
      "\(shape) in groups by \(factors.shape)")
    return rows / factors.rows
  }
}
