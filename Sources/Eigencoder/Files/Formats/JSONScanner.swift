internal import Foundation

/// Walks through one value of JSON in place: objects, arrays of numbers, and whatever else is stepped over.
struct JSONScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The byte it stands on; nil at the end.
  var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  mutating func skipBlanks() {
    while let byte = next, byte <= 0x20 { at += 1 }
  }

  /// Steps over this byte and the blanks before it; false where another stands there.
  mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard next == byte else { return false }
    at += 1
    return true
  }

  func requireEnd() throws {
    var rest = self
    rest.skipBlanks()
    guard rest.next == nil else { throw failure("the end of the line") }
  }

  /// Calls `body` with the key of each member of an object; it reads the value.
  mutating func forEachMember(_ body: (_ key: String, _ scanner: inout JSONScanner) throws -> Void) throws {
    guard take(UInt8(ascii: "{")) else { throw failure("an array or an object") }
    if take(UInt8(ascii: "}")) { return }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw failure("the name of a member") }
      let key = Self.text(bytes, try value())
      guard take(UInt8(ascii: ":")) else { throw failure("a colon") }
      try body(key, &self)
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw failure("a comma or the end of the object") }
  }

  /// Calls `body` with where each element of an array of numbers stands.
  mutating func forEachElement(_ body: (Range<Int>) throws -> Void) throws {
    guard take(UInt8(ascii: "[")) else { throw failure("an array of numbers") }
    if take(UInt8(ascii: "]")) { return }
    repeat { try body(value()) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw failure("a comma or the end of the array") }
  }

  /// Steps over a value of any kind; where it stood, without the blanks around.
  mutating func value() throws -> Range<Int> {
    skipBlanks()
    let start = at
    var depth = 0
    repeat {
      guard let byte = next else { throw failure("a value") }
      switch byte {
      case UInt8(ascii: "\""): try skipString()
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        at += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        guard depth > 0 else { throw failure("a value") }
        depth -= 1
        at += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"), 0...0x20:
        guard depth > 0 else { throw failure("a value") }
        at += 1
      default: skipWord()
      }
    } while depth > 0
    return start..<at
  }

  private mutating func skipString() throws {
    at += 1
    while let byte = next, byte != UInt8(ascii: "\"") { at += byte == UInt8(ascii: "\\") ? 2 : 1 }
    guard at < bytes.count else { throw failure("the end of a string") }
    at += 1
  }

  /// A number, or true, false, null.
  private mutating func skipWord() {
    while let byte = next, byte > 0x20, !",:[]{}\"".utf8.contains(byte) { at += 1 }
  }

  /// What stands at `range`: the text of a string, or a value as it is written.
  static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
    guard bytes[range.lowerBound] == UInt8(ascii: "\"") else {
      return String(decoding: bytes[range], as: UTF8.self)
    }
    let content = bytes[range.lowerBound + 1..<range.upperBound - 1]
    guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
    let decoded = try? JSONSerialization.jsonObject(with: Data(bytes[range]), options: .fragmentsAllowed)
    return decoded as? String ?? String(decoding: content, as: UTF8.self)
  }

  private func failure(_ expected: String) -> LineFailure {
    let found = next.map { _ in
      "\"" + String(decoding: bytes[at..<min(at + 20, bytes.count)], as: UTF8.self) + "\""
    }
    return LineFailure(
      text: "at character \(at + 1): expected \(expected), found \(found ?? "the end of the line")")
  }
}

extension JSONScanner {
  /// The members of an object, and whether each is an array that begins with a number.
  func members() throws -> [(key: String, isArrayOfNumbers: Bool)] {
    var scanner = self
    var members: [(String, Bool)] = []
    try scanner.forEachMember { key, scanner in
      scanner.skipBlanks()
      var inner = scanner
      let isArray = inner.take(UInt8(ascii: "["))
      inner.skipBlanks()
      let number = inner.next.map { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) } ?? false
      members.append((key, isArray && number))
      _ = try scanner.value()
    }
    try scanner.requireEnd()
    return members
  }
}
