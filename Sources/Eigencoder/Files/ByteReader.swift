package import Foundation

/// Bytes read in order, from a file, from memory, from a pipe or from what is inflated on the way.
///
/// Nothing is kept of what has been read. Files and memory can be read at any place, too. Every error names the
/// last component of the path.
package final class ByteReader {
  package let name: String
  private let origin: any ByteOrigin
  /// The next byte, counted in the origin; and the end where it is known.
  private var position: Int
  private let start: Int
  private let end: Int?
  /// What has been looked at of an origin that cannot be read twice, from `position` on.
  private var lookahead: [UInt8] = []

  /// Reads the bytes of `range`, or all.
  init(_ origin: any ByteOrigin, _ range: Range<Int>? = nil, name: String) {
    self.name = name
    self.origin = origin
    start = range?.lowerBound ?? 0
    end = range?.upperBound ?? origin.count
    position = start
  }

  /// Reads from memory.
  package convenience init(bytes: ArraySlice<UInt8>, name: String) {
    self.init(MemoryBytes(bytes), name: name)
  }

  /// Opens a file or a pipe and, when its content is gzip, inflates it on the way.
  ///
  /// Throws `.missingInput` when it is not there or cannot be read.
  package static func open(_ url: URL) throws -> ByteReader { try ByteReader(opening: url).inflated() }

  /// Opens a file or a pipe as it is, compressed or not.
  package convenience init(opening url: URL) throws {
    guard url.isFileURL else { throw EigencoderError.missingInput("\(url): expected the path of a file") }
    let file = Foundation.open(url.path, O_RDONLY | O_CLOEXEC)
    try self.init(takingOver: file, path: url.path, name: url.lastPathComponent)
  }

  /// Standard input, from where it stands.
  package convenience init(standardInput name: String) throws {
    try self.init(takingOver: dup(STDIN_FILENO), path: name, name: name, acceptsDevices: true)
  }

  private convenience init(takingOver file: Int32, path: String, name: String, acceptsDevices: Bool = false)
    throws
  {
    func unreadable(_ reason: String) -> EigencoderError {
      if file >= 0 { close(file) }
      return .missingInput("\(path): \(reason)")
    }
    var status = stat()
    guard file >= 0, fstat(file, &status) == 0 else { throw unreadable(systemErrorText()) }
    switch status.st_mode & S_IFMT {
    case S_IFREG where status.st_size > 0:
      let start = max(0, Int(lseek(file, 0, SEEK_CUR)))
      let count = max(0, Int(status.st_size) - start)
      self.init(FileBytes(file, from: start, count: count, name: name), name: name)
    // Files of /proc have no size before they are read.
    case S_IFREG, S_IFIFO, S_IFSOCK,
      S_IFCHR where acceptsDevices:
      self.init(FileBytes(file, name: name), name: name)
    case S_IFDIR: throw unreadable("is a directory, expected a file")
    default: throw unreadable("is a device, expected a file or a pipe")
    }
  }

  /// Bytes that are left; nil where only the end tells.
  package var remaining: Int? { end.map { $0 - position } }
  /// Bytes that have been read.
  package var consumed: Int { position - start }
  /// Whether a read would not wait for somebody who writes.
  var isReady: Bool { !lookahead.isEmpty || origin.isReady }
  /// Whether any part can be read at any time, by `slice`.
  package var isSeekable: Bool { origin.isSeekable }
}

// MARK: - Reading

extension ByteReader {
  /// Fills `buffer` as far as there is something to read without waiting, and waits for `minimum` bytes.
  ///
  /// - Returns: how many bytes were read; fewer than `minimum` only at the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer, atLeast minimum: Int) throws -> Int {
    var done = min(lookahead.count, buffer.count)
    if done > 0 {
      buffer.copyBytes(from: lookahead[..<done])
      lookahead.removeFirst(done)
      position += done
    }
    while done < buffer.count, done < minimum || origin.isReady {
      let wanted = min(buffer.count - done, remaining ?? .max)
      if wanted == 0 { break }
      let count = try origin.read(at: position, into: .init(rebasing: buffer[done..<done + wanted]))
      if count == 0, remaining != nil { throw invalid("truncated while it was read, at byte \(consumed)") }
      if count == 0 { break }
      position += count
      done += count
    }
    return done
  }

  /// Fills `buffer` with the next bytes; throws `.invalidData` when there are fewer.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    let count = try read(into: buffer, atLeast: buffer.count)
    guard count == buffer.count else {
      throw invalid("truncated: expected \(buffer.count) more bytes, found \(count)")
    }
  }

  /// Fills `buffer` with whole rows of `rowBytes` bytes: as many as there are without waiting, and one at least.
  ///
  /// - Returns: how many bytes were read: those of whole rows, unless the content ends within a row or has ended.
  func readRows(of rowBytes: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let found = try read(into: buffer, atLeast: rowBytes)
    let rest = found % rowBytes
    guard rest > 0 else { return found }
    let missing = UnsafeMutableRawBufferPointer(rebasing: buffer[found..<(found - rest + rowBytes)])
    return try found + read(into: missing, atLeast: missing.count)
  }

  /// The same into the first `count` bytes of an array.
  func readRows(of rowBytes: Int, into bytes: inout [UInt8], count: Int) throws -> Int {
    try bytes.withUnsafeMutableBytes { try readRows(of: rowBytes, into: .init(rebasing: $0[..<count])) }
  }

  /// The next `count` bytes. Memory grows with what is there, never by `count` alone.
  package func read(_ count: Int, for what: String) throws -> [UInt8] {
    func truncated(_ found: Int) -> EigencoderError {
      invalid("truncated: \(what) takes \(count) bytes, the file holds \(found)")
    }
    if let remaining, remaining < count { throw truncated(remaining) }
    let bytes = try read(upTo: count)
    guard bytes.count == count else { throw truncated(bytes.count) }
    return bytes
  }

  /// The next `count` bytes, or all that are left; with a `minimum`, no more than that are waited for.
  func read(upTo count: Int, atLeast minimum: Int? = nil) throws -> [UInt8] {
    let count = min(count, remaining ?? count)
    var bytes: [UInt8] = []
    var block = remaining == nil ? 1 << 16 : count
    while bytes.count < count {
      let missing = min(block, count - bytes.count)
      let part = try [UInt8](unsafeUninitializedCapacity: missing) { buffer, initialized in
        initialized = try read(into: .init(.init(rebasing: buffer[..<missing])), atLeast: minimum ?? missing)
      }
      if bytes.isEmpty { bytes = part } else { bytes += part }
      if part.count < missing { break }
      block = min(2 * block, 1 << 26)
      if remaining == nil, bytes.count > Memory.left.bytes / 2 {
        throw invalid("more than \(bytes.count >> 20) MB, which this machine cannot hold at once")
      }
    }
    return bytes
  }

  /// Whatever is left.
  package func readAll() throws -> ArraySlice<UInt8> {
    if let end, let bytes = origin.shared(position..<end) {
      position = end
      return bytes
    }
    return try read(upTo: remaining ?? .max)[...]
  }

  /// The next `count` bytes, or all that are left, to be read again; with a `minimum`, no more than that are waited
  /// for.
  package func peek(_ count: Int, atLeast minimum: Int? = nil) throws -> [UInt8] {
    if origin.isSeekable {
      let before = position
      defer { position = before }
      return try read(upTo: count)
    }
    if lookahead.count < minimum ?? count {
      // What has been looked at before is read first.
      let bytes = try read(upTo: count, atLeast: minimum)
      position -= bytes.count
      lookahead = bytes + lookahead
    }
    return Array(lookahead.prefix(count))
  }

  /// Whether nothing is left; waits for it.
  package func isAtEnd() throws -> Bool { try peek(1).isEmpty }
}

// MARK: - Other ways to read

extension ByteReader {
  /// Goes to the byte that follows `consumed` others; the reader is seekable.
  func seek(to consumed: Int) {
    precondition(isSeekable && start + consumed <= end ?? 0, "byte \(consumed) of \(name)")
    position = start + consumed
  }

  /// The bytes of `range`, counted from the first that this reader had; it is seekable and as long at least.
  func slice(_ range: Range<Int>) -> ByteReader {
    precondition(isSeekable && start + range.upperBound <= end ?? 0, "bytes \(range) of \(name)")
    return ByteReader(origin, start + range.lowerBound..<start + range.upperBound, name: name)
  }

  /// The same content where its length is known and any part can be read: in memory if it must be.
  package func seekable() throws -> ByteReader {
    isSeekable ? self : ByteReader(bytes: try readAll(), name: name)
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
func systemErrorText(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }
