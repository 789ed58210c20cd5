extension RowReader {
  /// The next rows, at most `limit`, n x columns; nil at the end.
  ///
  /// Throws `.invalidData` where the content is malformed or not finite.
  public func next<T: Scalar>(_ limit: Int, as type: T.Type = T.self) throws -> Matrix<T>? {
    var count = 0
    let block = try Matrix<T>(rows: limit, columns: columns) { count = try next(into: $0) }
    return count == 0 ? nil : count == limit ? block : block.rows(0..<count)
  }

  /// Calls `body` with the rows that are left, a block after another, the last one shorter.
  ///
  /// - Parameters:
  ///   - rows: of a block; nil for `blockRows`.
  ///   - type: of the numbers, whatever those of the file.
  ///   - body: called with n x columns numbers.
  public func forEachBlock<T: Scalar>(
    rows: Int? = nil, as type: T.Type = T.self, _ body: (Matrix<T>) throws -> Void
  ) throws {
    let limit = rows ?? blockRows
    try Memory.require(rows: limit, columns: columns, of: T.self, name: "\(name), a block of rows")
    var block = Matrix<T>(rows: limit, columns: columns)
    while true {
      let count = try block.withMutableView { try next(into: $0) }
      if count == 0 { return }
      try body(count == limit ? block : block.rows(0..<count))
    }
  }
}

// MARK: - All of them

extension RowReader {
  /// All rows that are left, n x columns; throws as `next` does, and when they do not fit into memory.
  public func readAll<T: Scalar>(as type: T.Type = T.self) throws -> Matrix<T> {
    try readAll(after: Matrix(rows: 0, columns: columns))
  }

  /// The same of all ranks that share the rows.
  func readAllOfRanks<T: Scalar>(as type: T.Type) throws -> Matrix<T> {
    guard let ranks else { return try readAll() }
    return try ranks.gather(rows: readAll(as: T.self))
  }

  /// The rows that have been read, `first`, and all that are left.
  func readAll<T: Scalar>(after first: Matrix<T>) throws -> Matrix<T> {
    if let rows, reader.remaining != nil, rowsRead == first.rows {
      // The promise has been compared with the length.
      try Memory.require(rows: rows, columns: columns, of: T.self, name: name)
      let matrix = try Matrix<T>(rows: rows, columns: columns) { whole in
        first.withView { $0.copy(into: whole.prefix(first.rows)) }
        while rowsRead < rows {
          let count = try next(into: whole.rows(rowsRead..<rows))
          guard count > 0 else { throw reader.invalid("\(rowsRead) rows, expected \(rows)") }
        }
      }
      _ = try next(1, as: T.self)
      return matrix
    }
    var elements = first.elements
    try forEachBlock(as: T.self) { block in
      let needed = elements.count + block.elements.count
      if needed > elements.capacity {
        // From the first block, and from what share of the file it is; then twice as many, or few more.
        let share = elements.count == first.elements.count ? max(fraction ?? 1, 1e-9) : 0.5
        let room = [1.02 * Double(needed) / min(1, share), 1.1 * Double(needed)].map { min($0, 1e17) }
        let stride = Double(MemoryLayout<T>.stride)
        let left = Double(Memory.left.bytes)
        let count = room.first { stride * $0 <= left } ?? room[1]
        try Memory.require(stride * count, "\(name): more than \(rowsRead) x \(columns) numbers")
        elements.reserveCapacity(Int(count))
      }
      elements += block.elements
    }
    return Matrix(rows: elements.count / columns, columns: columns, elements)
  }
}
