import Eigencoder
import Testing

private enum Field {
  static let first = 1
  static let sixteenth = 16
}

/// The wire format, byte by byte; examples of the encoding's own documentation among them.
@Suite struct ProtobufTests {
  private func bytes(_ build: (inout ProtobufMessage) -> Void) -> [UInt8] {
    var message = ProtobufMessage()
    build(&message)
    let bytes = message.pieces.flatMap { $0 }
    #expect(message.byteCount == bytes.count)
    return bytes
  }

  @Test(
    arguments: [
      (0, [0x08, 0x00]), (1, [0x08, 0x01]), (127, [0x08, 0x7f]), (128, [0x08, 0x80, 0x01]),
      (150, [0x08, 0x96, 0x01]), (16384, [0x08, 0x80, 0x80, 0x01]),
      (-1, [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
      (Int.max, [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    ] as [(Int, [UInt8])])
  func integers(_ value: Int, _ expected: [UInt8]) throws {
    let written = bytes { $0.put(Field.first, value) }
    #expect(written == expected)
    #expect(try ProtobufEntry.all(in: written[...]).map(\.int) == [value])
  }

  @Test func otherTypes() {
    #expect(bytes { $0.put(Field.first, "testing") } == [0x0a, 0x07] + Array("testing".utf8))
    #expect(bytes { $0.put(Field.first, "") } == [0x0a, 0x00])
    #expect(bytes { $0.put(Field.first, Float(1)) } == [0x0d, 0x00, 0x00, 0x80, 0x3f])
    // From number 16 on a tag takes two bytes.
    #expect(bytes { $0.put(Field.sixteenth, 1) } == [0x80, 0x01, 0x01])
  }

  @Test func nested() {
    var inner = ProtobufMessage()
    inner.put(Field.first, 150)
    #expect(bytes { $0.put(Field.sixteenth, inner) } == [0x82, 0x01, 0x03, 0x08, 0x96, 0x01])
  }

  /// Long strings of bytes are pieces of their own, wherever they are nested, in the order they were put in.
  @Test func longPieces() throws {
    let long = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    var inner = ProtobufMessage()
    inner.put(Field.first, 7)
    inner.put(Field.sixteenth, long)
    inner.put(Field.first, 8)
    var outer = ProtobufMessage()
    outer.put(Field.first, inner)
    outer.put(Field.first, 9)
    let written = outer.pieces.flatMap { $0 }
    #expect(outer.pieces.contains(long) && outer.byteCount == written.count)
    let entries = try ProtobufEntry.all(in: written[...])
    #expect(entries.map(\.field) == [1, 1] && entries[1].int == 9)
    let nested = try ProtobufEntry.all(in: try #require(entries[0].bytes))
    #expect(nested.map(\.int) == [7, nil, 8])
    #expect(nested[1].bytes.map(Array.init) == long)
  }
}
