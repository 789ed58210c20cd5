/// Rows of numbers in the order of a file, whatever they are stored as: what every format is read through.
///
/// Sources give numbers as they are; `RowReader` scales them, tells what their type lost, and refuses what is not finite.
protocol RowSource: AnyObject {
  /// Numbers in a row, at least 1. A row of so many is there, or fits into what is there.
  var columns: Int { get }
  /// How many rows the content promises; nil where only the end tells.
  var rows: Int? { get }
  /// What the numbers are stored as; nil for text.
  var storedType: ElementType? { get }
  /// What the rows are read from.
  var reader: ByteReader { get }

  /// Sets the first rows of `block`, which is contiguous, to the next ones.
  ///
  /// - Returns: how many: at least one, and fewer than the block has where no more have arrived or the source has
  ///   no more at hand; none at the end, where whatever the content promised has been checked.
  /// - Throws: `.invalidData` when the content is malformed or ends too early.
  func next<T: Scalar>(into block: MatrixView<T>) throws -> Int

  /// Whether the next rows can be any: they lie at known places of a file.
  var isSeekable: Bool { get }
  /// Goes on with a row, counted from 0; the source is seekable.
  func seek(toRow row: Int) throws
  /// Where the file of the last rows begins, of several that are read as one: messages count from there.
  var partStart: Int { get }

  /// The same numbers as they are stored: the next rows, at most `limit`, from the start of `bytes`, which grows where it
  /// has to; one after another, little-endian.
  ///
  /// - Parameter type: the stored one, of whole numbers; of a text `.int64` or `.uint64`.
  /// - Returns: how many, and throws, as `next(into:)` does; a text also where a number is not one of `type`.
  func nextWhole(_ limit: Int, as type: ElementType, into bytes: inout [UInt8]) throws -> Int

  /// What a text's numbers lost as they were read.
  var losses: ConversionLosses { get }
  /// Numbers that are best read at a time where they are converted on.
  var blockCount: Int { get }

  /// What it says of its rows and columns beside their numbers; nil for a format that says nothing.
  var table: TableFacts? { get }
  /// The names of the rows that have been read since the last call, in their order.
  func takeNames() -> RowNames
}

/// What a table says beside its numbers.
struct TableFacts {
  /// Of the columns that are data; nil without a header.
  var columnNames: [String]?
  var hasIDs = false
  var hasLabels = false
  /// What was decided about it, for the user: parts of a sentence.
  var decisions: [String] = []
}

/// What names rows and tells their classes, where the source has it; else empty.
struct RowNames {
  var ids: [String] = []
  var labels: [String] = []

  /// Those of the rows of these indices, in ascending order.
  mutating func keep(_ rows: [Int]) {
    if !ids.isEmpty { ids = rows.map { ids[$0] } }
    if !labels.isEmpty { labels = rows.map { labels[$0] } }
  }
}

extension RowSource {
  var isSeekable: Bool { false }
  var partStart: Int { 0 }
  func seek(toRow row: Int) {
    preconditionFailure("row \(row) of \(reader.name), whose rows come in their order")
  }
  var losses: ConversionLosses { ConversionLosses() }
  var blockCount: Int { StoredArray.blockCount }
  var table: TableFacts? { nil }
  func takeNames() -> RowNames { RowNames() }
}
