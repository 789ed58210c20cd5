import Eigencoder
import Foundation
import Testing

/// Under `ulimit -v` whatever does not fit ends with one line, and what fits goes on.
@Suite struct MemoryTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// The tool under a limit of so many megabytes above what it starts with: the BLAS maps 136 MB for each processor
  /// before the program begins.
  private func run(megabytes: Int, _ arguments: [String]) throws -> Tool.Result {
    let base = 136 * ProcessInfo.processInfo.activeProcessorCount + 128
    let command = ([Tool.path.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
    return try Tool.run(
      ["-c", "ulimit -v \((base + megabytes) * 1024); exec \(command)"], in: directory.url,
      executable: URL(fileURLWithPath: "/bin/sh"))
  }

  @Test(arguments: [
    ["fit", "pca", "--latent", "4", "--model", "m"], ["choose"],
    ["compare", "--latent", "2", "--methods", "pca"],
    ["embed", "--latent", "4", "--model", "m"],
  ])
  func tooLarge(_ arguments: [String]) throws {
    // 160 MB, above the 64 MB from which rows are not kept where they need not be.
    try Matrix<Float>(rows: 400, columns: 100_000, repeating: 1).write(npy: directory.file("x.npy"))
    let result = try run(megabytes: 300, arguments + ["--data", "x.npy"])
    #expect(result.status == 65 || result.status == 70, "\(result)")
    #expect(result.error.split(separator: "\n").count == 1 && result.output == "", "\(result)")
    #expect(result.error.contains("of the address space (ulimit -v)"), "\(result)")
  }

  @Test(arguments: [-100, 0, 100, 200, 500]) func small(_ megabytes: Int) throws {
    try Matrix<Float>(rows: 50, columns: 3, (0..<150).map { Float($0 * $0 % 17) }).write(
      npy: directory.file("x.npy"))
    let result = try run(
      megabytes: megabytes, ["fit", "pca", "--latent", "2", "--model", "m", "--data", "x.npy"])
    // Where not even the libraries can be loaded, it is the system that says so.
    #expect([0, 65, 70, 127].contains(result.status), "\(result)")
    if result.status != 0 { #expect(result.error.split(separator: "\n").count == 1, "\(result)") }
    if megabytes >= 200 { #expect(result.status == 0, "\(result)") }
  }
}
