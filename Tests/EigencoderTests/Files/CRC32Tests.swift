import Eigencoder
import Testing

@Suite struct CRC32Tests {
  /// Of the bytes (i^2 + 7i) mod 251, i below n, by zlib of Python 3.11.
  private static let golden: [(Int, String)] = [
    (0, "00000000"),
    (1, "d202ef8d"),
    (3, "c4212252"),
    (55, "392be4ff"),
    (56, "963fe91a"),
    (64, "60a1d09c"),
    (1000, "5c0381a1"),
    (70000, "8aa589b9"),
  ]

  @Test(arguments: golden) func whole(_ count: Int, _ expected: String) throws {
    let bytes = Self.bytes(count)
    #expect(CRC32(of: bytes).hexadecimal == expected)
    #expect(try CRC32(of: ByteReader(bytes: bytes[...], name: "bytes")).hexadecimal == expected)
  }

  @Test(arguments: golden) func inParts(_ count: Int, _ expected: String) {
    let bytes = Self.bytes(count)
    for size in [1, 7, 64, 100] {
      var checksum = CRC32()
      for start in stride(from: 0, to: count, by: size) {
        bytes[start..<min(start + size, count)].withUnsafeBytes { checksum.update($0) }
      }
      #expect(checksum.hexadecimal == expected, "parts of \(size)")
    }
  }

  /// Bytes of the first digits of a checksum that begins with zeros are not lost.
  @Test func leadingZeros() { #expect(CRC32(of: []).hexadecimal == "00000000") }

  private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(($0 * $0 + 7 * $0) % 251) } }
}
