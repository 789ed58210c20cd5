// What an epoch goes through. Rows in memory are one window; of a file, a window at a time is in memory.

/// The rows that a network is trained on, or judged by. Where ranks share them, each has its own, and `count` is that of all.
package protocol TrainingRows<T> {
  associatedtype T: Scalar
  var count: Int { get }
  var ranks: (any Communicator)? { get }

  /// Of the rows of all ranks. O(n d), in f64.
  func columnStatistics() throws -> ColumnStatistics<T>

  /// Calls `body` with all rows in a random order, `size` at a time, among those that are in memory with them; with the
  /// generator, which draws nothing else meanwhile than what `body` draws. false ends it.
  mutating func forEachBatch(
    of size: Int, using generator: inout SeededGenerator,
    _ body: (MatrixView<T>, TrainingBatch, inout SeededGenerator) throws -> Bool) throws

  /// Calls `body` with this rank's rows in the first order, at most `limit` a call. false ends it.
  func forEachBlock(_ limit: Int, _ body: (MatrixView<T>, ArraySlice<Int64>) throws -> Bool) throws

  /// At most `limit` of the rows, at equal distances in the first order.
  func evenlySpaced(_ limit: Int) throws -> MatrixRows<T>
}

/// The rows of a step.
package struct TrainingBatch {
  /// This rank's.
  package let rows: ArraySlice<Int64>
  /// How many all ranks have.
  package let count: Int

  /// Calls `body` with the batches of an order of rows, in which those of other ranks are -1, until it returns false; which is
  /// returned.
  static func forEach(of size: Int, in order: [Int64], _ body: (TrainingBatch) throws -> Bool) rethrows
    -> Bool
  {
    // One after another they are where they were, without the gaps.
    let own = order.contains(-1) ? order.filter { $0 >= 0 } : order
    var done = 0
    for first in stride(from: 0, to: order.count, by: size) {
      let range = first..<min(first + size, order.count)
      let end = own.count == order.count ? range.upperBound : done + order[range].count { $0 >= 0 }
      guard try body(TrainingBatch(rows: own[done..<end], count: range.count)) else { return false }
      done = end
    }
    return true
  }
}

/// Some of the rows of a matrix.
package struct MatrixRows<T: Scalar>: TrainingRows {
  private let data: Matrix<T>
  private let rows: [Int64]
  /// The same, as the last epoch took them.
  private var order: [Int64]
  package let ranks: (any Communicator)?

  /// The given rows, or all.
  /// - Parameter ranks: each of which has the whole matrix, and goes through its share of it.
  package init(_ data: Matrix<T>, rows: [Int64]? = nil, sharedAmong ranks: (any Communicator)? = nil) {
    self.data = data
    self.rows = rows ?? (0..<Int64(data.rows)).map { $0 }
    order = self.rows
    self.ranks = ranks
  }

  package var count: Int { rows.count }

  package func columnStatistics() -> ColumnStatistics<T> { ColumnStatistics(of: data, rows: rows) }

  package mutating func forEachBatch(
    of size: Int, using generator: inout SeededGenerator,
    _ body: (MatrixView<T>, TrainingBatch, inout SeededGenerator) throws -> Bool
  ) rethrows {
    precondition(ranks == nil, "training on rows that every rank has")
    generator.shuffle(&order)
    try data.withView { x in
      _ = try TrainingBatch.forEach(of: size, in: order) { try body(x, $0, &generator) }
    }
  }

  package func forEachBlock(_ limit: Int, _ body: (MatrixView<T>, ArraySlice<Int64>) throws -> Bool) rethrows
  {
    let own = ranks?.share(of: 0..<rows.count) ?? 0..<rows.count
    try data.withView { x in
      for first in stride(from: own.lowerBound, to: own.upperBound, by: limit) {
        guard try body(x, rows[first..<min(first + limit, own.upperBound)]) else { return }
      }
    }
  }

  package func evenlySpaced(_ limit: Int) -> MatrixRows {
    let step = max(1, (rows.count + limit - 1) / limit)
    return MatrixRows(
      data, rows: stride(from: 0, to: rows.count, by: step).map { rows[$0] }, sharedAmong: ranks)
  }
}
