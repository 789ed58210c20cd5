/// Columns of a table by name, number or range, as options give them.
struct ColumnChoice {
  private let header: [String]?
  private let count: Int
  private let reader: ByteReader

  /// - Parameters:
  ///   - header: the names; nil without.
  ///   - count: of the columns.
  ///   - reader: whose name errors begin with.
  init(header: [String]?, count: Int, _ reader: ByteReader) {
    (self.header, self.count, self.reader) = (header, count, reader)
  }

  /// The column of that name, or else of that number, counted from 1.
  func column(_ text: String, _ option: String) throws -> Int {
    if let found = find(text) { return found }
    let names = header.map {
      " named " + $0.prefix(8).joined(separator: ", ") + ($0.count > 8 ? ", ..." : "")
    }
    throw reader.invalid("no column \"\(text)\" for \(option), found \(count)\(names ?? "")")
  }

  /// The columns of a list between commas: names, numbers, and ranges of either, of which one end may be open.
  func columns(_ list: String, _ option: String) throws -> Set<Int> {
    var chosen: Set<Int> = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let text = part.drop { $0 == " " }
      if let column = find(String(text)) {
        chosen.insert(column)
      } else if let range = range(text) {
        chosen.formUnion(range)
      } else {
        _ = try column(String(text), option)
      }
    }
    return chosen
  }

  /// What an option calls the column.
  func name(_ column: Int) -> String {
    guard let name = header?[column], !name.isEmpty, !name.contains(",") else { return "\(column + 1)" }
    return name
  }

  private func find(_ text: String) -> Int? {
    guard !text.isEmpty else { return nil }
    if let index = header?.firstIndex(of: text) { return index }
    return Int(text).flatMap { (1...count).contains($0) ? $0 - 1 : nil }
  }

  /// `a-b`, where a name may hold dashes itself.
  private func range(_ text: Substring) -> ClosedRange<Int>? {
    for dash in text.indices where text[dash] == "-" {
      let (low, high) = (String(text[..<dash]), String(text[text.index(after: dash)...]))
      guard !(low.isEmpty && high.isEmpty) else { return nil }
      if let first = low.isEmpty ? 0 : find(low), let last = high.isEmpty ? count - 1 : find(high),
        first <= last
      {
        return first...last
      }
    }
    return nil
  }
}
