/// Tables as text: csv, tsv and their kin. One line a row; a header is told from the data.
struct DelimitedText {
  private let name: String
  private var scanner: FieldScanner
  /// Where the first data line starts, and its number among the lines of the file.
  private var start: (position: Int, line: Int)
  /// Fields of the first line; every other line has as many.
  let columns: Int
  /// The names of the columns when the first line is a header.
  let header: [String]?

  /// Finds the delimiter and the header.
  ///
  /// A byte order mark and lines at the start that begin with # are skipped. The delimiter is the first of
  /// tab, semicolon and comma that the first line holds, else white space. The first line is a header when it
  /// has a field that is not empty and not a number.
  /// - Parameter areWords: the fields are texts: spaces and # belong to them.
  init(bytes: UnsafeBufferPointer<UInt8>, name: String, areWords: Bool = false) throws {
    self.name = name
    var position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    var line = 1
    while !areWords, position < bytes.count, bytes[position] == UInt8(ascii: "#") {
      while position < bytes.count, bytes[position] != 0x0a { position += 1 }
      position += 1
      line += 1
    }
    let delimiter = Self.delimiter(bytes, from: min(position, bytes.count), areWords)
    scanner = FieldScanner(bytes: bytes, delimiter: delimiter, position: position, line: line)
    start = (position, line)
    guard !scanner.isAtEnd else { throw EigencoderError.invalidData("\(name): no rows") }

    var names: [String] = []
    var isHeader = false
    var first = scanner
    var isLast = false
    while !isLast {
      isLast = try Self.next(&first, name)
      if names.isEmpty, isLast, first.field.isEmpty, !first.isQuoted {
        throw EigencoderError.invalidData(
          "\(name): line \(line) is empty, expected a row or the names of columns")
      }
      isHeader = isHeader || (!first.field.isEmpty && DecimalNumber.parse(bytes, first.field) == nil)
      names.append(first.text())
    }
    columns = names.count
    header = isHeader ? names : nil
    if isHeader {
      scanner = first
      start = (first.position, first.line)
    }
  }

  /// The delimiter of the first line, outside of quotes.
  private static func delimiter(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ areWords: Bool
  ) -> FieldScanner.Delimiter {
    var isQuoted = false
    var found: Set<UInt8> = []
    for byte in bytes[start...] {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0a || byte == 0x0d { break }
      if byte == 0x09 || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") { found.insert(byte) }
    }
    for byte in [0x09, UInt8(ascii: ";"), UInt8(ascii: ",")] where found.contains(byte) { return .byte(byte) }
    return areWords ? .none : .whiteSpace
  }

  private static func next(_ scanner: inout FieldScanner, _ name: String) throws -> Bool {
    let line = scanner.line
    do { return try scanner.next() } catch .openQuote {
      throw EigencoderError.invalidData("\(name): line \(line): a quote is opened and never closed")
    } catch .textAfterQuote {
      throw EigencoderError.invalidData("\(name): line \(line): text follows a closing quote")
    }
  }
}

// MARK: - Rows

extension DelimitedText {
  /// Calls `body` with every field of the data in order: its row and column, counted from 0, its line in
  /// the file, and the scanner that stands on it.
  ///
  /// Throws `.invalidData` for a line with another number of fields than the first, or an empty line that is
  /// not at the end.
  @inline(__always)
  func forEachField(_ body: (_ row: Int, _ column: Int, _ line: Int, FieldScanner) throws -> Void) throws {
    var scanner = scanner
    var row = 0
    while !scanner.isAtEnd {
      let line = scanner.line
      var column = 0
      var isLast = false
      while !isLast {
        isLast = try Self.next(&scanner, name)
        if isLast, column == 0, scanner.field.isEmpty, !scanner.isQuoted,
          columns > 1 || isBlank(scanner.position)
        {
          guard isBlank(scanner.position) else { throw invalid("line \(line) is empty") }
          return
        }
        if column < columns { try body(row, column, line, scanner) }
        column += 1
      }
      guard column == columns else {
        throw invalid("line \(line) has \(column) fields, expected \(columns) as in the first line")
      }
      row += 1
    }
  }

  /// Whether nothing but white space follows.
  private func isBlank(_ position: Int) -> Bool {
    scanner.bytes[min(position, scanner.bytes.count)...].allSatisfy { $0 <= 0x20 }
  }

  /// An upper bound of the rows that are left.
  var lines: Int {
    scanner.bytes[min(start.position, scanner.bytes.count)...].reduce(1) {
      $0 + ($1 == 0x0a || $1 == 0x0d ? 1 : 0)
    }
  }

  func invalid(_ text: String) -> EigencoderError { .invalidData("\(name): \(text)".oneLine) }
}

// MARK: - Numbers

extension DelimitedText {
  /// All fields as numbers times `scale`.
  static func matrix<T: Scalar>(from reader: ByteReader, scale: T) throws -> Matrix<T> {
    let bytes = try reader.readAll()
    return try bytes.withUnsafeBufferPointer { buffer in
      let text = try DelimitedText(bytes: buffer, name: reader.name)
      // Every number takes two bytes, so that many is the most there can be.
      let (product, overflow) = text.lines.multipliedReportingOverflow(by: text.columns)
      let capacity = overflow ? buffer.count / 2 + 1 : min(product, buffer.count / 2 + 1)
      try Memory.require(rows: capacity, columns: 1, of: T.self, reader)
      let elements = try text.numbers(capacity: capacity, scale: scale)
      guard !elements.isEmpty else {
        throw reader.invalid("no rows, only a header of \(text.columns) columns")
      }
      return Matrix(rows: elements.count / text.columns, columns: text.columns, elements)
    }
  }

  private func numbers<T: Scalar>(capacity: Int, scale: T) throws -> [T] {
    // The concrete types are named, so that the loop over fields is compiled for them.
    if let scale = scale as? Float { return try parsed(capacity: capacity, scale: scale) as! [T] }
    return try parsed(capacity: capacity, scale: scale as! Double) as! [T]
  }

  @inline(__always)
  private func parsed<R: BinaryFloatingPoint>(capacity: Int, scale: R) throws -> [R] {
    var elements: [R] = []
    elements.reserveCapacity(capacity)
    try forEachField { row, column, line, scanner in
      guard let value = DecimalNumber.parse(scanner.bytes, scanner.field) else {
        throw notNumber(row, column, line, scanner)
      }
      let element = R(value) * scale
      guard element.isFinite else { throw notNumber(row, column, line, scanner) }
      elements.append(element)
    }
    return elements
  }

  private func notNumber(_ row: Int, _ column: Int, _ line: Int, _ scanner: FieldScanner) -> EigencoderError {
    let text = scanner.text()
    let place = "row \(row + 1), column \(column + 1) (counted from 1; line \(line))"
    return invalid(
      "\(place): expected a finite number, found \(text.isEmpty ? "nothing" : "\"\(text.prefix(40))\"")")
  }
}
