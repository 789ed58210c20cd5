internal import CKernels
internal import CLAPACK

// The primitives of `Double`: BLAS through CBLAS, loops over elements through CKernels.
extension Double: Scalar {
  public static func _gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int,
    _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int,
    _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int
  ) {
    BLAS.prepare()
    ek_gemm_f64(transposeA ? 1 : 0, transposeB ? 1 : 0, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
  }

  public static func _syrk(
    _ transpose: Bool, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int,
    _ beta: Self, _ c: UnsafeMutablePointer<Self>, _ ldc: Int
  ) {
    BLAS.prepare()
    ek_syrk_f64(transpose ? 1 : 0, n, k, alpha, a, lda, beta, c, ldc)
  }

  public static func _project(
    _ x: UnsafePointer<Self>, _ ldx: Int, _ mean: UnsafePointer<Self>, _ p: UnsafePointer<Self>, _ ldp: Int,
    _ shift: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, _ ldo: Int, _ rows: Int, _ d: Int,
    _ k: Int,
    _ scratch: UnsafeMutablePointer<Self>, _ workers: Int
  ) {
    BLAS.prepare()
    ek_project_f64(x, ldx, mean, p, ldp, shift, out, ldo, rows, d, k, scratch, Int32(workers))
  }

  public static func _gemv(
    _ transpose: Bool, _ rows: Int, _ columns: Int, _ alpha: Self, _ a: UnsafePointer<Self>, _ lda: Int,
    _ x: UnsafePointer<Self>, _ beta: Self, _ y: UnsafeMutablePointer<Self>
  ) {
    BLAS.prepare()
    ek_gemv_f64(transpose ? 1 : 0, rows, columns, alpha, a, lda, x, beta, y)
  }

  public static func _activate(
    _ kind: Int32, _ slope: Self, _ bias: UnsafePointer<Self>?, _ y: UnsafeMutablePointer<Self>, _ ldy: Int,
    _ d: UnsafeMutablePointer<Self>?, _ ldd: Int, _ s: UnsafeMutablePointer<Self>?, _ lds: Int,
    _ rows: Int, _ columns: Int
  ) { ek_activate_f64(kind, slope, bias, y, ldy, d, ldd, s, lds, rows, columns) }

  public static func _pullback(
    _ g: UnsafeMutablePointer<Self>, _ ldg: Int, _ d: UnsafePointer<Self>?, _ ldd: Int,
    _ sums: UnsafeMutablePointer<Self>?, _ add: Bool, _ rows: Int, _ columns: Int
  ) { ek_pullback_f64(g, ldg, d, ldd, sums, add ? 1 : 0, rows, columns) }

  public static func _residual(
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int, _ scale: Self,
    _ out: UnsafeMutablePointer<Self>?, _ ldo: Int, _ rows: Int, _ columns: Int
  ) -> Double { ek_residual_f64(a, lda, b, ldb, scale, out, ldo, rows, columns) }

  public static func _rowSquaredDistances(
    _ a: UnsafePointer<Self>, _ lda: Int, _ b: UnsafePointer<Self>, _ ldb: Int,
    _ out: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int
  ) { ek_row_squared_distances_f64(a, lda, b, ldb, out, rows, columns) }

  public static func _dot(_ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ count: Int) -> Double {
    ek_dot_f64(a, b, count)
  }

  public static func _sum(_ a: UnsafePointer<Self>, _ count: Int) -> Double { ek_sum_f64(a, count) }

  public static func _columnSums(
    _ a: UnsafePointer<Self>, _ lda: Int, _ sums: UnsafeMutablePointer<Double>, _ rows: Int, _ columns: Int
  ) { ek_column_sums_f64(a, lda, sums, rows, columns) }

  public static func _columnSquares(
    _ a: UnsafePointer<Self>, _ lda: Int, _ center: UnsafePointer<Double>,
    _ sums: UnsafeMutablePointer<Double>,
    _ rows: Int, _ columns: Int
  ) { ek_column_squares_f64(a, lda, center, sums, rows, columns) }

  public static func _subtractRow(
    _ a: UnsafePointer<Self>, _ lda: Int, _ row: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>,
    _ ldo: Int, _ rows: Int, _ columns: Int
  ) { ek_subtract_row_f64(a, lda, row, out, ldo, rows, columns) }

  public static func _scaleShift(
    _ a: UnsafePointer<Self>, _ lda: Int, _ scale: UnsafePointer<Self>?, _ shift: UnsafePointer<Self>?,
    _ out: UnsafeMutablePointer<Self>, _ ldo: Int, _ rows: Int, _ columns: Int
  ) { ek_scale_shift_f64(a, lda, scale, shift, out, ldo, rows, columns) }

  public static func _gather(
    _ a: UnsafePointer<Self>, _ lda: Int, _ index: UnsafePointer<Int64>, _ shift: UnsafePointer<Self>?,
    _ scale: UnsafePointer<Self>?, _ out: UnsafeMutablePointer<Self>, _ ldo: Int, _ rows: Int, _ columns: Int
  ) { ek_gather_f64(a, lda, index, shift, scale, out, ldo, rows, columns) }

  public static func _multiply(
    _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, _ count: Int
  ) { ek_multiply_f64(a, b, out, count) }

  public static func _axpy(
    _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ count: Int
  ) { ek_axpy_f64(alpha, x, y, count) }

  public static func _scale(_ alpha: Self, _ x: UnsafeMutablePointer<Self>, _ count: Int) {
    ek_scale_f64(alpha, x, count)
  }

  public static func _addUpper(
    _ a: UnsafePointer<Self>, _ lda: Int, _ sum: UnsafeMutablePointer<Double>, _ lds: Int, _ n: Int
  ) { ek_add_upper_f64(a, lda, sum, lds, n) }

  public static func _symmetrize(_ a: UnsafeMutablePointer<Self>, _ lda: Int, _ n: Int) {
    ek_symmetrize_f64(a, lda, n)
  }

  public static func _allFinite(_ a: UnsafePointer<Self>, _ count: Int) -> Bool {
    ek_all_finite_f64(a, count) != 0
  }

  public static func _expandRows(
    _ a: UnsafePointer<Self>?, _ lda: Int, _ w: UnsafePointer<Self>, _ ldw: Int, _ d: UnsafePointer<Self>?,
    _ ldd: Int,
    _ r: UnsafeMutablePointer<Self>?, _ m: UnsafeMutablePointer<Self>?, _ samples: Int, _ group: Int,
    _ columns: Int
  ) { ek_expand_rows_f64(a, lda, w, ldw, d, ldd, r, m, samples, group, columns) }

  public static func _expandRowsBack(
    _ rb: UnsafePointer<Self>, _ a: UnsafePointer<Self>?, _ lda: Int, _ w: UnsafePointer<Self>, _ ldw: Int,
    _ s: UnsafePointer<Self>?, _ lds: Int, _ t: UnsafeMutablePointer<Self>?, _ ldt: Int,
    _ wb: UnsafeMutablePointer<Self>, _ ldwb: Int, _ samples: Int, _ group: Int, _ columns: Int
  ) { ek_expand_rows_back_f64(rb, a, lda, w, ldw, s, lds, t, ldt, wb, ldwb, samples, group, columns) }

  public static func _multiplyGroups(
    _ r: UnsafePointer<Self>, _ ldr: Int, _ d: UnsafePointer<Self>, _ ldd: Int,
    _ m: UnsafeMutablePointer<Self>,
    _ ldm: Int, _ samples: Int, _ group: Int, _ columns: Int
  ) { ek_multiply_groups_f64(r, ldr, d, ldd, m, ldm, samples, group, columns) }

  public static func _multiplyGroupsBack(
    _ mb: UnsafeMutablePointer<Self>, _ r: UnsafePointer<Self>, _ d: UnsafePointer<Self>?, _ ldd: Int,
    _ s: UnsafePointer<Self>?, _ lds: Int, _ t: UnsafeMutablePointer<Self>?, _ ldt: Int, _ samples: Int,
    _ group: Int,
    _ columns: Int
  ) { ek_multiply_groups_back_f64(mb, r, d, ldd, s, lds, t, ldt, samples, group, columns) }

  public static func _softmaxDivergence(
    _ p: UnsafeMutablePointer<Self>, _ ldp: Int, _ s: UnsafeMutablePointer<Self>, _ lds: Int, _ cp: Self,
    _ cs: Self, _ scale: Self, _ n: Int
  ) -> Double { ek_softmax_divergence_f64(p, ldp, s, lds, cp, cs, scale, n) }

  public static func _adam(
    _ p: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>, _ m: UnsafeMutablePointer<Self>,
    _ v: UnsafeMutablePointer<Self>, _ count: Int, _ rate: Self, _ b1: Self, _ b2: Self, _ epsilon: Self,
    _ inverseRootCorrection: Self, _ decay: Self, _ l2: Self
  ) { ek_adam_f64(p, g, m, v, count, rate, b1, b2, epsilon, inverseRootCorrection, decay, l2) }

  public static func _sgd(
    _ p: UnsafeMutablePointer<Self>, _ g: UnsafePointer<Self>, _ m: UnsafeMutablePointer<Self>,
    _ count: Int, _ rate: Self, _ momentum: Self, _ nesterov: Bool, _ l2: Self
  ) { ek_sgd_f64(p, g, m, count, rate, momentum, nesterov ? 1 : 0, l2) }

  public static func _addNormals(
    _ key: UInt64, _ x: UnsafeMutablePointer<Self>, _ ldx: Int, _ rows: Int, _ columns: Int,
    _ deviation: UnsafePointer<Self>?, _ scale: Self
  ) { ek_add_normals_f64(key, x, ldx, rows, columns, deviation, scale) }

  public static func _mask(
    _ key: UInt64, _ x: UnsafeMutablePointer<Self>, _ ldx: Int, _ rows: Int, _ columns: Int, _ p: Double,
    _ fill: UnsafePointer<Self>?
  ) { ek_mask_f64(key, x, ldx, rows, columns, p, fill) }

  public static func _saltAndPepper(
    _ key: UInt64, _ x: UnsafeMutablePointer<Self>, _ ldx: Int, _ rows: Int, _ columns: Int, _ p: Double,
    _ low: Self, _ high: Self
  ) { ek_salt_and_pepper_f64(key, x, ldx, rows, columns, p, low, high) }

  public static func _dropout(
    _ key: UInt64, _ out: UnsafeMutablePointer<Self>, _ ldo: Int, _ rows: Int, _ columns: Int, _ p: Double
  ) { ek_dropout_f64(key, out, ldo, rows, columns, p) }
}
