/// Where rows of numbers are written, a block after another: the counterpart of `RowReader`.
///
/// A file is an optional header and then the rows, each as numbers of one type or as a line of text.
package final class RowSink {
  /// How a row is written.
  enum Encoding {
    /// Little-endian numbers of this type, after some bytes that are the same for each row.
    case numbers(ElementType, prefix: [UInt8] = [])
    /// A line of text, the fewest digits that read back as the same numbers, between separators.
    case text(separator: UInt8)
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
  /// - Throws: `.invalidData` naming the row and column of a number that the sink's type does not hold;
  ///   `.unwritableOutput` when the system cannot write them.
  package func append<T: Scalar>(_ block: MatrixView<T>) throws {
    precondition(block.columns == columns, "rows of \(block.columns) for \(columns) columns")
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
        if let (i, j) = rows.encode(as: type, prefix: prefix, into: &bytes) {
          throw doesNotHold("\(rows[i, j])", type, row: rowCount + i, column: j)
        }
        try file.write(bytes[..<(rows.rows * (prefix.count + columns * type.size))])
      case .text(let separator):
        bytes.removeAll(keepingCapacity: true)
        rows.appendText(to: &bytes, separator: separator)
        try file.write(bytes[...])
      }
      rowCount += rows.rows
    }
  }

  /// Appends the rows of `matrix`.
  package func append<T: Scalar>(_ matrix: Matrix<T>) throws { try matrix.withView { try append($0) } }

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
      case .uint8: "whole numbers from 0 to 255"
      case .int32: "whole numbers of 32 bits"
      case .float16: "numbers up to 65504, the range of float16"
      default: "numbers up to 3.4e38, the range of float32"
      }
    return .invalidData(
      "\(file.name): row \(row + 1), column \(column + 1) (counted from 1) is \(number), expected \(range)")
  }
}
