/// Rows after a header that tells their number, as in npy and safetensors: it is put there in the end, unless the number
/// was known.
final class HeadedSink: RowSink {
  private let numbers: RawSink
  private let file: OutputFile
  private let promised: Int?
  /// The header for so many rows; of one length for every number when it is to be added later.
  private let header: (Int) throws -> [UInt8]

  /// Begins the file. Throws `.invalidArgument` when the number of rows is not known, and cannot be written last.
  init(
    _ file: OutputFile, _ type: ElementType, columns: Int, rows: Int?, _ format: RowFormat,
    header: @escaping (Int) throws -> [UInt8]
  ) throws {
    guard rows != nil || file.canOverwrite else {
      throw EigencoderError.invalidArgument(
        "\(format == .npy ? "an npy" : "a safetensors") file begins with its number of rows, which is not known here "
          + "and cannot be added to a pipe later")
    }
    self.file = file
    self.header = header
    promised = rows
    numbers = RawSink(file, type, columns: columns)
    try file.write(header(rows ?? 0))
  }

  func append<T: Scalar>(_ block: MatrixView<T>) throws { try numbers.append(block) }

  func finish() throws {
    if let promised {
      precondition(promised == numbers.rowCount, "\(numbers.rowCount) rows, promised were \(promised)")
    } else {
      try file.overwriteStart(header(numbers.rowCount))
    }
    try numbers.finish()
  }
}
