import Eigencoder
import Foundation
import Testing

/// The command takes its number of threads from OPENBLAS_NUM_THREADS, and writes the same model whatever it is.
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

  /// Large enough for products and loops to be shared: the same bits for any number of threads, more threads than
  /// processors included.
  @Test(arguments: [
    ("pca", []),
    ("contractive", ["--hidden", "128", "--epochs", "2", "--batch", "256", "--dropout", "0.1"]),
    ("denoising", ["--hidden", "128,64", "--epochs", "2", "--batch", "256", "--corruption", "gaussian:0.1"]),
  ]) func sameBitsForAnyNumberOfThreads(_ method: String, _ options: [String]) throws {
    let alone = try error(fit(method, threads: 1, options, to: "alone"))
    let tensors = try tensorBytes(directory.file("alone"))
    for threads in [2, 3, 7] {
      #expect(try error(fit(method, threads: threads, options, to: "shared")) == alone, "\(threads) threads")
      #expect(try tensorBytes(directory.file("shared")) == tensors, "\(threads) threads")
    }
  }

  /// What follows the header of a safetensors file, whose text may hold the time.
  private func tensorBytes(_ url: URL) throws -> Data {
    let data = try Data(contentsOf: url)
    let header = (0..<8).reduce(0) { $0 | Int(data[$1]) << (8 * $1) }
    return data.dropFirst(8 + header)
  }
}
