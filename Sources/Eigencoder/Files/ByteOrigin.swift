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
}

extension ByteOrigin {
  var isReady: Bool { true }
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
    bytes.withUnsafeBytes { buffer.baseAddress!.copyMemory(from: $0.baseAddress! + offset, byteCount: count) }
    return count
  }

  /// What is left from `offset` on, without a copy.
  func suffix(from offset: Int) -> ArraySlice<UInt8> { bytes.dropFirst(offset) }
}

/// An open regular file, read in place: nothing of it is kept.
final class FileBytes: ByteOrigin {
  private let descriptor: Int32
  /// Where its content begins: a file that is handed over opened may have been read in part.
  private let start: Int
  private let name: String
  private let size: Int

  /// Takes over the descriptor and closes it in the end.
  init(_ descriptor: Int32, from start: Int, count: Int, name: String) {
    self.descriptor = descriptor
    self.start = start
    self.name = name
    size = count
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit { close(descriptor) }

  var count: Int? { size }
  var isSeekable: Bool { true }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    // What the file has grown by since is not part of it.
    let wanted = min(buffer.count, size - offset, 1 << 30)
    guard wanted > 0 else { return 0 }
    while true {
      let count = pread(descriptor, buffer.baseAddress!, wanted, off_t(start + offset))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw EigencoderError.missingInput("\(name): \(systemErrorText())") }
      return count
    }
  }
}

/// A pipe, a socket or a terminal: what has been read is gone.
final class PipeBytes: ByteOrigin {
  private let descriptor: Int32
  private let name: String

  /// Takes over the descriptor and closes it in the end.
  init(_ descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  deinit { close(descriptor) }

  var count: Int? { nil }
  var isSeekable: Bool { false }

  /// Within a hundredth of a second: a writer at work is not mistaken for one that has paused.
  var isReady: Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 10) != 0
  }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard buffer.count > 0 else { return 0 }
    while true {
      let count = readSome(descriptor, buffer.baseAddress!, min(buffer.count, 1 << 30))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw EigencoderError.missingInput("\(name): \(systemErrorText())") }
      return count
    }
  }
}

// The system's call, where the methods above would hide it.
private func readSome(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, buffer, count)
}
