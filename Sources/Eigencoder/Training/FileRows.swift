// Rows of a file in a random order, with two windows of them in memory: one is trained on while the next is read.
//
// An epoch takes blocks of half a megabyte in an order drawn by the seed. A window is as many of their rows, one block after
// another, as fill 32 MB, and its rows are taken in an order drawn as well. Two rows of one block are so never further apart
// than a window: where a file is sorted, some dozens of places of it are mixed at a time.
//
// Ranks go through the same windows in the same order, so that a batch is the same however many they are. Of each block, a
// rank reads its own part, always the same, and of a batch it takes the rows that it has.

/// All rows of a file.
package struct FileRows<T: Scalar>: TrainingRows {
  private let file: RowFile
  private let windows: (Window, Window)
  /// Rows of a window.
  private let height: Int

  /// Some rows of this rank, and where they are among the rows of the window.
  private final class Window {
    let buffer: Buffer<T>
    private(set) var parts: [(places: Range<Int>, first: Int)] = []
    private(set) var own = 0

    init(count: Int) { buffer = Buffer(count: count) }

    func clear() { (parts, own) = ([], 0) }

    func append(_ count: Int, at place: Int) {
      parts.append((place..<place + count, own))
      own += count
    }

    /// Where the rows of the window are in the buffer, those of other ranks nowhere: -1.
    func rows(_ count: Int) -> [Int64] {
      var rows = [Int64](repeating: -1, count: count)
      for part in parts {
        for (i, place) in part.places.enumerated() { rows[place] = Int64(part.first + i) }
      }
      return rows
    }
  }

  /// - Parameters:
  ///   - batch: the rows of a step, of which a window is a multiple.
  ///   - numbers: of a window.
  package init(_ file: RowFile, batch: Int, window numbers: Int = 1 << 23) throws {
    self.file = file
    let wanted = numbers / file.columns
    height = min(file.rows, max(1, wanted / batch) * batch)
    try Memory.require(
      rows: 2 * height, columns: file.columns, of: T.self, name: "\(file.name), rows of a step")
    windows = (Window(count: height * file.columns), Window(count: height * file.columns))
  }

  package var count: Int { file.rows }
  package var ranks: (any Communicator)? { file.ranks }

  package func columnStatistics() throws -> ColumnStatistics<T> {
    try ColumnSums(ofRowsOf: file.reader(), as: T.self).statistics()
  }

  private func view(_ window: Window) -> MatrixView<T> {
    window.buffer.view.matrix(rows: height, columns: file.columns)
  }

  package func forEachBatch(
    of size: Int, using generator: inout SeededGenerator,
    _ body: (MatrixView<T>, TrainingBatch, inout SeededGenerator) throws -> Bool
  ) throws {
    let blocks = file.blocks
    var rest = generator.permutation(blocks.count).map { blocks[Int($0)] }[...]
    let reader = try file.readerOfAll()
    try ReadAhead.run(windows) { window in
      window.clear()
      var count = 0
      while count < height, let block = rest.popFirst() {
        let end = min(block.upperBound, block.lowerBound + height - count)
        if end < block.upperBound { rest = [end..<block.upperBound] + rest }
        try read(block.lowerBound..<end, reader, into: window, at: count)
        count += file.count(in: block.lowerBound..<end)
      }
      return count
    } use: { window, count in
      let rows = window.rows(count)
      let order = generator.permutation(count).map { rows[Int($0)] }
      return try TrainingBatch.forEach(of: size, in: order) { try body(view(window), $0, &generator) }
    }
  }

  /// Reads this rank's part of a block, whose first row that is not left out is at `place` of the window.
  private func read(_ block: Range<Int>, _ reader: RowReader, into window: Window, at place: Int) throws {
    let own = ranks?.share(of: block) ?? block
    guard !own.isEmpty else { return }
    let count = try reader.read(own, into: view(window).rows(window.own..<height))
    window.append(count, at: place + file.count(in: block.lowerBound..<own.lowerBound))
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

  package func evenlySpaced(_ limit: Int) throws -> MatrixRows<T> {
    MatrixRows(try file.evenlySpaced(limit), sharedAmong: ranks)
  }
}
