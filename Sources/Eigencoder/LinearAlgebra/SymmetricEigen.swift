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
  /// All pairs come from the divide and conquer of LAPACK's dsyevd; the `largest` k, when k is at most
  /// n / 4, from the relatively robust representations of dstemr. Cost: about 4/3 n^3 for
  /// the reduction to tridiagonal form, and up to 3 n^3 for all the vectors or n^2 k for k of them.
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
    self = try BLAS.withThreadsOfItsOwn(order: n) {
      if 4 * k <= n { return try Self(someOf: a, count: k) }
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

  /// A = Q T Q' with a tridiagonal T (dsytrd), the k largest pairs of T (dstemr), and their vectors times Q (dormtr):
  /// what dsyevr would do if it did not fall back to bisection and inverse iteration for a part of the pairs.
  private init(someOf a: Matrix<Double>, count k: Int) throws {
    let n = a.rows
    var work = a
    var values = [Double](repeating: 0, count: n)
    var diagonal = values
    var beside = values
    var reflections = values
    var support = [Int32](repeating: 0, count: 2 * k)
    var found: Int32 = 0
    var isAccurate: Int32 = 1
    let (order, count) = (Int32(n), Int32(k))
    let what = "\(k) largest eigenvalues of \(a.shape)"
    let vectors = try Matrix<Double>(rows: k, columns: n) { out in
      try work.withMutableView { q in
        try LAPACK.check(
          LAPACKE_dsytrd(
            LAPACK.column, LAPACK.letter("L"), order, q.base, order, &diagonal, &beside, &reflections),
          "dsytrd: \(what)")
        try LAPACK.check(
          LAPACKE_dstemr(
            LAPACK.column, LAPACK.letter("V"), LAPACK.letter("I"), order, &diagonal, &beside, 0, 0,
            order - count + 1,
            order, &found, &values, out.base, order, count, &support, &isAccurate), "dstemr: \(what)")
        guard found == count else {
          throw EigencoderError.numericalFailure("dstemr: found \(found) of \(what)")
        }
        try LAPACK.check(
          LAPACKE_dormtr(
            LAPACK.column, LAPACK.letter("L"), LAPACK.letter("L"), LAPACK.letter("N"), order, count, q.base,
            order,
            &reflections, out.base, order), "dormtr: \(what)")
      }
    }
    self.init(ascending: Array(values.prefix(k)), vectors)
  }

  private init(ascending values: [Double], _ vectors: Matrix<Double>) {
    let last = values.count - 1
    self.init(values: values.reversed(), vectors: vectors.selecting(rows: (0...last).map { last - $0 }))
  }
}
