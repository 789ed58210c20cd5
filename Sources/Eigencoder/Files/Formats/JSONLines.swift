extension FileFormat {
  /// JSON lines: an array of numbers on each, or an object with such an array and perhaps a name.
  package static let jsonl = FileFormat(
    name: "jsonl", noun: "JSON lines", endings: ["ndjson"],
    matches: { reader in
      let head = try reader.peek(64, atLeast: 4)
      let start = head.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
      return head[min(start, head.count)...].first { $0 > 0x20 }.map {
        $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[")
      } ?? false
    },
    isFormOfText: true, isTable: true, part: .array, rows: jsonRows, types: [.float32, .float64],
    isWrittenAsText: true
  ) { file, columns, _, type, _ in try RowSink(file, columns: columns, .text(RowText(.json, of: type))) }

  private static func jsonRows(_ reader: ByteReader, _ options: RowReader.Options) throws -> RowContent {
    let table = options.table
    guard table.hasHeader == nil, table.select == nil, table.drop == nil, table.hasDecimalComma == nil else {
      throw EigencoderError.invalidArgument(
        "\(reader.name): JSON lines have no columns to choose from: of options for tables, --ids and --labels"
      )
    }
    let lines = try TextLines(reader)
    guard let line = try lines.next() else { throw reader.invalid("no rows") }
    do {
      let parser = try JSONVectors(first: line, options, reader)
      return RowContent(source: LineRows(parser, lines, first: Array(line), options))
    } catch let failure as LineFailure {
      throw reader.invalid("row 1 (line \(lines.line)): \(failure.text)")
    }
  }
}

/// A line of JSON that holds a vector: `[0.1, 0.2]`, or `{"id": "a", "embedding": [0.1, 0.2], ...}`.
struct JSONVectors: LineParser {
  private(set) var columns = Int.max
  private(set) var table = TableFacts()
  /// Of the vector; nil where the line is an array.
  private var key: String?
  private var idKey: String?
  private var labelKey: String?

  /// Learns from the first line how long the vectors are, and of an object which members are what: the vector is
  /// `Options.array`, "embedding", or the only member that is an array of numbers.
  init(first line: UnsafeBufferPointer<UInt8>, _ options: RowReader.Options, _ reader: ByteReader) throws {
    var scanner = JSONScanner(line)
    scanner.skipBlanks()
    if scanner.next == UInt8(ascii: "[") {
      var inner = scanner
      _ = inner.take(UInt8(ascii: "["))
      inner.skipBlanks()
      guard let next = inner.next, next != UInt8(ascii: "["), next != UInt8(ascii: "{") else {
        throw reader.invalid(UnreadFormat.jsonList(reader.name))
      }
      if let name = options.array ?? options.table.ids ?? options.table.labels {
        throw LineFailure(text: "an array, in which nothing is called \"\(name)\"")
      }
    } else {
      let members = try scanner.members()
      func member(_ wanted: String, _ option: String) throws -> String {
        guard members.contains(where: { $0.key == wanted }) else {
          throw LineFailure(
            text: "no member \"\(wanted)\" for \(option), found \(Self.list(members.map(\.key)))")
        }
        return wanted
      }
      let arrays = members.filter { $0.isArrayOfNumbers }.map(\.key)
      if let array = options.array {
        key = try member(array, "--array")
      } else if arrays.contains("embedding") || arrays.count == 1 {
        key = arrays.contains("embedding") ? "embedding" : arrays[0]
      } else {
        throw LineFailure(
          text: "no array \"embedding\", found \(Self.list(members.map(\.key))): --array KEY names the vector"
        )
      }
      idKey = try options.table.ids.map { try member($0, "--ids") } ?? members.first { $0.key == "id" }?.key
      labelKey = try options.table.labels.map { try member($0, "--labels") }
      table = TableFacts(hasIDs: idKey != nil, hasLabels: labelKey != nil)
      table.decisions =
        (key == "embedding" || options.array != nil ? [] : ["\"\(key ?? "")\" holds the vectors"])
        + (idKey == nil ? [] : ["\"\(idKey ?? "")\" holds the ids"])
    }
    var count = 0
    _ = try parse(line) { column, _ in count = column + 1 }
    columns = count
    guard count > 0 else { throw LineFailure(text: "a vector without numbers") }
  }

  private static func list(_ keys: [String]) -> String {
    keys.isEmpty ? "none" : keys.prefix(8).joined(separator: ", ") + (keys.count > 8 ? ", ..." : "")
  }

  func parse(
    _ line: UnsafeBufferPointer<UInt8>, _ number: (_ column: Int, _ digits: Range<Int>) throws -> Void
  ) throws -> (id: String, label: String) {
    var scanner = JSONScanner(line)
    scanner.skipBlanks()
    guard let key else {
      try vector(&scanner, number)
      try scanner.requireEnd()
      return ("", "")
    }
    var (id, label, hasVector): (String?, String?, Bool) = (nil, nil, false)
    try scanner.forEachMember { name, scanner in
      if name == key {
        guard !hasVector else { throw LineFailure(text: "two members \"\(key)\"") }
        hasVector = true
        try vector(&scanner, number)
        return
      }
      let value = try scanner.value()
      if name == idKey { id = JSONScanner.text(line, value) }
      if name == labelKey { label = JSONScanner.text(line, value) }
    }
    try scanner.requireEnd()
    func require(_ text: String?, _ key: String?) throws -> String {
      guard let key else { return "" }
      guard let text else { throw LineFailure(text: "no member \"\(key)\", which others have") }
      return text
    }
    guard hasVector else { throw LineFailure(text: "no array \"\(key)\"") }
    return try (require(id, idKey), require(label, labelKey))
  }

  private func vector(
    _ scanner: inout JSONScanner, _ number: (_ column: Int, _ digits: Range<Int>) throws -> Void
  ) throws {
    var count = 0
    try scanner.forEachElement { digits in
      guard count < columns else {
        throw LineFailure(text: "more than \(columns) numbers, as the first row has")
      }
      try number(count, digits)
      count += 1
    }
    guard count == columns || columns == .max else {
      throw LineFailure(text: "\(count) numbers, expected \(columns) as in the first row")
    }
  }
}
