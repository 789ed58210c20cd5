/// How a table is read: what its first line is, and what each of its columns is.
///
/// Columns are named as their header says, or by their number, counted from 1.
public struct TableOptions: Equatable, Sendable {
  /// Whether the first line names the columns; nil lets the lines decide.
  ///
  /// A header is a first line without numbers, or one that counts columns from 0 as pandas does.
  public var hasHeader: Bool?
  /// The columns that are data: names, numbers and ranges of either (`3-10`, `height-weight`, `5-`) between commas; nil for all.
  public var select: String?
  /// Columns that are not data, in the same form.
  public var drop: String?
  /// The column whose fields name the rows; of JSON lines the key. Without it, a column under an empty name that counts the
  /// rows, or one named "id".
  public var ids: String?
  /// The column that holds the class of each row; of JSON lines the key.
  public var labels: String?
  /// Whether 1,5 is a number and 1.5 is none; nil lets the fields decide.
  public var hasDecimalComma: Bool?

  /// Everything as the lines say, but for what is given.
  public init(
    hasHeader: Bool? = nil, select: String? = nil, drop: String? = nil, ids: String? = nil,
    labels: String? = nil, hasDecimalComma: Bool? = nil
  ) {
    (self.hasHeader, self.select, self.drop) = (hasHeader, select, drop)
    (self.ids, self.labels, self.hasDecimalComma) = (ids, labels, hasDecimalComma)
  }
}

/// What is done about numbers that are missing: nan, and the empty field, NA, null and their like of a text.
public enum MissingValues: String, CaseIterable, Sendable {
  /// An error names the first.
  case error
  /// Rows with one are left out.
  case dropRows = "drop-rows"
  /// Each becomes the mean of what its column has in the other rows of the file, which is read once more for it.
  case columnMean = "column-mean"
}
