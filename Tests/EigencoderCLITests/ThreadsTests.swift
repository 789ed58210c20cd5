import Eigencoder
import Foundation
import Testing

/// The number of threads is the process's, so that each case runs in a process of its own.
@Suite struct ThreadsTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try samples(rows: 700, columns: 90).write(npy: directory.file("x.npy"))
  }

  private func fit(_ method: String, threads: Int, _ options: [String], to model: String) throws -> [String:
    Any]
  {
    let arguments =
      ["OPENBLAS_NUM_THREADS=\(threads)", Tool.path.path, "fit", method, "--data", "x.npy", "--latent", "5"]
      + ["--format", "json", "--model", model] + options
    let result = try Tool.run(arguments, in: directory.url, executable: URL(fileURLWithPath: "/usr/bin/env"))
    #expect(result.status == 0, "\(arguments): \(result.error)")
    return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  private func error(_ report: [String: Any]) throws -> Double {
    try #require((report["train"] as? [String: Any])?["ssePerSample"] as? Double)
  }

  /// Large enough for products and loops to be shared: the same bits for the same number of threads, more threads than
  /// processors included, and the same result to rounding for another.
  @Test(arguments: [
    ("pca", [], 1e-6),
    ("contractive", ["--hidden", "128", "--epochs", "2", "--batch", "256", "--dropout", "0.1"], 1e-3),
    (
      "denoising", ["--hidden", "128,64", "--epochs", "2", "--batch", "256", "--corruption", "gaussian:0.1"],
      1e-3
    ),
  ]) func sameBitsForTheSameThreads(_ method: String, _ options: [String], _ tolerance: Double) throws {
    let alone = try error(fit(method, threads: 1, options, to: "alone"))
    for threads in [1, 2, 3, 7] {
      let first = try error(fit(method, threads: threads, options, to: "a"))
      let second = try error(fit(method, threads: threads, options, to: "b"))
      #expect(first == second)
      #expect(abs(first / alone - 1) <= tolerance, "\(threads) threads")
      let tensors = try ["a", "b"].map { try tensorBytes(directory.file($0)) }
      #expect(tensors[0] == tensors[1], "\(threads) threads")
    }
  }

  /// What follows the header of a safetensors file, whose text may hold the time.
  private func tensorBytes(_ url: URL) throws -> Data {
    let data = try Data(contentsOf: url)
    let header = (0..<8).reduce(0) { $0 | Int(data[$1]) << (8 * $1) }
    return data.dropFirst(8 + header)
  }
}
