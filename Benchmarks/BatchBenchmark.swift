import Eigencoder

/// The corruption of a batch in place; mean and variance of the change are checked.
struct CorruptionBenchmark: Benchmark {
  let title: String
  let corruption: Corruption
  /// Of the change to a standard normal element: its mean square, as the definition gives it.
  let change: Double?

  static let all = [
    CorruptionBenchmark(title: "gaussian", corruption: .gaussian(0.1, unit: .data), change: 0.01),
    CorruptionBenchmark(title: "masking", corruption: .masking(0.3), change: 0.3),
    // Half of the elements changed becomes 0, half 1.
    CorruptionBenchmark(title: "salt and pepper", corruption: .saltAndPepper(0.1), change: 0.15),
    CorruptionBenchmark(title: "blur", corruption: .blur(height: 28, width: 28, deviation: 1), change: nil),
  ]

  var name: String { "kernels/\(title), 1000x784" }

  func run(_ timing: Timing, checks: Bool) throws -> [Measurement] {
    let x = noise(1_000, 784, seed: 1)
    let statistics = ColumnStatistics(
      mean: [Float](repeating: 0, count: 784), deviation: [Float](repeating: 1, count: 784))
    let corruptor = Corruptor(corruption, statistics)
    var generator = SeededGenerator(seed: 2)
    var y = x
    func apply() { y.withMutableView { corruptor.apply(to: $0, using: &generator) } }
    var quality: [String: Double] = [:]
    if checks, let change {
      apply()
      let square = zip(x.elements, y.elements).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      let error = abs(square / Double(x.elements.count) / change - 1)
      guard error < 0.03 else {
        throw EigencoderError.numericalFailure("\(name): the mean square of the change is off by \(error)")
      }
      quality = ["change": error]
    }
    let seconds = timing.median(apply)
    let count = x.elements.count
    return [
      Measurement(name: name, seconds: seconds, bytes: 8 * Double(count), elements: count, quality: quality)
    ]
  }
}

/// Rows of a large data set gathered and centred into a batch, in random order; checked element by element.
struct GatherBenchmark: Benchmark {
  let batch: Int

  static let all = [64, 1_000].map { GatherBenchmark(batch: $0) }

  var name: String { "kernels/gather \(batch) of 60000x784" }

  func run(_ timing: Timing, checks: Bool) throws -> [Measurement] {
    let x = noise(60_000, 784, seed: 1)
    let standardization = Standardization(mean: noise(1, 784, seed: 2).elements)
    var generator = SeededGenerator(seed: 3)
    let order = generator.permutation(x.rows)
    var out = Matrix<Float>(rows: batch, columns: x.columns)
    var first = 0
    func gather() {
      x.withView { x in
        out.withMutableView { standardization.gather(x, order[first..<first + batch], into: $0) }
      }
      first = first + 2 * batch <= order.count ? first + batch : 0
    }
    var quality: [String: Double] = [:]
    if checks {
      gather()
      for i in 0..<batch {
        for j in 0..<x.columns where out[i, j] != x[Int(order[i]), j] - standardization.mean[j] {
          throw EigencoderError.numericalFailure("\(name) is wrong at row \(i), column \(j)")
        }
      }
      quality = ["error": 0]
    }
    let seconds = timing.median(gather)
    let count = out.elements.count
    return [
      Measurement(name: name, seconds: seconds, bytes: 8 * Double(count), elements: count, quality: quality)
    ]
  }
}
