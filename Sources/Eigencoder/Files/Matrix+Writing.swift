public import Foundation

extension Matrix {
  /// Writes text separated by commas: an optional line of column names, then one line per row.
  ///
  /// Numbers are written with the fewest digits that read back as the same number; names are quoted where
  /// they hold a comma, a quote or a line end. The file is whole or absent. Throws `.unwritableOutput`.
  /// - Parameters:
  ///   - url: where to write.
  ///   - columnNames: `columns` names; traps when there are more or fewer.
  public func write(csv url: URL, columnNames: [String]? = nil) throws {
    let file = try OutputFile(replacing: url)
    try write(
      to: FileFormat.csv.sink(
        to: file, columns: columns, rows: rows, as: .storing(T.self), names: TableNames(columns: columnNames))
    )
  }

  /// Writes an npy file, version 1: float32 or float64 as the elements are, row-major, little-endian.
  ///
  /// The file is whole or absent; an existing one is replaced only once the new one is complete.
  /// Throws `.unwritableOutput`.
  public func write(npy url: URL) throws {
    try write(
      to: FileFormat.npy.sink(
        to: OutputFile(replacing: url), columns: columns, rows: rows, as: .storing(T.self)))
  }

  private func write(to sink: RowSink) throws {
    try sink.append(self)
    try sink.finish()
  }
}
