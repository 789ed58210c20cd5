extension FileFormat {
  /// Vectors of float32.
  package static let fvecs = vectors(.fvecs)
  /// Vectors of bytes.
  package static let bvecs = vectors(.bvecs)
  /// Vectors of int32.
  package static let ivecs = vectors(.ivecs)

  private static func vectors(_ kind: VectorFile) -> FileFormat {
    FileFormat(
      name: kind.rawValue, noun: "an \(kind) file", matches: { try VectorFile(of: $0) == kind },
      rows: { reader, _ in RowContent(source: try VectorRows(kind, reader)) }, types: [kind.type]
    ) { file, columns, _, type, _ in
      let width = (0..<4).map { UInt8(truncatingIfNeeded: columns >> (8 * $0)) }
      return try RowSink(file, columns: columns, .numbers(type, prefix: width))
    }
  }
}

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
  private init?(name: String) {
    var parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    if parts.last == "gz" { parts.removeLast() }
    guard parts.count > 1, let ending = parts.last else { return nil }
    self.init(rawValue: String(ending))
  }

  /// The format of the content, by the widths that its rows begin with; nil when it is none of the three.
  ///
  /// The name decides between float32 and int32, which look alike; without it, numbers that as float32 would
  /// all be denormal are int32. A file that has such a name and other content is taken for what its name says: the
  /// error then says where it is not.
  init?(of reader: ByteReader) throws {
    let named = VectorFile(name: reader.name)
    guard let found = try Self.detect(reader, named) ?? named else { return nil }
    self = found
  }

  private static func detect(_ reader: ByteReader, _ named: VectorFile?) throws -> VectorFile? {
    let first = try reader.peek(4)
    guard first.count == 4, case let width = Int(word(first, at: 0)), (1...widest).contains(width) else {
      return nil
    }
    let head = try reader.peek(headLength)
    let fitting = try [4, 1].filter { try areWidths(of: 4 + width * $0, equalTo: width, head, reader) }
    guard let size = fitting.first(where: { $0 == named?.type.size }) ?? fitting.first else { return nil }
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
    Int32(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) })
  }
}

/// The rows of such a file; every width is compared with the first.
final class VectorRows: RowSource {
  let columns: Int
  let rows: Int?
  let reader: ByteReader

  var storedType: ElementType? { format.type }
  private let format: VectorFile
  private let rowBytes: Int
  /// Where the first row lies.
  private let start: Int
  private var rowsRead = 0
  /// The bytes of `room` rows.
  private var bytes: [UInt8]
  private let room: Int

  init(_ format: VectorFile, _ reader: ByteReader) throws {
    self.format = format
    self.reader = reader
    start = reader.consumed
    let head = try reader.peek(4)
    guard head.count == 4 else { throw reader.invalid("truncated: \(head.count) bytes of a \(format) row") }
    columns = Int(VectorFile.word(head, at: 0))
    guard (1...VectorFile.widest).contains(columns) else {
      throw reader.invalid("row 1 has \(columns) numbers, expected from 1 to \(VectorFile.widest)")
    }
    rowBytes = 4 + columns * format.type.size
    // The caller allocates room for a row: it has to be there.
    let found = try reader.remaining ?? reader.peek(rowBytes).count
    guard found >= rowBytes else {
      throw reader.invalid(
        "truncated: row 1 of \(columns) \(format.type) values takes \(rowBytes) bytes, the file holds \(found)"
      )
    }
    rows = reader.remaining.flatMap { [rowBytes] in $0 % rowBytes == 0 ? $0 / rowBytes : nil }
    room = max(1, 4 * StoredArray.blockCount / rowBytes)
    bytes = [UInt8](repeating: 0, count: room * rowBytes)
  }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    let count = try nextRows(block.rows)
    for row in 0..<count {
      // Numbers of four bytes lie at multiples of four.
      block.rows(row..<row + 1).decode(format.type, at: row * rowBytes + 4, of: &bytes)
    }
    return count
  }

  var isSeekable: Bool { reader.isSeekable && rows != nil }

  func seek(toRow row: Int) {
    reader.seek(to: start + row * rowBytes)
    rowsRead = row
  }

  func nextWhole(_ limit: Int, as type: ElementType, into bytes: inout [UInt8]) throws -> Int {
    precondition(type == format.type, "\(format.type) numbers as \(type)")
    let count = try nextRows(limit)
    bytes.removeAll(keepingCapacity: true)
    for row in 0..<count { bytes += self.bytes[row * rowBytes + 4..<(row + 1) * rowBytes] }
    return count
  }

  /// Reads so many rows at most into `bytes`.
  private func nextRows(_ limit: Int) throws -> Int {
    let found = try reader.readRows(of: rowBytes, into: &bytes, count: min(room, limit) * rowBytes)
    for start in stride(from: 0, to: found, by: rowBytes) {
      let row = start / rowBytes
      let (number, left) = (rowsRead + row + 1, found - start)
      guard left >= 4 else { throw reader.invalid("truncated: \(left) bytes of row \(number)") }
      let width = VectorFile.word(bytes, at: start)
      guard width == columns else {
        throw reader.invalid("row \(number) has \(width) numbers, expected \(columns) as in row 1")
      }
      guard left >= rowBytes else {
        throw reader.invalid(
          "truncated: row \(number) takes \(rowBytes) bytes, the file holds \(left) of them")
      }
    }
    rowsRead += found / rowBytes
    return found / rowBytes
  }
}
