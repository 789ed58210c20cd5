internal import CLAPACK

/// The thin singular value decomposition A = U diag(values) V, with r = min(rows, columns) values.
public struct SingularValues: Sendable {
  /// rows x r, orthonormal columns.
  public let left: Matrix<Double>
  /// The r singular values, largest first, none negative.
  public let values: [Double]
  /// r x columns, orthonormal ROWS.
  public let right: Matrix<Double>

  /// Decomposes by LAPACK's divide and conquer (dgesdd). Cost: about 6 rows columns r + 20 r^3.
  /// - Throws: `EigencoderError.numericalFailure` on entries that are not finite, or no convergence.
  public init(of a: Matrix<Double>) throws {
    try LAPACK.requireFinite(a, "singular value decomposition")
    BLAS.prepare()
    let (m, n) = (a.rows, a.columns)
    let r = min(m, n)
    guard r > 0 else {
      left = Matrix(rows: m, columns: 0)
      values = []
      right = Matrix(rows: 0, columns: n)
      return
    }
    var work = a
    var values = [Double](repeating: 0, count: r)
    var left = Matrix<Double>(rows: m, columns: r)
    var right = Matrix<Double>(rows: r, columns: n)
    // Column-major, our memory holds A' (n x m) = right' diag(values) left': LAPACK's U is right', read
    // row-major `right`, and its V' is left', read row-major `left`.
    let info = BLAS.decomposing(order: r) {
      work.withMutableView { a in
        left.withMutableView { u in
          right.withMutableView { v in
            LAPACKE_dgesdd(
              LAPACK.column, LAPACK.letter("S"), Int32(n), Int32(m), a.base, Int32(n), &values, v.base,
              Int32(n),
              u.base, Int32(r))
          }
        }
      }
    }
    try LAPACK.check(info, "dgesdd: singular value decomposition of \(a.shape)")
    self.left = left
    self.values = values
    self.right = right
  }
}

/// The triangular factor of a QR factorisation.
package enum QR {
  /// R (columns x columns, upper triangular) of A = Q R for a tall A (rows >= columns).
  ///
  /// R'R = A'A without squaring the condition number: its singular values are A's. Cost: 2 rows columns^2.
  /// - Throws: `EigencoderError.numericalFailure` on entries that are not finite.
  package static func triangularFactor(of a: Matrix<Double>) throws -> Matrix<Double> {
    precondition(a.rows >= a.columns, "R of \(a.shape): at least as many rows as columns are needed")
    try LAPACK.requireFinite(a, "QR")
    BLAS.prepare()
    let (m, n) = (a.rows, a.columns)
    guard n > 0 else { return Matrix(rows: 0, columns: 0) }
    var work = a.transposed()  // read column-major: A
    var scalars = [Double](repeating: 0, count: n)
    let info = BLAS.decomposing(order: max(n, m / 8)) {
      work.withMutableView { LAPACKE_dgeqrf(LAPACK.column, Int32(m), Int32(n), $0.base, Int32(m), &scalars) }
    }
    try LAPACK.check(info, "dgeqrf: QR of \(a.shape)")
    var r = Matrix<Double>(rows: n, columns: n)
    for j in 0..<n {
      for i in 0...j { r[i, j] = work[j, i] }
    }
    return r
  }
}
