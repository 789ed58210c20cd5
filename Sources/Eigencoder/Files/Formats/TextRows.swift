/// The rows of a text as numbers, and what names them.
final class TextRows: RowSource {
  private let text: DelimitedText
  /// The place of each field's number in its row; nil of a field that is no number of it.
  private let places: [Int?]
  private let keepsMissing: Bool
  private var rowsRead = 0
  private(set) var losses = ConversionLosses()
  private var ids: [String] = []
  private var labels: [String] = []
  /// Of the row that is being read, which may be handed over again.
  private var (id, label) = ("", "")
  /// A number whose comma has become a point.
  private let pointed = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 400)

  let columns: Int
  var rows: Int? { nil }
  var storedType: ElementType? { nil }
  var reader: ByteReader { text.reader }
  let table: TableFacts?

  init(_ reader: ByteReader, _ options: RowReader.Options) throws {
    text = try DelimitedText(reader, options.table)
    keepsMissing = options.missing != .error
    let layout = text.layout
    var count = 0
    places = layout.roles.map { role in
      guard role == .data else { return nil }
      count += 1
      return count - 1
    }
    columns = count
    table = TableFacts(
      columnNames: layout.header.map { header in
        header.indices.filter { layout.roles[$0] == .data }.map { header[$0] }
      },
      hasIDs: layout.roles.contains(.id), hasLabels: layout.roles.contains(.label),
      decisions: layout.decisions)
  }

  deinit { pointed.deallocate() }

  func takeNames() -> RowNames {
    defer { (ids, labels) = ([], []) }
    return RowNames(ids: ids, labels: labels)
  }

  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    // A variable of this call: a property would be checked for exclusive access at every number.
    var numbers = [Double](repeating: 0, count: columns)
    return try forEachRow(block.rows) { row in
      guard try parseRow(into: &numbers, asFloat: T.isSingle) else { return false }
      block.rows(row..<row + 1).set(numbers)
      return true
    }
  }

  /// Sets `numbers` to those of the next row, which are finite or missing, as numbers of `Float` where that is asked for; false
  /// at the end. Of one type, so that the loop over fields is compiled for it.
  private func parseRow(into numbers: inout [Double], asFloat: Bool) throws -> Bool {
    // Of this row, which may be handed over again.
    var lost = ConversionLosses()
    let places = places
    let line = try text.nextRow { column, line, scanner in
      if column == 0 { lost = ConversionLosses() }
      guard let place = places[column] else { return name(column, scanner) }
      let (bytes, field) = digits(scanner)
      guard let number = DecimalNumber(bytes, field),
        case let value = number.rounded(
          asFloat: asFloat, bytes, field, row: rowsRead, column: column, &lost), value.isFinite
      else {
        guard keepsMissing, scanner.isMissing else { throw notNumber(column, line, scanner) }
        numbers[place] = .nan
        return
      }
      numbers[place] = value
    }
    losses.add(lost)
    return line != nil
  }

  func nextWhole(_ limit: Int, as type: ElementType, into bytes: inout [UInt8]) throws -> Int {
    let rowBytes = columns * type.size
    if bytes.count < limit * rowBytes { bytes = [UInt8](repeating: 0, count: limit * rowBytes) }
    return try forEachRow(limit) { row in
      try text.nextRow { column, line, scanner in
        guard let place = places[column] else { return name(column, scanner) }
        let (characters, field) = digits(scanner)
        guard let number = DecimalNumber(characters, field), number.value.isFinite else {
          throw notNumber(column, line, scanner)
        }
        guard number.whole(characters, field)?.store(as: type, in: &bytes, at: row * columns + place) == true
        else {
          throw invalid(column, line, scanner, "a whole number of \(type)")
        }
      } != nil
    }
  }

  /// Appends the next rows as they are written, field after field, each row a line; returns how many, at most `limit`.
  ///
  /// - Throws: as `next(into:)` does, by the fields as `Double`.
  func nextLines(_ limit: Int, separator: UInt8, into lines: inout [UInt8]) throws -> Int {
    try forEachRow(limit) { _ in
      let start = lines.count
      return try text.nextRow { column, line, scanner in
        if column == 0 { lines.removeLast(lines.count - start) }
        guard let place = places[column] else { return name(column, scanner) }
        let (bytes, field) = digits(scanner)
        guard DecimalNumber(bytes, field)?.value.isFinite == true else {
          throw notNumber(column, line, scanner)
        }
        lines += bytes[field]
        lines.append(place + 1 < columns ? separator : UInt8(ascii: "\n"))
      } != nil
    }
  }

  /// Calls `body` with the index of each row of a block, as long as rows are at hand; it reads one and says whether there was
  /// one.
  @inline(__always)
  private func forEachRow(_ limit: Int, _ body: (Int) throws -> Bool) throws -> Int {
    var row = 0
    while row < limit, row == 0 || text.hasRowAtHand, try body(row) {
      row += 1
      rowsRead += 1
      if table?.hasIDs == true { ids.append(id) }
      if table?.hasLabels == true { labels.append(label) }
    }
    if rowsRead == 0, let header = text.layout.header {
      let isCount = header.contains { Double($0) != nil }
      throw text.invalid(
        "no rows, only a header of \(header.count) columns"
          + (isCount ? " (--header no reads it as a row)" : ""))
    }
    return row
  }

  /// Where the field names its row, keeps it.
  private func name(_ column: Int, _ scanner: FieldScanner) {
    switch text.layout.roles[column] {
    case .id: id = scanner.text()
    case .label: label = scanner.text()
    case .data, .other: break
    }
  }

  /// The bytes of a number, with a point for a comma where numbers have commas: none where it has a point.
  @inline(__always)
  private func digits(_ scanner: FieldScanner) -> (UnsafeBufferPointer<UInt8>, Range<Int>) {
    guard text.layout.hasDecimalComma else { return (scanner.bytes, scanner.field) }
    var count = 0
    for byte in scanner.bytes[scanner.field] {
      guard byte != UInt8(ascii: "."), count < pointed.count else { return (scanner.bytes, 0..<0) }
      pointed[count] = byte == UInt8(ascii: ",") ? UInt8(ascii: ".") : byte
      count += 1
    }
    return (UnsafeBufferPointer(pointed), 0..<count)
  }

  private func notNumber(_ column: Int, _ line: Int, _ scanner: FieldScanner) -> EigencoderError {
    invalid(column, line, scanner, "a finite number")
  }

  private func invalid(_ column: Int, _ line: Int, _ scanner: FieldScanner, _ expected: String)
    -> EigencoderError
  {
    let name = text.layout.header.map { " \"\($0[column].prefix(40))\"" } ?? ""
    let found = scanner.text()
    return text.invalid(
      "row \(rowsRead + 1), column \(column + 1)\(name) (counted from 1; line \(line)): expected \(expected), "
        + "found \(found.isEmpty ? "nothing" : "\"\(found.prefix(40))\"")" + advice(found, scanner.isMissing))
  }

  /// What may be done about it.
  private func advice(_ found: String, _ isMissing: Bool) -> String {
    if isMissing { return ": a missing value (--missing drop-rows, or column-mean)" }
    let isOther = Double(found.replacing(",", with: ".")) != nil && Double(found) == nil
    if isOther, !text.layout.hasDecimalComma { return " (--decimal comma reads such numbers)" }
    return text.layout.hasDecimalComma && Double(found) != nil
      ? " in a table of decimal commas (--decimal point reads such numbers)" : ""
  }
}
