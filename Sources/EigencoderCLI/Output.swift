import Eigencoder
import Foundation

/// Where results go.
enum Output {
  /// Prints the text, or writes it to a file, whole or not at all.
  static func write(_ text: String, to path: String?) throws {
    guard let path else { return print(text) }
    try OutputFile.write(text + "\n", to: URL(fileURLWithPath: path))
  }

  /// Checks early that a file can be written there, so that a long run is not lost at its end.
  static func requireWritable(_ path: String) throws {
    let url = URL(fileURLWithPath: path)
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory), isDirectory.boolValue {
      throw EigencoderError.unwritableOutput("\(path): is a directory, a file is expected")
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
