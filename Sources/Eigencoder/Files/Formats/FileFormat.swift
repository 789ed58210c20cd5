/// What a file holds, told by its first bytes and never by its name.
package enum FileFormat: Sendable {
  case npy, idx, gzip, safetensors, zip, text

  /// Bytes that suffice to tell.
  static let headLength = 16

  /// The format that begins with `head`: the first `headLength` bytes, or all of a shorter file.
  static func detect(_ head: [UInt8]) -> FileFormat? {
    if head.starts(with: Npy.magic) { return .npy }
    if head.starts(with: [0x1f, 0x8b]) { return .gzip }
    if head.starts(with: ZipArchive.magic) || head.starts(with: ZipArchive.emptyMagic) { return .zip }
    // A length below 4 GB in eight bytes, then the JSON of the header.
    if head.count > 8, head[8] == UInt8(ascii: "{"), head[4..<8].allSatisfy({ $0 == 0 }),
      head.count == 9 || [0x22, 0x7d, 0x20, 0x09, 0x0a, 0x0d].contains(head[9])
    {
      return .safetensors
    }
    if head.count >= 4, head[0] == 0, head[1] == 0, Idx.elementType(head[2]) != nil, head[3] > 0 {
      return .idx
    }
    let isText = head.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d || $0 == 0x0c }
    return isText && !head.isEmpty ? .text : nil
  }
}

extension ByteReader {
  /// The format by what has arrived, more of which is waited for where it does not tell; nil when unknown.
  func knownFormat() throws -> FileFormat? {
    try FileFormat.detect(peek(FileFormat.headLength, atLeast: 8))
      ?? FileFormat.detect(peek(FileFormat.headLength))
  }

  /// The format of what is to be read; throws `.invalidData` when it is empty or unknown.
  func format(expecting expected: String) throws -> FileFormat {
    let head = try peek(4)
    if head.isEmpty { throw invalid("is empty, expected \(expected)") }
    if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) {
      throw invalid("is UTF-16 text, expected UTF-8")
    }
    guard let format = try knownFormat() else { throw unknownFormat(expecting: expected) }
    return format
  }

  func unknownFormat(expecting expected: String) -> EigencoderError {
    let head = (try? peek(8)) ?? []
    let shown = head.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    return invalid("unknown format (it begins with the bytes \(shown)), expected \(expected)")
  }
}
