/// The linear map W that minimises E|x - xc W'|^2 around the means, by one Cholesky factorisation.
struct LeastSquaresMap {
  /// W = Cov(x, xc) Cov(xc, xc)^-1, d x d.
  let weight: Matrix<Double>
  /// What was added to the diagonal of Cov(xc, xc), as a share of each of its entries.
  let ridge: Double
  /// The least share of a corrupted column's variance, ridge included, that the columns before it do not
  /// explain; constant columns do not count.
  let smallestPivot: Double

  /// Solves with the given ridge; with nil, adds one only where the covariance is singular.
  ///
  /// The covariance is scaled to a unit diagonal, which makes the factorisation indifferent to the units of
  /// the columns. `roundoff` is that of the scatter: a pivot below 8 sqrt(d) of it is noise.
  /// - Throws: `EigencoderError.numericalFailure` when Cov(xc, xc) is singular and `ridge` is 0.
  init(_ moments: CorruptedMoments, ridge: Double?, roundoff: Double) throws {
    let d = moments.mean.count
    let noise = 8 * Double(max(1, d)).squareRoot() * roundoff
    // A column that is constant after corruption says nothing: its weights are 0.
    let scales = (0..<d).map { i in
      let variance = moments.scatter[i, i]
      let rounding = 4 * roundoff * moments.mean[i].magnitude
      return variance > moments.count * rounding * rounding ? 1 / variance.squareRoot() : 0
    }
    if ridge == 0, let column = scales.firstIndex(of: 0) {
      throw Self.singular("column \(column) is constant after corruption")
    }
    guard scales.allSatisfy({ $0.isFinite }) else {
      throw EigencoderError.invalidData(
        "the variance of the data is outside the range of double precision: scale the data first")
    }
    var correlation = moments.scatter
    var right = moments.cross
    scales.withView { s in
      right.withMutableView { $0.scaleColumns(by: s, adding: nil, into: $0) }
      correlation.withMutableView { c in
        c.scaleColumns(by: s, adding: nil, into: c)
        for i in 0..<d {
          c.row(i).scale(by: scales[i])
          c[i, i] = 1 + (ridge ?? 0)
        }
      }
    }
    var used = ridge ?? 0
    var factor = try? Cholesky(of: correlation)
    if (factor?.smallestPivot ?? 0) <= noise, used == 0 {
      guard ridge == nil else { throw Self.singular("the corrupted columns are linearly dependent") }
      used = 4 * noise
      for i in 0..<d { correlation[i, i] = 1 + used }
      factor = try? Cholesky(of: correlation)
    }
    guard let factor else { throw Self.singular("the corrupted columns are linearly dependent") }
    var weight = try factor.solveRight(right)
    scales.withView { s in weight.withMutableView { $0.scaleColumns(by: s, adding: nil, into: $0) } }
    self.weight = weight
    self.ridge = used
    smallestPivot = factor.smallestPivot
  }

  private static func singular(_ reason: String) -> EigencoderError {
    .numericalFailure(
      "the covariance of the corrupted data is singular (\(reason)): allow a small ridge (--ridge 1e-6)")
  }
}
