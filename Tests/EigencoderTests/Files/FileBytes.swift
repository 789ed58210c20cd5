import Eigencoder
import Foundation
import Testing

/// Content that a reader must refuse, and a fragment of the line it must say.
struct Malformed: Sendable, CustomTestStringConvertible {
  let what: String
  let bytes: [UInt8]
  let fragment: String

  init(_ what: String, _ bytes: [UInt8], _ fragment: String) {
    self.what = what
    self.bytes = bytes
    self.fragment = fragment
  }

  init(_ what: String, text: String, _ fragment: String) {
    self.init(what, Array(text.utf8), fragment)
  }

  var testDescription: String { what }
}

/// The bytes of integers, one after another.
func bytes<S: FixedWidthInteger>(_ values: [S], bigEndian: Bool = false) -> [UInt8] {
  values.flatMap { value in
    withUnsafeBytes(of: bigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
  }
}

func bytes(_ values: [Float], bigEndian: Bool = false) -> [UInt8] {
  bytes(values.map(\.bitPattern), bigEndian: bigEndian)
}

func bytes(_ values: [Double], bigEndian: Bool = false) -> [UInt8] {
  bytes(values.map(\.bitPattern), bigEndian: bigEndian)
}

/// An npy file from the texts of its header.
func npy(
  _ descriptor: String, _ shape: String, fortran: String = "False", version: UInt8 = 1, _ payload: [UInt8]
) -> [UInt8] {
  npy(
    header: "{'descr': '\(descriptor)', 'fortran_order': \(fortran), 'shape': \(shape), }\n", version, payload
  )
}

func npy(header: String, _ version: UInt8 = 1, _ payload: [UInt8] = []) -> [UInt8] {
  let length = version == 1 ? bytes([UInt16(header.utf8.count)]) : bytes([UInt32(header.utf8.count)])
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + payload
}

func idx(_ code: UInt8, _ shape: [UInt32], _ payload: [UInt8]) -> [UInt8] {
  [0, 0, code, UInt8(shape.count)] + bytes(shape, bigEndian: true) + payload
}

/// One gzip member that stores `content` without compressing it.
func gzip(_ content: [UInt8]) -> [UInt8] {
  var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
  let blocks = max(1, (content.count + 65534) / 65535)
  for block in 0..<blocks {
    let part = content[block * 65535..<min(content.count, (block + 1) * 65535)]
    result += [block == blocks - 1 ? 1 : 0] + bytes([UInt16(part.count), ~UInt16(part.count)]) + part
  }
  return result + bytes([crc32(content), UInt32(truncatingIfNeeded: content.count)])
}

private func crc32(_ content: [UInt8]) -> UInt32 {
  var crc = UInt32.max
  for byte in content {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = (crc >> 1) ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
  }
  return ~crc
}

/// A safetensors file from the text of its header.
func safetensors(_ json: String, _ payload: [UInt8] = []) -> [UInt8] {
  bytes([UInt64(json.utf8.count)]) + Array(json.utf8) + payload
}

/// Runs `body` with a directory of its own, which is removed afterwards.
func withTemporaryDirectory(_ body: (URL) throws -> Void) throws {
  let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
    "eigencoder-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  try body(directory)
}
