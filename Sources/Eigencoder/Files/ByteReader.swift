package import Foundation

/// Bytes read in order, from a file or from memory, whose number is known beforehand.
///
/// Files are read as they are needed; what has no size (a pipe) and what is compressed is held in memory.
/// Every error names the last component of the path.
package final class ByteReader {
  package let name: String
  /// Bytes that are left.
  package private(set) var remaining: Int

  private let descriptor: Int32
  private var offset = 0
  private let memory: ArraySlice<UInt8>

  /// Reads from memory.
  package init(bytes: ArraySlice<UInt8>, name: String) {
    self.name = name
    descriptor = -1
    memory = bytes
    remaining = bytes.count
  }

  /// Opens a file or a pipe and, when its content is gzip, inflates it.
  ///
  /// Throws `.missingInput` when it is not there or cannot be read, `.invalidData` when it does not inflate.
  package static func open(_ url: URL) throws -> ByteReader {
    try ByteReader(opening: url).inflated()
  }

  /// The content itself, or what is compressed in it.
  package func inflated() throws -> ByteReader {
    guard FileFormat.detect(try peek(FileFormat.headLength)) == .gzip else { return self }
    return ByteReader(bytes: try Gzip.inflate(self)[...], name: name)
  }

  /// Opens a file or a pipe as it is, compressed or not.
  package init(opening url: URL) throws {
    name = url.lastPathComponent
    guard url.isFileURL else { throw EigencoderError.missingInput("\(url): expected the path of a file") }
    let path = url.path
    func unreadable(_ reason: String) -> EigencoderError { .missingInput("\(path): \(reason)") }
    let file = openToRead(path)
    guard file >= 0 else { throw unreadable(systemErrorText()) }
    var keepsOpen = false
    defer { if !keepsOpen { close(file) } }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw unreadable(systemErrorText()) }
    switch status.st_mode & S_IFMT {
    case S_IFREG where status.st_size > 0:
      keepsOpen = true
      descriptor = file
      memory = []
      remaining = Int(status.st_size)
    case S_IFREG, S_IFIFO, S_IFSOCK:
      guard let bytes = Self.contents(of: file) else { throw unreadable(systemErrorText()) }
      descriptor = -1
      memory = bytes[...]
      remaining = bytes.count
    case S_IFDIR: throw unreadable("is a directory, expected a file")
    default: throw unreadable("is a device, expected a file or a pipe")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Everything up to the end, where the size is not known; nil when the system fails.
  private static func contents(of file: Int32) -> [UInt8]? {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = readSome(file, &block, block.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes += block[..<count]
    }
  }
}

// MARK: - Reading

extension ByteReader {
  /// Fills `buffer` with the next bytes; throws `.invalidData` when there are fewer.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    guard buffer.count <= remaining else {
      throw invalid("truncated: expected \(buffer.count) more bytes, found \(remaining)")
    }
    try copy(into: buffer)
    offset += buffer.count
    remaining -= buffer.count
  }

  /// The next `count` bytes.
  package func read(_ count: Int, for what: String) throws -> [UInt8] {
    guard count <= remaining else {
      throw invalid("truncated: \(what) takes \(count) bytes, the file holds \(remaining)")
    }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
      initialized = count
    }
  }

  /// Whatever is left.
  package func readAll() throws -> ArraySlice<UInt8> {
    guard descriptor < 0 else { return try read(remaining, for: "the content")[...] }
    defer {
      offset += remaining
      remaining = 0
    }
    return memory.dropFirst(offset)
  }

  /// The next `count` bytes, or all that are left, to be read again.
  package func peek(_ count: Int) throws -> [UInt8] {
    let count = min(count, remaining)
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try copy(into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
      initialized = count
    }
  }

  private func copy(into buffer: UnsafeMutableRawBufferPointer) throws {
    guard let base = buffer.baseAddress else { return }
    guard descriptor >= 0 else {
      return memory.withUnsafeBytes {
        base.copyMemory(from: $0.baseAddress! + offset, byteCount: buffer.count)
      }
    }
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, base + done, min(buffer.count - done, 1 << 30), off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw EigencoderError.missingInput("\(name): \(systemErrorText())") }
      guard count > 0 else { throw invalid("truncated while it was read, at byte \(offset + done)") }
      done += count
    }
  }

  /// Malformed content, told in one line that begins with the file's name.
  package func invalid(_ text: String) -> EigencoderError { .invalidData("\(name): \(text)".oneLine) }
}

extension String {
  /// The text fit for one line of an error, whatever a file has put into it: no control characters, and not
  /// much more than a line holds.
  var oneLine: String {
    let printable = String(
      String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory.isPrinted ? $0 : " " }))
    return printable.count > 400 ? printable.prefix(400) + "..." : printable
  }
}

extension Unicode.GeneralCategory {
  fileprivate var isPrinted: Bool {
    switch self {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: false
    default: true
    }
  }
}

/// What the operating system says about the call that has just failed.
func systemErrorText() -> String { String(cString: strerror(errno)) }

// The system's calls, where the methods above would hide them.
private func openToRead(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC) }
private func readSome(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(file, buffer, count)
}
