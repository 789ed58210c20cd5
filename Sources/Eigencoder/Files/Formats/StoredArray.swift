/// Numbers of one type that lie one after another in a file, and the shape they have there.
struct StoredArray {
  /// Numbers that are read at a time where they are converted: a block that stays in the processor's second cache.
  static let blockCount = 1 << 15

  var type: ElementType
  var bigEndian = false
  /// Column-major: the first index runs fastest.
  var fortranOrder = false
  var shape: [Int]

  /// Bytes of all numbers; nil when the shape promises more than an `Int` counts.
  var byteCount: Int? { (shape + [type.size]).checkedProduct }

  /// "1797 x 64 float32 values".
  var text: String { "\(shape.shapeText) \(type) values" }

  /// Checks the promise of the header against what is there, as far as that is known, before anything is
  /// allocated by it.
  func requireExactly(_ reader: ByteReader) throws {
    guard let byteCount else {
      throw reader.invalid("the header promises \(text), more than can be addressed")
    }
    guard let found = reader.remaining else { return }
    guard found >= byteCount else { throw truncated(reader, found: found) }
    guard found == byteCount else { throw tooLong(reader, found: "\(found)") }
  }

  func truncated(_ reader: ByteReader, found: Int) -> EigencoderError {
    reader.invalid("truncated: \(promise), the file holds \(found)")
  }

  func tooLong(_ reader: ByteReader, found: String) -> EigencoderError {
    reader.invalid("too long: \(promise), the file holds \(found)")
  }

  private var promise: String { "the header promises \(text) (\(byteCount ?? 0) bytes)" }

  /// The rows of n x the product of the other axes; one axis of n is n x 1.
  ///
  /// Throws `.invalidData` when there is no row or no column, or the file is not as long as it promises.
  func rows(from reader: ByteReader) throws -> any RowSource {
    guard let rows = shape.first else { throw reader.invalid("a single number, expected rows of numbers") }
    try requireExactly(reader)
    guard rows > 0 else { throw reader.invalid("no rows (the shape is \(shape.shapeText))") }
    guard let columns = Array(shape.dropFirst()).checkedProduct, columns > 0 else {
      throw reader.invalid("no columns (the shape is \(shape.shapeText))")
    }
    guard fortranOrder && columns > 1 else { return try StoredRows(self, columns: columns, reader) }
    // Each row is taken from all over the content.
    let whole = try reader.seekable()
    try requireExactly(whole)
    return ColumnMajorRows(self, columns: columns, whole)
  }

  /// All numbers as integers; throws `.invalidData` for a type that is not whole, or a value above `Int.max`.
  func integers(from reader: ByteReader) throws -> [Int] {
    guard type.isInteger else { throw reader.invalid("expected integers, found \(type) values") }
    try requireExactly(reader)
    let (size, byteCount) = (type.size, byteCount ?? 0)
    var values: [Int] = []
    while values.count * size < byteCount {
      let wanted = min(byteCount - values.count * size, size << 15)
      let bytes = try reader.read(upTo: wanted)
      guard bytes.count == wanted else { throw truncated(reader, found: values.count * size + bytes.count) }
      for place in stride(from: 0, to: wanted, by: size) {
        let word = (0..<size).reduce(UInt64(0)) {
          $0 << 8 | UInt64(bytes[place + (bigEndian ? $1 : size - 1 - $1)])
        }
        guard let value = integer(word) else {
          throw reader.invalid("value \(values.count + 1) is \(word), expected at most \(Int.max)")
        }
        values.append(value)
      }
    }
    guard try reader.isAtEnd() else { throw tooLong(reader, found: "more") }
    return values
  }

  /// The number of which `word` holds the bits, the others being 0; nil when it is above `Int.max`.
  private func integer(_ word: UInt64) -> Int? {
    switch type {
    case .int8: Int(Int8(truncatingIfNeeded: word))
    case .int16: Int(Int16(truncatingIfNeeded: word))
    case .int32: Int(Int32(truncatingIfNeeded: word))
    case .int64: Int(Int64(truncatingIfNeeded: word))
    default: Int(exactly: word)
    }
  }
}
