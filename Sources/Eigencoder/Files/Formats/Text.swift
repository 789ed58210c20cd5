// Rows of numbers as text. Content is recognised as text, whatever its delimiter, so csv and tsv are read alike.

extension FileFormat {
  /// Text whose fields are separated by commas.
  package static let csv = text("csv", separator: ",")
  /// Text whose fields are separated by tabs.
  package static let tsv = text("tsv", separator: "\t", endings: ["txt"])

  private static func text(_ name: String, separator: Unicode.Scalar, endings: [String] = []) -> FileFormat {
    FileFormat(
      name: name, noun: "text", endings: endings, begins: DelimitedText.begins, isTable: true,
      rows: { RowContent(source: try TextRows($0, $1)) },
      labels: { try DelimitedText.labels(from: $0, column: $1) }, types: [.float32, .float64],
      isWrittenAsText: true, separator: UInt8(ascii: separator)
    ) { file, columns, _, type, names in
      let text = RowText(.table, of: type, separator: UInt8(ascii: separator))
      // Where rows have names, a line says which column they are.
      let header: [String]? =
        names.hasIDs ? ["id"] + (names.columns ?? (0..<columns).map(String.init)) : names.columns
      return try RowSink(
        file, columns: columns, .text(text), header: .bytes(header.map(text.header) ?? []))
    }
  }

  /// csv for pgvector: `COPY table (id, embedding) FROM STDIN WITH (FORMAT csv)`; bytes as bit strings.
  package static let pgvector = FileFormat(
    name: "pgvector", noun: "csv for pgvector",
    rows: { reader, _ in throw reader.invalid("pgvector is a format to write") },
    types: [.float32, .float64],
    isWrittenAsText: true
  ) { file, columns, _, type, _ in
    try RowSink(file, columns: columns, .text(RowText(type == .uint8 ? .bits : .pgvector, of: type)))
  }
}

extension DelimitedText {
  /// Whether these bytes can be the first ones of a text in UTF-8.
  static func begins(_ head: [UInt8]) -> Bool {
    let isUTF16 = head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff])
    return !isUTF16 && head.allSatisfy { $0 >= 0x20 || [0x09, 0x0a, 0x0c, 0x0d].contains($0) }
  }
}
