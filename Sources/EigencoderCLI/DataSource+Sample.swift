import Eigencoder

extension DataSource {
  /// All rows; of a file that holds more than `limit` and can tell how many, so many of them, drawn at random by the seed, of
  /// which alone there is memory.
  func load(atMost limit: Int, seed: UInt64) throws -> Table {
    guard try isLarge(), let rows = try open().rows, rows > limit else { return try loadTable() }
    let reader = try open()
    let x: AnyMatrix =
      switch try precision(of: reader) {
      case .f32: .float(try sample(limit, of: rows, reader, seed))
      case .f64: .double(try sample(limit, of: rows, reader, seed))
      }
    note(reader)
    noteLosses(reader, as: x.precision == .f32 ? .float32 : .float64)
    Terminal.note("\(name): \(limit) of its \(rows) rows, drawn at random, are looked at")
    return try Table(x, reader)
  }

  private func sample<T: Scalar>(_ limit: Int, of rows: Int, _ reader: RowReader, _ seed: UInt64) throws
    -> Matrix<T>
  {
    var generator = SeededGenerator(seed: seed)
    let chosen = generator.sample(limit, of: rows)
    var elements: [T] = []
    elements.reserveCapacity(limit * reader.columns)
    var next = 0
    try reader.forEachBlock(as: T.self) { block in
      let first = reader.rowsRead - block.rows
      while next < limit, chosen[next] < first + block.rows {
        elements += block.row(chosen[next] - first)
        next += 1
      }
    }
    return Matrix(rows: limit, columns: reader.columns, elements)
  }
}
