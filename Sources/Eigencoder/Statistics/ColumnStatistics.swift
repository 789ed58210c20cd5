/// The mean and the standard deviation of each column, to which corruptions refer.
public struct ColumnStatistics<T: Scalar>: Equatable, Sendable {
  /// d means.
  public let mean: [T]
  /// d standard deviations (denominator n - 1); 0 for a constant column and for fewer than two rows.
  public let deviation: [T]

  /// Traps unless there is a deviation for each mean.
  public init(mean: [T], deviation: [T]) {
    precondition(
      mean.count == deviation.count, "\(mean.count) means with \(deviation.count) standard deviations")
    self.mean = mean
    self.deviation = deviation
  }

  /// The statistics of the columns of `data`, n x d, over all rows or the given ones; accumulated in f64.
  ///
  /// A column whose deviation is rounding noise next to its mean is constant. Traps on a row outside.
  public init(of data: Matrix<T>, rows: [Int64]? = nil) {
    let d = data.columns
    let count = rows?.count ?? data.rows
    var means = [Double](repeating: 0, count: d)
    var squares = [Double](repeating: 0, count: d)
    data.withView { x in
      func each(_ body: (MatrixView<T>) -> Void) {
        guard let rows else { return body(x) }
        for row in rows { body(x.rows(Int(row)..<Int(row) + 1)) }
      }
      means.withMutableView { means in
        each { $0.addColumnSums(to: means) }
        means.scale(by: 1 / Double(max(1, count)))
        squares.withMutableView { squares in each { $0.addColumnSquares(around: means, to: squares) } }
      }
    }
    self.init(means: means, squares: squares, count: count)
  }

  /// From means of `count` rows, and the sums of squares around them.
  init(means: [Double], squares: [Double], count: Int) {
    let noise = 4 * Double(T.ulpOfOne)
    mean = means.map { T($0) }
    deviation = means.indices.map { j in
      let deviation = (squares[j] / Double(max(1, count - 1))).squareRoot()
      return deviation > noise * means[j].magnitude ? T(deviation) : 0
    }
  }
}
