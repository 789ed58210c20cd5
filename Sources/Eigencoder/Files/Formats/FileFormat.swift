internal import Foundation

/// A format of files that hold rows of numbers: how it is recognised, read and written.
///
/// Each format is described by one value, in a file of its own. `FileFormat.recognized` lists them; the reader, the
/// messages and the help texts go by that list.
package struct FileFormat: Sendable {
  /// Bytes of the start that `begins` is given.
  static let headLength = 16

  /// What options and messages call it; also what names of such files end with.
  package let name: String
  /// "an npy file".
  let noun: String
  /// Other endings of names, without the dot.
  var endings: [String] = []

  /// Whether content whose first bytes these are has this format: the first `headLength`, or all of a shorter file; of
  /// a pipe 8 at least.
  var begins: @Sendable (_ head: [UInt8]) -> Bool = { _ in false }
  /// The same for content that no format's `begins` tells: looks further into it, without reading on.
  var matches: @Sendable (ByteReader) throws -> Bool = { _ in false }
  /// Whether content that some text begins like is this one where `matches` says so: JSON lines, for example.
  var isFormOfText = false
  /// Whether its columns or rows have names, and `TableOptions` are for it.
  var isTable = false
  /// Whether `begins` is never a coincidence, so that such a file cannot be raw numbers.
  var isUnmistakable = false

  /// Which option names one of several arrays in a file.
  var part: Part?
  /// Reads as much as tells the columns.
  var rows: @Sendable (ByteReader, RowReader.Options) throws -> RowContent
  /// Reads all of it as one label a sample, from the named column of several; nil where it does not hold labels.
  var labels: (@Sendable (ByteReader, _ column: String?) throws -> Labels)?

  /// What it can be written with, the most usual first; none where it is only read.
  package var types: [ElementType] = []
  /// Whether it is written as text, in which numbers have all their digits and rows keep their ids.
  package var isWrittenAsText = false
  /// Of a text, whose digits no type limits: what separates its numbers. nil for other formats.
  var separator: UInt8?
  /// Begins a file for rows of so many columns, and so many rows if that is known.
  var begin: @Sendable (OutputFile, _ columns: Int, _ rows: Int?, ElementType, TableNames) throws -> RowSink =
    {
      file, columns, _, type, _ in try RowSink(file, columns: columns, .numbers(type))
    }

  /// What a file may hold several of.
  enum Part: String, CaseIterable {
    case array, tensor

    var noun: String { self == .array ? "an array" : "a tensor" }
  }
}

/// What a table to be written calls its columns, and whether it names its rows.
package struct TableNames {
  package let columns: [String]?
  package let hasIDs: Bool

  /// - Parameter columns: as many as the rows have numbers.
  package init(columns: [String]? = nil, hasIDs: Bool = false) {
    (self.columns, self.hasIDs) = (columns, hasIDs)
  }
}

/// Rows of a known format.
struct RowContent {
  let source: any RowSource
  /// What its numbers are multiplied by where nothing else is asked for.
  var scale = 1.0
}

extension FileFormat: Equatable {
  package static func == (a: FileFormat, b: FileFormat) -> Bool { a.name == b.name }
}

// MARK: - Writing

extension FileFormat {
  /// The format to write that the ending of a path asks for; nil where it asks for none.
  package static func written(at path: String) -> FileFormat? {
    let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
    return written.first { $0.name == ending || $0.endings.contains(ending) }
  }

  /// Whether it can store numbers as this type.
  package func holds(_ type: ElementType) -> Bool { types.contains(type) }

  /// A sink for rows of `columns` numbers, which are stored as `type`.
  ///
  /// - Parameters:
  ///   - file: to write to, from its start.
  ///   - rows: how many there will be, where that is known.
  ///   - type: one that the format holds; traps otherwise. Text shows numbers as they are handed over, whole ones without a
  ///     fraction where the type is one of these.
  ///   - names: of the rows and columns: text begins with a line of them.
  /// - Throws: `.unwritableOutput` when the system cannot write; `.invalidArgument` when the format has to begin
  ///   with the number of rows, and it is neither known nor can be added in the end.
  package func sink(
    to file: OutputFile, columns: Int, rows: Int?, as type: ElementType, names: TableNames = TableNames()
  ) throws -> RowSink {
    precondition(
      holds(type) || (isWrittenAsText && ElementType.wholeNumbers.contains(type)),
      "\(name) does not hold \(type)")
    precondition(
      names.columns.map { $0.count == columns } ?? true,
      "\(names.columns?.count ?? 0) names for \(columns) columns")
    return try begin(file, columns, rows, type, names)
  }

}
