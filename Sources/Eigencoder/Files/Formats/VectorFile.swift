/// The fvecs, bvecs and ivecs of vector search: every row is its width as a little-endian int32, then so many
/// float32, uint8 or int32 values.
///
/// Source: corpus-texmex.irisa.fr.
enum VectorFile: String, CaseIterable {
  case fvecs, bvecs, ivecs

  /// Of the numbers after the width.
  var type: ElementType {
    switch self {
    case .fvecs: .float32
    case .bvecs: .uint8
    case .ivecs: .int32
    }
  }

  /// Wider rows are taken for another format.
  static let widest = 1 << 24
  /// Bytes from the start of the content by which the formats are told apart.
  private static let headLength = 1 << 14

  /// The format that a name ends with, compressed or not.
  init?(name: String) {
    var parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    if parts.last == "gz" { parts.removeLast() }
    guard parts.count > 1, let format = VectorFile(rawValue: String(parts[parts.count - 1])) else {
      return nil
    }
    self = format
  }

  /// The format of the content, by the widths that its rows begin with; nil when it is none of the three.
  ///
  /// The name decides between float32 and int32, which look alike; without it, numbers that as float32 would
  /// all be denormal are int32.
  static func detect(_ reader: ByteReader) throws -> VectorFile? {
    let first = try reader.peek(4)
    guard first.count == 4, case let width = Int(word(first, at: 0)), (1...widest).contains(width) else {
      return nil
    }
    let head = try reader.peek(headLength)
    let named = VectorFile(name: reader.name)
    let fitting = try [4, 1].filter { size in
      try areWidths(of: 4 + width * size, equalTo: width, head, reader)
    }
    guard let size = fitting.first(where: { $0 == named?.type.size }) ?? fitting.first else {
      // A file that says what it is by its name gets an error that says where it is not.
      return named
    }
    if size == 1 { return .bvecs }
    if named == .fvecs || named == .ivecs { return named }
    let values = stride(from: 4, through: min(head.count, 4 + 4 * width) - 4, by: 4).map {
      word(head, at: $0)
    }
    let areWhole = values.contains { $0 != 0 } && values.allSatisfy { $0.magnitude < 1 << 23 }
    return areWhole ? .ivecs : .fvecs
  }

  /// Whether rows of so many bytes all begin with `width`, as far as `head` goes, and fill the content.
  private static func areWidths(of rowBytes: Int, equalTo width: Int, _ head: [UInt8], _ reader: ByteReader)
    throws -> Bool
  {
    guard stride(from: 0, through: head.count - 4, by: rowBytes).allSatisfy({ word(head, at: $0) == width })
    else { return false }
    if let count = reader.remaining { return count % rowBytes == 0 }
    // Where nobody says how long it is, a second row has to begin alike, unless there is none.
    let row = try reader.peek(rowBytes + 4)
    return row.count == rowBytes || (row.count == rowBytes + 4 && word(row, at: rowBytes) == width)
  }

  static func word(_ bytes: [UInt8], at offset: Int) -> Int32 {
    Int32(bitPattern: bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }
}

/// The rows of such a file; every width is compared with the first.
final class VectorRows: RowSource {
  let columns: Int
  let rows: Int?

  var storedType: ElementType? { format.type }
  private let format: VectorFile
  private let reader: ByteReader
  private var rowsRead = 0
  private let rowBytes: Int
  private let room: Int
  private let buffer: StoredNumbers

  init(_ format: VectorFile, _ reader: ByteReader) throws {
    self.format = format
    self.reader = reader
    let head = try reader.peek(4)
    guard head.count == 4 else { throw reader.invalid("truncated: \(head.count) bytes of a \(format) row") }
    columns = Int(VectorFile.word(head, at: 0))
    guard (1...VectorFile.widest).contains(columns) else {
      throw reader.invalid("row 1 has \(columns) numbers, expected from 1 to \(VectorFile.widest)")
    }
    rowBytes = 4 + columns * format.type.size
    // Nobody is to allocate room for a row before there is one.
    let found = try reader.remaining ?? reader.peek(rowBytes).count
    guard found >= rowBytes else {
      throw reader.invalid(
        "truncated: row 1 of \(columns) \(format.type) values takes \(rowBytes) bytes, the file holds \(found)"
      )
    }
    rows = reader.remaining.flatMap { [rowBytes] in $0 % rowBytes == 0 ? $0 / rowBytes : nil }
    room = max(1, 4 * StoredNumbers.capacity / rowBytes)
    buffer = StoredNumbers(.uint8, bigEndian: false, capacity: room * rowBytes)
  }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    let bytes = buffer.bytes(min(room, block.rows) * rowBytes)
    var found = try reader.read(into: bytes, atLeast: rowBytes)
    let rest = found % rowBytes
    if rest > 0 {
      let missing = UnsafeMutableRawBufferPointer(rebasing: bytes[found..<found - rest + rowBytes])
      found += try reader.read(into: missing, atLeast: missing.count)
    }
    for row in 0..<(found + rowBytes - 1) / rowBytes {
      let place = row * rowBytes
      let number = rowsRead + row + 1
      guard place + 4 <= found else {
        throw reader.invalid("truncated: \(found - place) bytes of row \(number)")
      }
      let width = Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self))
      guard width == columns else {
        throw reader.invalid("row \(number) has \(width) numbers, expected \(columns) as in row 1")
      }
      guard place + rowBytes <= found else {
        throw reader.invalid(
          "truncated: row \(number) takes \(rowBytes) bytes, the file holds \(found - place) of them")
      }
      // Rows of words lie at multiples of four; single bytes may lie anywhere.
      Convert.decode(
        format.type, at: bytes.baseAddress! + place + 4, count: columns, into: block.base + row * columns)
    }
    rowsRead += found / rowBytes
    return found / rowBytes
  }
}
