internal import CZlib

/// What deflate has compressed (RFC 1951), inflated as it is read.
///
/// Memory is two blocks, whatever the content grows to. Throws `.invalidData` when it is damaged, truncated or
/// followed by something else.
final class InflatedBytes: ByteOrigin {
  /// How the compressed bytes are wrapped.
  enum Container: String {
    /// RFC 1952: with checksums, which are compared; several members after one another are one content.
    case gzip
    /// None: one stream, as in a zip archive.
    case deflate
  }

  static let gzipMagic: [UInt8] = [0x1f, 0x8b]

  private let reader: ByteReader
  private let container: Container
  // zlib keeps the address of the stream, so it must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var input: [UInt8]
  /// What of `input` is still to be taken.
  private var pending = 0..<0
  private var given = 0
  private var hasEnded = false

  /// Inflates all that is left in `reader`.
  init(_ reader: ByteReader, _ container: Container) throws {
    self.reader = reader
    self.container = container
    input = [UInt8](repeating: 0, count: 1 << 16)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let windowBits = container == .gzip ? 16 + MAX_WBITS : -MAX_WBITS
    guard inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw EigencoderError.numericalFailure(
        "\(reader.name): zlib \(String(cString: zlibVersion())) did not start")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  var count: Int? { nil }
  var isSeekable: Bool { false }
  var isReady: Bool { !pending.isEmpty || reader.isReady }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      if pending.isEmpty {
        pending = 0..<(try input.withUnsafeMutableBytes { try reader.read(into: $0, atLeast: 1) })
      }
      if hasEnded, try !beginsAnotherMember() { return 0 }
      guard !pending.isEmpty else {
        throw reader.invalid("truncated \(container) content after \(given) bytes")
      }
      let (status, count) = step(into: buffer)
      given += count
      switch status {
      case Z_STREAM_END: hasEnded = true
      case Z_OK: break
      // It needs more input.
      case Z_BUF_ERROR where pending.isEmpty: break
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)"
        throw reader.invalid("damaged \(container) content after \(given) bytes (\(reason))")
      }
      if count > 0 { return count }
    }
  }

  /// After the end of one: zeros may pad it; anything else has to be another member.
  private func beginsAnotherMember() throws -> Bool {
    while !pending.isEmpty {
      pending = (pending.first { input[$0] != 0 } ?? pending.upperBound)..<pending.upperBound
      if !pending.isEmpty { break }
      pending = 0..<(try input.withUnsafeMutableBytes { try reader.read(into: $0, atLeast: 1) })
    }
    guard !pending.isEmpty else { return false }
    guard container == .gzip else { throw reader.invalid("bytes follow the end of the deflate content") }
    inflateReset(stream)
    hasEnded = false
    return true
  }

  /// One call of inflate: its status and the bytes given to `buffer`.
  private func step(into buffer: UnsafeMutableRawBufferPointer) -> (status: Int32, given: Int) {
    let room = min(buffer.count, 1 << 30)
    let status = input.withUnsafeMutableBufferPointer { source in
      stream.pointee.next_in = UnsafeMutableBufferPointer(rebasing: source[pending]).baseAddress
      stream.pointee.avail_in = UInt32(pending.count)
      stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
      stream.pointee.avail_out = UInt32(room)
      return inflate(stream, Z_NO_FLUSH)
    }
    pending = pending.upperBound - Int(stream.pointee.avail_in)..<pending.upperBound
    return (status, room - Int(stream.pointee.avail_out))
  }
}

extension ByteReader {
  /// The content itself, or what gzip has compressed in it.
  package func inflated() throws -> ByteReader {
    guard try peek(2) == InflatedBytes.gzipMagic else { return self }
    return ByteReader(try InflatedBytes(self, .gzip), name: name)
  }
}
