extension DelimitedText {
  /// One column as labels: integers when every field is one, else texts.
  static func labels(from reader: ByteReader, column: String?) throws -> Labels {
    let text = try DelimitedText(reader, nil)
    var fields = try text.texts(column: text.index(of: column))
    if text.columns == 1, let title = text.layout.header?[0] {
      // A single column of words cannot tell its header from its data.
      let isTitle = titles.contains(title.lowercased()) && !fields.contains(title)
      if !isTitle && integers(fields) == nil { fields.insert(title, at: 0) }
    }
    guard !fields.isEmpty else { throw reader.invalid("no labels, only a header") }
    return try Labels(fields: fields, reader)
  }

  /// What a column of words is called when its first word is not one of them.
  private static let titles: Set = ["label", "labels", "class", "classes", "category", "target", "y"]

  fileprivate static func integers(_ fields: [String]) -> [Int]? {
    var values: [Int] = []
    for field in fields {
      guard let value = Int(field) else { return nil }
      values.append(value)
    }
    return values.isEmpty ? nil : values
  }

  /// The column that is asked for; the only one when none is.
  private func index(of column: String?) throws -> Int {
    if let column {
      return try ColumnChoice(header: layout.header, count: columns, reader).column(column, "labels")
    }
    guard columns == 1 else {
      throw invalid(
        "\(columns) columns, expected one; of a table of data, --labels takes the name of its column")
    }
    return 0
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

extension Labels {
  /// Whole numbers where every field is one, else texts; throws where a field is empty.
  init(fields: [String], _ reader: ByteReader) throws {
    if let row = fields.firstIndex(of: "") { throw reader.invalid("row \(row + 1): the label is missing") }
    self = DelimitedText.integers(fields).map { Labels($0) } ?? Labels(fields)
  }
}
