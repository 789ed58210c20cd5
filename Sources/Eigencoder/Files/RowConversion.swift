/// Rows from one file into another, as they are: what `eigencoder convert` does.
package struct RowConversion {
  /// Of the new file.
  package let format: FileFormat
  /// What its numbers are stored as; a text takes them with all digits.
  package let type: ElementType
  private let reader: RowReader
  private let route: Route

  /// What numbers pass through on their way.
  private enum Route {
    case float, double
    /// Whole numbers, as they are stored or, from a text, of this type.
    case whole(ElementType)
    /// Each number of a text as it is written.
    case text(separator: UInt8)
  }

  /// Every number of the reader's rows in another format.
  ///
  /// - Parameter type: one of the format's, or the call traps; without it, one that holds the numbers as they are
  ///   stored, where the format has it: numbers of a text are float64. Between texts, and from whole numbers into a text,
  ///   every digit is kept.
  package init(of reader: RowReader, to format: FileFormat, as type: ElementType? = nil) {
    if let type { precondition(format.types.contains(type), "\(format.name) does not hold \(type)") }
    self.reader = reader
    self.format = format
    let stored = reader.storedType
    let natural = Self.type(holding: stored, isScaled: reader.isScaled)
    let chosen = type ?? (format.types.contains(natural) ? natural : format.types[0])
    self.type = chosen
    route = Self.route(
      from: stored, isScaled: reader.isScaled || !reader.keepsEveryNumber || reader.hasIDs, to: chosen,
      asText: type == nil && format.isWrittenAsText, lines: reader.isDelimited ? format.separator : nil)
  }

  /// Writes all rows that are left, some at a time.
  ///
  /// - Returns: what numbers lost to the type: those that became 0, and whole numbers that became others.
  /// - Throws: what reading and writing throw, and `.invalidData` for a number that the type does not hold.
  @discardableResult package func write(to file: OutputFile) throws -> ConversionLosses {
    let sink = try format.sink(
      to: file, columns: reader.columns, rows: reader.rows, as: type,
      names: TableNames(columns: reader.columnNames, hasIDs: reader.hasIDs))
    switch route {
    case .float: try reader.forEachBlock(as: Float.self) { try sink.append($0, ids: reader.takeIDs()) }
    case .double: try reader.forEachBlock(as: Double.self) { try sink.append($0, ids: reader.takeIDs()) }
    case .whole(let stored):
      try reader.forEachWholeBlock(of: stored) { try sink.append(whole: $0, of: stored, rows: $1) }
    case .text(let separator):
      try reader.forEachTextBlock(separator: separator) { try sink.append(lines: $0, rows: $1) }
    }
    try sink.finish()
    var losses = reader.losses
    losses.add(sink.losses)
    return losses
  }

  /// - Parameters:
  ///   - isText: it may take all digits.
  ///   - separator: of a table that takes the fields of another as they are; nil for others.
  private static func route(
    from stored: ElementType?, isScaled: Bool, to type: ElementType, asText isText: Bool,
    lines separator: UInt8?
  ) -> Route {
    if !isScaled {
      if stored == nil, isText, let separator { return .text(separator: separator) }
      if let stored, stored.isInteger, isText || type.isInteger { return .whole(stored) }
      // Others of a text are whole in f64, if they are.
      if stored == nil, type == .int64 || type == .uint64 { return .whole(type) }
    }
    // Float where it holds all numbers that are read, or all that are written: no number is rounded twice.
    let holdsStored = self.type(holding: stored, isScaled: true) != .float64 && !isScaled
    return type == .float32 || (type != .float64 && holdsStored) ? .float : .double
  }

  /// A type for all numbers of the stored one; of floating point where they are scaled.
  private static func type(holding stored: ElementType?, isScaled: Bool) -> ElementType {
    switch stored {
    case .float16: .float16
    case .float32, .bfloat16: .float32
    case .float64, nil: .float64
    case .bool where !isScaled: .uint8
    case .some(let stored) where !isScaled: stored
    case .bool, .int8, .uint8, .int16, .uint16: .float32
    case .int32, .uint32, .int64, .uint64: .float64
    }
  }
}
