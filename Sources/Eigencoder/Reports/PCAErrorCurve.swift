// The test error of PCA at every number of components, from one fit. Components are orthonormal, so with c
// the code of all K of them, |x - mu - P_k' c_k|^2 = r + sum_{j>k} c_j^2, r what no component reaches: the
// errors of all k are sums from the last component up, and one pass gives them all. O(n d K) after the fit.

/// What PCA loses on some rows with 0, 1, 2, ... components.
public struct PCAErrorCurve: Codable, Equatable, Sendable {
  /// Entry k: the SSE per sample with k components, k = 0 being the mean alone. It never rises.
  public let ssePerSample: [Double]

  /// - Parameter ssePerSample: one error for each number of components from 0, never rising.
  public init(ssePerSample: [Double]) {
    precondition(!ssePerSample.isEmpty, "a curve needs the error of 0 components")
    precondition(
      zip(ssePerSample, ssePerSample.dropFirst()).allSatisfy { $0 >= $1 }, "more components, more error")
    self.ssePerSample = ssePerSample
  }

  /// Fits PCA to the rows of `train` and measures it on those of `test`, in f64.
  ///
  /// - Parameters:
  ///   - train: n x d.
  ///   - test: at least one row, of d columns.
  ///   - limit: the curve ends at so many components, or at min(n, d) when that is less.
  /// - Throws: what `PCA.fitted(to:)` throws; `EigencoderError.invalidData` for no test rows or another
  ///   width.
  public init<T: Scalar>(train: Matrix<T>, test: Matrix<T>, limit: Int = 1024) throws {
    try self.init(train: .memory(train), test: test, limit: limit)
  }

  /// The same of training rows in memory or in a file.
  package init<T: Scalar>(train: Samples<T>, test: Matrix<T>, limit: Int = 1024) throws {
    precondition(limit >= 1, "at least 1 component, got \(limit)")
    guard test.rows >= 1 else { throw EigencoderError.invalidData("metrics need at least 1 row, got none") }
    guard test.columns == train.columns else {
      throw EigencoderError.invalidData(
        "the model takes \(train.columns) columns, the data have \(test.columns)")
    }
    let pca = try train.principalComponents(PCA(latent: min(train.rows, train.columns, limit)))
    var squares = [Double](repeating: 0, count: pca.latent)
    var total = [Double](repeating: 0, count: test.columns)
    for first in stride(from: 0, to: test.rows, by: 512) {
      var block = test.rows(first..<min(first + 512, test.rows)).converted(to: Double.self)
      pca.mean.withView { mean in
        block.withMutableView { $0.subtract(row: mean, into: $0) }
      }
      block.times(pca.components, otherTransposed: true).addColumnSquares(to: &squares)
      block.addColumnSquares(to: &total)
    }
    let kept = squares.reduce(0, +)
    // With as many components as columns nothing is out of reach.
    var error = pca.latent == test.columns ? 0 : max(0, total.reduce(0, +) - kept)
    var errors = [error]
    for square in squares.reversed() {
      error += square
      errors.append(error)
    }
    ssePerSample = errors.reversed().map { $0 / Double(test.rows) }
    guard ssePerSample[0].isFinite else {
      throw EigencoderError.numericalFailure("PCA's test error is not finite: scale the data first")
    }
  }

  /// The number of components, as a real number, with which PCA has the error `sse` per sample: linear
  /// between whole numbers. 0 for an error no smaller than that of the mean alone; nil for one below the end
  /// of the curve, by more than a millionth of that end: what is measured in `Float` is rounded.
  public func dimension(atError sse: Double) -> Double? {
    let end = ssePerSample[ssePerSample.count - 1]
    let sse = sse >= end * (1 - 1e-6) ? max(sse, end) : sse
    guard let k = ssePerSample.firstIndex(where: { $0 <= sse }) else { return nil }
    guard k > 0 else { return 0 }
    let (before, after) = (ssePerSample[k - 1], ssePerSample[k])
    return Double(k - 1) + (before - sse) / (before - after)
  }
}

extension Matrix<Double> {
  /// Adds the sum of squares of each column to `sums`.
  fileprivate func addColumnSquares(to sums: inout [Double]) {
    let origin = [Double](repeating: 0, count: columns)
    withView { x in
      origin.withView { origin in sums.withMutableView { x.addColumnSquares(around: origin, to: $0) } }
    }
  }
}
