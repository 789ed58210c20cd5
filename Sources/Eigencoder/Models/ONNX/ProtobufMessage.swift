// A message of protocol buffers is its fields one after another. A field is a tag, 8 number + wire type, as a varint,
// and a value: type 0 a varint (7 bits a byte from the lowest, the eighth bit set in all bytes but the last), type 2 a
// length as a varint and so many bytes, type 5 four bytes. Source: protobuf.dev/programming-guides/encoding.

/// A message to be written, its fields in the order in which they were put in.
///
/// Long byte strings (weights) are shared with their owner: nesting a message in another copies none of them.
package struct ProtobufMessage {
  /// Together the bytes of the message.
  package private(set) var pieces: [[UInt8]] = []
  package private(set) var byteCount = 0

  package init() {}

  init(_ fill: (inout ProtobufMessage) -> Void) { fill(&self) }

  /// An integer under the number of its field, negative ones as ten bytes of two's complement.
  package mutating func put(_ field: Int, _ value: Int) {
    putTag(field, 0)
    append(Self.varint(UInt64(bitPattern: Int64(value))))
  }

  package mutating func put(_ field: Int, _ value: Float) {
    putTag(field, 5)
    append(withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
  }

  package mutating func put(_ field: Int, _ text: String) { put(field, Array(text.utf8)) }

  package mutating func put(_ field: Int, _ bytes: [UInt8]) {
    putTag(field, 2)
    append(Self.varint(UInt64(bytes.count)))
    append(bytes)
  }

  package mutating func put(_ field: Int, _ message: ProtobufMessage) {
    putTag(field, 2)
    append(Self.varint(UInt64(message.byteCount)))
    message.pieces.forEach { append($0) }
  }

  private mutating func putTag(_ field: Int, _ wireType: UInt64) {
    append(Self.varint(UInt64(field) << 3 | wireType))
  }

  /// Short pieces join: a file of many small fields is not written byte by byte.
  private mutating func append(_ bytes: [UInt8]) {
    byteCount += bytes.count
    if let count = pieces.last?.count, count + bytes.count <= 1 << 12 {
      pieces[pieces.count - 1] += bytes
    } else {
      pieces.append(bytes)
    }
  }

  private static func varint(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
