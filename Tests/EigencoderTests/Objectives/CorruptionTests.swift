import Eigencoder
import Foundation
import Testing

@Suite struct CorruptionTests {
  private func plain<T: Scalar>(_ columns: Int) -> ColumnStatistics<T> {
    ColumnStatistics(mean: [T](repeating: 0, count: columns), deviation: [T](repeating: 1, count: columns))
  }

  /// The sample mean and the sample mean square around `mean` of `values`, each within 5 standard errors of
  /// what they should be; `fourth` is the fourth central moment.
  private func expectMoments(
    _ values: [Double], mean: Double, variance: Double, fourth: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let n = Double(values.count)
    let average = values.reduce(0, +) / n
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    #expect(abs(average - mean) <= 5 * (variance / n).squareRoot(), sourceLocation: sourceLocation)
    #expect(
      abs(square - variance) <= 5 * ((fourth - variance * variance) / n).squareRoot() + 1e-6 * variance,
      sourceLocation: sourceLocation)
  }

  /// For a variable that takes `values` with `probabilities`.
  private func expectMoments(
    _ sample: [Double], values: [Double], probabilities: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let mean = zip(values, probabilities).reduce(0) { $0 + $1.0 * $1.1 }
    func central(_ power: Double) -> Double {
      zip(values, probabilities).reduce(0) { $0 + pow($1.0 - mean, power) * $1.1 }
    }
    expectMoments(
      sample, mean: mean, variance: central(2), fourth: central(4), sourceLocation: sourceLocation)
  }

  // MARK: - Distributions

  @Test func normalDistribution() {
    func check<T: Scalar>(_ type: T.Type) {
      let x = Matrix<T>(rows: 1999, columns: 501)
      let z = Corruption.gaussian(1, unit: .data).applied(to: x, statistics: plain(501), seed: 11).elements
        .map(
          Double.init)
      let n = Double(z.count)
      expectMoments(z, mean: 0, variance: 1, fourth: 3)
      // Moments 3 and 4 have variances 15 and 96 / n.
      #expect(abs(z.reduce(0) { $0 + $1 * $1 * $1 } / n) <= 5 * (15 / n).squareRoot())
      #expect(abs(z.reduce(0) { $0 + $1 * $1 * $1 * $1 } / n - 3) <= 5 * (96 / n).squareRoot())
      // Kolmogorov & Smirnov: D sqrt(n) exceeds 2.6 once in 400,000 samples.
      let sorted = z.sorted()
      var distance = 0.0
      for (i, z) in sorted.enumerated() {
        let phi = erfc(-z / 2.0.squareRoot()) / 2
        distance = max(distance, abs(phi - Double(i) / n), abs(phi - Double(i + 1) / n))
      }
      #expect(distance * n.squareRoot() < 2.6)
      // Neighbours, partners of one pair and the two halves of a block are independent.
      for lag in [1, 2, 16, 32, 64, 501, 512] {
        let sum = (lag..<z.count).reduce(0.0) { $0 + z[$1] * z[$1 - lag] }
        let squares = (lag..<z.count).reduce(0.0) {
          $0 + (z[$1] * z[$1] - 1) * (z[$1 - lag] * z[$1 - lag] - 1)
        }
        #expect(abs(sum) <= 5 * n.squareRoot(), "lag \(lag)")
        #expect(abs(squares) <= 5 * 2 * n.squareRoot(), "squares, lag \(lag)")
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: [0.0, 0.1, 3.0])
  func gaussian(deviation: Double) {
    let x = Matrix<Double>.random(401, 251, seed: 2)
    let y = Corruption.gaussian(deviation, unit: .data).applied(to: x, statistics: plain(251), seed: 5)
    let noise = zip(y.elements, x.elements).map { $0 - $1 }
    expectMoments(noise, mean: 0, variance: deviation * deviation, fourth: 3 * pow(deviation, 4))
  }

  /// The same noise in every column, of the root of their mean variance.
  @Test func gaussianRelativeToTheMeanVariance() {
    let x = Matrix<Double>.random(20_000, 3, seed: 2)
    let statistics = ColumnStatistics(mean: [1, 2, 3], deviation: [0.5, 0, 20])
    let y = Corruption.gaussian(0.3).applied(to: x, statistics: statistics, seed: 5)
    let s = 0.3 * ((0.25 + 400) / 3).squareRoot()
    for j in 0..<3 {
      expectMoments((0..<x.rows).map { y[$0, j] - x[$0, j] }, mean: 0, variance: s * s, fourth: 3 * pow(s, 4))
    }
  }

  @Test func relativeGaussian() {
    let x = Matrix<Double>.random(20_000, 3, seed: 2)
    let statistics = ColumnStatistics(mean: [1, 2, 3], deviation: [0.5, 0, 20])
    let y = Corruption.relativeGaussian(0.3).applied(to: x, statistics: statistics, seed: 5)
    for j in 0..<3 {
      let s = 0.3 * statistics.deviation[j]
      expectMoments((0..<x.rows).map { y[$0, j] - x[$0, j] }, mean: 0, variance: s * s, fourth: 3 * pow(s, 4))
    }
  }

  @Test(arguments: [0.0, 1e-3, 0.3, 0.5, 0.99])
  func masks(p: Double) {
    func check<T: Scalar>(_ type: T.Type) {
      let x = Matrix<T>(rows: 701, columns: 333, repeating: 2)
      let statistics = ColumnStatistics<T>(
        mean: [T](repeating: -0.25, count: 333), deviation: [T](repeating: 1, count: 333))
      func sample(_ corruption: Corruption) -> [Double] {
        corruption.applied(to: x, statistics: statistics, seed: 21).elements.map(Double.init)
      }
      expectMoments(sample(.masking(p)), values: [0, 2], probabilities: [p, 1 - p])
      expectMoments(sample(.meanMasking(p)), values: [-0.25, 2], probabilities: [p, 1 - p])
      let salted = sample(.saltAndPepper(p, low: -1, high: 5))
      expectMoments(salted, values: [-1, 5, 2], probabilities: [p / 2, p / 2, 1 - p])
      for extreme in [-1.0, 5] {
        expectMoments(
          salted.map { $0 == extreme ? 1 : 0 }, values: [1, 0], probabilities: [p / 2, 1 - p / 2])
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func dropoutFactorsHaveMeanOne() {
    var factors = Matrix<Double>(rows: 300, columns: 300)
    factors.withMutableView { $0.setDropout(key: 17, probability: 0.2) }
    expectMoments(factors.elements, values: [0, 1.25], probabilities: [0.2, 0.8])
  }

  @Test func maskedElementsTakeTheirOwnColumnsMean() {
    let x = Matrix<Float>.random(200, 7, seed: 3, mean: 4)
    let statistics = ColumnStatistics(of: x)
    let y = Corruption.meanMasking(0.5).applied(to: x, statistics: statistics, seed: 1)
    for i in 0..<200 {
      for j in 0..<7 { #expect(y[i, j] == x[i, j] || y[i, j] == statistics.mean[j]) }
    }
  }

  // MARK: - Seeds and calls

  private static let random: [Corruption] = [
    .gaussian(0.5, unit: .data), .relativeGaussian(0.5), .masking(0.3), .meanMasking(0.3),
    .saltAndPepper(0.3, low: 7, high: 8),
    .custom("flip") { row, generator in
      for j in row.indices where generator.uniform() < 0.5 { row[j] = -row[j] }
    },
  ]

  @Test(arguments: random.indices)
  func seedsDecide(index: Int) {
    let corruption = Self.random[index]
    let x = Matrix<Float>.random(33, 17, seed: 1, mean: 3)
    let statistics = ColumnStatistics(of: x)
    let first = corruption.applied(to: x, statistics: statistics, seed: 4)
    #expect(first == corruption.applied(to: x, statistics: statistics, seed: 4))
    #expect(first != corruption.applied(to: x, statistics: statistics, seed: 5))

    // One call after another, through one object and anew.
    var generator = SeededGenerator(seed: 4)
    var again = SeededGenerator(seed: 4)
    let corruptor = Corruptor(corruption, statistics)
    var previous: Matrix<Float>?
    for _ in 0..<3 {
      var (a, b) = (x, x)
      a.withMutableView { corruptor.apply(to: $0, using: &generator) }
      b.withMutableView { corruption.apply(to: $0, statistics, using: &again) }
      #expect(a == b)
      #expect(a != previous)
      if previous == nil { #expect(a == first) }
      previous = a
    }
  }

  @Test func callsAreIndependent() {
    var generator = SeededGenerator(seed: 9)
    let corruptor = Corruptor<Double>(.gaussian(1, unit: .data), plain(1000))
    var (a, b) = (Matrix<Double>(rows: 300, columns: 1000), Matrix<Double>(rows: 300, columns: 1000))
    a.withMutableView { corruptor.apply(to: $0, using: &generator) }
    b.withMutableView { corruptor.apply(to: $0, using: &generator) }
    #expect(abs(inner(a.elements, b.elements)) <= 5 * 300_000.0.squareRoot())
  }

  @Test func sequences() {
    let parts: [Corruption] = [
      .gaussian(0.2, unit: .data), .sequence([.blur(height: 4, width: 6, deviation: 0.7), .masking(0.2)]),
      Self.random[5],
    ]
    let x = Matrix<Double>.random(40, 24, seed: 6)
    let statistics = ColumnStatistics(of: x)
    var generator = SeededGenerator(seed: 3)
    var expected = x
    for part in parts { expected.withMutableView { part.apply(to: $0, statistics, using: &generator) } }
    #expect(Corruption.sequence(parts).applied(to: x, statistics: statistics, seed: 3) == expected)
  }

  /// Rows of a view with gaps: the same numbers, nothing written between.
  @Test(arguments: random.indices)
  func stridedViews(index: Int) {
    let wide = Matrix<Float>.random(21, 20, seed: 1, mean: 3)
    let statistics = ColumnStatistics(of: wide.withView { $0.columns(5..<17).copied() })
    for corruption in [Self.random[index], .blur(height: 3, width: 4, deviation: 1)] {
      var (whole, own) = (wide, wide.withView { $0.columns(5..<17).copied() })
      var (first, second) = (SeededGenerator(seed: 2), SeededGenerator(seed: 2))
      whole.withMutableView { corruption.apply(to: $0.columns(5..<17), statistics, using: &first) }
      own.withMutableView { corruption.apply(to: $0, statistics, using: &second) }
      #expect(whole.withView { $0.columns(5..<17).copied() } == own)
      for i in 0..<21 {
        #expect(whole.row(i).prefix(5) == wide.row(i).prefix(5))
        #expect(whole.row(i).suffix(3) == wide.row(i).suffix(3))
      }
    }
  }
}
