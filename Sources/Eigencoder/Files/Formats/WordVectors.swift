extension FileFormat {
  /// The text of word vectors: a word and its numbers on a line, as GloVe, word2vec and fastText write them; the last two
  /// begin with a line of how many there are and how long.
  package static let vec = FileFormat(
    name: "vec", noun: "word vectors", matches: { try WordVectors.head(of: $0) != nil }, isFormOfText: true,
    rows: { reader, options in
      guard let head = try WordVectors.head(of: reader) else { throw reader.invalid("no word vectors") }
      let lines = try TextLines(reader)
      if head.isCounted { _ = try lines.next() }
      return RowContent(source: LineRows(WordVectors(columns: head.columns), lines, first: nil, options))
    })
}

/// A line of a word, which may hold spaces, and numbers between single spaces.
struct WordVectors: LineParser {
  let columns: Int
  var table: TableFacts { TableFacts(hasIDs: true, decisions: ["the words are the ids"]) }

  func parse(
    _ line: UnsafeBufferPointer<UInt8>, _ number: (_ column: Int, _ digits: Range<Int>) throws -> Void
  ) throws -> (id: String, label: String) {
    var end = line.count
    while end > 0, line[end - 1] <= 0x20 { end -= 1 }
    // From the end on, as a word may look like anything.
    var start = end
    for _ in 0..<columns {
      guard start > 0 else { throw LineFailure(text: "expected a word and \(columns) numbers, found fewer") }
      start -= start == end ? 0 : 1
      while start > 0, line[start - 1] != 0x20 { start -= 1 }
    }
    guard start > 0 else { throw LineFailure(text: "expected a word and \(columns) numbers, found fewer") }
    let word = String(decoding: line[..<(start - 1)], as: UTF8.self)
    var at = start
    for column in 0..<columns {
      let next = line[at..<end].firstIndex(of: 0x20) ?? end
      try number(column, at..<next)
      at = min(next + 1, end)
    }
    return (word, "")
  }

  /// What the first lines tell: the length of a vector, and whether a line of counts precedes them; nil where they are no word
  /// vectors.
  static func head(of reader: ByteReader) throws -> (columns: Int, isCounted: Bool)? {
    var lines: [[ArraySlice<UInt8>]] = []
    var (room, seen) = (1 << 14, -1)
    // A pipe is read as far as the first line asks for.
    while lines.count < 2, room <= 1 << 21 {
      let bytes = try reader.peek(room, atLeast: min(room, seen + 2))
      let whole = bytes.split(separator: 0x0a, maxSplits: 2, omittingEmptySubsequences: false)
      let hasEnded = bytes.count == seen
      lines = (hasEnded ? whole[...] : whole.dropLast()).prefix(2).map(fields)
      if let first = lines.first, !canBegin(first) { return nil }
      if hasEnded { break }
      seen = bytes.count
      if bytes.count == room { room *= 2 }
    }
    guard lines.count == 2 else { return nil }
    if let columns = counts(lines[0]) {
      return lines[1].count > columns && isVector(lines[1].suffix(columns + 1)) ? (columns, true) : nil
    }
    return isVector(lines[0][...]) && isVector(lines[1].suffix(lines[0].count))
      && lines[1].count >= lines[0].count
      ? (lines[0].count - 1, false) : nil
  }

  private static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var line = line
    while let last = line.last, last <= 0x20 { line.removeLast() }
    return line.split(separator: 0x20, omittingEmptySubsequences: false)
  }

  private static func canBegin(_ fields: [ArraySlice<UInt8>]) -> Bool {
    counts(fields) != nil || isVector(fields[...])
  }

  private static func counts(_ fields: [ArraySlice<UInt8>]) -> Int? {
    let numbers = fields.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    guard fields.count == 2, numbers.count == 2, numbers.allSatisfy({ $0 > 0 }) else { return nil }
    return numbers[1]
  }

  /// Whether it is a word and two or more numbers.
  private static func isVector(_ fields: ArraySlice<ArraySlice<UInt8>>) -> Bool {
    func isNumber(_ field: ArraySlice<UInt8>) -> Bool {
      Array(field).withUnsafeBufferPointer { DecimalNumber($0, 0..<$0.count) != nil }
    }
    guard fields.count > 2, let word = fields.first, !word.isEmpty, !isNumber(word) else { return false }
    return fields.dropFirst().allSatisfy(isNumber)
  }
}
