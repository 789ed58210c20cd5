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
    precondition(
      columnNames == nil || columnNames!.count == columns,
      "\(columnNames?.count ?? 0) names for \(columns) columns")
    try OutputFile.write(to: url) { file in
      var block: [UInt8] = []
      if let columnNames {
        block += columnNames.map(Self.quoted).joined(separator: ",").utf8
        block.append(UInt8(ascii: "\n"))
      }
      for i in 0..<rows {
        for j in 0..<columns {
          block += "\(elements[i * columns + j])".utf8
          block.append(UInt8(ascii: j + 1 < columns ? "," : "\n"))
        }
        if block.count >= 1 << 16 {
          try file.write(block)
          block.removeAll(keepingCapacity: true)
        }
      }
      try file.write(block)
    }
  }

  private static func quoted(_ name: String) -> String {
    guard name.utf8.contains(where: { [0x22, 0x2c, 0x0a, 0x0d].contains($0) }) else { return name }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
