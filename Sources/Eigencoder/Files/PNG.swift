internal import CZlib

// PNG (RFC 2083): a signature, then chunks of length, type, content and CRC. The content of a picture is
// its rows, each with one byte that names its filter (0, none), compressed by zlib.

/// Pictures in shades of grey, for reports.
enum PNG {
  /// The file of a picture of 8 bits of grey and 8 of opacity a pixel.
  ///
  /// - Parameter pixels: grey and opacity in turn, row by row, from the top: 2 width height bytes.
  static func file(width: Int, height: Int, greyAndOpacity pixels: [UInt8]) -> [UInt8] {
    precondition(width >= 1 && height >= 1, "a picture of \(width) x \(height)")
    precondition(pixels.count == 2 * width * height, "\(pixels.count) bytes for \(width) x \(height) pixels")
    let size = 2 * width
    let rows = (0..<height).flatMap { [0] + pixels[$0 * size..<($0 + 1) * size] }
    // 8 bits, colour type 4: grey with opacity; the only compression and filter method; not interlaced.
    let header = bytes(UInt32(width)) + bytes(UInt32(height)) + [8, 4, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + chunk("IDAT", compressed(rows)) + chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + content
    return bytes(UInt32(content.count)) + body + bytes(CRC32(of: body).value)
  }

  private static func compressed(_ content: [UInt8]) -> [UInt8] {
    var count = compressBound(UInt(content.count))
    var result = [UInt8](repeating: 0, count: Int(count))
    let status = compress2(&result, &count, content, UInt(content.count), Z_BEST_COMPRESSION)
    precondition(status == Z_OK, "zlib status \(status) where the bound of its own holds")
    return Array(result.prefix(Int(count)))
  }

  /// Big endian.
  private static func bytes(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }
}
