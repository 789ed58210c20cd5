// Linear denoisers in closed form: no iterations, no samples of the corruption. Mathematics, section 4.
//
// Least squares in all d dimensions is [W b] = P Q^-1 (see CorruptedMoments.swift). A code of k numbers makes
// it reduced-rank regression (Izenman 1975): with V the k leading eigenvectors of W Cov(xc, x), the
// covariance of the full-rank predictions,
//   encode z = V'W (x - mean(xc)),   decode x = V z + mean(x).
// Without corruption that is PCA. With Gaussian noise of variance s^2 it is U diag(l / (l + s^2)) U' around
// the mean, l the eigenvalues with denominator n: PCA's subspace, and shrunken codes.

/// How to fit the linear map that best undoes a corruption.
public struct LinearDenoiser: Sendable {
  /// What is to be undone.
  public var corruption: Corruption
  /// k, from 1 to d; nil for d, which is the best affine map of all.
  public var latent: Int?
  /// What to add to the diagonal of the corrupted data's covariance, as a share of each entry.
  ///
  /// With 0 a singular covariance is an error. Otherwise columns that are constant after corruption are
  /// ignored. With nil, 32 sqrt(d) unit roundoffs are added where the rest is singular to rounding, and else
  /// nothing.
  public var ridge: Double?

  /// A denoiser for this corruption; by default of full rank, and without a ridge unless the data need one.
  public init(_ corruption: Corruption, latent: Int? = nil, ridge: Double? = nil) {
    self.corruption = corruption
    self.latent = latent
    self.ridge = ridge
  }

  /// The best denoiser of the rows of `data` (n x d) in expectation over all corruptions.
  ///
  /// Cost: n d^2 / 2 multiply-adds for the moments, 7/6 d^3 for the solution (a blur: 3 d^3 more), and the k
  /// leading eigenvectors of a d x d matrix.
  /// - Throws: `EigencoderError.invalidArgument` when k is not between 1 and d, the ridge is negative or
  ///   the corruption does not fit the data; `.invalidData` for no rows or columns, or a variance outside the
  ///   range of `Double`; `.numericalFailure` when the corrupted data's covariance is singular and the ridge
  ///   is 0.
  public func fitted<T: Scalar>(to data: Matrix<T>) throws -> FittedLinearDenoiser<T> {
    try validate(rows: data.rows, columns: data.columns)
    try requireMemory(columns: data.columns)
    return try fitted(from: solution(for: data))
  }

  /// The best denoiser of the rows of a file in expectation over all corruptions: one pass, with products in f64.
  ///
  /// The result is that of `fitted(to:)` to rounding; memory O(d^2).
  /// - Throws: what `fitted(to:)` throws, and what reading does.
  public func fitted<T: Scalar>(toRowsOf file: RowFile, as type: T.Type = T.self) throws
    -> FittedLinearDenoiser<T>
  {
    try validate(rows: file.rows, columns: file.columns)
    try requireMemory(columns: file.columns)
    let sums = MomentAccumulator<Double>(Moments(dimension: file.columns))
    try file.reader().forEachBlock(as: Double.self) { block in block.withView { sums.add($0) } }
    var moments = sums.moments()
    if let ranks = file.ranks { moments.sum(over: ranks) }
    return try fitted(from: solution(for: moments, roundoff: roundoffOfUse(T.self)))
  }

  /// Moments before and after the corruption, the map, and what its eigenvectors take: nine matrices in f64 at the most.
  func requireMemory(columns d: Int) throws {
    try Memory.require(72 * Double(d) * Double(d), "a linear denoiser of \(d) columns")
  }

  /// The map of rank k from that of full rank.
  func fitted<T: Scalar>(from solution: Solution) throws -> FittedLinearDenoiser<T> {
    let (moments, corrupted, map) = solution
    let d = moments.mean.count
    var predicted = map.weight.times(corrupted.cross, otherTransposed: true)
    predicted.withMutableView { $0.averageWithTranspose() }
    var vectors = try SymmetricEigen(of: predicted, largest: latent ?? d).vectors
    vectors.orientRows()
    let encoder = vectors.times(map.weight)
    let bias = encoder.times(Matrix(rows: d, columns: 1, corrupted.mean)).elements.map { -$0 }

    // E|x - xh|^2 = tr C - 2 <V'W, V'Cov(x, xc)> + <V'W Cov(xc, xc), V'W>.
    let total = (0..<d).reduce(0) { $0 + moments.scatter[$1, $1] }
    let gained = encoder.dot(vectors.times(corrupted.cross))
    let spent = encoder.times(corrupted.scatter).dot(encoder)
    return FittedLinearDenoiser(
      corruption: corruption.name, ridge: map.ridge, sampleCount: moments.count, mean: moments.mean,
      encoderWeight: encoder, encoderBias: bias, decoderWeight: vectors.transposed(),
      decoderBias: moments.mean, expectedError: max(0, total - 2 * gained + spent) / Double(moments.count))
  }

  /// The clean moments, those after corruption, and the best map of full rank.
  typealias Solution = (clean: Moments, corrupted: CorruptedMoments, map: LeastSquaresMap)

  /// From products in the precision of the data where that is enough, else in f64 (Moments+Range.swift).
  private func solution<T: Scalar>(for data: Matrix<T>) throws -> Solution {
    let unit = Double(T.unitRoundoff)
    let moments = Moments(of: data)
    if T.self == Double.self { return try solution(for: moments, roundoff: unit) }
    if moments.isInRange(for: data), let result = try? solution(for: moments, roundoff: unit),
      result.map.smallestPivot >= T.resolvedShare
    {
      return result
    }
    return try solution(for: Moments(inDoubleOf: data), roundoff: roundoffOfUse(T.self))
  }

  /// Of moments in f64: samples and weights in use are rounded to T, which leaves errors of squares near u^2.
  private func roundoffOfUse<T: Scalar>(_ type: T.Type) -> Double {
    let unit = Double(T.unitRoundoff)
    return T.self == Double.self ? unit : 1024 * unit * unit
  }

  func solution(for moments: Moments, roundoff: Double) throws -> Solution {
    guard moments.isFinite else {
      throw EigencoderError.invalidData(
        "the variance of the data is outside the range of double precision: scale the data first")
    }
    var corrupted = CorruptedMoments(moments)
    try corrupted.apply(corruption)
    return (moments, corrupted, try LeastSquaresMap(corrupted, ridge: ridge, roundoff: roundoff))
  }

  func validate(rows: Int, columns: Int) throws {
    guard columns >= 1, rows >= 1 else {
      throw EigencoderError.invalidData(
        "a denoiser needs at least 1 row and 1 column, got \(rows) x \(columns)")
    }
    try corruption.validate(columns: columns)
    if let k = latent, k < 1 || k > columns {
      throw EigencoderError.invalidArgument(
        "a code of \(k) for data with \(columns) columns: from 1 to \(columns)")
    }
    if let ridge, !(ridge >= 0 && ridge.isFinite) {
      throw EigencoderError.invalidArgument("a ridge is finite and not negative, got \(ridge)")
    }
  }
}

extension MatrixView<Double> {
  /// self = (self + self') / 2: what rounding took from a symmetric matrix.
  fileprivate func averageWithTranspose() {
    for i in 0..<rows {
      for j in 0..<i {
        let average = (self[i, j] + self[j, i]) / 2
        self[i, j] = average
        self[j, i] = average
      }
    }
  }
}

extension Matrix<Double> {
  fileprivate func dot(_ other: Matrix) -> Double { withView { a in other.withView { a.dot($0) } } }
}
