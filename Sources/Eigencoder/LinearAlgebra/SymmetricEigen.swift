internal import CLAPACK

/// Eigenvalues and orthonormal eigenvectors of a symmetric matrix, A = V' diag(values) V.
public struct SymmetricEigen: Sendable {
  /// The eigenvalues, largest first.
  public let values: [Double]
  /// The eigenvectors as ROWS (values.count x n), row i belonging to `values[i]`.
  public let vectors: Matrix<Double>
}

extension SymmetricEigen {
  /// Decomposes a symmetric n x n matrix, of which only the upper triangle is read.
  ///
  /// All pairs come from the divide and conquer of LAPACK's dsyevd; the `largest` k, when k is at most n / 7, from
  /// bisection and inverse iteration (dsyevr with an index range), which for more cost more than all pairs. Cost: about
  /// 4/3 n^3 for the reduction to tridiagonal form, and up to 3 n^3 for all the vectors or n^2 k for k of them.
  /// - Throws: `EigencoderError.numericalFailure` on entries that are not finite, or no convergence.
  public init(of a: Matrix<Double>, largest: Int? = nil) throws {
    precondition(a.rows == a.columns, "eigenvalues of \(a.shape): a square matrix is needed")
    let n = a.rows
    let k = largest ?? n
    precondition(k >= 0 && k <= n, "\(k) largest eigenvalues of \(a.shape)")
    guard n > 0, k > 0 else {
      self.init(values: [], vectors: Matrix(rows: 0, columns: n))
      return
    }
    try LAPACK.requireFinite(a, "symmetric eigendecomposition")
    BLAS.prepare()
    self = try BLAS.decomposing(order: n) {
      if 7 * k <= n { return try Self(someOf: a, count: k) }
      let all = try Self(allOf: a)
      return Self(
        values: Array(all.values.prefix(k)), vectors: k == n ? all.vectors : all.vectors.rows(0..<k))
    }
  }

  private init(allOf a: Matrix<Double>) throws {
    let n = a.rows
    var vectors = a
    var values = [Double](repeating: 0, count: n)
    // Our upper triangle, row-major, is LAPACK's lower one. Column j of the result is eigenvector j, which
    // read row-major is row j.
    let info = vectors.withMutableView {
      LAPACKE_dsyevd(
        LAPACK.column, LAPACK.letter("V"), LAPACK.letter("L"), Int32(n), $0.base, Int32(n), &values)
    }
    try LAPACK.check(info, "dsyevd: symmetric eigendecomposition of \(a.shape)")
    self.init(ascending: values, vectors)
  }

  private init(someOf a: Matrix<Double>, count k: Int) throws {
    let n = a.rows
    var work = a
    var values = [Double](repeating: 0, count: n)
    var support = [Int32](repeating: 0, count: 2 * n)
    var found: Int32 = 0
    var info: Int32 = 0
    let vectors = Matrix<Double>(rows: k, columns: n) { out in
      info = work.withMutableView {
        LAPACKE_dsyevr(
          LAPACK.column, LAPACK.letter("V"), LAPACK.letter("I"), LAPACK.letter("L"), Int32(n), $0.base,
          Int32(n), 0, 0, Int32(n - k + 1), Int32(n), 0, &found, &values, out.base, Int32(n), &support)
      }
    }
    try LAPACK.check(info, "dsyevr: \(k) largest eigenvalues of \(a.shape)")
    guard found == Int32(k) else {
      throw EigencoderError.numericalFailure("dsyevr: found \(found) of \(k) eigenvalues of \(a.shape)")
    }
    self.init(ascending: Array(values.prefix(k)), vectors)
  }

  private init(ascending values: [Double], _ vectors: Matrix<Double>) {
    let last = values.count - 1
    self.init(values: values.reversed(), vectors: vectors.selecting(rows: (0...last).map { last - $0 }))
  }
}
