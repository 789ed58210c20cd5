extension ReconstructionMetrics {
  /// The errors of a reconstruction of clean or corrupted rows, as in `ReconstructionMetrics`.
  public struct Errors: Codable, Equatable, Sendable {
    /// mean e_i
    public let ssePerSample: Double
    /// mean e_i / d
    public let msePerElement: Double
    /// |X - Xh|_F / |X - 1 mu'|_F; nil when the samples have no spread.
    public let relativeFrobenius: Double?
    /// 1 - sum e_i / sum |x_i - mu|^2; nil when the samples have no spread.
    public let r2: Double?
    /// The mean cosine of x_i and xh_i.
    public let cosine: Double
  }

  /// Those of the rows as they are.
  var errors: Errors {
    Errors(
      ssePerSample: ssePerSample, msePerElement: msePerElement, relativeFrobenius: relativeFrobenius, r2: r2,
      cosine: cosine)
  }
}

extension ReconstructionMetrics.Errors {
  init(_ sums: ErrorSums) throws {
    guard sums.rows >= 1 else { throw EigencoderError.invalidData("metrics need at least 1 row, got none") }
    let (sse, n) = (sums.sse, Double(sums.rows))
    // A column that differs from its mean by no more than the rounding of a sum of so many has no spread.
    let spread = zip(sums.squares, sums.trainingMean).reduce(0.0) { sum, column in
      let rounding = (4 + n / 8) * Double.unitRoundoff * column.1
      return column.0 > n * rounding * rounding ? sum + column.0 : sum
    }
    ssePerSample = sse / n
    msePerElement = sse / n / Double(sums.squares.count)
    relativeFrobenius = spread > 0 ? (sse / spread).squareRoot() : nil
    r2 = spread > 0 ? 1 - sse / spread : nil
    cosine = sums.cosines / n
    guard ssePerSample.isFinite else {
      throw EigencoderError.numericalFailure(
        "the reconstruction is not finite: the data are out of the model's range")
    }
  }
}

/// Sums over rows, block by block, from which the errors of all rows follow.
struct ErrorSums {
  let trainingMean: [Double]
  private(set) var rows = 0
  private(set) var sse = 0.0
  private(set) var cosines = 0.0
  /// sum_i (x_ij - mean_j)^2
  private(set) var squares: [Double]

  init(trainingMean: [Double]) {
    self.trainingMean = trainingMean
    squares = [Double](repeating: 0, count: trainingMean.count)
  }

  /// Includes the rows of `x`, of which these are the errors.
  mutating func add<T: Scalar>(_ errors: SquaredErrors, on x: Matrix<T>) {
    precondition(trainingMean.count == x.columns, "a mean of \(trainingMean.count) for \(x.columns) columns")
    rows += x.rows
    sse += errors.perSample.reduce(0, +)
    cosines += errors.cosines
    // Around the mean in f64: rounded to T, far from the origin, it would add its rounding to the spread.
    x.withView { x in
      trainingMean.withView { mean in
        squares.withMutableView { x.addColumnSquares(around: mean, to: $0) }
      }
    }
  }

  /// Becomes those of the rows of all ranks.
  mutating func sum(over ranks: any Communicator) {
    var numbers = [Double(rows), sse, cosines] + squares
    ranks.sum(&numbers)
    (rows, sse, cosines, squares) = (Int(numbers[0]), numbers[1], numbers[2], Array(numbers[3...]))
  }
}
