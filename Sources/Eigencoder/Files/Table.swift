public import Foundation

/// All rows of a file, and what it says of them beside their numbers.
public struct Table: Sendable {
  /// n x d
  public package(set) var x: AnyMatrix
  /// What every number was multiplied by as it was read.
  public let scale: Double
  /// The names of the rows, n of them; nil where the file has none.
  public let ids: [String]?
  /// The names of the columns, d of them; nil where the file has none.
  public let columnNames: [String]?
  /// The classes of the rows; nil where no column was said to hold them.
  public let labels: Labels?

  /// Reads a file as `AnyMatrix(contentsOf:options:precision:)` does.
  public init(contentsOf url: URL, options: RowReader.Options = .init(), precision: Precision? = nil) throws {
    self = try RowReader(contentsOf: url, options: options).readTable(in: precision)
  }

  /// Rows that `reader` has handed over, and what it says of them.
  package init(_ x: AnyMatrix, _ reader: RowReader) throws {
    self.x = x
    scale = reader.scale
    ids = reader.hasIDs ? reader.takeIDs() : nil
    columnNames = reader.columnNames
    labels = try reader.hasLabels ? Labels(fields: reader.takeLabels(), reader.reader) : nil
  }
}

extension RowReader {
  /// All rows that are left, with their names; throws as `readAll(in:)` does.
  package func readTable(in precision: Precision? = nil) throws -> Table {
    try Table(readAll(in: precision), self)
  }
}
