import Testing

/// One field of a message of protocol buffers, as a reader that knows no schema finds it.
struct ProtobufEntry {
  enum Value {
    case varint(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }

  let field: Int
  let value: Value

  var int: Int? { if case .varint(let bits) = value { Int(Int64(bitPattern: bits)) } else { nil } }
  var float: Float? { if case .fixed32(let bits) = value { Float(bitPattern: bits) } else { nil } }
  var bytes: ArraySlice<UInt8>? { if case .bytes(let bytes) = value { bytes } else { nil } }
  var text: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }

  /// All fields of a message, in order; fails the test on anything that is not one.
  static func all(in message: ArraySlice<UInt8>) throws -> [ProtobufEntry] {
    var rest = message
    var entries: [ProtobufEntry] = []
    while !rest.isEmpty {
      let tag = try varint(&rest)
      let value: Value
      switch tag & 7 {
      case 0: value = .varint(try varint(&rest))
      case 2:
        let length = Int(try varint(&rest))
        try #require(length <= rest.count, "a field of \(length) bytes, \(rest.count) are left")
        value = .bytes(rest.prefix(length))
        rest = rest.dropFirst(length)
      case 5:
        try #require(rest.count >= 4)
        value = .fixed32(rest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
        rest = rest.dropFirst(4)
      default:
        throw ReadingError("wire type \(tag & 7)")
      }
      entries.append(ProtobufEntry(field: Int(tag >> 3), value: value))
    }
    return entries
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: 0, to: 70, by: 7) {
      guard let byte = rest.popFirst() else { throw ReadingError("a varint without an end") }
      result |= UInt64(byte & 0x7f) << UInt64(shift)
      if byte < 0x80 {
        // The shortest form: no zero byte at the end, unless it is the only one.
        try #require(byte != 0 || shift == 0)
        return result
      }
    }
    throw ReadingError("a varint of more than ten bytes")
  }
}

struct ReadingError: Error {
  let text: String
  init(_ text: String) { self.text = text }
}
