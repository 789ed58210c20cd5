import Foundation
import Testing

/// Exit status 73 for outputs that cannot be written, before any work is done where that can be known.
@Suite struct OutputErrorTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 12, columns: 4)
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"], in: directory)
    try FileManager.default.createDirectory(at: directory.file("folder"), withIntermediateDirectories: false)
  }

  private static let commands = [
    ["fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--model"],
    ["encode", "--model", "m", "--data", "x.npy", "--out"], ["compare", "--data", "x.npy", "--out"],
  ]

  @Test(arguments: commands) func missingDirectory(_ command: [String]) throws {
    try expectFailure(
      73, "nowhere/file: there is no directory \(directory.url.path)/nowhere", command + ["nowhere/file"],
      in: directory)
  }

  @Test(arguments: commands) func aDirectory(_ command: [String]) throws {
    try expectFailure(73, "folder: is a directory, expected a file", command + ["folder"], in: directory)
  }

  @Test(arguments: commands) func fullDevice(_ command: [String]) throws {
    try expectFailure(
      73, "/dev/full: No space left on device", command + ["/dev/full", "--quiet"], in: directory)
  }

  /// A result that nobody got is not a success.
  @Test func standardOutput() throws {
    for (redirection, reason) in [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")] {
      for command in [
        "evaluate --model m --data x.npy", "compare --data x.npy --latent 2 --epochs 1", "--help",
      ] {
        let result = try Tool.run(
          ["-c", "'\(Tool.path.path)' \(command) \(redirection)"], in: directory.url,
          executable: URL(fileURLWithPath: "/bin/sh"))
        #expect(result.status == 73, "\(command) \(redirection)")
        #expect(
          result.error.hasSuffix("eigencoder: error: standard output: \(reason)\n"),
          "\(command) \(redirection)")
      }
    }
  }

  @Test func standardErrorMayBeClosed() throws {
    for redirection in ["2>&-", "2>/dev/full"] {
      let result = try Tool.run(
        ["-c", "'\(Tool.path.path)' compare --data nowhere \(redirection)"], in: directory.url,
        executable: URL(fileURLWithPath: "/bin/sh"))
      #expect(result.status == 66)
    }
  }

  /// By another name too: what a result has nothing to do with would be lost with it.
  @Test(arguments: [
    (["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "x.npy"], "x.npy", "x.npy"),
    (["encode", "--model", "m", "--data", "x.npy", "--out", "m"], "m", "m"),
    (["encode", "--model", "m", "--data", "x.npy", "--out", "x.npy"], "x.npy", "x.npy"),
    (["decode", "--model", "m", "--data", "x.npy", "--out", "./x.npy"], "./x.npy", "x.npy"),
    (["compare", "--data", "x.npy", "--out", "folder/../x.npy"], "folder/../x.npy", "x.npy"),
    (["compare", "--data", "x.npy", "--report", "link.html"], "link.html", "x.npy"),
    (["compare", "--data", "x.npy", "--labels", "labels", "--out", "labels"], "labels", "labels"),
  ])
  func keepsWhatItReads(_ command: [String], _ output: String, _ input: String) throws {
    try FileManager.default.createSymbolicLink(
      at: directory.file("link.html"), withDestinationURL: directory.file("x.npy"))
    try directory.write(String(repeating: "1\n", count: 12), to: "labels")
    let before = try Data(contentsOf: directory.file(input))
    try expectFailure(
      64, "'\(output)' would replace what is read from '\(input)' (see 'eigencoder \(command[0]) --help')",
      command, in: directory)
    #expect(try Data(contentsOf: directory.file(input)) == before)
  }
}
