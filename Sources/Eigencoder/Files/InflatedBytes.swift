internal import CZlib

/// gzip content (RFC 1952), inflated into memory; several members after one another are one content.
enum Gzip {
  /// Text, which does not say how long it is, may inflate to this many bytes.
  private static let longestText = 1 << 33
  /// The first bytes, from which the length that a header declares is told.
  private static let headLength = 1 << 12

  /// Inflates all that is left in `reader`.
  ///
  /// Memory grows with what is really inflated, and never past what the content's own header declares.
  /// Throws `.invalidData` when it is damaged, truncated, followed by something else or too long.
  static func inflate(_ reader: ByteReader) throws -> [UInt8] {
    // zlib keeps the address of the stream, so it must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    let gzipOnly: Int32 = 16 + MAX_WBITS
    guard inflateInit2_(stream, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw EigencoderError.numericalFailure(
        "\(reader.name): zlib \(String(cString: zlibVersion())) did not start")
    }
    defer { inflateEnd(stream) }

    var output: [UInt8] = []
    var limit: Int?
    var memberEnded = false
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while reader.remaining > 0 {
      var input = try reader.read(min(reader.remaining, 1 << 16), for: "a block")[...]
      while !input.isEmpty {
        if memberEnded {
          // Zeros may pad the end; anything else has to be another member.
          input = input.drop { $0 == 0 }
          if input.isEmpty { break }
          inflateReset(stream)
          memberEnded = false
        }
        let (status, taken, given) = step(stream, input, into: &block)
        input = input.dropFirst(taken)
        output += block[..<given]
        if limit == nil, output.count >= headLength {
          let head = Array(output.prefix(headLength))
          // Nobody can read what follows: the caller says so, and nothing more is inflated.
          if FileFormat.detect(Array(head.prefix(FileFormat.headLength))) == nil { return output }
          let declared = FileFormat.declaredLength(head) ?? longestText
          limit = min(declared, Memory.size)
        }
        if let limit, output.count > limit {
          throw reader.invalid("too long: it inflates to more than the \(limit) bytes expected")
        }
        switch status {
        case Z_STREAM_END: memberEnded = true
        case Z_OK: break
        default:
          throw reader.invalid("damaged gzip content after \(output.count) bytes (\(text(stream, status)))")
        }
      }
    }
    guard memberEnded else { throw reader.invalid("truncated gzip content after \(output.count) bytes") }
    return output
  }

  /// One call of inflate: its status, the bytes taken from `input` and given to `block`.
  private static func step(
    _ stream: UnsafeMutablePointer<z_stream>, _ input: ArraySlice<UInt8>, into block: inout [UInt8]
  ) -> (status: Int32, taken: Int, given: Int) {
    input.withUnsafeBufferPointer { source in
      block.withUnsafeMutableBufferPointer { target in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        stream.pointee.avail_in = UInt32(source.count)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(target.count)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        return (
          status, source.count - Int(stream.pointee.avail_in), target.count - Int(stream.pointee.avail_out)
        )
      }
    }
  }

  private static func text(_ stream: UnsafeMutablePointer<z_stream>, _ status: Int32) -> String {
    stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)"
  }
}
