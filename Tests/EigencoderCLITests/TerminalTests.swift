import Eigencoder
import Foundation
import Testing

/// Signals, threads, and what goes to a terminal.
@Suite struct TerminalTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 60, columns: 6)
  }

  /// A signal ends training after the batch; what was fitted is reported.
  @Test(.timeLimit(.minutes(1)), arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func compareReportsWhatWasReached(_ signal: Int32, _ status: Int32) throws {
    let result = try Tool.run(
      [
        "compare", "--data", "x.npy", "--methods", "pca,autoencoder,denoising", "--latent", "2,3", "--epochs",
        "\(1 << 30)", "--format", "csv", "--verbose",
      ], in: directory.url, signals: [signal]
    ) { $0.contains("epoch 2/") }
    #expect(result.status == status)
    #expect(result.error.hasSuffix("interrupted: the report has what was reached\n"))
    #expect(
      result.output.split(separator: "\n").dropFirst().map { $0.prefix(9) } == ["pca,2,18,", "autoencod"])
  }

  @Test(.timeLimit(.minutes(1))) func fitSavesAfterSIGTERM() throws {
    let result = try Tool.run(
      [
        "fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--epochs", "\(1 << 30)", "--model", "m",
        "--verbose",
      ], in: directory.url, signals: [SIGTERM]
    ) { $0.contains("epoch 2/") }
    #expect(result.status == 143)
    #expect(directory.contents == ["m", "x.npy"])
    try expectSuccess(["evaluate", "--model", "m", "--data", "x.npy"], in: directory)
  }

  /// The second signal does not wait for anything: here for an eigendecomposition of seconds.
  @Test(.timeLimit(.minutes(2))) func secondSignalEndsAtOnce() throws {
    try Matrix<Float>(rows: 2500, columns: 2500, (0..<2500 * 2500).map { Float($0 &* 2_654_435_761 % 65521) })
      .write(npy: directory.file("wide.npy"))
    let result = try Tool.run(
      [
        "fit", "pca", "--data", "wide.npy", "--latent", "0.9", "--model", "m", "--verbose", "--threads", "1",
      ], in: directory.url, signals: [SIGINT, SIGINT]
    ) { $0.contains("defaults: ") }
    // Ended by the signal itself.
    #expect(result.status == -SIGINT)
    #expect(directory.contents == ["wide.npy", "x.npy"])
  }

  @Test func verbose() throws {
    let arguments = [
      "compare", "--data", "x.npy", "--methods", "autoencoder", "--latent", "2", "--hidden", "5", "--epochs",
      "3", "--initializer", "random",
      "--format", "csv",
    ]
    let result = try expectSuccess(arguments + ["--verbose", "--threads", "1"], in: directory)
    let lines = result.error.split(separator: "\n")
    try #require(lines.count == 7, "\(result.error)")
    #expect(lines[0].hasPrefix("eigencoder \(Eigencoder.version); BLAS kernels: "))
    #expect(lines[0].hasSuffix(", 1 thread"))
    #expect(lines[1] == "x.npy: 60 rows of 6 columns, f32")
    #expect(lines[2] == "split: 48 rows to train, 12 to test")
    #expect(lines[3].hasPrefix("defaults: activation silu, batch ") && !lines[3].contains("epochs"))
    for (index, line) in lines[4...].enumerated() {
      let pattern = "^autoencoder 6-5-2-5-6  epoch \(index + 1)/3  loss [0-9.]+  validation [0-9.]+$"
      #expect(line.range(of: pattern, options: .regularExpression) != nil, "\(line)")
    }
    #expect(try expectSuccess(arguments, in: directory).error == "")
    #expect(try expectSuccess(arguments + ["--quiet"], in: directory).error == "")
  }

  /// Every command takes --quiet, and those that compute the threads.
  @Test(arguments: [
    ["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"],
    ["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"],
    ["decode", "--model", "m", "--data", "z.npy", "--out", "y.npy"],
    ["evaluate", "--model", "m", "--data", "x.npy"],
    ["info"], ["info", "--model", "m"], ["compare", "--methods", "pca"],
  ])
  func commonOptions(_ command: [String]) throws {
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"], in: directory)
    try expectSuccess(["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"], in: directory)
    #expect(try expectSuccess(command + ["--threads", "1", "--quiet"], in: directory).error == "")
    #expect(
      try expectSuccess(command + ["--threads", "1", "--verbose"], in: directory).error.contains(
        ", 1 thread\n"))
    let processors = ProcessInfo.processInfo.activeProcessorCount
    try expectFailure(
      64,
      "--threads takes a whole number from 1 to \(processors), the processors here, got '\(processors + 1)' "
        + "(see 'eigencoder \(command[0]) --help')",
      command + ["--threads", "\(processors + 1)"], in: directory)
  }

  @Test func threads() throws {
    for count in 1...ProcessInfo.processInfo.activeProcessorCount {
      let output = try expectSuccess(["info", "--threads", "\(count)"]).output
      #expect(output.hasSuffix(", \(count) thread\(count == 1 ? "" : "s")\n"))
    }
  }

  /// Colours on a terminal, and nowhere else.
  @Test func colors() throws {
    let command =
      "'\(Tool.path.path)' compare --methods pca,linear-denoising,autoencoder --latent 2 --epochs 5 --quiet"
    let (green, red) = ("\u{1B}[32mbeats\u{1B}[0m", "\u{1B}[31mloses\u{1B}[0m")
    func shell(_ text: String) throws -> String {
      try Tool.run(["-c", text], in: directory.url, executable: URL(fileURLWithPath: "/bin/sh")).output
    }
    #expect(try !shell(command).contains("\u{1B}"))
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/script") else { return }
    func terminal(_ environment: String, _ options: String = "") throws -> String {
      try shell("TERM=xterm; export TERM; \(environment) script -qec \"\(command) \(options)\" /dev/null")
    }
    let painted = try terminal("NO_COLOR=")
    #expect(painted.contains(green) && painted.contains(red))
    for (environment, options) in [
      ("NO_COLOR=1", ""), ("TERM=dumb", ""), ("NO_COLOR=", "--format markdown"),
      ("NO_COLOR=", "--format csv"),
    ] {
      let plain = try terminal(environment, options)
      #expect(plain.contains("beats") && !plain.contains("\u{1B}"), "\(environment) \(options)")
    }
    // But for the colours, and the line ends of a terminal, it is the same text.
    let stripped = painted.replacingOccurrences(of: "\u{1B}\\[[0-9]*m", with: "", options: .regularExpression)
    #expect(
      stripped.split(whereSeparator: \.isNewline).count
        == (try shell(command)).split(whereSeparator: \.isNewline).count)
  }
}
