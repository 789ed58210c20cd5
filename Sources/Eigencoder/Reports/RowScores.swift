/// How far each row is from the data that a model was fitted to. A monitor of drift reads it.
///
/// The reconstruction error |x_i - xh_i|^2 is large for rows that no code stands for. Hotelling's
/// T2_i = sum_j (z_ij - c_j)^2 / v_j, c the mean code, the squared Mahalanobis distance of the code, is large for rows with unusual
/// codes. For rows like those of the training, T2 of k components is about k on average (Jackson & Mudholkar
/// 1979). That of principal components is computed in f64 from the rows themselves: codes in the precision of the data
/// are rounded by as much as a component of small variance spreads. Components without any variance do not count, and
/// neither do those whose variance is no more than what rounding in f64 leaves: no row can be measured by them.
public struct RowScores: Equatable, Sendable {
  /// |x_i - xh_i|^2, n numbers in f64; x_i as `Reducer.target(of:)` gives it.
  public let errors: [Double]
  /// T2, n numbers in f64; nil where the variances of the codes are not known.
  public let hotelling: [Double]?

  /// Of the rows of `x`, n x d, and their codes, n x k. O(n d k).
  ///
  /// - Parameters:
  ///   - reducer: it decodes the codes.
  ///   - x: n x d.
  ///   - codes: n x k, those of `x`.
  ///   - variances: of each number of the code, k of them, as `Model.codeVariances`; numbers with variance
  ///     zero do not count. Principal components have their own.
  ///   - means: of each number of the code, as `Model.codeMeans`; nil for 0.
  public init<T: Scalar>(
    of reducer: any Reducer<T>, on x: Matrix<T>, codes: Matrix<T>, variances: [Double]?,
    means: [Double]? = nil
  ) {
    precondition(codes.rows == x.rows, "codes \(codes.shape) of \(x.shape)")
    errors = reducer.residuals(of: x, codes: codes).rowSquares
    if let pca = reducer as? PrincipalComponents<T> {
      hotelling = pca.hotelling(of: x)
      return
    }
    hotelling = variances.map { variances in
      precondition(
        variances.count == codes.columns, "\(variances.count) variances of \(codes.columns) numbers")
      let scales = variances.map { $0 > 0 ? T(1 / $0.squareRoot()) : 0 }
      let scaled = codes.modified { z in
        means?.map { T($0) }.withView { z.subtract(row: $0, into: z) }
        scales.withView { z.scaleColumns(by: $0, adding: nil, into: z) }
      }
      return scaled.rowSquares
    }
  }

  /// "error", and "t2" where it is known: what the columns of `matrix` are.
  public static func names(withHotelling: Bool) -> [String] { withHotelling ? ["error", "t2"] : ["error"] }

  /// The scores, a row for each, n x 1 or n x 2.
  public var matrix: Matrix<Double> {
    guard let hotelling else { return Matrix(rows: errors.count, columns: 1, errors) }
    return Matrix(rows: errors.count, columns: 2, zip(errors, hotelling).flatMap { [$0, $1] })
  }
}
