internal import CKernels

// Products of matrices, into given memory. Row-major throughout; cost in multiply-adds.

extension MatrixView {
  /// self = alpha op(a) op(b) + beta self, where op transposes when asked. Cost: rows * columns * inner.
  ///
  /// With `beta` 0 the old contents are not read. Neither operand may overlap self.
  package func setProduct(
    _ a: MatrixView, transposed transposeA: Bool = false, _ b: MatrixView,
    rightTransposed transposeB: Bool = false,
    alpha: T = 1, beta: T = 0
  ) {
    let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
    let (inner, n) = transposeB ? (b.columns, b.rows) : (b.rows, b.columns)
    precondition(
      k == inner && m == rows && n == columns, "product of \(m) x \(k) and \(inner) x \(n) into \(shape)")
    guard m > 0, n > 0 else { return }
    guard k > 0 else { return scaleOrClear(by: beta) }
    BLAS.prepare()
    (T.isSingle ? ek_gemm_f32 : ek_gemm_f64)(
      transposeA ? 1 : 0, transposeB ? 1 : 0, m, n, k, alpha.inDouble, a.base, max(1, a.stride), b.base,
      max(1, b.stride), beta.inDouble, base, max(1, stride))
  }

  /// Upper triangle of self = alpha a' a + beta self (a is samples x n, self n x n). Cost: n^2 samples / 2.
  package func setUpperGram(of a: MatrixView, alpha: T = 1, beta: T = 0) {
    setUpperGram(ofColumns: true, a.columns, a.rows, a, alpha, beta)
  }

  /// Upper triangle of self = alpha a a' + beta self (a is n x inner, self n x n). Cost: n^2 inner / 2.
  package func setUpperOuterGram(of a: MatrixView, alpha: T = 1, beta: T = 0) {
    setUpperGram(ofColumns: false, a.rows, a.columns, a, alpha, beta)
  }

  private func setUpperGram(
    ofColumns: Bool, _ n: Int, _ inner: Int, _ a: MatrixView, _ alpha: T, _ beta: T
  ) {
    precondition(
      rows == n && columns == n, "\(ofColumns ? "" : "outer ")Gram matrix of \(a.shape) into \(shape)")
    guard rows > 0 else { return }
    BLAS.prepare()
    (T.isSingle ? ek_syrk_f32 : ek_syrk_f64)(
      ofColumns ? 1 : 0, n, inner, alpha.inDouble, a.base, max(1, a.stride), beta.inDouble, base, stride)
  }

  /// Copies the upper triangle onto the lower one.
  package func symmetrize() {
    precondition(rows == columns, "symmetrize \(shape)")
    (T.isSingle ? ek_symmetrize_f32 : ek_symmetrize_f64)(base, stride, rows)
  }

  private func scaleOrClear(by beta: T) {
    if beta == 0 { clear() } else if beta != 1 { scale(by: beta) }
  }
}

extension VectorView {
  /// self = alpha op(a) x + beta self. Cost: rows * columns of a.
  package func setProduct(
    _ a: MatrixView<T>, transposed: Bool = false, _ x: VectorView, alpha: T = 1, beta: T = 0
  ) {
    let (m, n) = transposed ? (a.columns, a.rows) : (a.rows, a.columns)
    precondition(x.count == n && count == m, "product of \(m) x \(n) and \(x.count) into \(count)")
    guard m > 0 else { return }
    guard n > 0 else { return beta == 0 ? clear() : scale(by: beta) }
    BLAS.prepare()
    (T.isSingle ? ek_gemv_f32 : ek_gemv_f64)(
      transposed ? 1 : 0, a.rows, a.columns, alpha.inDouble, a.base, max(1, a.stride), x.base, beta.inDouble,
      base)
  }
}
