/// Rows as the array of an npy file: the number of rows is put into the header in the end, unless it was known.
final class NpySink: RowSink {
  private let numbers: RawSink
  private let file: OutputFile
  private let type: ElementType
  private let columns: Int
  private let promised: Int?

  /// Begins the file. Throws `.invalidArgument` when the number of rows is not known, and cannot be written last.
  init(_ file: OutputFile, _ type: ElementType, columns: Int, rows: Int?) throws {
    guard rows != nil || file.canOverwrite else {
      throw EigencoderError.invalidArgument(
        "an npy file begins with its number of rows, which is not known here and cannot be added to a pipe later"
      )
    }
    self.file = file
    self.type = type
    self.columns = columns
    promised = rows
    numbers = RawSink(file, type, columns: columns)
    try file.write(header(rows: rows))
  }

  func append<T: Scalar>(_ block: MatrixView<T>) throws { try numbers.append(block) }

  func finish() throws {
    if promised == nil {
      try file.overwriteStart(header(rows: numbers.rowCount))
    } else {
      precondition(promised == numbers.rowCount, "\(numbers.rowCount) rows, promised were \(promised!)")
    }
    try numbers.finish()
  }

  /// As long for every number of rows when it is to be added later.
  private func header(rows: Int?) -> [UInt8] {
    Npy.header(type, shape: [rows ?? numbers.rowCount, columns], roomForRows: promised == nil)
  }
}

/// Rows as raw little-endian numbers.
final class RawSink: RowSink {
  private let file: OutputFile
  private let type: ElementType
  private let columns: Int
  /// Rows that were appended.
  private(set) var rowCount = 0

  /// - Parameter type: `.float32` or `.float64`.
  init(_ file: OutputFile, _ type: ElementType, columns: Int) {
    precondition(type == .float32 || type == .float64, "\(type) is not written")
    self.file = file
    self.type = type
    self.columns = columns
  }

  func append<T: Scalar>(_ block: MatrixView<T>) throws {
    precondition(block.columns == columns, "rows of \(block.columns) for \(columns) columns")
    switch type {
    case .storing(T.self): try write(block)
    case .float32: try write(block.copied().converted(to: Float.self))
    default: try write(block.copied().converted(to: Double.self))
    }
    rowCount += block.rows
  }

  func finish() throws { try file.finish() }

  private func write<T: Scalar>(_ matrix: Matrix<T>) throws { try matrix.withView { try write($0) } }

  private func write<T: Scalar>(_ block: MatrixView<T>) throws {
    guard block.isContiguous else { return try write(block.copied()) }
    try file.write(
      UnsafeRawBufferPointer(start: block.base, count: block.count * MemoryLayout<T>.stride))
  }
}
