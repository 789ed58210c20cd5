internal import CKernels
internal import Foundation

/// Where a `ByteReader` has its bytes from.
protocol ByteOrigin: AnyObject {
  /// How many there are; nil where only the end tells.
  var count: Int? { get }
  /// Whether any place can be read at any time; otherwise each read begins where the last one ended.
  var isSeekable: Bool { get }
  /// Whether a read would not wait for somebody who writes.
  var isReady: Bool { get }
  /// Reads some bytes from `offset` on: one at least, or none at the end.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
  /// The bytes of `range` where they are in memory already; nil elsewhere.
  func shared(_ range: Range<Int>) -> ArraySlice<UInt8>?
}

extension ByteOrigin {
  var isReady: Bool { true }
  func shared(_ range: Range<Int>) -> ArraySlice<UInt8>? { nil }
}

/// Bytes in memory.
final class MemoryBytes: ByteOrigin {
  private let bytes: ArraySlice<UInt8>
  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  var count: Int? { bytes.count }
  var isSeekable: Bool { true }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - offset)
    guard count > 0 else { return 0 }
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
    }
    return count
  }

  func shared(_ range: Range<Int>) -> ArraySlice<UInt8>? {
    bytes[bytes.startIndex + range.lowerBound..<bytes.startIndex + range.upperBound]
  }
}

/// An open file: a regular one is read in place, at any offset; of a pipe, a socket or a terminal, what has been read
/// is gone.
final class FileBytes: ByteOrigin {
  private let descriptor: Int32
  /// Where the content of a regular file begins: a file that is handed over opened may have been read in part.
  private let start: Int
  private let name: String
  let count: Int?

  /// Takes over the descriptor and closes it in the end.
  ///
  /// - Parameter count: the bytes of a regular file from `start` on; nil for anything else.
  init(_ descriptor: Int32, from start: Int = 0, count: Int? = nil, name: String) {
    self.descriptor = descriptor
    self.start = start
    self.count = count
    self.name = name
    if count != nil { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
  }

  deinit { close(descriptor) }

  /// Bytes of a read that are worth asking for as many more ahead: what the system reads ahead by itself is less.
  private static let large = 8 << 20

  var isSeekable: Bool { count != nil }

  /// Within a hundredth of a second: a writer at work is not mistaken for one that has paused.
  var isReady: Bool {
    if isSeekable { return true }
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 10) != 0
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    // What a file has grown by since it was opened is not part of it.
    let wanted = min(buffer.count, (count ?? .max) - offset, 1 << 30)
    guard wanted > 0, let start = buffer.baseAddress else { return 0 }
    guard isSeekable else {
      while true {
        let count = Foundation.read(descriptor, start, wanted)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw failure(errno) }
        return count
      }
    }
    let place = self.start + offset
    let count = ek_read_at(descriptor, start, wanted, place)
    guard count >= 0 else { throw failure(Int32(-count)) }
    if count >= Self.large {
      // The next block is read from the disk while this one is computed with.
      posix_fadvise(descriptor, off_t(place + count), off_t(count), POSIX_FADV_WILLNEED)
    }
    return count
  }

  private func failure(_ number: Int32) -> EigencoderError {
    .missingInput("\(name): \(systemErrorText(number))")
  }
}
