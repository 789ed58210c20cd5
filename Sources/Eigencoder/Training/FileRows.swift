// Rows of a file in a random order, with two windows of them in memory: one is trained on while the next is read.
//
// An epoch takes blocks of half a megabyte in an order drawn by the seed. A window is as many of their rows, one block after
// another, as fill 32 MB, and its rows are taken in an order drawn as well. Two rows of one block are so never further apart
// than a window: where a file is sorted, some dozens of places of it are mixed at a time.

/// All rows of a file.
package struct FileRows<T: Scalar>: TrainingRows {
  private let file: RowFile
  private let windows: (Buffer<T>, Buffer<T>)
  /// Rows of a window.
  private let height: Int

  /// - Parameters:
  ///   - batch: the rows of a step, of which a window is a multiple.
  ///   - numbers: of a window.
  package init(_ file: RowFile, batch: Int, window numbers: Int = 1 << 23) throws {
    self.file = file
    let wanted = numbers / file.columns
    height = min(file.rows, max(1, wanted / batch) * batch)
    try Memory.require(
      rows: 2 * height, columns: file.columns, of: T.self, name: "\(file.name), rows of a step")
    windows = (Buffer(count: height * file.columns), Buffer(count: height * file.columns))
  }

  package var count: Int { file.rows }

  package func columnStatistics() throws -> ColumnStatistics<T> {
    try ColumnSums(ofRowsOf: file.reader(), as: T.self).statistics()
  }

  private func view(_ window: Buffer<T>) -> MatrixView<T> {
    window.view.matrix(rows: height, columns: file.columns)
  }

  package func forEachWindow(
    using generator: inout SeededGenerator,
    _ body: (MatrixView<T>, [Int64], inout SeededGenerator) throws -> Bool
  ) throws {
    let blocks = file.blocks
    var rest = generator.permutation(blocks.count).map { blocks[Int($0)] }[...]
    let reader = try file.reader()
    try ReadAhead.run(windows) { window in
      let rows = view(window)
      var count = 0
      while count < height, let block = rest.popFirst() {
        let end = min(block.upperBound, block.lowerBound + height - count)
        if end < block.upperBound { rest = [end..<block.upperBound] + rest }
        count += try reader.read(block.lowerBound..<end, into: rows.rows(count..<height))
      }
      return count
    } use: { window, count in
      try body(view(window), generator.permutation(count), &generator)
    }
  }

  package func forEachBlock(_ limit: Int, _ body: (MatrixView<T>, ArraySlice<Int64>) throws -> Bool) throws {
    let reader = try file.reader()
    let numbers = (0..<height).map(Int64.init)
    try ReadAhead.run(windows) {
      try reader.next(into: view($0))
    } use: { window, count in
      for first in stride(from: 0, to: count, by: limit) {
        guard try body(view(window), numbers[first..<min(first + limit, count)]) else { return false }
      }
      return true
    }
  }

  package func evenlySpaced(_ limit: Int) throws -> MatrixRows<T> { MatrixRows(try file.evenlySpaced(limit)) }
}
