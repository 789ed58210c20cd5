/// Numbers of one type that lie one after another in a file, and the shape they have there.
struct StoredArray {
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
    return FortranRows(self, columns: columns, whole)
  }

  /// Reads all numbers in the order of the file; `out` has room for them, and the file holds as many.
  func read<T: Scalar>(from reader: ByteReader, into out: UnsafeMutablePointer<T>) throws {
    let count = shape.checkedProduct!
    guard type != .storing(T.self) || bigEndian else {
      return try reader.read(into: UnsafeMutableRawBufferPointer(start: out, count: count * type.size))
    }
    try forEachBlock(of: reader) { block, start, length in
      Convert.decode(type, at: block, count: length, into: out + start)
    }
  }

  /// All numbers as integers; throws `.invalidData` for a type that is not whole, or a value above `Int.max`.
  func integers(from reader: ByteReader) throws -> [Int] {
    guard type.isInteger else { throw reader.invalid("expected integers, found \(type) values") }
    try requireExactly(reader)
    var values: [Int] = []
    if reader.remaining != nil { values.reserveCapacity(shape.checkedProduct!) }
    func append<S: FixedWidthInteger>(_ type: S.Type, _ block: UnsafeRawPointer, _ length: Int) throws {
      let elements = block.assumingMemoryBound(to: S.self)
      for i in 0..<length {
        guard let value = Int(exactly: elements[i]) else {
          throw reader.invalid("value \(values.count + 1) is \(elements[i]), expected at most \(Int.max)")
        }
        values.append(value)
      }
    }
    try forEachBlock(of: reader) { block, _, length in
      switch type {
      case .int8: try append(Int8.self, block, length)
      case .int16: try append(Int16.self, block, length)
      case .int32: try append(Int32.self, block, length)
      case .int64: try append(Int64.self, block, length)
      case .uint16: try append(UInt16.self, block, length)
      case .uint32: try append(UInt32.self, block, length)
      case .uint64: try append(UInt64.self, block, length)
      default: try append(UInt8.self, block, length)
      }
    }
    guard try reader.isAtEnd() else { throw tooLong(reader, found: "more") }
    return values
  }

  /// Hands over the numbers in aligned little-endian blocks: the block, its first index, its length.
  private func forEachBlock(
    of reader: ByteReader, _ body: (UnsafeRawPointer, Int, Int) throws -> Void
  ) throws {
    let count = shape.checkedProduct!
    let capacity = min(max(count, 1), StoredNumbers.capacity)
    let numbers = StoredNumbers(type, bigEndian: bigEndian, capacity: capacity)
    for start in stride(from: 0, to: count, by: capacity) {
      let length = min(capacity, count - start)
      let found = try reader.read(into: numbers.bytes(length), atLeast: length * type.size)
      guard found == length * type.size else {
        throw truncated(reader, found: start * type.size + found)
      }
      try body(numbers.littleEndian(length), start, length)
    }
  }
}

/// Room for some numbers as a file stores them, aligned.
final class StoredNumbers {
  /// A block that stays in the processor's second cache.
  static let capacity = 1 << 15

  private let type: ElementType
  private let bigEndian: Bool
  private let memory: UnsafeMutableRawBufferPointer

  init(_ type: ElementType, bigEndian: Bool, capacity: Int) {
    self.type = type
    self.bigEndian = bigEndian
    memory = .allocate(byteCount: max(1, capacity * type.size), alignment: 64)
  }

  deinit { memory.deallocate() }

  /// The bytes of the first `count` numbers, to be read into.
  func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: memory[..<(count * type.size)])
  }

  /// The first `count` numbers after they were read, turned round once if they need to be.
  func littleEndian(_ count: Int) -> UnsafeRawPointer {
    if bigEndian { Convert.reverseBytes(of: memory.baseAddress!, count: count, width: type.size) }
    return UnsafeRawPointer(memory.baseAddress!)
  }
}
