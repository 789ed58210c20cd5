internal import CZlib

/// The checksum of zip, gzip and PNG (CRC-32 of ISO 3309), of bytes that come in parts; computed by zlib.
package struct CRC32 {
  package private(set) var value: UInt32 = 0

  package init() {}

  /// Of all bytes that are left, read in parts of 1 MB.
  package init(of reader: ByteReader) throws {
    while case let block = try reader.read(upTo: 1 << 20), !block.isEmpty {
      block.withUnsafeBytes { update($0) }
    }
  }

  package init(of bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Adds the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // For no address zlib returns the initial value.
    guard let start = bytes.baseAddress else { return }
    value = UInt32(crc32_z(UInt(value), start.assumingMemoryBound(to: UInt8.self), bytes.count))
  }

  /// 8 hexadecimal digits.
  package var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
