extension FileFormat {
  /// Little-endian float32 numbers and nothing else; how many make a row has to be told.
  package static let raw = FileFormat(
    name: "raw", noun: "raw float32", endings: ["f32"],
    rows: { RowContent(source: try rawRows($0, $1.columns ?? 0)) },
    types: [.float32])

  private static func rawRows(_ reader: ByteReader, _ columns: Int) throws -> any RowSource {
    guard columns >= 1 else {
      throw EigencoderError.invalidArgument("the number of columns is at least 1, got \(columns)")
    }
    let head = try reader.peek(headLength, atLeast: 8)
    if let format = recognized.first(where: { $0.isUnmistakable && $0.begins(head) }) {
      throw reader.invalid("\(format.noun), which tells its columns itself, expected raw float32")
    }
    return try StoredRows(.float32, columns: columns, reader)
  }
}
