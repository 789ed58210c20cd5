package import Foundation

/// A file that comes to be whole or not at all.
///
/// What is written goes to a temporary name in the same directory, reaches the disk, and takes the place of
/// the file by one rename. On failure the temporary file is removed and what was there stays. Outputs that
/// cannot be replaced (a terminal, a pipe, /dev/stdout) are written to directly.
/// Every failure of the system throws `.unwritableOutput` with the path and its text.
package final class OutputFile {
  private let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Creates or replaces the file at `url` with what `body` writes.
  package static func write(to url: URL, _ body: (OutputFile) throws -> Void) throws {
    guard url.isFileURL else { throw EigencoderError.unwritableOutput("\(url): expected the path of a file") }
    let path = url.path
    if let descriptor = try openDirectly(path) {
      defer { close(descriptor) }
      return try body(OutputFile(path: path, descriptor: descriptor))
    }
    // A link stays a link: what it points to is replaced.
    let target =
      realpath(path, nil).map { resolved in
        defer { free(resolved) }
        return String(cString: resolved)
      } ?? path
    let (temporary, descriptor) = try createTemporary(for: target)
    do {
      try body(OutputFile(path: path, descriptor: descriptor))
      guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(path) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0, rename(temporary, target) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  /// Creates or replaces the file at `url` with `text` in UTF-8.
  package static func write(_ text: String, to url: URL) throws {
    try write(to: url) { try $0.write(Array(text.utf8)) }
  }

  package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      let count = writeSome(descriptor, bytes.baseAddress! + done, min(bytes.count - done, 1 << 30))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path) }
      done += count
    }
  }

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

  private static func failure(_ path: String) -> EigencoderError {
    .unwritableOutput("\(path): \(systemErrorText())")
  }
}

// The system's call, where the methods above would hide it.
private func writeSome(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, bytes, count)
}
