// What an epoch goes through. Rows in memory are one window; of a file, a window at a time is in memory.

/// The rows that a network is trained on, or judged by.
package protocol TrainingRows<T> {
  associatedtype T: Scalar
  var count: Int { get }

  /// O(n d), in f64.
  func columnStatistics() throws -> ColumnStatistics<T>

  /// Calls `body` with all rows in a random order, some in memory at a time and the numbers that they have there; with the
  /// generator, which draws nothing else meanwhile than what `body` draws. false ends it.
  mutating func forEachWindow(
    using generator: inout SeededGenerator,
    _ body: (MatrixView<T>, [Int64], inout SeededGenerator) throws -> Bool) throws

  /// The same in the first order, at most `limit` rows a call.
  func forEachBlock(_ limit: Int, _ body: (MatrixView<T>, ArraySlice<Int64>) throws -> Bool) throws

  /// At most `limit` of the rows, at equal distances in the first order.
  func evenlySpaced(_ limit: Int) throws -> MatrixRows<T>
}

/// Some of the rows of a matrix.
package struct MatrixRows<T: Scalar>: TrainingRows {
  private let data: Matrix<T>
  private let rows: [Int64]
  /// The same, as the last epoch took them.
  private var order: [Int64]

  /// The given rows, or all.
  package init(_ data: Matrix<T>, rows: [Int64]? = nil) {
    self.data = data
    self.rows = rows ?? (0..<Int64(data.rows)).map { $0 }
    order = self.rows
  }

  package var count: Int { rows.count }

  package func columnStatistics() -> ColumnStatistics<T> { ColumnStatistics(of: data, rows: rows) }

  package mutating func forEachWindow(
    using generator: inout SeededGenerator,
    _ body: (MatrixView<T>, [Int64], inout SeededGenerator) throws -> Bool
  ) rethrows {
    generator.shuffle(&order)
    _ = try data.withView { try body($0, order, &generator) }
  }

  package func forEachBlock(_ limit: Int, _ body: (MatrixView<T>, ArraySlice<Int64>) throws -> Bool) rethrows
  {
    try data.withView { x in
      for first in stride(from: 0, to: rows.count, by: limit) {
        guard try body(x, rows[first..<min(first + limit, rows.count)]) else { return }
      }
    }
  }

  package func evenlySpaced(_ limit: Int) -> MatrixRows {
    let step = max(1, (rows.count + limit - 1) / limit)
    return MatrixRows(data, rows: stride(from: 0, to: rows.count, by: step).map { rows[$0] })
  }
}
