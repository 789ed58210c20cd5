internal import CLAPACK

/// Singular values far below the largest, with all their digits.
///
/// Where the rows or columns of A differ by scales alone, A = D1 C D2 with a C that is well conditioned, its small
/// singular values are determined to the conditioning of C and not to that of A. One-sided Jacobi with row and column
/// pivoting keeps them so (dgejsv; Drmac & Veselic 2008). dgesdd and eigenvectors of A'A give them to rounding of the
/// largest. About three times the cost of dgesdd.
enum GradedSingularValues {
  /// The values of `a`, rows <= columns, largest first, and its right singular vectors as orthonormal ROWS,
  /// rows x columns.
  ///
  /// - Throws: `EigencoderError.numericalFailure` on entries that are not finite, or no convergence.
  static func of(_ a: Matrix<Double>) throws -> (values: [Double], right: Matrix<Double>) {
    precondition(a.rows <= a.columns, "graded singular values of \(a.shape): no more rows than columns")
    try LAPACK.requireFinite(a, "singular value decomposition")
    BLAS.prepare()
    let (r, c) = (a.rows, a.columns)
    guard r > 0 else { return ([], Matrix(rows: 0, columns: c)) }
    var work = a
    var values = [Double](repeating: 0, count: r)
    var right = Matrix<Double>(rows: r, columns: c)
    var scales = [Double](repeating: 1, count: 7)
    var counts = [Int32](repeating: 0, count: 3)
    var none = 0.0
    // Read column-major our memory holds A', c x r, whose left singular vectors, column-major, are our rows.
    let info = BLAS.decomposing(order: r) {
      work.withMutableView { a in
        right.withMutableView { u in
          LAPACKE_dgejsv(
            LAPACK.column, LAPACK.letter("F"), LAPACK.letter("U"), LAPACK.letter("N"), LAPACK.letter("N"),
            LAPACK.letter("N"), LAPACK.letter("N"), Int32(c), Int32(r), a.base, Int32(c), &values, u.base,
            Int32(c),
            &none, 1, &scales, &counts)
        }
      }
    }
    try LAPACK.check(info, "dgejsv: singular values of \(a.shape)")
    let scale = scales[0] / scales[1]
    return (values.map { $0 * scale }, right)
  }
}
