// Which format content has is told by its first bytes, which are different for each format; where they do not tell,
// by a closer look.

extension FileFormat {
  /// The rows of the content, whatever its format.
  ///
  /// - Throws: `.invalidData` when the format is unknown or its header malformed; `.invalidArgument` when an option is
  ///   given that the format has no use for.
  static func rows(of reader: ByteReader, _ options: RowReader.Options) throws -> RowContent {
    if options.columns != nil { return try raw.rows(reader, options) }
    let format = try FileFormat(of: reader, expecting: expected)
    guard options.table == TableOptions() || format.isTable else {
      throw EigencoderError.invalidArgument(
        "\(reader.name): options of tables (--header, --select, --drop, --ids, --labels, --decimal) go with text and JSON lines, "
          + "not with \(format.noun)")
    }
    for part in Part.allCases where part != format.part && options[part] != nil {
      let holders = recognized.filter { $0.part == part }.map(\.noun).joined(separator: " or ")
      throw EigencoderError.invalidArgument(
        "\(reader.name): the name of \(part.noun) was given, expected \(holders)")
    }
    return try format.rows(reader, options)
  }

  /// What data may be, for messages.
  static let expected =
    recognized.map(\.name).joined(separator: ", ") + ", or raw float32 of a given number of columns"

  /// The format of what is to be read; throws `.invalidData` when it is empty or unknown.
  init(of reader: ByteReader, expecting expected: String) throws {
    // More of a pipe is waited for only where the bytes that have arrived do not tell.
    for minimum in [8, Self.headLength] {
      let head = try reader.peek(Self.headLength, atLeast: minimum)
      if head.isEmpty { throw reader.invalid("is empty, expected \(expected)") }
      if head.starts(with: InflatedBytes.gzipMagic) {
        throw reader.invalid("gzip inside gzip, expected \(expected)")
      }
      if let advice = UnreadFormat.advice(head, name: reader.name) { throw reader.invalid(advice) }
      if let format = Self.recognized.first(where: { $0.begins(head) }) {
        self =
          try format.separator == nil
          ? format : Self.recognized.first { try $0.isFormOfText && $0.matches(reader) } ?? format
        return
      }
    }
    if let format = try Self.recognized.first(where: { try !$0.isFormOfText && $0.matches(reader) }) {
      self = format
      return
    }
    let head = try reader.peek(8)
    if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) {
      throw reader.invalid(UnreadFormat.utf16(reader.name))
    }
    let shown = head.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    throw reader.invalid("unknown format (it begins with the bytes \(shown)), expected \(expected)")
  }

  /// Which of several arrays or tensors in a file, `noun`, is asked for: the one of that name, or the only one.
  static func index(
    of part: Part, named name: String?, among names: [String], in noun: String, _ reader: ByteReader
  )
    throws -> Int
  {
    let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
    if let name {
      guard let index = names.firstIndex(of: name) else {
        throw reader.invalid("no \(part) '\(name)', found \(names.isEmpty ? "none" : shown)")
      }
      return index
    }
    guard names.count == 1 else {
      throw reader.invalid(
        names.isEmpty
          ? "\(noun) without \(part == .array ? "an array" : "a tensor of two axes"), expected \(expected)"
          : "\(noun) with \(names.count) \(part)s (\(shown)): --\(part) NAME says which")
    }
    return 0
  }
}

extension RowReader.Options {
  /// The name that is given for such a part.
  fileprivate subscript(part: FileFormat.Part) -> String? { part == .array ? array : tensor }
}
