import Eigencoder
import Foundation

// The programs of the article InAProgram. This target has no access to the package's own declarations: what compiles here
// compiles in any package that depends on this one. Between `// begin` and `// end` each stands in its article word for word,
// which DocumentationTests checks.

/// Data and places for the examples.
enum Example {
  /// 1,797 x 64, in [0, 1].
  static func digits() throws -> Matrix<Float> {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Fixtures/digits.npy").standardized
    return try Matrix(contentsOf: file, scale: 1.0 / 16)
  }

  /// A path for a file of a test, removed after `body`.
  static func withFile(_ body: (URL) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file)
  }
}
