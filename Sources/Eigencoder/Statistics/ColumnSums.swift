// Count, mean and sum of squares of each column of rows that come block by block: each block around its own mean, and then
// together as Chan, Golub & LeVeque (1983) do. Mathematics, section 2.

/// What the statistics of columns are made of, in f64; mergeable.
package struct ColumnSums {
  package private(set) var count = 0
  /// d means.
  package private(set) var mean: [Double]
  /// sum (x_j - mean_j)^2, d of them.
  package private(set) var squares: [Double]

  /// No rows yet.
  init(columns: Int) {
    mean = [Double](repeating: 0, count: columns)
    squares = mean
  }

  /// Includes rows. O(elements).
  mutating func add<T: Scalar>(_ block: MatrixView<T>) {
    guard block.rows > 0 else { return }
    var own = [Double](repeating: 0, count: mean.count)
    var ownSquares = own
    own.withMutableView {
      block.addColumnSums(to: $0)
      $0.scale(by: 1 / Double(block.rows))
    }
    own.withView { center in ownSquares.withMutableView { block.addColumnSquares(around: center, to: $0) } }
    merge(block.rows, means: own, squares: ownSquares)
  }

  private mutating func merge(_ rows: Int, means: [Double], squares others: [Double]) {
    guard rows > 0 else { return }
    let share = Double(rows) / Double(count + rows)
    for j in mean.indices {
      let distance = means[j] - mean[j]
      mean[j] += share * distance
      squares[j] += others[j] + Double(count) * share * distance * distance
    }
    count += rows
  }

  /// Becomes those of the rows of all ranks.
  private mutating func sum(over ranks: any Communicator) {
    let d = mean.count
    let groups = ranks.gather(mean + squares + [Double(count)])
    self = ColumnSums(columns: d)
    for rank in 0..<groups.rows {
      let row = Array(groups.row(rank))
      merge(Int(row[2 * d]), means: Array(row[..<d]), squares: Array(row[d..<2 * d]))
    }
  }
}

extension ColumnSums {
  /// Of the rows that are left of a file, by all ranks that share them, read as numbers of `type`. Throws what reading does.
  package init<T: Scalar>(
    ofRowsOf reader: RowReader, as type: T.Type, progress: (RowReader) -> Void = { _ in }
  ) throws {
    self.init(columns: reader.columns)
    try reader.forEachBlock(as: T.self) { block in
      block.withView { add($0) }
      progress(reader)
    }
    if let ranks = reader.ranks { sum(over: ranks) }
  }

  package func statistics<T: Scalar>(as type: T.Type = T.self) -> ColumnStatistics<T> {
    ColumnStatistics(means: mean, squares: squares, count: count)
  }
}
