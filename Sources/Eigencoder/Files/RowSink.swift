/// Where rows of numbers are written, a block after another: the counterpart of `RowReader`.
///
/// A file is an optional header and then the rows, each as numbers of one type or as a line of text.
package final class RowSink {
  /// How a row is written.
  enum Encoding {
    /// Little-endian numbers of this type, after some bytes that are the same for each row.
    case numbers(ElementType, prefix: [UInt8] = [])
    /// A line of text, the fewest digits that read back as the same numbers.
    case text(RowText)
  }

  /// What precedes the rows.
  enum Header {
    case bytes([UInt8])
    /// A header that states the number of rows. Where that is not known before, `content` is called again in the end
    /// and gives as many bytes for every number; `format` is what errors call the file.
    case counting(rows: Int?, format: FileFormat, content: (Int) throws -> [UInt8])
  }

  private let file: OutputFile
  private let columns: Int
  private let encoding: Encoding
  private let header: Header
  private var rowCount = 0
  /// What numbers have lost to the type that they were written as: those that became 0.
  package private(set) var losses = ConversionLosses()
  /// Where rows become bytes, `room` of them at a time.
  private var bytes: [UInt8] = []
  private let room: Int

  /// Begins the file.
  ///
  /// - Throws: `.unwritableOutput`; `.invalidArgument` when the number of rows is needed and not known, and the file is
  ///   a pipe.
  init(_ file: OutputFile, columns: Int, _ encoding: Encoding, header: Header = .bytes([])) throws {
    self.file = file
    self.columns = columns
    self.encoding = encoding
    self.header = header
    var rowBytes = 8 * columns
    if case .numbers(let type, let prefix) = encoding { rowBytes = prefix.count + columns * type.size }
    room = max(1, (1 << 18) / max(1, rowBytes))
    if case .numbers = encoding { bytes = [UInt8](repeating: 0, count: room * rowBytes) }
    switch header {
    case .bytes(let bytes): try file.write(bytes)
    case .counting(let rows, let format, let content):
      guard rows != nil || file.canOverwrite else {
        throw EigencoderError.invalidArgument(
          "\(format.noun) begins with its number of rows, which is not known here and cannot be added to a pipe later"
        )
      }
      try file.write(content(rows ?? 0))
    }
  }

  /// Appends the rows of `block`, of as many columns as the sink was made for.
  ///
  /// - Parameter ids: of the rows, or none; text writes them, where the sink was begun for them.
  /// - Throws: `.invalidData` naming the row and column of a number that the sink's type does not hold;
  ///   `.unwritableOutput` when the system cannot write them.
  package func append<T: Scalar>(_ block: MatrixView<T>, ids: ArraySlice<String> = []) throws {
    precondition(block.columns == columns, "rows of \(block.columns) for \(columns) columns")
    precondition(ids.isEmpty || ids.count == block.rows, "\(ids.count) ids of \(block.rows) rows")
    if case .numbers(let type, let prefix) = encoding, type == .storing(T.self), prefix.isEmpty,
      block.isContiguous
    {
      try block.withBytes { try file.write(UnsafeRawBufferPointer($0)) }
      rowCount += block.rows
      return
    }
    for first in stride(from: 0, to: block.rows, by: room) {
      let rows = block.rows(first..<min(first + room, block.rows))
      switch encoding {
      case .numbers(let type, let prefix):
        let unheld = rows.encode(
          as: type, prefix: prefix, into: &bytes, vanished: &losses.vanished, firstRow: rowCount)
        if let (i, j) = unheld {
          throw doesNotHold("\(rows[i, j])", type, row: rowCount + i, column: j)
        }
        try file.write(bytes[..<(rows.rows * (prefix.count + columns * type.size))])
      case .text(let text):
        bytes.removeAll(keepingCapacity: true)
        let ids = ids.isEmpty ? [] : ids[(ids.startIndex + first)..<(ids.startIndex + first + rows.rows)]
        text.append(rows, ids: ids, to: &bytes)
        try file.write(bytes[...])
      }
      rowCount += rows.rows
    }
  }

  /// Appends rows of little-endian whole numbers of `stored`, `rows` of them from the start of `numbers`.
  ///
  /// Throws as `append(_:)` does. Traps when the sink writes floating point.
  func append(whole numbers: [UInt8], of stored: ElementType, rows: Int) throws {
    switch encoding {
    case .numbers(let type, let prefix):
      if type == stored, prefix.isEmpty {
        try file.write(numbers[..<(rows * columns * type.size)])
      } else {
        for row in 0..<rows { try append(whole: numbers, of: stored, row: row, as: type, prefix) }
      }
    case .text(let text):
      bytes.removeAll(keepingCapacity: true)
      WholeNumber.forEach(stored, of: numbers, count: rows * columns) { index, number in
        if index % columns == 0 { text.begin(id: nil, &bytes) }
        number.appendText(to: &bytes)
        if (index + 1) % columns > 0 { bytes.append(text.separator) } else { text.end(hasID: false, &bytes) }
        return true
      }
      try file.write(bytes[...])
    }
    rowCount += rows
  }

  private func append(
    whole numbers: [UInt8], of stored: ElementType, row: Int, as type: ElementType, _ prefix: [UInt8]
  ) throws {
    bytes.replaceSubrange(..<prefix.count, with: prefix)
    var unheld: (column: Int, number: WholeNumber)?
    let first = prefix.count / type.size
    WholeNumber.forEach(stored, of: numbers, from: row * columns, count: columns) { column, number in
      if !number.store(as: type, in: &bytes, at: first + column) { unheld = (column, number) }
      return unheld == nil
    }
    if let unheld {
      throw doesNotHold("\(unheld.number)", type, row: rowCount + row, column: unheld.column)
    }
    try file.write(bytes[..<(prefix.count + columns * type.size)])
  }

  /// Appends `rows` lines of text, separated as the sink's are.
  func append(lines: [UInt8], rows: Int) throws {
    guard case .text = encoding else { preconditionFailure("lines of text into a file of numbers") }
    try file.write(lines[...])
    rowCount += rows
  }

  /// Appends the rows of `matrix`.
  package func append<T: Scalar>(_ matrix: Matrix<T>, ids: [String] = []) throws {
    try matrix.withView { try append($0, ids: ids[...]) }
  }

  /// Completes the file and puts it in its place; without it, there is none. To be called once, last.
  package func finish() throws {
    if case .counting(let promised, _, let content) = header {
      precondition(promised ?? rowCount == rowCount, "\(rowCount) rows, promised were \(promised ?? 0)")
      if promised == nil { try file.overwriteStart(content(rowCount)) }
    }
    try file.finish()
  }

  private func doesNotHold(_ number: String, _ type: ElementType, row: Int, column: Int) -> EigencoderError {
    let range =
      switch type {
      case .uint8, .bool: "whole numbers from 0 to 255"
      case .int8: "whole numbers from -128 to 127"
      case .uint16: "whole numbers from 0 to 65535"
      case .int16: "whole numbers from -32768 to 32767"
      case .int32: "whole numbers of 32 bits"
      case .int64: "whole numbers of 64 bits with a sign"
      case .uint32, .uint64: "whole numbers of \(8 * type.size) bits without sign"
      case .float16: "numbers up to 65504, the range of float16"
      case .bfloat16, .float32, .float64: "numbers up to 3.4e38, the range of float32"
      }
    return .invalidData(
      "\(file.name): row \(row + 1), column \(column + 1) (counted from 1) is \(number), expected \(range)")
  }
}
