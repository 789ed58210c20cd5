extension FileFormat {
  /// NumPy's format of one array.
  package static let npy: FileFormat = FileFormat(
    name: "npy", noun: "an npy file", begins: { $0.starts(with: Npy.magic) }, isUnmistakable: true,
    rows: { reader, _ in RowContent(source: try Npy.header(from: reader).rows(from: reader)) },
    labels: { reader, _ in try Labels(Npy.header(from: reader), reader) },
    types: [.float32, .float64, .float16] + ElementType.wholeNumbers
  ) { file, columns, rows, type, _ in
    try RowSink(
      file, columns: columns, .numbers(type),
      header: .counting(rows: rows, format: .npy) {
        Npy.header(type, shape: [$0, columns], roomForRows: rows == nil)
      })
  }
}

/// The npy format of NumPy, versions 1 to 3: magic, version, header length, a Python dictionary, numbers.
///
/// Source: NEP 1 and numpy/lib/format.py.
enum Npy {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// A header longer than this is not one.
  private static let longestHeader = 1 << 20

  /// Reads up to the first number.
  static func header(from reader: ByteReader) throws -> StoredArray {
    let prefix = try reader.read(8, for: "an npy header")
    guard prefix.starts(with: magic) else { throw reader.invalid("does not begin as an npy file") }
    guard (1...3).contains(prefix[6]) else {
      throw reader.invalid("npy version \(prefix[6]).\(prefix[7]), expected 1, 2 or 3")
    }
    let lengthBytes = try reader.read(prefix[6] == 1 ? 2 : 4, for: "the length of the npy header")
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= longestHeader else {
      throw reader.invalid("an npy header of \(length) bytes, expected at most \(longestHeader)")
    }
    let text = try reader.read(length, for: "the npy header")
    var parser = NpyHeaderParser(text: text, reader: reader)
    return try parser.parse()
  }

  /// The header of version 1 for numbers of `type` in row-major order, padded so that they start at a
  /// multiple of 64.
  ///
  /// - Parameter roomForRows: whether the header is to be as long for every number of rows.
  static func header(_ type: ElementType, shape: [Int], roomForRows: Bool = false) -> [UInt8] {
    guard let code = codes.first(where: { $0.key == type })?.value else {
      preconditionFailure("npy has no \(type)")
    }
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text =
      "{'descr': '\(type.size == 1 ? "|" : "<")\(code)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let digits = roomForRows ? String(Int.max).count - String(shape[0]).count : 0
    text += String(repeating: " ", count: digits)
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    let length = text.utf8.count
    return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(text.utf8)
  }

  /// NumPy's names of the types, without the byte order; it has no bfloat16.
  private static let codes: KeyValuePairs<ElementType, String> = [
    .bool: "b1", .int8: "i1", .uint8: "u1", .int16: "i2", .int32: "i4", .int64: "i8", .uint16: "u2",
    .uint32: "u4",
    .uint64: "u8", .float16: "f2", .float32: "f4", .float64: "f8",
  ]

  /// The type and byte order that a descriptor such as "<f4" names; nil for one that is not a plain number.
  static func type(descriptor: String) -> (type: ElementType, bigEndian: Bool)? {
    guard let order = descriptor.first, "<>=|".contains(order),
      let type = codes.first(where: { $0.value == descriptor.dropFirst() })?.key,
      order != "|" || type.size == 1
    else { return nil }
    return (type, order == ">")
  }
}
