// One method from several seeds. Other weights and another order of the rows make another network of the same data; how far these
// are apart is what a difference of two methods has to exceed before it means anything. The split stays the same.

extension ReconstructionReport.Result {
  /// A method fitted to the same rows from several seeds.
  public struct Seeds: Codable, Equatable, Sendable {
    /// One of them.
    public struct Run: Codable, Equatable, Sendable {
      /// Of the weights, the order of the rows and the choice of the validation rows.
      public let seed: UInt64
      /// Wall time of the fit.
      public let fitSeconds: Double?
      /// On the rows it was fitted to.
      public let train: ReconstructionMetrics
      /// On rows it has not seen.
      public let test: ReconstructionMetrics
      /// As `Result.againstPCA`.
      public internal(set) var againstPCA: PairedComparison?
      /// As `Result.note`.
      public let note: String?
    }

    /// How far the runs are apart in one metric.
    public struct Spread: Codable, Equatable, Sendable {
      /// Of the runs.
      public let mean: Double
      /// Their standard deviation, denominator runs - 1.
      public let deviation: Double
      /// The least.
      public let low: Double
      /// The largest.
      public let high: Double

      /// - Parameter values: at least two.
      init(_ values: [Double]) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        self.mean = mean
        deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
        (low, high) = (values.min() ?? mean, values.max() ?? mean)
      }
    }

    /// The first is the result itself.
    public internal(set) var runs: [Run]
    /// By the path of the metric: "test.ssePerSample".
    public internal(set) var spread: [String: Spread] = [:]

    /// How many of the runs have this verdict against PCA.
    func count(_ verdict: PairedComparison.Verdict) -> Int {
      runs.count { $0.againstPCA?.verdict == verdict }
    }

    mutating func setSpread() {
      for metric in Metric.all where metric.better != nil {
        let values = runs.compactMap { metric.value($0.test) }
        if values.count == runs.count { spread["test." + metric.key] = Spread(values) }
      }
    }
  }

  /// From the least to the largest value of a metric of the test rows over the seeds; nil of one seed.
  func range(of key: String) -> ClosedRange<Double>? {
    seeds?.spread["test." + key].map { $0.low...$0.high }
  }
}

extension ReconstructionReport {
  /// Adds to the result that was added last the same method, fitted from another seed.
  ///
  /// - Parameters:
  ///   - fitted: of the same method and size.
  ///   - train: the rows it was fitted to, the same as before.
  ///   - test: the same as before.
  ///   - trainLimit: as in `add(_:train:test:trainLimit:trainingMean:illustration:)`.
  ///   - trainingMean: as there.
  public mutating func addSeed<T: Scalar>(
    _ fitted: FittedMethod<T>, train: Matrix<T>, test: TestSamples<T>, trainLimit: Int? = nil,
    trainingMean: [Double]? = nil
  ) throws {
    guard let first = results.last, testErrors.count == results.count else {
      preconditionFailure("a seed is added to a result of the same report, got none")
    }
    precondition(
      first.method == fitted.method && first.latent == fitted.latent,
      "a seed of \(first.method), \(first.latent), got \(fitted.method), \(fitted.latent)")
    let judged = try Judged(
      fitted.reducer, train: train, test: test, trainLimit: trainLimit, trainingMean: trainingMean)
    var seeds =
      first.seeds
      ?? .init(runs: [
        .init(
          seed: first.settings?.seed ?? 0, fitSeconds: first.fitSeconds, train: first.train, test: first.test,
          againstPCA: first.againstPCA, note: first.note)
      ])
    seeds.runs.append(
      .init(
        seed: fitted.resolved.seed, fitSeconds: fitted.seconds, train: judged.train, test: judged.test,
        note: fitted.note))
    seeds.setSpread()
    results[results.count - 1].seeds = seeds
    testErrors[results.count - 1].append(judged.pairedErrors)
    compareLast()
  }
}
