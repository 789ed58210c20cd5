// Whether one method's errors are smaller than another's, or whether the difference is chance.
//
// Both methods are judged on the same n rows, so the differences d_i = e_i - b_i are what is uncertain, and
// not the two means: rows that are hard for one are hard for the other, and most of the spread cancels. The
// mean of d is resampled with replacement, and the percentiles of its resampled means bound it (Efron 1979).

/// How the errors of a method compare with those of a baseline on the same samples.
public struct PairedComparison: Codable, Equatable, Sendable {
  /// What the interval says.
  public enum Verdict: String, Codable, CaseIterable, Sendable {
    /// The whole interval is below 0: smaller errors than the baseline.
    case beats
    /// The interval has 0 in it, or there is none.
    case ties
    /// The whole interval is above 0.
    case loses
  }

  /// mean (e_i - b_i): negative when the method's errors are smaller. In the units of the errors.
  public let difference: Double
  /// The percentile interval of the difference; nil for fewer than 6 samples, where even differences of one
  /// sign come about by chance more often than once in 20 times.
  public let interval: ClosedRange<Double>?
  /// By the interval, and by what rounding can make.
  public let verdict: Verdict

  /// Compares two methods by their errors on the same samples, in the same order.
  ///
  /// - Parameters:
  ///   - errors: e, one number per sample.
  ///   - baseline: b, as many.
  ///   - bootstrap: how the interval is drawn.
  ///   - resolution: a mean difference of at most this is rounding and a tie, however sure its sign.
  public init(
    of errors: [Double], against baseline: [Double], bootstrap: Bootstrap = Bootstrap(),
    resolution: Double = 0
  ) {
    precondition(errors.count == baseline.count, "\(errors.count) errors against \(baseline.count)")
    precondition(!errors.isEmpty, "a comparison needs at least 1 sample, got none")
    let differences = zip(errors, baseline).map { $0 - $1 }
    let mean = differences.reduce(0, +) / Double(differences.count)
    difference = mean
    interval = differences.count >= 6 ? bootstrap.interval(ofMean: differences) : nil
    switch interval {
    case let interval? where abs(mean) > resolution && interval.upperBound < 0: verdict = .beats
    case let interval? where abs(mean) > resolution && interval.lowerBound > 0: verdict = .loses
    default: verdict = .ties
    }
  }
}

extension PairedComparison {
  /// The percentile bootstrap of a mean, from a seed: the same numbers give the same interval.
  public struct Bootstrap: Equatable, Sendable {
    /// How often the samples are drawn again.
    public var resamples: Int
    /// The share of the resampled means inside of the interval.
    public var confidence: Double
    /// Of the drawing.
    public var seed: UInt64

    /// By default the 95 % interval of 2,000 resampled means.
    public init(resamples: Int = 2000, confidence: Double = 0.95, seed: UInt64 = 1) {
      precondition(resamples >= 1, "at least 1 resample, got \(resamples)")
      precondition(confidence > 0 && confidence < 1, "a confidence between 0 and 1, got \(confidence)")
      self.resamples = resamples
      self.confidence = confidence
      self.seed = seed
    }

    /// The interval that holds the middle share `confidence` of the resampled means of `values`.
    ///
    /// Between resampled means the percentiles are interpolated linearly. O(n resamples): some 20 ms for
    /// 10,000 values.
    public func interval(ofMean values: [Double]) -> ClosedRange<Double> {
      precondition(!values.isEmpty, "a mean of no values")
      let means = resampledMeans(of: values).sorted()
      func percentile(_ share: Double) -> Double {
        let position = share * Double(means.count - 1)
        let low = Int(position)
        let high = min(low + 1, means.count - 1)
        return means[low] + (position - Double(low)) * (means[high] - means[low])
      }
      return percentile((1 - confidence) / 2)...percentile((1 + confidence) / 2)
    }

    /// The means of n values drawn with replacement from the n given ones, in the order of drawing.
    func resampledMeans(of values: [Double]) -> [Double] {
      var generator = SeededGenerator(seed: seed)
      let count = UInt64(values.count)
      precondition(count < 1 << 32, "at most 2^32 - 1 values, got \(count)")
      // The high half of a 32-bit number times n: uniform to n / 2^32. Two draws for each number of 64 bits.
      return (0..<resamples).map { _ in
        var (even, odd) = (0.0, 0.0)
        for _ in 0..<values.count / 2 {
          let bits = generator.next()
          even += values[Int(((bits & 0xFFFF_FFFF) &* count) >> 32)]
          odd += values[Int(((bits >> 32) &* count) >> 32)]
        }
        if values.count % 2 == 1 { even += values[Int(((generator.next() >> 32) &* count) >> 32)] }
        return (even + odd) / Double(values.count)
      }
    }
  }
}
