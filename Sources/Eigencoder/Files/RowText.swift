/// How a row of numbers is written as a line of text, with its id before the numbers where it has one.
struct RowText {
  enum Style {
    /// `id,1.5,2.5`, the id quoted where it has to be.
    case table
    /// `{"id": "a", "embedding": [1.5,2.5]}`; without an id the array alone.
    case json
    /// `a,"[1.5,2.5]"`, or without an id `"[1.5,2.5]"`: csv whose last column is a vector as pgvector reads it.
    case pgvector
    /// `a,01100001`: csv whose last column is a bit string, of whole numbers from 0 to 255 the highest bit first.
    case bits
  }

  let style: Style
  /// Between the numbers.
  let separator: UInt8
  /// Whether all numbers are whole, and are written so: `5` instead of `5.0`.
  private let isWhole: Bool

  init(_ style: Style, of type: ElementType, separator: UInt8 = UInt8(ascii: ",")) {
    (self.style, self.separator) = (style, separator)
    isWhole = ElementType.wholeNumbers.contains(type)
  }

  /// Appends a line for each row.
  func append<T: Scalar>(_ rows: MatrixView<T>, ids: ArraySlice<String>, to text: inout [UInt8]) {
    if style == .table, ids.isEmpty, !isWhole { return rows.appendText(to: &text, separator: separator) }
    for i in 0..<rows.rows {
      begin(id: ids.isEmpty ? nil : ids[ids.startIndex + i], &text)
      if style == .bits {
        appendBits(rows.row(i), to: &text)
      } else if isWhole {
        appendWhole(rows.row(i), to: &text)
      } else {
        rows.rows(i..<i + 1).appendText(to: &text, separator: separator)
        text.removeLast()
      }
      end(hasID: !ids.isEmpty, &text)
    }
  }

  private func appendBits<T: Scalar>(_ row: VectorView<T>, to text: inout [UInt8]) {
    for j in 0..<row.count {
      let byte = UInt8(row[j].inDouble)
      for bit in (0..<8).reversed() { text.append(UInt8(ascii: "0") + (byte >> bit & 1)) }
    }
  }

  private func appendWhole<T: Scalar>(_ row: VectorView<T>, to text: inout [UInt8]) {
    for j in 0..<row.count {
      if j > 0 { text.append(separator) }
      text += "\(Int(row[j].inDouble))".utf8
    }
  }

  /// What precedes the numbers of a row.
  func begin(id: String?, _ text: inout [UInt8]) {
    switch style {
    case .table, .bits:
      if let id { text += Self.quoted(id, separator).utf8 + [separator] }
    case .json:
      if let id { text += #"{"id": \#(Self.json(id)), "embedding": "#.utf8 }
      text.append(UInt8(ascii: "["))
    case .pgvector:
      if let id { text += Self.quoted(id, separator).utf8 + [separator] }
      text += "\"[".utf8
    }
  }

  /// What follows them.
  func end(hasID: Bool, _ text: inout [UInt8]) {
    switch style {
    case .table, .bits: break
    case .json: text += (hasID ? "]}" : "]").utf8
    case .pgvector: text += "]\"".utf8
    }
    text.append(UInt8(ascii: "\n"))
  }

  /// A line of names.
  func header(_ names: [String]) -> [UInt8] {
    Array(
      (names.map { Self.quoted($0, separator) }.joined(separator: String(UnicodeScalar(separator))) + "\n")
        .utf8)
  }

  /// Quoted where it holds the separator, a quote or a line end.
  private static func quoted(_ name: String, _ separator: UInt8) -> String {
    guard name.utf8.contains(where: { [0x22, separator, 0x0a, 0x0d].contains($0) }) else { return name }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// A whole number as it is, everything else as a string.
  private static func json(_ id: String) -> String {
    if let number = Int(id), "\(number)" == id { return id }
    let scalars = id.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where scalar.value < 0x20:
        "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2) + String(scalar.value, radix: 16)
      default: String(scalar)
      }
    }
    return "\"" + scalars.joined() + "\""
  }
}
