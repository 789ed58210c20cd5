import Eigencoder
import Testing

@Suite struct PairedComparisonTests {
  /// Both ends within the error of sampling: five deviations of an end, as many resamplings of scipy show it.
  @Test(arguments: [UInt64](1...5)) func agreesWithSciPy(_ seed: UInt64) throws {
    let golden = try Fixture.golden("metrics")
    let errors = try golden.vector("paired.errors", as: Double.self)
    let baseline = try golden.vector("paired.baseline", as: Double.self)
    let expected = try golden.vector("paired.interval", count: 2, as: Double.self)
    let deviation = try golden.vector("paired.interval_sd", count: 2, as: Double.self)
    let comparison = PairedComparison(
      of: errors, against: baseline, bootstrap: PairedComparison.Bootstrap(seed: seed))
    expectClose(comparison.difference, mean(errors) - mean(baseline), within: 1e-12)
    let interval = try #require(comparison.interval)
    #expect(abs(interval.lowerBound - expected[0]) <= 5 * deviation[0])
    #expect(abs(interval.upperBound - expected[1]) <= 5 * deviation[1])
    #expect(
      comparison.verdict == (expected[1] < 0 ? .beats : expected[0] > 0 ? .loses : .ties),
      "\(interval)")
  }

  @Test func verdicts() {
    let baseline = (0..<100).map { 2 + Double($0 % 7) }
    func verdict(_ differences: [Double], resolution: Double = 0) -> PairedComparison {
      PairedComparison(
        of: zip(baseline, differences).map { $0 + $1 }, against: Array(baseline.prefix(differences.count)),
        resolution: resolution)
    }
    let noise = (0..<100).map { 0.1 * Double($0 % 3 - 1) }
    #expect(verdict(noise.map { $0 - 1 }).verdict == .beats)
    #expect(verdict(noise.map { $0 + 1 }).verdict == .loses)
    #expect(verdict(noise).verdict == .ties)
    // However sure, a difference within the resolution is none.
    #expect(verdict(noise.map { $0 - 1 }, resolution: 1.1).verdict == .ties)
    #expect(verdict(noise.map { $0 - 1 }, resolution: 0.9).verdict == .beats)
    let same = PairedComparison(of: baseline, against: baseline)
    #expect(same.verdict == .ties && same.interval == 0...0 && same.difference == 0)
  }

  /// Five differences of one sign are chance once in sixteen times.
  @Test(arguments: [1, 2, 5, 6, 7]) func fewSamples(_ n: Int) {
    let comparison = PairedComparison(
      of: [Double](repeating: 1, count: n), against: [Double](repeating: 2, count: n))
    #expect(comparison.difference == -1)
    #expect(comparison.interval == (n >= 6 ? -1 ... -1 : nil))
    #expect(comparison.verdict == (n >= 6 ? .beats : .ties))
  }

  @Test func repeatsItself() {
    let bootstrap = PairedComparison.Bootstrap(seed: 3)
    let values = [Double].random(51, seed: 1)
    let once = bootstrap.interval(ofMean: values)
    #expect(bootstrap.interval(ofMean: values) == once)
    #expect(PairedComparison.Bootstrap(seed: 4).interval(ofMean: values) != once)
  }

  /// The mean of n numbers of deviation s has deviation s / sqrt(n), for an even and an odd number of draws.
  @Test(arguments: [50, 51, 4000]) func width(_ n: Int) {
    let values = (0..<n).map { Double($0 % 2) }
    let m = mean(values)
    let deviation = (values.reduce(0) { $0 + ($1 - m) * ($1 - m) } / Double(n) / Double(n)).squareRoot()
    let interval = PairedComparison.Bootstrap(resamples: 4000).interval(ofMean: values)
    #expect(abs(interval.lowerBound - (m - 1.96 * deviation)) < 0.3 * deviation)
    #expect(abs(interval.upperBound - (m + 1.96 * deviation)) < 0.3 * deviation)
    let narrow = PairedComparison.Bootstrap(resamples: 4000, confidence: 0.5).interval(ofMean: values)
    #expect(abs(narrow.upperBound - (m + 0.674 * deviation)) < 0.3 * deviation)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
