extension DelimitedText {
  /// One column as labels: integers when every field is one, else texts.
  static func labels(from reader: ByteReader, column: String?) throws -> Labels {
    let text = try DelimitedText(reader, areWords: true)
    var fields = try text.texts(column: text.index(of: column))
    if text.columns == 1, let title = text.header?[0] {
      // A single column of words cannot tell its header from its data.
      let isTitle = titles.contains(title.lowercased()) && !fields.contains(title)
      if !isTitle && integers(fields) == nil { fields.insert(title, at: 0) }
    }
    guard !fields.isEmpty else { throw reader.invalid("no labels, only a header") }
    return integers(fields).map { Labels($0) } ?? Labels(fields)
  }

  /// What a column of words is called when its first word is not one of them.
  private static let titles: Set = ["label", "labels", "class", "classes", "category", "target", "y"]

  private static func integers(_ fields: [String]) -> [Int]? {
    var values: [Int] = []
    for field in fields {
      guard let value = Int(field) else { return nil }
      values.append(value)
    }
    return values.isEmpty ? nil : values
  }

  /// The column that is asked for; the only one when none is.
  private func index(of column: String?) throws -> Int {
    guard let column else {
      guard columns == 1 else {
        throw invalid("\(columns) columns, expected one: name the column of the labels")
      }
      return 0
    }
    if let index = header?.firstIndex(of: column) { return index }
    guard let number = Int(column), (1...columns).contains(number) else {
      let names = header.map { " named " + $0.prefix(8).joined(separator: ", ") } ?? ""
      throw invalid("no column \"\(column)\", found \(columns)\(names)")
    }
    return number - 1
  }

  private func texts(column wanted: Int) throws -> [String] {
    var texts: [String] = []
    var label = ""
    func take(_ column: Int, _ line: Int, _ scanner: FieldScanner) throws {
      guard column == wanted else { return }
      guard !scanner.field.isEmpty else {
        throw invalid("line \(line): the label is missing")
      }
      label = scanner.text()
    }
    while try nextRow(take) != nil { texts.append(label) }
    return texts
  }
}
