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
  [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] + deflate(content)
    + bytes([crc32(content), UInt32(truncatingIfNeeded: content.count)])
}

/// A deflate stream that stores `content` without compressing it.
func deflate(_ content: [UInt8]) -> [UInt8] {
  let blocks = max(1, (content.count + 65534) / 65535)
  return (0..<blocks).flatMap { block in
    let part = content[block * 65535..<min(content.count, (block + 1) * 65535)]
    return [block == blocks - 1 ? 1 : 0] + bytes([UInt16(part.count), ~UInt16(part.count)]) + part
  }
}

/// A file of a zip archive, and what its headers say of it.
struct ZipEntry {
  var name: String
  var content: [UInt8]
  var method: UInt16 = 0
  var flags: UInt16 = 0
  /// Where they are not those of the content.
  var checksum: UInt32?
  var size: UInt32?
  var compressedSize: UInt32?
  var offset: UInt32?
  /// Whether sizes and place stand in the extra field of zip64.
  var isZip64 = false
}

/// A zip archive; `disk`, `directorySize` and `directoryOffset` where its end lies.
func zip(
  _ entries: [ZipEntry], comment: String = "", disk: UInt16 = 0, directorySize: UInt32? = nil,
  directoryOffset: UInt32? = nil, isZip64: Bool = false
) -> [UInt8] {
  var (file, directory): ([UInt8], [UInt8]) = ([], [])
  for entry in entries {
    let offset = UInt32(file.count)
    let packed = entry.method == 8 ? deflate(entry.content) : entry.content
    let checksum = entry.checksum ?? crc32(entry.content)
    let size = entry.size ?? UInt32(entry.content.count)
    let compressed = entry.compressedSize ?? UInt32(packed.count)
    let name = Array(entry.name.utf8)
    let sizes: [UInt32] = entry.isZip64 ? [.max, .max] : [compressed, size]
    let extra =
      entry.isZip64
      ? bytes([1, 24] as [UInt16])
        + bytes([UInt64(size), UInt64(compressed), UInt64(entry.offset ?? offset)]) : []
    let common = bytes([entry.flags, entry.method, 0, 0]) + bytes([checksum] + sizes)
    file += [0x50, 0x4b, 3, 4, 20, 0] + common + bytes([UInt16(name.count), 0]) + name + packed
    directory += [0x50, 0x4b, 1, 2, 20, 0, 20, 0] + common
    directory += bytes([UInt16(name.count), UInt16(extra.count), 0, 0, 0, 0, 0])
    directory += bytes([entry.isZip64 ? .max : entry.offset ?? offset]) + name + extra
  }
  let place = UInt64(directoryOffset ?? UInt32(file.count))
  let length = UInt64(directorySize ?? UInt32(directory.count))
  file += directory
  if isZip64 {
    let record = UInt64(file.count)
    file += [0x50, 0x4b, 6, 6] + bytes([44] as [UInt64]) + [UInt8](repeating: 0, count: 28)
    file += bytes([length, place])
    file += [0x50, 0x4b, 6, 7, 0, 0, 0, 0] + bytes([record]) + [1, 0, 0, 0]
  }
  let count = UInt16(entries.count)
  let ends: [UInt32] = isZip64 ? [.max, .max] : [UInt32(length), UInt32(place)]
  return file + [0x50, 0x4b, 5, 6] + bytes([disk, 0, count, count]) + bytes(ends)
    + bytes([UInt16(comment.utf8.count)]) + Array(comment.utf8)
}

/// Rows that begin with their width.
func vectors(_ widths: [Int32], _ row: (Int) -> [UInt8]) -> [UInt8] {
  widths.enumerated().flatMap { bytes([$1]) + row($0) }
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
