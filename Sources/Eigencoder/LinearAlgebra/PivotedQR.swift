internal import CLAPACK

/// Orthonormal rows that span those of a matrix, with its rank: W' P = Q R, by Householder reflections with column pivoting
/// (Golub & Van Loan 2013, section 5.4).
///
/// W is short and wide, b x d with b <= d, as a block of vectors is. Read by columns, its memory is W'.
struct PivotedQR {
  /// Q', rank x d: orthonormal rows.
  let rows: Matrix<Double>
  /// R, b x b, upper triangular, whole.
  private let r: Matrix<Double>
  /// Column j of W'P is row `pivots[j]` of W.
  private let pivots: [Int]

  /// - Parameter floor: what is not above it on the diagonal of R is rounding, and ends the rank.
  /// - Throws: `EigencoderError.numericalFailure` on entries that are not finite. 4 b^2 d.
  init(of w: Matrix<Double>, floor: Double) throws {
    let (b, d) = (w.rows, w.columns)
    precondition(b <= d, "orthonormal rows of \(w.shape)")
    try LAPACK.requireFinite(w, "pivoted QR")
    BLAS.prepare()
    var work = w
    var pivots = [Int32](repeating: 0, count: b)
    var scalars = [Double](repeating: 0, count: b)
    // With one thread, however many there are: the order of sums must not depend on it.
    try LAPACK.check(
      BLAS.decomposing(order: 1) {
        work.withMutableView {
          LAPACKE_dgeqp3(LAPACK.column, Int32(d), Int32(b), $0.base, Int32(d), &pivots, &scalars)
        }
      }, "dgeqp3: pivoted QR of \(w.shape)")
    var r = Matrix<Double>(rows: b, columns: b)
    for j in 0..<b { for i in 0...j { r[i, j] = work[j, i] } }
    let rank = (0..<b).first { r[$0, $0].magnitude <= floor } ?? b
    if rank > 0 {
      try LAPACK.check(
        BLAS.decomposing(order: 1) {
          work.withMutableView {
            LAPACKE_dorgqr(LAPACK.column, Int32(d), Int32(rank), Int32(rank), $0.base, Int32(d), scalars)
          }
        }, "dorgqr: pivoted QR of \(w.shape)")
    }
    rows = rank == b ? work : work.rows(0..<rank)
    self.r = r
    self.pivots = pivots.map { Int($0) - 1 }
  }

  /// |s' W| of a combination of the rows of W: |R P's|.
  func norm(of s: [Double]) -> Double {
    let permuted = pivots.map { s[$0] }
    return permuted.indices.reduce(0.0) { sum, i in
      let entry = (i..<permuted.count).reduce(0.0) { $0 + r[i, $1] * permuted[$1] }
      return sum + entry * entry
    }.squareRoot()
  }
}
