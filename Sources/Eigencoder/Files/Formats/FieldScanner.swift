/// Walks through delimited text field by field, in place.
///
/// Fields may be quoted with "..." (a doubled quote stands for one) and are trimmed; lines end with LF,
/// CR LF or CR. With a delimiter of white space, any run of spaces and tabs separates.
struct FieldScanner {
  enum Delimiter: Equatable {
    case byte(UInt8)
    case whiteSpace
    /// The line is one field.
    case none
  }

  let bytes: UnsafeBufferPointer<UInt8>
  let delimiter: Delimiter
  /// The next byte to read.
  private(set) var position: Int
  /// The line of `position`, counted from 1.
  private(set) var line: Int
  /// The last field: its bytes without quotes around and white space at the ends.
  private(set) var field = 0..<0
  private(set) var isQuoted = false

  init(bytes: UnsafeBufferPointer<UInt8>, delimiter: Delimiter, position: Int = 0, line: Int = 1) {
    self.bytes = bytes
    self.delimiter = delimiter
    self.position = position
    self.line = line
  }

  var isAtEnd: Bool { position >= bytes.count }

  /// Whether the last byte read was a line feed.
  var followsLineFeed: Bool { position > 0 && bytes[position - 1] == 0x0a }

  enum Failure: Error {
    case openQuote, textAfterQuote

    var text: String {
      switch self {
      case .openQuote: "a quote is opened and never closed"
      case .textAfterQuote: "text follows a closing quote"
      }
    }
  }

  /// Reads one field into `field`; returns whether it was the last one of its line.
  mutating func next() throws(Failure) -> Bool {
    let count = bytes.count
    while position < count, isBlank(bytes[position]) { position += 1 }
    isQuoted = position < count && bytes[position] == UInt8(ascii: "\"")
    if isQuoted {
      try quoted()
    } else {
      let start = position
      while position < count, !endsField(bytes[position]) { position += 1 }
      var end = position
      while end > start, isSpace(bytes[end - 1]) { end -= 1 }
      field = start..<end
    }
    return try endOfField()
  }

  private mutating func quoted() throws(Failure) {
    let start = position + 1
    position = start
    while true {
      guard position < bytes.count else { throw .openQuote }
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        guard position + 1 < bytes.count, bytes[position + 1] == byte else { break }
        position += 1
      } else if byte == 0x0a {
        line += 1
      }
      position += 1
    }
    field = start..<position
    position += 1
  }

  /// Steps over what ends the field.
  private mutating func endOfField() throws(Failure) -> Bool {
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    guard position < bytes.count else { return true }
    switch bytes[position] {
    case 0x0a:
      position += 1
      line += 1
      return true
    case 0x0d:
      position += position + 1 < bytes.count && bytes[position + 1] == 0x0a ? 2 : 1
      line += 1
      return true
    default:
      if case .byte(bytes[position]) = delimiter {
        position += 1
        return false
      }
      guard case .whiteSpace = delimiter else { throw .textAfterQuote }
      return false
    }
  }

  private func endsField(_ byte: UInt8) -> Bool {
    if byte == 0x0a || byte == 0x0d { return true }
    switch delimiter {
    case .byte(let delimiter): return byte == delimiter
    case .whiteSpace: return isSpace(byte)
    case .none: return false
    }
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0c }

  /// White space that does not separate fields.
  private func isBlank(_ byte: UInt8) -> Bool { isSpace(byte) && delimiter != .byte(byte) }

  /// The field as text, doubled quotes undone.
  func text() -> String {
    let text = String(decoding: bytes[field], as: UTF8.self)
    return isQuoted
      ? text.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"") : text
  }

  /// Whether the field is empty or one of the marks that tables have for a number that is not there.
  var isMissing: Bool {
    field.isEmpty || (field.count <= 4 && Self.missing.contains(text().lowercased()))
  }

  /// The field as the layout of a table is told by.
  var cell: TableLayout.Cell {
    let isNumber = !isMissing && DecimalNumber(bytes, field) != nil
    return TableLayout.Cell(text: text(), kind: isMissing ? .missing : isNumber ? .number : .word)
  }

  private static let missing: Set = ["na", "n/a", "#n/a", "nan", "null", "none", "?"]
}
