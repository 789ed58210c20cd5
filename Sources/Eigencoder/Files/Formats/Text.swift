// Rows of numbers as text. Content is recognised as text, whatever its delimiter, so csv and tsv are read alike.

extension FileFormat {
  /// Text whose fields are separated by commas.
  package static let csv = text("csv", separator: ",")
  /// Text whose fields are separated by tabs.
  package static let tsv = text("tsv", separator: "\t", endings: ["txt"])

  private static func text(_ name: String, separator: Unicode.Scalar, endings: [String] = []) -> FileFormat {
    FileFormat(
      name: name, noun: "text", endings: endings, begins: DelimitedText.begins,
      rows: { reader, _ in RowContent(source: try TextRows(reader)) },
      labels: { try DelimitedText.labels(from: $0, column: $1) }, types: [.float32, .float64],
      separator: UInt8(ascii: separator)
    ) { file, columns, _, _ in
      try RowSink(file, columns: columns, .text(separator: UInt8(ascii: separator)))
    }
  }
}

extension DelimitedText {
  /// Whether these bytes can be the first ones of a text in UTF-8.
  static func begins(_ head: [UInt8]) -> Bool {
    let isUTF16 = head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff])
    return !isUTF16 && head.allSatisfy { $0 >= 0x20 || [0x09, 0x0a, 0x0c, 0x0d].contains($0) }
  }
}

extension RowSink {
  /// A text whose first line holds the names of the columns; traps when there are more or fewer names than columns.
  package convenience init(csv file: OutputFile, columns: Int, names: [String]) throws {
    precondition(names.count == columns, "\(names.count) names for \(columns) columns")
    let line = names.map(Self.quoted).joined(separator: ",") + "\n"
    try self.init(
      file, columns: columns, .text(separator: UInt8(ascii: ",")), header: .bytes(Array(line.utf8)))
  }

  /// Quoted where it holds a comma, a quote or a line end.
  private static func quoted(_ name: String) -> String {
    guard name.utf8.contains(where: { [0x22, 0x2c, 0x0a, 0x0d].contains($0) }) else { return name }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}

/// The rows of a text as numbers.
final class TextRows: RowSource {
  private let text: DelimitedText
  private var rowsRead = 0
  private(set) var losses = ConversionLosses()

  init(_ reader: ByteReader) throws { text = try DelimitedText(reader) }

  var columns: Int { text.columns }
  var rows: Int? { nil }
  var storedType: ElementType? { nil }
  var reader: ByteReader { text.reader }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    // A variable of this call: a property would be checked for exclusive access at every number.
    var numbers = [Double](repeating: 0, count: columns)
    return try forEachRow(block.rows) { row in
      guard try parseRow(into: &numbers, asFloat: T.isSingle) else { return false }
      block.rows(row..<row + 1).set(numbers)
      return true
    }
  }

  /// Sets `numbers` to those of the next row, which are finite, as numbers of `Float` where that is asked for; false at the
  /// end. Of one type, so that the loop over fields is compiled for it.
  private func parseRow(into numbers: inout [Double], asFloat: Bool) throws -> Bool {
    // Of this row, which may be handed over again.
    var lost = ConversionLosses()
    let line = try text.nextRow { column, line, scanner in
      if column == 0 { lost = ConversionLosses() }
      guard let number = DecimalNumber(scanner.bytes, scanner.field),
        case let value = asFloat
          ? Double(number.roundedToFloat(scanner.bytes, scanner.field)) : number.value, value.isFinite
      else { throw notNumber(column, line, scanner) }
      numbers[column] = value
      if value == 0, number.isNonzero { lost.vanished.add(row: rowsRead, column: column) }
      if number.isWholeNumber(lostBy: value, scanner.bytes, scanner.field) {
        lost.rounded.add(row: rowsRead, column: column)
      }
    }
    losses.add(lost)
    return line != nil
  }

  func nextWhole(_ limit: Int, as type: ElementType, into bytes: inout [UInt8]) throws -> Int {
    let rowBytes = columns * type.size
    if bytes.count < limit * rowBytes { bytes = [UInt8](repeating: 0, count: limit * rowBytes) }
    return try forEachRow(limit) { row in
      try text.nextRow { column, line, scanner in
        guard let number = DecimalNumber(scanner.bytes, scanner.field), number.value.isFinite else {
          throw notNumber(column, line, scanner)
        }
        let whole =
          number.isWhole ? WholeNumber(scanner.bytes, scanner.field) : WholeNumber(number.value)
        guard whole?.store(as: type, in: &bytes, at: row * columns + column) == true else {
          throw invalid(column, line, scanner, "a whole number of \(type)")
        }
      } != nil
    }
  }

  /// Appends the next rows as they are written, field after field, each row a line; returns how many, at most `limit`.
  ///
  /// - Throws: as `next(into:)` does, by the fields as `Double`.
  func nextLines(_ limit: Int, separator: UInt8, into lines: inout [UInt8]) throws -> Int {
    try forEachRow(limit) { _ in
      let start = lines.count
      return try text.nextRow { column, line, scanner in
        if column == 0 { lines.removeLast(lines.count - start) }
        guard DecimalNumber(scanner.bytes, scanner.field)?.value.isFinite == true else {
          throw notNumber(column, line, scanner)
        }
        lines += scanner.bytes[scanner.field]
        lines.append(column + 1 < columns ? separator : UInt8(ascii: "\n"))
      } != nil
    }
  }

  /// Calls `body` with the index of each row of a block, as long as rows are at hand; it reads one and says whether there was
  /// one.
  @inline(__always)
  private func forEachRow(_ limit: Int, _ body: (Int) throws -> Bool) throws -> Int {
    var row = 0
    while row < limit, row == 0 || text.hasRowAtHand, try body(row) {
      row += 1
      rowsRead += 1
    }
    if rowsRead == 0, text.header != nil {
      throw text.invalid("no rows, only a header of \(text.columns) columns")
    }
    return row
  }

  private func notNumber(_ column: Int, _ line: Int, _ scanner: FieldScanner) -> EigencoderError {
    invalid(column, line, scanner, "a finite number")
  }

  private func invalid(_ column: Int, _ line: Int, _ scanner: FieldScanner, _ expected: String)
    -> EigencoderError
  {
    let name = text.header.map { " \"\($0[column].prefix(40))\"" } ?? ""
    let found = scanner.text()
    return text.invalid(
      "row \(rowsRead + 1), column \(column + 1)\(name) (counted from 1; line \(line)): expected \(expected), "
        + "found \(found.isEmpty ? "nothing" : "\"\(found.prefix(40))\"")"
        + (scanner.isMissing ? ": missing values cannot be read" : ""))
  }
}
