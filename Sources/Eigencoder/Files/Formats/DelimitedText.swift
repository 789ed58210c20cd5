/// Tables as text: csv, tsv and their kin. One line a row; what the lines are, `layout` says.
///
/// Memory is a window on the text, which grows to the longest row.
final class DelimitedText {
  let reader: ByteReader
  /// Fields of the first line; every other line has as many.
  private(set) var columns = 0
  /// What the first line is, and the columns; of a table of words only the header.
  private(set) var layout = TableLayout()

  private var delimiter = FieldScanner.Delimiter.none
  /// From the next row on.
  private let window: TextWindow
  /// The line of the next row in the file, counted from 1.
  private var line = 1

  /// Finds the delimiter and the layout.
  ///
  /// A byte order mark and lines at the start that begin with # are skipped. The delimiter is the first of
  /// tab, semicolon and comma that the first line holds, else white space.
  /// - Parameters:
  ///   - options: of the table; nil for one of texts, to which spaces and # belong.
  init(_ reader: ByteReader, _ options: TableOptions?) throws {
    let areWords = options == nil
    self.reader = reader
    window = TextWindow(reader)
    while window.filled.count < 3, try fill() {}
    if window.bytes[window.filled].starts(with: [0xef, 0xbb, 0xbf]) {
      window.filled = 3..<window.filled.upperBound
    }
    while !areWords, try !isAtEnd(), window.bytes[window.filled.lowerBound] == UInt8(ascii: "#") {
      try skipLine()
    }
    guard try !isAtEnd() else { throw invalid("no rows") }

    delimiter = try firstDelimiter(areWords)
    var first: [TableLayout.Cell] = []
    let row = try scanRow { column, scanner, isLast in
      if column == 0 { first = [] }
      if isLast, column == 0, scanner.field.isEmpty, !scanner.isQuoted {
        throw invalid("line \(line) is empty, expected a row or the names of columns")
      }
      first.append(scanner.cell)
    }
    columns = first.count
    guard let row else { return }
    let count = row.end.position - window.filled.lowerBound
    var seen: [[TableLayout.Cell]] = []
    layout = try TableLayout(first, options, reader) { waits in
      if seen.isEmpty { seen = try lines(after: count, line: row.end.line, waits: waits) }
      return seen
    }
    if layout.header != nil {
      window.filled =
        min(window.filled.lowerBound + count, window.filled.upperBound)..<window.filled.upperBound
      line = row.end.line
    }
  }

  /// Some whole lines of the window that have as many fields as the first, which takes `count` bytes; with `waits`, one at
  /// least if there is one. The window stays where it is.
  private func lines(after count: Int, line: Int, waits: Bool) throws -> [[TableLayout.Cell]] {
    while true {
      var scanner = FieldScanner(
        bytes: UnsafeBufferPointer(rebasing: window.bytes[..<window.filled.upperBound]), delimiter: delimiter,
        position: window.filled.lowerBound + count, line: line)
      var lines: [[TableLayout.Cell]] = []
      while !scanner.isAtEnd, lines.count < 2 || lines.count * columns < Self.mostCells {
        var (cells, isLast, isWhole): ([TableLayout.Cell], Bool, Bool) = ([], false, true)
        while !isLast, isWhole {
          guard let ends = try? scanner.next() else { return lines }
          isLast = ends
          isWhole = !scanner.isAtEnd || window.hasEnded || (isLast && scanner.followsLineFeed)
          if cells.count <= columns { cells.append(scanner.cell) }
        }
        guard isWhole else { break }
        let isBlank = cells.count == 1 && cells[0].text.isEmpty
        if cells.count == columns, !isBlank { lines.append(cells) }
      }
      if !lines.isEmpty || !waits || window.hasEnded { return lines }
      _ = try fill()
    }
  }

  /// Fields of which the layout is told.
  private static let mostCells = 10_000

  /// The delimiter of the first line, outside of quotes.
  private func firstDelimiter(_ areWords: Bool) throws -> FieldScanner.Delimiter {
    while true {
      var isQuoted = false
      var isWhole = false
      var found: Set<UInt8> = []
      for byte in window.bytes[window.filled] {
        if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
        if isQuoted { continue }
        isWhole = byte == 0x0a || byte == 0x0d
        if isWhole { break }
        if byte == 0x09 || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") { found.insert(byte) }
      }
      if !isWhole, try fill() { continue }
      for byte in [0x09, UInt8(ascii: ";"), UInt8(ascii: ",")] where found.contains(byte) {
        return .byte(byte)
      }
      return areWords ? .none : .whiteSpace
    }
  }

  func invalid(_ text: String) -> EigencoderError { reader.invalid(text) }
}

// MARK: - Rows

extension DelimitedText {
  /// Calls `body` with the fields of the next row in order: their column, counted from 0, and the scanner that
  /// stands on them. What is at the end of the window may be handed over again, when more of it has been read.
  ///
  /// - Returns: the line of the row in the file; nil at the end.
  /// - Throws: `.invalidData` for a line with another number of fields than the first, or an empty line that is
  ///   not at the end.
  @inline(__always)
  func nextRow(_ body: (_ column: Int, _ line: Int, FieldScanner) throws -> Void) throws -> Int? {
    let line = line
    var isEmpty = false
    let row = try scanRow { column, scanner, isLast in
      isEmpty = isLast && column == 0 && scanner.field.isEmpty && !scanner.isQuoted
      if column < columns, !isEmpty { try body(column, line, scanner) }
    }
    guard let row else { return nil }
    advance(to: row.end)
    if isEmpty {
      if try isBlankToTheEnd() { return nil }
      if columns > 1 { throw invalid("line \(line) is empty") }
      try body(0, line, FieldScanner(bytes: UnsafeBufferPointer(start: nil, count: 0), delimiter: .none))
    }
    guard row.columns == columns else {
      throw invalid("line \(line) has \(row.columns) fields, expected \(columns) as in the first line")
    }
    return line
  }

  /// Whether the next row can be had, in part at least, without reading from the file.
  var hasRowAtHand: Bool { !window.filled.isEmpty }

  /// The fields of the row at the start of the window, of which the file is read until it is whole; nil at the
  /// end of the file. The window stays where it is.
  @inline(__always)
  private func scanRow(_ body: (_ column: Int, FieldScanner, _ isLast: Bool) throws -> Void) throws -> (
    columns: Int, end: FieldScanner
  )? {
    while true {
      var scanner = FieldScanner(
        bytes: UnsafeBufferPointer(rebasing: window.bytes[..<window.filled.upperBound]), delimiter: delimiter,
        position: window.filled.lowerBound, line: line)
      if !scanner.isAtEnd {
        var column = 0
        var (isLast, isWhole) = (false, true)
        while !isLast, isWhole {
          let line = scanner.line
          do { isLast = try scanner.next() } catch {
            if !window.hasEnded, error == .openQuote {
              isWhole = false
              break
            }
            throw invalid("line \(line): \(error.text)")
          }
          // Where the window ends, only a line end says that the field does.
          isWhole = !scanner.isAtEnd || window.hasEnded || (isLast && scanner.followsLineFeed)
          if isWhole { try body(column, scanner, isLast) }
          column += 1
        }
        if isWhole { return (column, scanner) }
      }
      guard try fill() || !window.filled.isEmpty else { return nil }
    }
  }

  private func advance(to end: FieldScanner) {
    window.filled = min(end.position, window.filled.upperBound)..<window.filled.upperBound
    line = end.line
  }
}

// MARK: - The window

extension DelimitedText {
  /// Reads on; false when nothing was left. A row that does not end is taken for a quote that was never closed.
  private func fill() throws -> Bool {
    try window.fill { "line \(line): a row of more than \($0) MB, or a quote that is never closed" }
  }

  private func isAtEnd() throws -> Bool { try window.filled.isEmpty && !fill() }

  private func skipLine() throws {
    while try !isAtEnd() {
      let end = window.bytes[window.filled].firstIndex(of: 0x0a)
      window.filled = (end.map { $0 + 1 } ?? window.filled.upperBound)..<window.filled.upperBound
      if end != nil { break }
    }
    line += 1
  }

  /// Steps over white space; whether nothing else followed.
  private func isBlankToTheEnd() throws -> Bool {
    while try !isAtEnd() {
      let end = window.bytes[window.filled].firstIndex { $0 > 0x20 }
      window.filled = (end ?? window.filled.upperBound)..<window.filled.upperBound
      if end != nil { return false }
    }
    return true
  }
}
