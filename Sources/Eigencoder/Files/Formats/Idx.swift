extension FileFormat {
  /// The format of the MNIST files, whose images are scaled to [0, 1].
  package static let idx = FileFormat(
    name: "idx", noun: "an idx file",
    begins: { $0.count >= 4 && $0[0] == 0 && $0[1] == 0 && Idx.elementType($0[2]) != nil && $0[3] > 0 },
    rows: { reader, _ in
      let array = try Idx.header(from: reader)
      let isImages = array.type == .uint8 && array.shape.count >= 3
      return RowContent(source: try array.rows(from: reader), scale: isImages ? 1 / 255 : 1)
    }, labels: { reader, _ in try Labels(Idx.header(from: reader), reader) })
}

/// The idx format of the MNIST files: 0, 0, a type code, the number of axes, their sizes, the numbers; all
/// of it big-endian.
enum Idx {
  static func elementType(_ code: UInt8) -> ElementType? {
    switch code {
    case 0x08: .uint8
    case 0x09: .int8
    case 0x0b: .int16
    case 0x0c: .int32
    case 0x0d: .float32
    case 0x0e: .float64
    default: nil
    }
  }

  /// Reads up to the first number.
  static func header(from reader: ByteReader) throws -> StoredArray {
    let magic = try reader.read(4, for: "an idx header")
    guard magic[0] == 0, magic[1] == 0, let type = elementType(magic[2]), magic[3] > 0 else {
      throw reader.invalid("does not begin as an idx file")
    }
    let sizes = try reader.read(4 * Int(magic[3]), for: "an idx header of \(magic[3]) axes")
    let shape = stride(from: 0, to: sizes.count, by: 4).map { at in
      sizes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    return StoredArray(type: type, bigEndian: true, shape: shape)
  }
}
