/// Rows as text separated by commas or tabs: an optional line of column names, then one line per row.
///
/// Numbers are written with the fewest digits that read back as the same number of the type they come in.
package final class CSVSink: RowSink {
  private let file: OutputFile
  private let columns: Int
  private let separator: UInt8
  private var text: [UInt8] = []

  /// Begins the file. Traps when there are more or fewer names than columns.
  package init(
    _ file: OutputFile, columns: Int, separator: UInt8 = UInt8(ascii: ","),
    names: [String]? = nil
  ) throws {
    precondition(names == nil || names!.count == columns, "\(names?.count ?? 0) names for \(columns) columns")
    self.file = file
    self.columns = columns
    self.separator = separator
    if let names {
      text += names.map(Self.quoted).joined(separator: ",").utf8
      text.append(UInt8(ascii: "\n"))
    }
  }

  package func append<T: Scalar>(_ block: MatrixView<T>) throws {
    precondition(block.columns == columns, "rows of \(block.columns) for \(columns) columns")
    for i in 0..<block.rows {
      // The casts name the concrete types, so that the loop over numbers is compiled for them.
      let row = UnsafeRawPointer(block.row(i).base)
      if T.self == Float.self {
        appendRow(row.assumingMemoryBound(to: Float.self))
      } else {
        appendRow(row.assumingMemoryBound(to: Double.self))
      }
      if text.count >= 1 << 16 { try flush() }
    }
    // What reads from a pipe gets the rows that there are.
    try flush()
  }

  @inline(__always)
  private func appendRow<R: CustomStringConvertible>(_ row: UnsafePointer<R>) {
    for j in 0..<columns {
      text += row[j].description.utf8
      text.append(j + 1 < columns ? separator : UInt8(ascii: "\n"))
    }
  }

  package func finish() throws {
    try flush()
    try file.finish()
  }

  private func flush() throws {
    try file.write(text)
    text.removeAll(keepingCapacity: true)
  }

  /// Quoted where it holds a comma, a quote or a line end.
  private static func quoted(_ name: String) -> String {
    guard name.utf8.contains(where: { [0x22, 0x2c, 0x0a, 0x0d].contains($0) }) else { return name }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
