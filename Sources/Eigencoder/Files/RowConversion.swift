/// Rows from one file into another, as they are: what `eigencoder convert` does.
package struct RowConversion {
  /// Of the new file.
  package let format: FileFormat
  /// What its numbers are stored as.
  package let type: ElementType
  private let reader: RowReader

  /// Every number of the reader's rows in another format.
  ///
  /// - Parameter type: one of the format's, or the call traps; without it, one that holds the numbers as they are
  ///   stored: floating point stays as it is, whole numbers of 8 and 16 bits become float32, wider ones and text
  ///   float64.
  package init(of reader: RowReader, to format: FileFormat, as type: ElementType? = nil) {
    if let type { precondition(format.types.contains(type), "\(format.name) does not hold \(type)") }
    self.reader = reader
    self.format = format
    let natural = Self.type(holding: reader.storedType)
    self.type = type ?? (format.types.contains(natural) ? natural : format.types[0])
  }

  /// Writes all rows that are left, some at a time.
  ///
  /// - Throws: what reading and writing throw, and `.invalidData` for a number that the type does not hold.
  package func write(to file: OutputFile) throws {
    // In memory the numbers are Float where that holds all that are read or all that are written. A text shows them as
    // they are in memory.
    let isSingle = type == .float32 || (type != .float64 && Self.type(holding: reader.storedType) != .float64)
    try isSingle ? write(to: file, through: Float.self) : write(to: file, through: Double.self)
  }

  private func write<T: Scalar>(to file: OutputFile, through: T.Type) throws {
    let sink = try format.sink(to: file, columns: reader.columns, rows: reader.rows, as: type)
    try reader.forEachBlock(as: T.self) { try sink.append($0) }
    try sink.finish()
  }

  /// A floating-point type for all numbers of the stored one.
  private static func type(holding stored: ElementType?) -> ElementType {
    switch stored {
    case .float16: .float16
    case .float32, .bfloat16, .bool, .int8, .uint8, .int16, .uint16: .float32
    case .float64, .int32, .uint32, .int64, .uint64, nil: .float64
    }
  }
}
