internal import CLAPACK

/// The Cholesky factor of a symmetric positive definite matrix, A = L L'.
public struct Cholesky: Sendable {
  /// L' row-major in the upper triangle: L in LAPACK's lower one.
  private let factor: Matrix<Double>

  /// Factors a symmetric n x n matrix, of which only the upper triangle is read. Cost: n^3 / 3.
  /// - Throws: `EigencoderError.numericalFailure` naming the leading minor that is not positive definite.
  public init(of a: Matrix<Double>) throws {
    precondition(a.rows == a.columns, "Cholesky of \(a.shape): a square matrix is needed")
    try LAPACK.requireFinite(a, "Cholesky")
    BLAS.prepare()
    var factor = a
    let info = BLAS.decomposing(order: a.rows) {
      factor.withMutableView {
        $0.rows == 0
          ? 0 : LAPACKE_dpotrf(LAPACK.column, LAPACK.letter("L"), Int32(a.rows), $0.base, Int32(a.rows))
      }
    }
    if info > 0 {
      throw EigencoderError.numericalFailure(
        "Cholesky of \(a.shape): not positive definite, the leading minor of order \(info) fails")
    }
    try LAPACK.check(info, "dpotrf: Cholesky of \(a.shape)")
    self.factor = factor
  }

  /// X of A X = B (B is n x m), a new n x m matrix. Cost: 2 n^2 m.
  public func solve(_ b: Matrix<Double>) throws -> Matrix<Double> {
    precondition(b.rows == factor.rows, "solve \(factor.shape) with a right side of \(b.shape)")
    // The columns of B are the rows of B', which is what column-major LAPACK reads.
    var x = b.transposed()
    try solveRows(&x)
    return x.transposed()
  }

  /// X of X A = B (B is m x n), a new m x n matrix. Cost: 2 n^2 m.
  public func solveRight(_ b: Matrix<Double>) throws -> Matrix<Double> {
    precondition(b.columns == factor.rows, "solve \(b.shape) against \(factor.shape)")
    var x = b
    try solveRows(&x)
    return x
  }

  /// log det A, from the diagonal of the factor.
  public var logDeterminant: Double {
    (0..<factor.rows).reduce(0) { $0 + 2 * Double.log(factor[$1, $1]) }
  }

  /// The least square of a diagonal entry of L: what is left of a variable given those before it.
  var smallestPivot: Double {
    (0..<factor.rows).reduce(.infinity) { min($0, factor[$1, $1] * factor[$1, $1]) }
  }

  private func solveRows(_ x: inout Matrix<Double>) throws {
    guard x.rows > 0, x.columns > 0 else { return }
    let n = Int32(factor.rows)
    let count = Int32(x.rows)
    let info = BLAS.decomposing(order: factor.rows) {
      factor.withView { l in
        x.withMutableView {
          LAPACKE_dpotrs(LAPACK.column, LAPACK.letter("L"), n, count, l.base, n, $0.base, n)
        }
      }
    }
    try LAPACK.check(info, "dpotrs: triangular solves")
  }
}
