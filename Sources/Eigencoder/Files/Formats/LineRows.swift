/// What a form of text says of a line that holds a vector and perhaps its name.
protocol LineParser {
  /// Numbers in a vector.
  var columns: Int { get }
  var table: TableFacts { get }

  /// Calls `number` with each number of the line in its order: its place, and where its digits are.
  ///
  /// - Returns: the name of the row and its class, where the text has them.
  /// - Throws: `LineFailure` where the line has another form or length.
  func parse(
    _ line: UnsafeBufferPointer<UInt8>, _ number: (_ column: Int, _ digits: Range<Int>) throws -> Void
  ) throws -> (id: String, label: String)
}

/// What is wrong with a line, without where it stands.
struct LineFailure: Error { let text: String }

/// The rows of a text of one vector a line.
final class LineRows: RowSource {
  private let parser: any LineParser
  private let lines: TextLines
  /// A line that has been read to learn what the text looks like.
  private var first: [UInt8]?
  private let keepsMissing: Bool
  private var rowsRead = 0
  private(set) var losses = ConversionLosses()
  private var names = RowNames()

  var columns: Int { parser.columns }
  var rows: Int? { nil }
  var storedType: ElementType? { nil }
  var reader: ByteReader { lines.reader }
  let table: TableFacts?

  /// - Parameter first: a line that has been read already, the first row; nil where the next line is it.
  init(_ parser: any LineParser, _ lines: TextLines, first: [UInt8]?, _ options: RowReader.Options) {
    (self.parser, self.lines, self.first) = (parser, lines, first)
    keepsMissing = options.missing != .error
    table = parser.table
  }

  func takeNames() -> RowNames {
    defer { names = RowNames() }
    return names
  }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    // A variable of this call: a property would be checked for exclusive access at every number.
    var lost = ConversionLosses()
    defer { losses.add(lost) }
    return try forEachRow(block.rows) { row, line in
      let numbers = block.row(row)
      return try parser.parse(line) { column, digits in
        guard let number = DecimalNumber(line, digits),
          case let value = number.rounded(
            asFloat: T.isSingle, line, digits, row: rowsRead, column: column, &lost), value.isFinite
        else {
          guard keepsMissing, Self.isMissing(line, digits) else { throw notNumber(column, line, digits) }
          numbers[column] = .nan
          return
        }
        numbers[column] = T(value)
      }
    }
  }

  func nextWhole(_ limit: Int, as type: ElementType, into bytes: inout [UInt8]) throws -> Int {
    let rowBytes = columns * type.size
    if bytes.count < limit * rowBytes { bytes = [UInt8](repeating: 0, count: limit * rowBytes) }
    return try forEachRow(limit) { row, line in
      try parser.parse(line) { column, digits in
        guard let number = DecimalNumber(line, digits), number.value.isFinite else {
          throw notNumber(column, line, digits)
        }
        guard number.whole(line, digits)?.store(as: type, in: &bytes, at: row * columns + column) == true
        else {
          throw notNumber(column, line, digits, "a whole number of \(type)")
        }
      }
    }
  }

  private func forEachRow(
    _ limit: Int, _ body: (Int, UnsafeBufferPointer<UInt8>) throws -> (id: String, label: String)
  ) throws -> Int {
    var row = 0
    func take(_ line: UnsafeBufferPointer<UInt8>) throws {
      do {
        let (id, label) = try body(row, line)
        if table?.hasIDs == true { names.ids.append(id) }
        if table?.hasLabels == true { names.labels.append(label) }
      } catch let failure as LineFailure {
        throw reader.invalid("row \(rowsRead + 1) (counted from 1; line \(lines.line)): \(failure.text)")
      }
      row += 1
      rowsRead += 1
    }
    if let first {
      try first.withUnsafeBufferPointer(take)
      self.first = nil
    }
    while row < limit, row == 0 || lines.hasLineAtHand, let line = try lines.next() { try take(line) }
    return row
  }

  private static func isMissing(_ line: UnsafeBufferPointer<UInt8>, _ digits: Range<Int>) -> Bool {
    ["null", "nan", "na"].contains(String(decoding: line[digits], as: UTF8.self).lowercased())
  }

  private func notNumber(
    _ column: Int, _ line: UnsafeBufferPointer<UInt8>, _ digits: Range<Int>,
    _ expected: String = "a finite number"
  ) -> LineFailure {
    let found = String(decoding: line[digits].prefix(40), as: UTF8.self)
    let advice = Self.isMissing(line, digits) ? ": a missing value (--missing drop-rows, or column-mean)" : ""
    return LineFailure(text: "number \(column + 1): expected \(expected), found \"\(found)\"\(advice)")
  }
}
