// The leading eigenpairs from a block Krylov space of the covariance, which is never formed: passes over the rows.
//
// The space grows until its own residuals say that k pairs have converged. Then one more pass multiplies these k vectors
// themselves: their variances are the quotients p C p', and the largest |C p - lambda p| of that pass is what is
// reported. Variances are exact to the square of that residual over their distance to the next ones. Below about 1e-14 of
// the largest they are rounding, as by every route through squares.

extension Spectrum {
  /// The `count` leading eigenpairs, and the trace.
  ///
  /// - Throws: `.invalidData` for fewer than 2 rows or than `count`, a variance outside of the range of `Double`, or rows that
  ///   change between passes; `.numericalFailure` from LAPACK; what reading throws.
  /// - Complexity: passes (4 n d b + 8 m b d) flops for a space of m rows; memory 8 d (m + 4 b) bytes and one block of rows.
  init<T: Scalar>(
    krylov rows: CovariancePasses<T>, count: Int, seed: UInt64 = 1,
    passes most: Int = PCA.Convergence.mostPasses
  ) throws {
    let start = Self.start(count, columns: rows.columns, seed: seed)
    var rows = rows
    var product = try rows.product(start)
    try PCA(latent: count).validate(rows: rows.samples, columns: rows.columns)
    if !Double.squaresInRange.contains(rows.totalVariance), !rows.areEqual {
      guard T.self == Double.self, case let unit = PCA.unit(ofDeviations: try rows.largestDeviation()),
        unit != 1
      else { throw PCA.outOfRange }
      rows = rows.divided(by: unit)
      product = try rows.product(start)
    }
    guard rows.totalVariance.isFinite else { throw PCA.outOfRange }

    var space = KrylovSpace(start: start, limit: PCA.krylovLimit(count, columns: rows.columns))
    var goal = PCA.Convergence.tolerance / 2
    while true {
      try space.include(product, count: count)
      // The last pass is for the residual.
      let isLast = space.isInvariant || rows.passes + 1 >= most
      guard isLast || space.hasConverged(count, within: goal) else {
        product = try rows.product(space.next)
        continue
      }
      let components = space.vectors(min(count, space.values.count))
      let pairs = try EigenpairResidual(of: components, by: rows)
      let isReached = pairs.residual <= PCA.Convergence.tolerance
      guard isReached || isLast || rows.passes + 2 > most else {
        // Rounding has hidden something from the space: further passes go on from where it stands.
        goal /= 10
        product = try rows.product(space.next)
        continue
      }
      self.init(pairs, rows)
      convergence = PCA.Convergence(passes: rows.passes, residual: pairs.residual)
      isConstant = totalVariance < 1e-20 && rows.areEqual
      guard isInRange(of: Double.self) || rows.areEqual else { throw PCA.outOfRange }
      if T.self != Double.self { raiseNoiseFloor(forDataOf: T.self) }
      if rows.unit != 1 { self = try scaled(by: rows.unit) }
      return
    }
  }

  private init<T: Scalar>(_ pairs: EigenpairResidual, _ rows: CovariancePasses<T>) {
    let order = pairs.variances.indices.sorted { pairs.variances[$0] > pairs.variances[$1] }
    self.init(
      samples: rows.samples, mean: rows.mean, components: pairs.vectors.selecting(rows: order),
      variances: order.map { pairs.variances[$0] }, totalVariance: rows.totalVariance,
      relativeNoise: 8 * Double(rows.columns).squareRoot() * Double.unitRoundoff)
  }

  /// A block of random directions, the same for the same seed.
  private static func start(_ count: Int, columns: Int, seed: UInt64) -> Matrix<Double> {
    var generator = SeededGenerator(seed: seed)
    return generator.orthonormalRows(PCA.krylovBlock(count, columns: columns), of: columns)
  }
}

/// How far rows are from eigenvectors of a covariance: one pass.
struct EigenpairResidual {
  /// The rows themselves, k x d.
  let vectors: Matrix<Double>
  /// p C p' of each.
  let variances: [Double]
  /// The largest |C p - (p C p') p| over the largest variance.
  let residual: Double

  init<T: Scalar>(of vectors: Matrix<Double>, by rows: CovariancePasses<T>) throws {
    var product = try rows.product(vectors)
    self.vectors = vectors
    let variances = product.withView { w in
      vectors.withView { p in (0..<p.rows).map { p.row($0).dot(w.row($0)) } }
    }
    self.variances = variances
    let largest = variances.max() ?? 0
    let norms = product.withMutableView { w in
      vectors.withView { p in
        variances.indices.map { i in
          w.row(i).add(p.row(i), times: -variances[i])
          return w.row(i).dot(w.row(i)).squareRoot()
        }
      }
    }
    residual = largest > 0 ? (norms.max() ?? 0) / largest : 0
  }
}

extension KrylovSpace {
  /// Whether the first `count` residuals are within this share of the largest value.
  fileprivate func hasConverged(_ count: Int, within share: Double) -> Bool {
    guard let largest = values.first, residuals.count >= count else { return false }
    return residuals.prefix(count).allSatisfy { $0 <= share * largest }
  }
}
