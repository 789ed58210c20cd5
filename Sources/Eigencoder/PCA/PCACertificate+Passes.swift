// The certificate of wide data: no d x d matrix is formed, and not all rows need to fit into memory. In place of the whole
// spectrum stand k + 1 pairs from a block Krylov space of its own, with another start than that of a fit, and the trace.

extension PCACertificate {
  /// Recomputes the PCA of rows that are read a block at a time, and compares `pca` with it.
  ///
  /// In passes over the rows where a dense matrix would not fit into memory, or take clearly longer (`PCA.Route.krylov`); else
  /// all rows are read, and the certificate is that of `init(of:on:)`. By passes the exact subspace and variances are known to
  /// `PCA.Convergence.tolerance` of the largest variance, which every allowance includes, and the effective rank is
  /// not known.
  /// - Parameters:
  ///   - pca: what is to be certified.
  ///   - open: opens the rows, from the first on; called once a pass.
  ///   - type: the precision that holds the data.
  ///   - progress: is called after every block with the reader, which says how far it is.
  /// - Throws: what `init(of:on:)` throws, and what reading does.
  public init<T: Scalar, U: Scalar>(
    of pca: PrincipalComponents<U>, onRowsOf open: () throws -> RowReader, as type: T.Type,
    progress: (RowReader) -> Void = { _ in }
  ) throws {
    let reader = try open()
    let d = reader.columns
    guard d == pca.inputs, let n = reader.rows, n >= max(2, pca.latent),
      let count = Self.countByPasses(of: pca, rows: n, columns: d)
    else {
      self = try PCACertificate(of: pca, on: reader.readAll(as: T.self))
      return
    }
    try PCA.requireKrylovMemory(rows: n, columns: d, count: count, of: T.self)
    self = try CovariancePasses<T>.with(reader, open, progress) {
      try PCACertificate(of: pca, byPasses: $0, count: count)
    }
  }

  /// Whether so many rows of the model's columns are certified by passes over them.
  package static func takesPasses<U: Scalar>(over rows: Int, of pca: PrincipalComponents<U>) -> Bool {
    rows >= max(2, pca.latent) && countByPasses(of: pca, rows: rows, columns: pca.inputs) != nil
  }

  /// How many pairs a certificate by passes needs, k + 1; nil where it is dense.
  static func countByPasses<U: Scalar>(of pca: PrincipalComponents<U>, rows: Int, columns: Int) -> Int? {
    PCA(latent: pca.latent + 1).krylovChoice(rows: rows, columns: columns, of: Double.self)
  }

  package init<T: Scalar, U: Scalar>(
    of pca: PrincipalComponents<U>, byPasses rows: CovariancePasses<T>, count: Int
  ) throws {
    let exact = try Spectrum(krylov: rows, count: count, seed: 2)
    guard Double.squaresInRange.contains(exact.totalVariance) || exact.isConstant else {
      throw PCA.outOfRange
    }
    try self.init(
      of: pca, exact, Self.measure(pca, rows), attainable: min(rows.samples - 1, rows.varyingColumns),
      roundoff: Double(T.unitRoundoff))
  }

  private static func measure<T: Scalar, U: Scalar>(
    _ pca: PrincipalComponents<U>, _ rows: CovariancePasses<T>
  ) throws -> Measured {
    let p = pca.components
    let shift = zip(pca.mean, rows.mean).map { $0 - $1 }
    var codes = Matrix<Double>(rows: p.rows, columns: p.rows)
    var error = 0.0
    var product = try rows.product(p) { block, products in
      codes.withMutableView { $0.setUpperGram(of: products, beta: 1) }
      // From the data's mean on to the model's.
      shift.withView { block.subtract(row: $0, into: block) }
      p.withView {
        products.setProduct(block, $0, rightTransposed: true)
        block.setProduct(products, $0, alpha: -1, beta: 1)
      }
      error += block.squaredNorm
    }
    product.withMutableView { w in
      p.withView { p in
        for j in 0..<p.rows { w.row(j).add(p.row(j), times: -pca.explainedVariance[j]) }
      }
    }
    codes.withMutableView { $0.scale(by: 1 / Double(rows.samples - 1)) }
    return (product.withView { $0.squaredNorm.squareRoot() }, error / Double(rows.samples), codes)
  }
}
