/// The rows of a text as numbers.
final class TextRows: RowSource {
  private let text: DelimitedText
  private var rowsRead = 0

  init(_ reader: ByteReader) throws { text = try DelimitedText(reader) }

  var columns: Int { text.columns }
  var rows: Int? { nil }
  var storedType: ElementType? { nil }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    // The concrete types are named, so that the loop over fields is compiled for them.
    let base = UnsafeMutableRawPointer(block.base)
    if T.self == Float.self {
      return try parse(rows: block.rows, into: base.assumingMemoryBound(to: Float.self))
    }
    return try parse(rows: block.rows, into: base.assumingMemoryBound(to: Double.self))
  }

  @inline(__always)
  private func parse<R: BinaryFloatingPoint>(rows: Int, into out: UnsafeMutablePointer<R>) throws -> Int {
    var row = 0
    while row < rows, row == 0 || text.hasRowAtHand {
      let out = out + row * columns
      let line = try text.nextRow { column, line, scanner in
        guard let value = DecimalNumber.parse(scanner.bytes, scanner.field), R(value).isFinite else {
          throw notNumber(rowsRead + row, column, line, scanner)
        }
        out[column] = R(value)
      }
      if line == nil { break }
      row += 1
    }
    rowsRead += row
    if rowsRead == 0, text.header != nil {
      throw text.invalid("no rows, only a header of \(text.columns) columns")
    }
    return row
  }

  private func notNumber(_ row: Int, _ column: Int, _ line: Int, _ scanner: FieldScanner) -> EigencoderError {
    let name = text.header.map { " \"\($0[column].prefix(40))\"" } ?? ""
    let found = scanner.text()
    return text.invalid(
      "row \(row + 1), column \(column + 1)\(name) (counted from 1; line \(line)): expected a finite number, "
        + "found \(found.isEmpty ? "nothing" : "\"\(found.prefix(40))\"")"
        + (scanner.isMissing ? ": missing values cannot be read" : ""))
  }
}
