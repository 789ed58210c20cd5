extension FileFormat {
  /// A tensor of two axes in a safetensors file.
  package static let safetensors: FileFormat = FileFormat(
    name: "safetensors", noun: "a safetensors file", begins: SafeTensorsHeader.begins, isUnmistakable: true,
    part: .tensor, rows: { RowContent(source: try tensorRows($0, $1.tensor)) },
    types: [.float32, .float64, .float16] + ElementType.wholeNumbers
  ) { file, columns, rows, type, _ in
    try RowSink(
      file, columns: columns, .numbers(type),
      header: .counting(rows: rows, format: .safetensors) {
        // Numbers of any length fit into 192 bytes.
        try SafeTensorsHeader.encode([("data", type, [$0, columns])], shortest: rows == nil ? 192 : 0)
      })
  }

  /// The tensor of that name, or the only one with two axes.
  private static func tensorRows(_ reader: ByteReader, _ tensor: String?) throws -> any RowSource {
    let whole = try reader.seekable()
    let header = try SafeTensorsHeader(from: whole)
    let tables = tensor == nil ? header.entries.filter { $0.shape.count == 2 } : header.entries
    let entry = tables[
      try index(of: .tensor, named: tensor, among: tables.map(\.name), in: "a safetensors file", whole)]
    guard entry.shape.count == 2 else {
      throw whole.invalid(
        "tensor '\(entry.name)' has the shape \(entry.shape.shapeText), expected rows and columns")
    }
    let start = whole.consumed
    let content = whole.slice(start + entry.offsets.lowerBound..<start + entry.offsets.upperBound)
    return try StoredArray(type: entry.type, shape: entry.shape).rows(from: content)
  }
}
