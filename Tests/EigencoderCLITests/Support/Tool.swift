import Foundation
import Testing

/// The built `eigencoder`, run as its users run it.
enum Tool {
  struct Result {
    let output: String
    let error: String
    let status: Int32
  }

  /// The directory of the products: the test bundle lies in it beside the tool.
  static let products: URL = {
    let candidates = [Bundle.main.executablePath, CommandLine.arguments.first].compactMap { $0 }
    for candidate in candidates {
      var directory = URL(fileURLWithPath: candidate).resolvingSymlinksInPath()
      while directory.path != "/" {
        directory.deleteLastPathComponent()
        let tool = directory.appendingPathComponent("eigencoder").path
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: tool, isDirectory: &isDirectory), !isDirectory.boolValue {
          return directory
        }
      }
    }
    fatalError("no eigencoder in a directory above \(candidates)")
  }()

  static var path: URL { products.appendingPathComponent("eigencoder") }

  /// Runs the tool to its end.
  /// - Parameters:
  ///   - directory: where it runs, so that arguments can be short relative paths.
  ///   - executable: another copy of the tool.
  ///   - signals: what the tool gets once `interruptWhen` is true, 100 ms apart.
  ///   - interruptWhen: asked every 50 ms.
  static func run(
    _ arguments: [String], in directory: URL? = nil, executable: URL = path,
    signals: [Int32] = [SIGINT], interruptWhen: ((_ error: String) -> Bool)? = nil
  ) throws -> Result {
    // Streams go to files: no pipe can fill up while nobody reads.
    let scratch = try TemporaryDirectory()
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    if let directory { process.currentDirectoryURL = directory }
    let (output, error) = (scratch.file("stdout"), scratch.file("stderr"))
    for file in [output, error] { try Data().write(to: file) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    try process.run()
    if let interruptWhen {
      while process.isRunning, !interruptWhen(try text(error)) { usleep(50_000) }
      for (index, signal) in signals.enumerated() where process.isRunning {
        if index > 0 { usleep(100_000) }
        kill(process.processIdentifier, signal)
      }
    }
    process.waitUntilExit()
    // A signal that ended it is told apart from every exit status.
    let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Result(output: try text(output), error: try text(error), status: status)
  }

  private static func text(_ file: URL) throws -> String {
    String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
}

/// Runs the tool, which must fail with exactly one line, this one, on standard error and nothing on standard
/// output.
func expectFailure(
  _ status: Int32, _ message: String, _ arguments: [String], in directory: TemporaryDirectory? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let before = directory?.contents
  let result = try Tool.run(arguments, in: directory?.url)
  #expect(result.status == status, "\(arguments)", sourceLocation: sourceLocation)
  #expect(result.error == "eigencoder: error: \(message)\n", "\(arguments)", sourceLocation: sourceLocation)
  #expect(result.output == "", "\(arguments)", sourceLocation: sourceLocation)
  // Neither an output nor the temporary name it would have had.
  #expect(directory?.contents == before, "\(arguments)", sourceLocation: sourceLocation)
}

/// Runs the tool, which must succeed.
@discardableResult
func expectSuccess(
  _ arguments: [String], in directory: TemporaryDirectory? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> Tool.Result {
  let result = try Tool.run(arguments, in: directory?.url)
  #expect(result.status == 0, "\(arguments): \(result.error)", sourceLocation: sourceLocation)
  return result
}
