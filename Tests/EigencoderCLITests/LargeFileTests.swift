import Eigencoder
import Foundation
import Testing

/// Files of more than 64 MB stay where they are: every command reads their rows as it needs them.
@Suite struct LargeFileTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    // 68 MB: 1,000 rows on a plane, with a little of every direction, 17 times.
    var generator = SeededGenerator(seed: 1)
    func random(_ rows: Int, _ columns: Int, deviation: Double) -> Matrix<Float> {
      var x = Matrix<Float>(rows: rows, columns: columns)
      x.withMutableView { view in
        for i in 0..<rows { generator.fillNormal(view.row(i), deviation: deviation) }
      }
      return x
    }
    let plane = random(1000, 2, deviation: 1) * random(2, 1000, deviation: 1)
    let noise = random(1000, 1000, deviation: 0.01)
    let rows = Matrix(rows: 1000, columns: 1000, zip(plane.elements, noise.elements).map { $0 + $1 })
    var all: [Float] = []
    for _ in 0..<17 { all += rows.elements }
    try Matrix(rows: 17_000, columns: 1000, all).write(npy: directory.file("x.npy"))
  }

  @Test func fitsAndEvaluates() throws {
    let fit = try expectSuccess(
      [
        "fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--hidden", "8", "--epochs", "1", "--model",
        "m",
        "--verbose",
      ], in: directory)
    #expect(fit.error.contains("x.npy is read as its rows are needed"), "\(fit)")
    #expect(fit.output.contains("autoencoder: 1000 -> 2, 17000 rows"))
    #expect(fit.output.contains("(of 10000 rows)"))
    let evaluation = try expectSuccess(
      ["evaluate", "--model", "m", "--data", "x.npy", "--format", "json"], in: directory
    ).output
    let metrics = try JSONDecoder().decode(ReconstructionMetrics.self, from: Data(evaluation.utf8))
    #expect(metrics.r2! > 0.98)
    #expect(metrics.contractionSample != nil)
  }

  @Test func comparesAndChooses() throws {
    let compared = try expectSuccess(
      [
        "compare", "--data", "x.npy", "--latent", "2", "--methods", "pca,linear-denoising",
        "--neighbour-rows",
        "100", "--format", "json", "--verbose",
      ], in: directory)
    #expect(compared.error.contains("split: 13600 rows to train, 3400 to test"), "\(compared.error)")
    let report = try JSONDecoder().decode(ReconstructionReport.self, from: Data(compared.output.utf8))
    #expect(report.data.train == 13_600 && report.data.test == 3400)
    // The same as of the rows in memory.
    let x = try Matrix<Float>(contentsOf: directory.file("x.npy"))
    let (train, test) = try x.split(holdOut: 0.2, seed: 1)
    let expected = try ReconstructionMetrics(
      of: PCA(latent: 2).fitted(to: train), on: test, trainingMean: train.columnMeans)
    #expect(abs(report.results[0].test.ssePerSample / expected.ssePerSample - 1) < 1e-5)
    #expect(abs(report.results[0].test.r2! - expected.r2!) < 1e-6)

    let chosen = try expectSuccess(["choose", "--data", "x.npy", "--permutations", "1"], in: directory).output
    #expect(chosen.contains("x.npy: 13600 rows to choose by, 3400 held out, 1000 columns"))
    #expect(chosen.contains("recommended: 2 numbers"), "\(chosen)")
  }

  /// Compressed rows come in their order only.
  @Test func gzipIsKeptInMemory() throws {
    #expect(
      try Tool.run(
        ["-1", "x.npy"], in: directory.url, executable: URL(fileURLWithPath: "/bin/gzip")
      ).status == 0)
    let result = try expectSuccess(
      ["fit", "random-columns", "--data", "x.npy.gz", "--latent", "2", "--model", "m"], in: directory)
    #expect(result.error.contains("x.npy.gz: all rows are kept in memory"), "\(result.error)")
  }
}
