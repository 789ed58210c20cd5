import Eigencoder
import Foundation

/// Where results go.
enum Output {
  /// Prints the text, or writes it to a file, whole or not at all.
  static func write(_ text: String, to path: String?) throws {
    guard let path else { return try print(text) }
    try OutputFile.write(text + "\n", to: URL(fileURLWithPath: path))
  }

  /// Writes a line to standard output, at once; of several processes by `mpirun`, the first one does.
  /// - Throws: `.unwritableOutput` when it is closed, or full: a result that is lost is not a success.
  static func print(_ text: String) throws {
    guard Ranks.isFirst else { return }
    var rest = Array((text + "\n").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress!, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw EigencoderError.unwritableOutput("standard output: \(String(cString: strerror(errno)))")
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Checks early that a file can be written there, so that a long run is not lost at its end, and that it is none
  /// of those that the command reads: what it replaces would be gone.
  static func requireWritable(_ path: String, reading inputs: [String?]) throws {
    if path == DataSource.standardStream {
      throw EigencoderError.invalidArgument(
        "this output is a file, not '-': encode, decode and moments alone write to standard output")
    }
    if let input = inputs.compactMap({ $0 }).first(where: { areSameFile($0, path) }) {
      throw EigencoderError.invalidArgument("'\(path)' would replace what is read from '\(input)'")
    }
    let url = URL(fileURLWithPath: path)
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory), isDirectory.boolValue {
      throw EigencoderError.unwritableOutput("\(path): is a directory, expected a file")
    }
    let directory = url.deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue
    else {
      throw EigencoderError.unwritableOutput("\(path): there is no directory \(directory)")
    }
    guard access(directory, W_OK) == 0 || access(url.path, W_OK) == 0 else {
      throw EigencoderError.unwritableOutput("\(path): the directory \(directory) is not writable")
    }
  }
}

/// Whether both paths lead to one regular file, by links too; of - to that which standard input is.
private func areSameFile(_ a: String, _ b: String) -> Bool {
  var (first, second) = (stat(), stat())
  func look(_ path: String, _ status: inout stat) -> Bool {
    (path == DataSource.standardStream ? fstat(STDIN_FILENO, &status) : stat(path, &status)) == 0
  }
  return look(a, &first) && look(b, &second) && first.st_mode & S_IFMT == S_IFREG
    && first.st_dev == second.st_dev && first.st_ino == second.st_ino
}

/// Whether two files would be written to one place.
func areSamePlace(_ a: String, _ b: String) -> Bool {
  func place(_ path: String) -> URL {
    let url = URL(fileURLWithPath: path)
    return url.deletingLastPathComponent().resolvingSymlinksInPath().appendingPathComponent(
      url.lastPathComponent
    )
    .resolvingSymlinksInPath().standardized
  }
  return place(a) == place(b)
}

/// "1 row", "2 rows"
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
