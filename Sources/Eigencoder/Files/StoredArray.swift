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

  /// Checks the promise of the header against what is there, before anything is allocated by it.
  func requireExactly(_ reader: ByteReader) throws {
    guard let byteCount else {
      throw reader.invalid("the header promises \(text), more than can be addressed")
    }
    let promise = "the header promises \(text) (\(byteCount) bytes), the file holds \(reader.remaining)"
    guard reader.remaining >= byteCount else { throw reader.invalid("truncated: \(promise)") }
    guard reader.remaining == byteCount else { throw reader.invalid("too long: \(promise)") }
  }

  /// n x the product of the other axes; one axis of n is n x 1.
  func matrix<T: Scalar>(from reader: ByteReader, scale: T) throws -> Matrix<T> {
    guard let rows = shape.first else { throw reader.invalid("a single number, expected rows of numbers") }
    try requireExactly(reader)
    guard rows > 0 else { throw reader.invalid("no rows (the shape is \(shape.shapeText))") }
    guard let columns = shape.dropFirst().map({ $0 }).checkedProduct, columns > 0 else {
      throw reader.invalid("no columns (the shape is \(shape.shapeText))")
    }
    try Memory.require(rows: rows, columns: columns, of: T.self, reader)
    guard fortranOrder && columns > 1 else {
      return try Matrix(rows: rows, columns: columns) { try read(from: reader, scale: scale, into: $0.base) }
    }
    let stored = try Matrix<T>(rows: columns, columns: rows) {
      try read(from: reader, scale: scale, into: $0.base)
    }
    return shape.count > 2 ? stored.selecting(rows: axesReversed).transposed() : stored.transposed()
  }

  /// Where each column of the row-major matrix lies among the columns in Fortran order.
  private var axesReversed: [Int] {
    var places = [0]
    var stride = 1
    for size in shape.dropFirst() {
      places = places.flatMap { place in (0..<size).map { place + stride * $0 } }
      stride *= size
    }
    return places
  }

  /// Reads all numbers in the order of the file, times `scale`; `out` has room for them.
  func read<T: Scalar>(from reader: ByteReader, scale: T, into out: UnsafeMutablePointer<T>) throws {
    let count = shape.checkedProduct!
    guard type != .storing(T.self) || bigEndian else {
      try reader.read(into: UnsafeMutableRawBufferPointer(start: out, count: count * type.size))
      if scale != 1 { T._scale(scale, out, count) }
      return
    }
    try forEachBlock(of: reader) { block, start, length in
      Convert.decode(type, at: block, count: length, scale: scale, into: out + start)
    }
  }

  /// All numbers as integers; throws `.invalidData` for a type that is not whole, or a value above `Int.max`.
  func integers(from reader: ByteReader) throws -> [Int] {
    guard type.isInteger else { throw reader.invalid("expected integers, found \(type) values") }
    try requireExactly(reader)
    var values: [Int] = []
    values.reserveCapacity(shape.checkedProduct!)
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
    return values
  }

  /// Hands over the numbers in aligned little-endian blocks: the block, its first index, its length.
  private func forEachBlock(
    of reader: ByteReader, _ body: (UnsafeRawPointer, Int, Int) throws -> Void
  ) throws {
    let count = shape.checkedProduct!
    let capacity = min(max(count, 1), 1 << 15)
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity * type.size, alignment: 64)
    defer { block.deallocate() }
    for start in stride(from: 0, to: count, by: capacity) {
      let length = min(capacity, count - start)
      try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: block[..<(length * type.size)]))
      if bigEndian { Convert.reverseBytes(of: block.baseAddress!, count: length, width: type.size) }
      try body(block.baseAddress!, start, length)
    }
  }
}
