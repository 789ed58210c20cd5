internal import CLAPACK

extension SymmetricEigen {
  /// The eigenvalues alone of a symmetric n x n matrix, largest first; only the upper triangle is read.
  ///
  /// By LAPACK's dsyevd without vectors, which is the root-free QL of dsterf: 4/3 n^3, all of it the
  /// reduction to tridiagonal form.
  /// - Throws: `EigencoderError.numericalFailure` on entries that are not finite, or no convergence.
  public static func values(of a: Matrix<Double>) throws -> [Double] {
    precondition(a.rows == a.columns, "eigenvalues of \(a.shape): a square matrix is needed")
    let n = a.rows
    guard n > 0 else { return [] }
    try LAPACK.requireFinite(a, "symmetric eigenvalues")
    BLAS.prepare()
    var work = a
    var values = [Double](repeating: 0, count: n)
    let info = BLAS.decomposing(order: n) {
      work.withMutableView {
        LAPACKE_dsyevd(
          LAPACK.column, LAPACK.letter("N"), LAPACK.letter("L"), Int32(n), $0.base, Int32(n), &values)
      }
    }
    try LAPACK.check(info, "dsyevd: eigenvalues of \(a.shape)")
    return values.reversed()
  }
}
