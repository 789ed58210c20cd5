public import Foundation

/// The rows of a file one block after another, in memory that does not grow with the file.
///
/// Every format that is read is read through it: `Matrix(contentsOf:)` is a reader read to its end, and tells the
/// formats.
public final class RowReader {
  /// The last component of the path: what errors call it.
  public let name: String
  /// Rows that have been read, without those that were dropped.
  public private(set) var rowsRead = 0

  private let source: any RowSource
  /// Of several files, the one that is being read.
  var reader: ByteReader { source.reader }
  /// Of what is on disk, by which progress is told.
  private let outer: ByteReader
  private let outerCount: Int?
  /// What every number is multiplied by.
  package let scale: Double
  /// What is done about missing numbers, and what was.
  var missing: MissingNumbers
  /// Rows of the content up to the next one.
  private var sourceRows = 0
  /// What is done about rows before they are handed over.
  private let selection: Selection
  private var leftOut: LeftOutRows
  private let numbers: ScaledRows
  /// The names of the rows since the last call of `takeIDs`, `takeLabels`.
  private var names = RowNames()
  private var hasEnded = false
  /// Whole numbers as they are stored.
  private var bytes: [UInt8] = []

  /// Opens a file or a pipe and reads as much as tells its format and the width of a row.
  ///
  /// - Throws: `.missingInput` when it is not there or cannot be read; `.invalidData` when the format is unknown
  ///   or its header malformed; `.invalidArgument` when an option is given that the format has no use for.
  public convenience init(contentsOf url: URL, options: Options = Options()) throws {
    try self.init(ByteReader(opening: url), options) { try ByteReader(opening: url) }
  }

  /// Reads standard input, whose rows are handed over as they arrive.
  ///
  /// Throws as `init(contentsOf:options:)` does.
  public convenience init(standardInput options: Options) throws {
    try self.init(ByteReader(standardInput: "standard input"), options)
  }

  /// Reads from memory; `name` is what errors call it.
  package convenience init(bytes: [UInt8], name: String, options: Options = Options()) throws {
    try self.init(ByteReader(bytes: bytes[...], name: name), options) {
      ByteReader(bytes: bytes[...], name: name)
    }
  }

  /// - Parameter reopen: reads the same content from its start once more, where that can be.
  init(_ outer: ByteReader, _ options: Options, reopen: (() throws -> ByteReader)? = nil) throws {
    (selection, leftOut) = (Selection(), LeftOutRows([]))
    name = outer.name
    self.outer = outer
    outerCount = outer.remaining
    let content = try FileFormat.rows(of: outer.inflated(), options)
    source = content.source
    scale = options.scale ?? content.scale
    numbers = ScaledRows(source, scale: scale, origin: nil)
    missing = MissingNumbers(options, outer.isSeekable ? reopen : nil)
  }

  /// Some rows of files that were opened before.
  /// - Parameter scale: what every number is multiplied by.
  init(_ files: [JoinedRows.Part], _ options: Options, scale: Double, name: String, _ selection: Selection)
    throws
  {
    self.selection = selection
    leftOut = LeftOutRows(selection.leftOut)
    self.name = name
    self.scale = scale
    if files.count == 1 {
      source = try FileFormat.rows(of: ByteReader(opening: files[0].url), options).source
    } else {
      source = try JoinedRows(files, options)
    }
    numbers = ScaledRows(source, scale: scale, origin: selection.origin)
    outer = source.reader
    // Of several files the first one tells nothing of how many rows there are.
    outerCount = files.count == 1 ? outer.remaining : nil
    missing = MissingNumbers(options, nil)
    if let share = selection.share { try seek(toRow: share.rows.lowerBound) }
  }

  /// Numbers in a row.
  public var columns: Int { source.columns }

  /// How many rows the content promises; nil where only the end tells, as in text, from a pipe, and where rows may be
  /// dropped. A promise that is not kept is an error of the call that comes to the end.
  public var rows: Int? {
    missing.policy == .dropRows
      ? nil : source.rows.map { selection.share?.count ?? $0 - selection.leftOut.count }
  }

  /// The same of all ranks.
  var rowsOfAllRanks: Int? {
    selection.share == nil ? rows : source.rows.map { $0 - selection.leftOut.count }
  }

  /// The ranks among which the rows are shared: what is summed over these rows is summed over them too. nil for all rows here.
  var ranks: (any Communicator)? { selection.share?.ranks }

  /// The names of the columns, where the content has them.
  public var columnNames: [String]? { source.table?.columnNames }
  /// Whether the content names its rows.
  public var hasIDs: Bool { source.table?.hasIDs ?? false }
  /// Whether a column holds the classes of the rows.
  var hasLabels: Bool { source.table?.hasLabels ?? false }
  /// What was decided about a table that nobody said: parts of a sentence.
  package var decisions: [String] { source.table?.decisions ?? [] }

  /// What the numbers are stored as; nil for text.
  package var storedType: ElementType? { source.storedType }

  /// What the numbers read so far have lost to the type they were read as, and to the scale: those that became 0, and whole
  /// numbers that became others.
  public var losses: ConversionLosses {
    var losses = source.losses
    losses.add(numbers.losses)
    return losses
  }

  /// Whether numbers are multiplied.
  var isScaled: Bool { scale != 1 }

  /// The share of the rows that has been read, or of the file where they are not counted, from 0 to 1; nil where
  /// neither is known.
  public var fraction: Double? {
    if let rows, rows > 0 { return Double(rowsRead) / Double(rows) }
    guard let outerCount, outerCount > 0 else { return nil }
    return Double(outer.consumed) / Double(outerCount)
  }

  /// Rows that make up some 4 MB of `Float`, enough for products to run at full speed; fewer for a small file.
  public var blockRows: Int {
    let rows = max(1, (1 << 20) / columns)
    // A number takes a byte at least.
    let most = reader === outer ? (outerCount ?? .max - 1) / columns + 1 : .max
    return min(most, rows >= 1024 ? rows / 1024 * 1024 : rows)
  }
}

// MARK: - Any row next

extension RowReader {
  /// What is done about rows before they are handed over.
  struct Selection: Sendable {
    /// Rows that are left out, ascending, counted from 0 in the content.
    var leftOut: [Int] = []
    /// d numbers that are subtracted from every row in f64, before it is rounded to the type that is read.
    var origin: [Double]?
    /// nil for all rows.
    var share: Share?
  }

  /// The rows of one rank: a range of the content with those that are left out, and how many are not.
  struct Share: Sendable {
    let rows: Range<Int>
    let count: Int
    let ranks: any Communicator
  }

  /// Whether rows can be read in any order: they lie at known places of a file, and none is dropped for what it holds.
  public var isSeekable: Bool { source.isSeekable && missing.policy == .error }

  /// Goes on with a row, counted from 0 in the content with what is left out of it.
  func seek(toRow row: Int) throws {
    precondition(isSeekable, "\(name) is read in its order")
    try source.seek(toRow: row)
    (sourceRows, hasEnded) = (row, false)
    leftOut.seek(toRow: row)
  }
}

// MARK: - Reading

extension RowReader {
  /// Fills the first rows of `block`, which is contiguous and of `columns` columns; returns how many. Fewer than
  /// the block has at the end, or where no more have arrived; none at the end.
  ///
  /// - Throws: `.invalidData` where the content is malformed, without a row, or holds a number that is not finite,
  ///   whose row and column are named.
  package func next<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    precondition(
      block.columns == columns && block.rows > 0 && block.isContiguous,
      "rows of \(columns) into \(block.shape)")
    var count = 0
    while !hasEnded, count < block.rows, count == 0 || reader.isReady {
      count += try take(into: block.rows(count..<block.rows))
    }
    rowsRead += count
    if rowsRead == 0 {
      throw reader.invalid(sourceRows == 0 ? "no rows" : "no row is left: each has a missing value")
    }
    return count
  }

  /// The names of the rows that have been read since the last call, in their order; empty where the content has none.
  public func takeIDs() -> [String] {
    defer { names.ids = [] }
    return names.ids
  }

  /// The classes of the rows that have been read since the last call; empty where no column was said to hold them.
  func takeLabels() -> [String] {
    defer { names.labels = [] }
    return names.labels
  }

  /// Sets the first rows of `block`, which has room for all, to the rows of a range of the content that are not left out, and
  /// goes on behind it; returns how many. The content is seekable; throws as `next(into:)` does.
  func read<T: Scalar>(_ range: Range<Int>, into block: MatrixView<T>) throws -> Int {
    try seek(toRow: range.lowerBound)
    var count = 0
    while sourceRows < range.upperBound {
      count += try take(into: block.rows(count..<count + range.upperBound - sourceRows))
      guard !hasEnded else {
        throw reader.invalid("ends after \(sourceRows) rows, expected \(range.upperBound)")
      }
    }
    rowsRead += count
    return count
  }

  /// Some of the next rows; 0 at the end, and where all of them were left out.
  private func take<T: Scalar>(into block: MatrixView<T>) throws -> Int {
    let room = min(block.rows, (selection.share?.rows.upperBound ?? .max) - sourceRows)
    let found = room > 0 ? try numbers.next(into: block.prefix(room), firstRow: sourceRows) : 0
    hasEnded = found == 0
    var taken = source.takeNames()
    let settled = try missing.settle(
      block.prefix(found), firstRow: sourceRows - source.partStart, &taken, in: reader.name)
    let count = leftOut.remove(from: block.prefix(settled), firstRow: sourceRows, &taken)
    names.ids += taken.ids
    names.labels += taken.labels
    sourceRows += found
    return count
  }

  /// Calls `body` with all rows as the source has them, scaled, nan where a number is missing.
  func forEachUnsettledBlock(_ body: (MatrixView<Double>) -> Void) throws {
    var block = Matrix<Double>(rows: blockRows, columns: columns)
    try block.withMutableView { block in
      while case let found = try numbers.next(into: block, firstRow: sourceRows), found > 0 {
        sourceRows += found
        body(block.prefix(found))
      }
    }
  }

  /// "3", or "3 \"height\"".
  func nameOfColumn(_ index: Int) -> String {
    "\(index + 1)" + (columnNames.map { " \"\($0[index].prefix(40))\"" } ?? "")
  }

  /// What was done about missing numbers, a part of a sentence; nil for nothing.
  package var missingSummary: String? { missing.summary }
  /// Whether it is a table of text.
  var isDelimited: Bool { source is TextRows }
  /// Whether rows are as the content has them, number by number.
  var keepsEveryNumber: Bool { missing.policy == .error }

  /// Calls `body` with the rows that are left, some at a time, as little-endian whole numbers of `type`; with how many.
  ///
  /// - Parameter type: the stored one; of a text `.int64` or `.uint64`. Numbers are not scaled.
  func forEachWholeBlock(of type: ElementType, _ body: ([UInt8], _ rows: Int) throws -> Void) throws {
    let limit = min(blockRows, max(1, source.blockCount / columns))
    try forEachBlock({ try source.nextWhole(limit, as: type, into: &bytes) }) { try body(bytes, $0) }
  }

  /// Calls `body` with the lines that are left of a text, some at a time: each number as it is written there.
  func forEachTextBlock(separator: UInt8, _ body: ([UInt8], _ rows: Int) throws -> Void) throws {
    guard let text = source as? TextRows else { preconditionFailure("\(name) is no text") }
    let limit = min(blockRows, max(1, source.blockCount / columns))
    try forEachBlock({
      bytes.removeAll(keepingCapacity: true)
      return try text.nextLines(limit, separator: separator, into: &bytes)
    }) { try body(bytes, $0) }
  }

  private func forEachBlock(_ next: () throws -> Int, _ body: (Int) throws -> Void) throws {
    precondition(!isScaled, "numbers as they are stored are not scaled")
    while !hasEnded {
      let count = try next()
      rowsRead += count
      if rowsRead == 0 { throw reader.invalid("no rows") }
      hasEnded = count == 0
      if !hasEnded { try body(count) }
    }
  }
}
