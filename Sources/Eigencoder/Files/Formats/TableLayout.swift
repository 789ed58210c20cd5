/// What the lines of a table are: whether the first is a header, which columns are numbers, and which name the rows.
///
/// Decided by the first line and, where that leaves it open, by those after it; said in `decisions`.
struct TableLayout {
  /// A field, as it can be told by itself.
  struct Cell: Equatable {
    enum Kind { case number, missing, word }
    let text: String
    var kind: Kind
  }

  enum Role { case data, id, label, other }

  /// The names of all columns; nil without a header.
  private(set) var header: [String]?
  private(set) var hasDecimalComma = false
  /// Of each column of the file.
  private(set) var roles: [Role] = []
  /// What was decided, for the user: parts of a sentence.
  private(set) var decisions: [String] = []

  init() {}

  /// - Parameters:
  ///   - first: the fields of the first line.
  ///   - options: nil for a table of words, of which only the header is told.
  ///   - more: some lines after it; called with whether one is to be waited for.
  ///   - reader: whose name errors begin with.
  init(
    _ first: [Cell], _ options: TableOptions?, _ reader: ByteReader, more: (_ waits: Bool) throws -> [[Cell]]
  ) throws {
    guard let options else {
      header = try Self.isHeader(first, reader, more) ? first.map(\.text) : nil
      return
    }
    var first = first
    hasDecimalComma = try options.hasDecimalComma ?? Self.areDecimalCommas(first, more)
    let comma = hasDecimalComma
    func lines(_ waits: Bool) throws -> [[Cell]] {
      let lines = try more(waits)
      return comma ? lines.map { $0.map { $0.reading(decimalComma: true) } } : lines
    }
    if comma {
      first = first.map { $0.reading(decimalComma: true) }
      if options.hasDecimalComma == nil { decisions.append("decimal commas") }
    }
    if try options.hasHeader ?? Self.isHeader(first, reader, lines) {
      header = first.map(\.text)
      let counts = first.contains { $0.kind == .number }
      decisions.append(
        "the first line names the columns" + (counts ? " (--header no reads it as a row)" : ""))
    }
    try assignRoles(first, options, reader, lines)
  }

  /// Without a field that is a number with a point, and with one that is a number but for its comma.
  private static func areDecimalCommas(_ first: [Cell], _ more: (Bool) throws -> [[Cell]]) throws -> Bool {
    // Below a line of words, one of numbers is waited for.
    let waits = first.contains { $0.kind == .word } && !first.contains { $0.hasDecimalComma }
    let cells = try first + more(waits).joined()
    return cells.contains { $0.hasDecimalComma }
      && !cells.contains { $0.kind == .number && $0.text.contains(".") }
  }
}

// MARK: - The header

extension TableLayout {
  /// Whether the first line names columns: it has no numbers, or counts columns from 0; of one with words among numbers, the
  /// next line tells.
  private static func isHeader(_ first: [Cell], _ reader: ByteReader, _ more: (Bool) throws -> [[Cell]])
    throws
    -> Bool
  {
    let numbers = first.filter { $0.kind == .number }
    let words = first.indices.filter { first[$0].kind == .word }
    let counts = numbers.indices.allSatisfy { numbers[$0].text == "\($0)" }
    if words.isEmpty {
      guard counts, !numbers.isEmpty, first.dropFirst().allSatisfy({ $0.kind == .number }) else {
        return false
      }
      if first[0].kind == .missing { return true }
      // One or two may well be numbers, unless those below look otherwise.
      return try numbers.count > 2 || more(true).joined().contains { $0.text.contains(".") }
    }
    if numbers.isEmpty || (counts && numbers.count > 1) { return true }
    guard let second = try more(true).first, second.count == first.count else {
      throw reader.invalid(Self.mixed(first, words[0]))
    }
    // Words below words: a column of text in a table without a header.
    if words.allSatisfy({ second[$0].kind == .word }) { return false }
    guard 2 * numbers.count < first.count else { throw reader.invalid(Self.mixed(first, words[0])) }
    return true
  }

  private static func mixed(_ first: [Cell], _ word: Int) -> String {
    "row 1, column \(word + 1) (counted from 1; line 1) is \"\(first[word].text.prefix(40))\" among numbers: expected a "
      + "finite number, or a line of names (--header yes)"
  }
}

// MARK: - The columns

extension TableLayout {
  private mutating func assignRoles(
    _ first: [Cell], _ options: TableOptions, _ reader: ByteReader, _ more: (Bool) throws -> [[Cell]]
  ) throws {
    let columns = first.count
    let choice = ColumnChoice(header: header, count: columns, reader)
    let selected = try options.select.map { try choice.columns($0, "--select") }
    roles = (0..<columns).map { selected?.contains($0) ?? true ? .data : .other }
    let dropped = try options.drop.map { try choice.columns($0, "--drop") } ?? []
    for column in dropped { roles[column] = .other }
    if let labels = options.labels { roles[try choice.column(labels, "--labels")] = .label }
    if let ids = options.ids { roles[try choice.column(ids, "--ids")] = .id }
    try tellIndices(first, except: dropped.union(selected ?? []), lines: more)
    let kept = roles.count { $0 == .data }
    guard kept > 0 else { throw reader.invalid("no column of \(columns) is left to be data") }
    let others = roles.count { $0 == .other }
    if others > 0 { decisions.append("\(kept) of \(columns) columns are data") }
    try requireNumbers(choice, reader, more)
  }

  /// Columns that name rows though nobody said so: one called "id", and one without a name, as tables have whose rows were
  /// counted. The first of them are the ids, unless others were named.
  private mutating func tellIndices(
    _ first: [Cell], except chosen: Set<Int>, lines more: (Bool) throws -> [[Cell]]
  ) throws {
    guard let header, header.count > 1 else {
      if header == nil, roles.count > 1 { try warnOfCounts(first, more) }
      return
    }
    let open = header.indices.filter { roles[$0] != .label && roles[$0] != .id && !chosen.contains($0) }
    func take(_ column: Int, _ place: String) {
      let hasIDs = roles.contains(.id)
      roles[column] = hasIDs ? .other : .id
      decisions.append(
        place + (hasIDs ? " counts the rows and is not data" : " holds ids, not data")
          + " (--select takes it as data)")
    }
    if let column = open.first(where: { header[$0].lowercased() == "id" }), !roles.contains(.id) {
      take(column, "column \"\(header[column])\"")
    }
    guard let column = open.first(where: { header[$0].isEmpty || header[$0].hasPrefix("Unnamed: 0") }) else {
      return
    }
    let place = "column \(column + 1), which has no name,"
    let cells = try more(true).compactMap { column < $0.count ? $0[column] : nil }
    if Self.count(cells) || cells.allSatisfy({ $0.kind == .word }) {
      take(column, place)
    } else if roles[column] == .data {
      decisions.append("\(place) is read as data (--ids \(column + 1) if it names the rows)")
    }
  }

  /// A table without a header may have an index all the same, or a header that is none of those that are told.
  private mutating func warnOfCounts(_ first: [Cell], _ more: (Bool) throws -> [[Cell]]) throws {
    let lines = try more(false)
    let hasFractions = lines.joined().contains { $0.text.contains(".") }
    if Self.count(first), first.count > 2 ? hasFractions : first.map(\.text) == ["0", "1"] {
      decisions.append("the first line, which counts, is read as a row (--header yes takes it as names)")
    }
    if lines.count > 2, roles.first == .data, hasFractions, Self.count(lines.map { $0[0] }) {
      decisions.append("column 1 counts the rows and is read as data (--ids 1 takes it as ids)")
    }
  }

  /// Whether they are whole numbers one after another.
  private static func count(_ cells: [Cell]) -> Bool {
    guard let first = cells.first.flatMap({ Int($0.text) }) else { return false }
    return cells.indices.allSatisfy { Int(cells[$0].text) == first &+ $0 }
  }

  /// Columns of text are named all at once, with what leaves them out.
  private func requireNumbers(
    _ choice: ColumnChoice, _ reader: ByteReader, _ more: (Bool) throws -> [[Cell]]
  ) throws {
    let lines = try more(false).filter { $0.count == roles.count }
    guard lines.count > 1 else { return }
    let words = roles.indices.filter { j in roles[j] == .data && lines.allSatisfy { $0[j].kind == .word } }
    guard !words.isEmpty else { return }
    let names = words.map { choice.name($0) }
    let list = Self.ranges(words).map { range in
      range.count > 2
        ? "\(choice.name(range.lowerBound))-\(choice.name(range.upperBound))"
        : range.map { choice.name($0) }.joined(separator: ",")
    }.joined(separator: ",")
    let example = lines[0][words[0]].text.prefix(40)
    throw reader.invalid(
      "expected numbers, found text in \(words.count == 1 ? "column" : "columns") \(list) (\"\(example)\"): "
        + "--drop '\(list)' leaves \(words.count == 1 ? "it" : "them") out, "
        + "--ids '\(names[0])' takes one as the names of the rows")
  }

  /// Runs of consecutive numbers.
  private static func ranges(_ numbers: [Int]) -> [ClosedRange<Int>] {
    numbers.reduce(into: []) { ranges, number in
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
  }
}

extension TableLayout.Cell {
  /// A number but for its comma.
  fileprivate var hasDecimalComma: Bool {
    guard kind == .word, text.utf8.count(where: { $0 == UInt8(ascii: ",") }) == 1, !text.contains(".") else {
      return false
    }
    return Double(text.replacing(",", with: ".")) != nil
  }

  /// The same cell of a text whose numbers have commas.
  fileprivate func reading(decimalComma: Bool) -> TableLayout.Cell {
    guard decimalComma else { return self }
    if hasDecimalComma { return Self(text: text, kind: .number) }
    return kind == .number && text.contains(".") ? Self(text: text, kind: .word) : self
  }
}
