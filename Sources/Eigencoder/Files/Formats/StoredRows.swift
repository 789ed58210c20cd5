/// Rows of numbers of one type, one row after another: npy and idx in C order, safetensors, raw numbers.
final class StoredRows: RowSource {
  let columns: Int
  let rows: Int?
  let reader: ByteReader

  var storedType: ElementType? { type }
  private let type: ElementType
  private let bigEndian: Bool
  /// What the header promises; nil for raw numbers.
  private let promise: StoredArray?
  /// Where the first number lies.
  private let start: Int
  private var rowsLeft: Int?
  /// The bytes of some rows, where their numbers are not of the caller's type.
  private var bytes: [UInt8] = []

  private var rowBytes: Int { columns * type.size }

  /// Rows of an array. Its header has been compared with the length of the content, where that is known.
  init(_ array: StoredArray, columns: Int, _ reader: ByteReader) throws {
    self.columns = columns
    rows = array.shape[0]
    type = array.type
    bigEndian = array.bigEndian
    promise = array
    self.reader = reader
    start = reader.consumed
    rowsLeft = rows
    if reader.remaining == nil {
      // The caller allocates memory for one row. That row must be there.
      let found = try reader.peek(rowBytes).count
      guard found == rowBytes else { throw array.truncated(reader, found: found) }
    }
  }

  /// Raw numbers up to the end of the content, so many a row.
  init(_ type: ElementType, columns: Int, _ reader: ByteReader) throws {
    self.columns = columns
    self.type = type
    bigEndian = false
    promise = nil
    self.reader = reader
    start = reader.consumed
    guard let bytes = [columns, type.size].checkedProduct else {
      throw reader.invalid("rows of \(columns) numbers, more than can be addressed")
    }
    let found = try reader.remaining ?? reader.peek(bytes).count
    rows = reader.remaining.map { $0 / bytes }
    rowsLeft = rows
    guard found > 0 else { throw reader.invalid("is empty, expected rows of \(columns) \(type) values") }
    guard found % bytes == 0 else { throw raggedEnd(found % bytes, after: found / bytes) }
  }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    try take(block.rows) { wanted in
      if type == .storing(T.self) && !bigEndian {
        return try block.prefix(wanted).withBytes {
          try wholeRows(reader.readRows(of: rowBytes, into: $0))
        }
      }
      let count = try nextBytes(min(wanted, max(1, blockCount / columns)), into: &bytes)
      block.prefix(count).decode(type, bigEndian: bigEndian, of: &bytes)
      return count
    }
  }

  var isSeekable: Bool { reader.isSeekable && rows != nil }

  func seek(toRow row: Int) {
    reader.seek(to: start + row * rowBytes)
    rowsLeft = rows.map { $0 - row }
  }

  func nextWhole(_ limit: Int, as type: ElementType, into bytes: inout [UInt8]) throws -> Int {
    precondition(type == self.type, "\(self.type) numbers as \(type)")
    return try take(limit) { wanted in
      let count = try nextBytes(wanted, into: &bytes)
      if bigEndian { Convert.reverseBytes(of: &bytes, count: count * columns, width: type.size) }
      return count
    }
  }

  /// Lets `read` have the next rows, as many as are left of `limit`; at the promised end makes sure that it is one.
  private func take(_ limit: Int, _ read: (_ wanted: Int) throws -> Int) throws -> Int {
    let wanted = min(limit, rowsLeft ?? .max)
    guard wanted > 0 else {
      if let promise, try !reader.isAtEnd() { throw promise.tooLong(reader, found: "more") }
      return 0
    }
    let count = try read(wanted)
    rowsLeft = rowsLeft.map { $0 - count }
    return count
  }

  private func nextBytes(_ rows: Int, into bytes: inout [UInt8]) throws -> Int {
    if bytes.count < rows * rowBytes { bytes = [UInt8](repeating: 0, count: rows * rowBytes) }
    return try wholeRows(reader.readRows(of: rowBytes, into: &bytes, count: rows * rowBytes))
  }

  /// So many rows were found; throws when the content ends within a row, or before the promised one.
  private func wholeRows(_ found: Int) throws -> Int {
    guard found % rowBytes == 0, found > 0 || promise == nil else {
      let all = reader.consumed - start
      throw promise?.truncated(reader, found: all) ?? raggedEnd(all % rowBytes, after: all / rowBytes)
    }
    return found / rowBytes
  }

  private func raggedEnd(_ bytes: Int, after rows: Int) -> EigencoderError {
    reader.invalid(
      "\(bytes) bytes are left after \(rows) rows of \(columns) \(type) values (\(rowBytes) bytes each)")
  }
}
