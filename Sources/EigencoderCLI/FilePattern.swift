import Eigencoder
import Foundation

/// Names of files in one word, as several commands take them: names or patterns with commas between, as 'parts/*.npy'.
enum FilePattern {
  /// The files in the order in which they are named, those of a pattern in that of their names.
  /// - Parameter option: which takes the word.
  /// - Throws: `.missingInput` where a name or a pattern has none; `.invalidArgument` where a file is named twice.
  static func files(_ text: String, _ option: String) throws -> [String] {
    // A file may have a comma or a star in its name.
    if FileManager.default.fileExists(atPath: text) { return [text] }
    let patterns = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let paths = try patterns.flatMap { pattern -> [String] in
      if FileManager.default.fileExists(atPath: pattern) { return [pattern] }
      let found = expand(pattern)
      guard !found.isEmpty else {
        throw EigencoderError.missingInput(
          "--\(option): no file '\(pattern)'" + (patterns.count > 1 ? " (commas separate names)" : ""))
      }
      return found
    }
    var seen: Set<String> = []
    let real = paths.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardized.path }
    if let twice = zip(paths, real).first(where: { !seen.insert($1).inserted })?.0 {
      throw EigencoderError.invalidArgument("--\(option) names '\(twice)' twice")
    }
    return paths
  }

  /// Whether the word may name several.
  static func isPattern(_ text: String) -> Bool { text.contains { "*?[,".contains($0) } }

  /// glob(3), sorted.
  private static func expand(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }
}
