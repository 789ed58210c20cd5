/// Rows of numbers of one type, one row after another: npy and idx in C order, safetensors, raw numbers.
final class StoredRows: RowSource {
  let columns: Int
  let rows: Int?

  var storedType: ElementType? { type }
  private let type: ElementType
  private let bigEndian: Bool
  private let reader: ByteReader
  /// Where the first number lies.
  private let start: Int
  /// What the header promises; nil for raw numbers.
  private let promise: StoredArray?
  private var rowsLeft: Int?
  /// Where numbers pass that are not of the caller's type.
  private var numbers: StoredNumbers?

  private var rowBytes: Int { columns * type.size }

  /// An array whose promise has been checked as far as the length is known.
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
      // Nobody is to allocate room for a row before there is one.
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
    guard rowsLeft != 0 else {
      if let promise, try !reader.isAtEnd() { throw promise.tooLong(reader, found: "more") }
      return 0
    }
    let count: Int
    if type == .storing(T.self) && !bigEndian {
      let wanted = min(block.rows, rowsLeft ?? .max)
      count = try read(
        into: UnsafeMutableRawBufferPointer(start: block.base, count: wanted * rowBytes))
    } else {
      let room = max(1, StoredNumbers.capacity / columns)
      let numbers = numbers ?? StoredNumbers(type, bigEndian: bigEndian, capacity: room * columns)
      self.numbers = numbers
      count = try read(into: numbers.bytes(min(room, block.rows, rowsLeft ?? .max) * columns))
      Convert.decode(
        type, at: numbers.littleEndian(count * columns), count: count * columns, into: block.base)
    }
    rowsLeft = rowsLeft.map { $0 - count }
    return count
  }

  /// Whole rows, as many as are there without waiting, but one at least unless the content ends.
  private func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    var found = try reader.read(into: buffer, atLeast: rowBytes)
    let rest = found % rowBytes
    if rest > 0 {
      let missing = UnsafeMutableRawBufferPointer(rebasing: buffer[found..<(found - rest + rowBytes)])
      found += try reader.read(into: missing, atLeast: missing.count)
    }
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

/// Rows of an array that lies column after column.
final class FortranRows: RowSource {
  let columns: Int
  let rows: Int?

  var storedType: ElementType? { array.type }
  private let array: StoredArray
  private let content: ByteReader
  /// Where each column of the row-major matrix lies among those of the file.
  private let places: [Int]
  private var nextRow = 0
  /// Numbers that are turned round at a time.
  private static let blockCount = 1 << 20

  /// - Parameter reader: seekable, and as long as the array promises.
  init(_ array: StoredArray, columns: Int, _ reader: ByteReader) {
    self.array = array
    self.columns = columns
    rows = array.shape[0]
    content = reader.slice(reader.consumed..<reader.consumed + array.byteCount!)
    var places = [0]
    var stride = 1
    for size in array.shape.dropFirst() {
      places = places.flatMap { place in (0..<size).map { place + stride * $0 } }
      stride *= size
    }
    self.places = places
  }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    let total = rows!
    let count = min(block.rows, total - nextRow, max(1, Self.blockCount / columns))
    guard count > 0 else { return 0 }
    let numbers = StoredNumbers(array.type, bigEndian: array.bigEndian, capacity: count)
    let size = array.type.size
    try withScratch(columns * count, of: T.self) { scratch in
      let turned = scratch.matrix(rows: columns, columns: count)
      for (column, place) in places.enumerated() {
        let first = (place * total + nextRow) * size
        try content.slice(first..<first + count * size).read(into: numbers.bytes(count))
        Convert.decode(
          array.type, at: numbers.littleEndian(count), count: count, into: turned.base + column * count)
      }
      turned.transpose(into: block.rows(0..<count))
    }
    nextRow += count
    return count
  }
}
