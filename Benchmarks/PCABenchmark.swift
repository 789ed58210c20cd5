import Eigencoder

/// How long does an exact fit take, f32 data, and how much of it is arithmetic?
struct PCABenchmark {
  let rows: Int
  let columns: Int
  let components: Int

  static let all = [
    PCABenchmark(rows: 20_000, columns: 784, components: 32),
    PCABenchmark(rows: 5_000, columns: 384, components: 64),
    PCABenchmark(rows: 1_797, columns: 64, components: 8),
    PCABenchmark(rows: 500, columns: 5_000, components: 32),
  ]

  static let titles = ["PCA", "fit ms", "encode ms"]

  func run() throws -> [String] {
    let x = Matrix<Float>.noise(rows, columns, seed: 1)
    let fitted = try PCA(components: components).fitted(to: x)
    let times = medians(
      repetitions: 5, warmup: 1,
      [{ _ = try! PCA(components: components).fitted(to: x) }, { _ = fitted.encode(x) }])
    return [
      "\(rows) x \(columns), k \(components)", (times[0] * 1e3).significant(3),
      (times[1] * 1e3).significant(3),
    ]
  }
}
