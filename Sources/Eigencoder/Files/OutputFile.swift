package import Foundation

/// A file that comes to be whole or not at all.
///
/// What is written goes to a temporary name in the same directory, reaches the disk, and takes the place of
/// the file by one rename when it is finished. Until then, and on failure, what was there stays; a file that is
/// given up removes its temporary one. Outputs that cannot be replaced (a terminal, a pipe, /dev/stdout) are
/// written to directly.
/// Every failure of the system throws `.unwritableOutput` with the path and its text.
package final class OutputFile {
  private let path: String
  /// The last component of the path: what errors about the content call it.
  package var name: String { URL(fileURLWithPath: path).lastPathComponent }
  private let descriptor: Int32
  /// Where the file is until it is finished, and what it takes the place of; nil when written to directly.
  private let temporary: (path: String, target: String, slot: Int?)?
  private var isOpen = true
  /// Where what is written begins in a file that can be written to anywhere; nil for a pipe.
  private let start: Int?

  /// Begins to create or replace the file at `url`; "/dev/stdout" is standard output.
  package init(replacing url: URL) throws {
    guard url.isFileURL else { throw EigencoderError.unwritableOutput("\(url): expected the path of a file") }
    path = url.path
    if let direct = try Self.openDirectly(path) {
      descriptor = direct
      temporary = nil
      // A shell may have redirected it to a file, and to the end of one.
      let isAppending = fcntl(direct, F_GETFL) & O_APPEND != 0
      let offset = lseek(direct, 0, SEEK_CUR)
      start = offset >= 0 && !isAppending ? Int(offset) : nil
      return
    }
    // A link stays a link: what it points to is replaced.
    let target =
      realpath(path, nil).map { resolved in
        defer { free(resolved) }
        return String(cString: resolved)
      } ?? path
    let created = try Self.createTemporary(for: target)
    descriptor = created.descriptor
    temporary = (created.path, target, UnfinishedFiles.add(created.path))
    start = 0
  }

  deinit { if isOpen { abandon() } }

  /// Creates or replaces the file at `url` with what `body` writes.
  package static func write(to url: URL, _ body: (OutputFile) throws -> Void) throws {
    let file = try OutputFile(replacing: url)
    do { try body(file) } catch {
      file.abandon()
      throw error
    }
    try file.finish()
  }

  /// Creates or replaces the file at `url` with `text` in UTF-8.
  package static func write(_ text: String, to url: URL) throws {
    try write(to: url) { try $0.write(Array(text.utf8)) }
  }

  /// Puts the file in its place. Traps the second time.
  package func finish() throws {
    precondition(isOpen, "\(path) is finished already")
    guard let temporary else { return close() }
    guard fsync(descriptor) == 0 || errno == EINVAL, rename(temporary.path, temporary.target) == 0 else {
      let error = Self.failure(path)
      abandon()
      throw error
    }
    close()
  }

  /// Leaves what was there as it was.
  package func abandon() {
    guard isOpen else { return }
    if let temporary { unlink(temporary.path) }
    close()
  }

  private func close() {
    Foundation.close(descriptor)
    isOpen = false
    if let temporary { UnfinishedFiles.remove(temporary.slot) }
  }

  private static func failure(_ path: String) -> EigencoderError {
    .unwritableOutput("\(path): \(systemErrorText())")
  }
}

// MARK: - Writing

extension OutputFile {
  package func write(_ bytes: [UInt8]) throws { try write(bytes[...]) }
  package func write(_ bytes: ArraySlice<UInt8>) throws { try bytes.withUnsafeBytes { try write($0) } }

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    try repeatedly(bytes) { start, count, _ in Foundation.write(descriptor, start, count) }
  }

  /// Calls `write` with what is left, and how many bytes precede it, until the system has taken all bytes.
  private func repeatedly(
    _ bytes: UnsafeRawBufferPointer, _ write: (UnsafeRawPointer, _ count: Int, _ done: Int) -> Int
  ) throws {
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = write(start + done, min(bytes.count - done, 1 << 30), done)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path) }
      done += count
    }
  }

  /// Whether what has been written can be overwritten: false for a pipe or a terminal.
  package var canOverwrite: Bool { start != nil }

  /// Replaces the first bytes that were written. Traps unless that is possible.
  package func overwriteStart(_ bytes: [UInt8]) throws {
    guard let start else { preconditionFailure("\(path) cannot be written to twice") }
    try bytes.withUnsafeBytes {
      try repeatedly($0) { pwrite(descriptor, $0, $1, off_t(start + $2)) }
    }
  }
}

// MARK: - Opening

extension OutputFile {
  /// A descriptor for an output that is there and is not a regular file; nil otherwise.
  private static func openDirectly(_ path: String) throws -> Int32? {
    // The standard streams may have been redirected to a regular file, which is not ours to replace.
    let standard = ["/dev/stdout": 1, "/dev/stderr": 2, "/dev/fd/1": 1, "/dev/fd/2": 2]
    if let stream = standard[path] {
      let copy = dup(Int32(stream))
      guard copy >= 0 else { throw failure(path) }
      return copy
    }
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return nil
    case S_IFDIR: throw EigencoderError.unwritableOutput("\(path): is a directory, expected a file")
    default:
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure(path) }
      return descriptor
    }
  }

  /// A new file beside `target`, with the permissions of a file that is there already.
  private static func createTemporary(for target: String) throws -> (path: String, descriptor: Int32) {
    let url = URL(fileURLWithPath: target)
    let directory = url.deletingLastPathComponent().path
    // Part of the name, so that it does not grow past what a directory entry holds.
    let prefix = "\(directory)/.\(url.lastPathComponent.prefix(40))."
    while true {
      let temporary = prefix + String(UInt64.random(in: .min ... .max), radix: 36)
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        var status = stat()
        if stat(target, &status) == 0 { fchmod(descriptor, status.st_mode & 0o777) }
        return (temporary, descriptor)
      }
      guard errno == EEXIST else { throw failure(target) }
    }
  }
}

/// The temporary names there are, for a signal that ends the program.
///
/// A few fixed places: a signal handler can neither wait for a lock nor allocate.
package enum UnfinishedFiles {
  private static let lock = NSLock()
  nonisolated(unsafe) private static let places: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = {
    let places = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: capacity)
    places.initialize(repeating: nil, count: capacity)
    return places
  }()
  private static let capacity = 16

  /// Remembers the path; returns its place, nil when there is none free.
  fileprivate static func add(_ path: String) -> Int? {
    lock.withLock {
      guard let place = (0..<capacity).first(where: { places[$0] == nil }) else { return nil }
      places[place] = strdup(path)
      return place
    }
  }

  fileprivate static func remove(_ place: Int?) {
    guard let place else { return }
    lock.withLock {
      let path = places[place]
      places[place] = nil
      free(path)
    }
  }

  /// Removes all of them. May be called by a signal handler that ends the program.
  package static func removeAll() {
    for place in 0..<capacity { if let path = places[place] { unlink(path) } }
  }
}
