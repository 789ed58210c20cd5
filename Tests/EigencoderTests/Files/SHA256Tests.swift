import Eigencoder
import Testing

@Suite struct SHA256Tests {
  /// Of the bytes (i^2 + 7i) mod 251, i below n, by hashlib of Python 3.11; lengths around those of a block.
  private static let golden: [(Int, String)] = [
    (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    (3, "6f8453eb52c212416df54921b6f965c1506662285be6cd320f22d7f96b30a701"),
    (55, "4b663894c980186aa740d5da70463a756b5fa62c0bc8acfd1e9080c37fdc0373"),
    (56, "733a5a43bd57834a1afb4c26da6beddaaa308b41dfdfcce729addbcc2a9874ce"),
    (57, "22ce2c170fc045408015c37b2dd636b53df794de50e4e4cfa2e11e860b6a1983"),
    (63, "504aca729bd1b4a56b7721bb6b151ca753dd38b2a3503e3e925bd3afd27da297"),
    (64, "7c197ff83a25657dd0b28850ac8d03f3862acb6944a1c4f2ddfd795e69c581f9"),
    (65, "77a271d331a393f88ea0bb92cf8b3cd99bc5caf7315fa10926061fd7baeb697f"),
    (119, "6258dd1f062c807fd450ab3c952bb9c39fe78c7292cd7cdb1f074af6cee92320"),
    (120, "bcb31c42d2311b60f250d2064167960e8f9dace974328720ddc87c405fa55680"),
    (128, "de1870c8c22d994326baf46367d094c561cf8c6b8be7f64c790a63607de4eea8"),
    (1000, "014c761b1ca6cf30692b9f1ae5c2b77c7cc2e6dc2a149a862d632fb9d4d9d742"),
    (70000, "6859cb017802376361bbd07ea0dc0de9d2e23a5dfc65933b6d77fcb8869932c7"),
  ]

  @Test(arguments: golden) func whole(_ count: Int, _ expected: String) {
    #expect(SHA256.hexadecimal(of: Self.bytes(count)) == expected)
  }

  @Test(arguments: golden) func inParts(_ count: Int, _ expected: String) throws {
    let bytes = Self.bytes(count)
    for size in [1, 7, 64, 100] {
      var hash = SHA256()
      for start in stride(from: 0, to: count, by: size) {
        hash.update(Array(bytes[start..<min(start + size, count)]))
      }
      #expect(hash.finish() == expected, "parts of \(size)")
    }
    #expect(try SHA256.hexadecimal(of: ByteReader(bytes: bytes[...], name: "bytes")) == expected)
  }

  private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(($0 * $0 + 7 * $0) % 251) } }
}
