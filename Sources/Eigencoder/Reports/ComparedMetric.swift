/// A metric of a report as it is compared with an earlier one: its name in the JSON, its value, which direction
/// is the better, and the size below which differences are not taken relative to it.
struct ComparedMetric {
  enum Direction { case lower, higher, neither }

  typealias Result = ReconstructionReport.Result

  let name: String
  let better: Direction
  let floor: Double
  /// Whether a value that is missing now is no regression: there is none for a perfect reconstruction.
  var mayVanish = false
  let value: (Result) -> Double?

  /// The metrics that `result` has, of the training rows, the test rows and the corrupted ones.
  /// - Parameter errorFloor: of an error per sample of `columns` columns.
  static func all(of result: Result, errorFloor: Double, columns: Int) -> [ComparedMetric] {
    let sides =
      side("train.", errorFloor, columns) { $0.train } + side("test.", errorFloor, columns) { $0.test }
    let noisy = errors("test.noisy.", errorFloor, columns) { $0.test.noisy.map(Errors.init) }
    let classes = (result.test.perClass ?? []).map(\.label).map { label in
      ComparedMetric(name: "test.class." + label, better: .lower, floor: errorFloor) { result in
        result.test.perClass?.first { $0.label == label }?.ssePerSample
      }
    }
    return (sides + noisy + classes).filter { $0.value(result) != nil }
  }

  /// - Returns: nil for a metric that `old` has not.
  func row(_ old: Result, _ new: Result?, _ tolerance: Double) -> ReportComparison.Row? {
    guard let then = value(old) else { return nil }
    let now = new.flatMap(value)
    var change: Double?
    if let now {
      let scale = max(then.magnitude, floor)
      change = now == then ? 0 : scale > 0 ? (now - then) / scale : nil
      if change?.isFinite == false { change = nil }
    }
    return .init(
      method: old.method, latent: old.latent, metric: name, then: then, now: now, change: change,
      verdict: verdict(then, now, change, tolerance, isFitted: new != nil))
  }

  private func verdict(_ then: Double, _ now: Double?, _ change: Double?, _ tolerance: Double, isFitted: Bool)
    -> ReportComparison.Verdict
  {
    guard let now else { return isFitted && mayVanish ? .unjudged : .missing }
    if better == .neither { return .unjudged }
    if let change, change.magnitude <= tolerance { return .holds }
    return (now < then) == (better == .lower) ? .better : .worse
  }
}

// MARK: - What is compared

extension ComparedMetric {
  /// What errors of clean and of corrupted rows have in common.
  private struct Errors {
    let sse, mse: Double
    let relativeFrobenius, r2: Double?
    let cosine: Double

    init(_ metrics: ReconstructionMetrics) {
      (sse, mse, cosine) = (metrics.ssePerSample, metrics.msePerElement, metrics.cosine)
      (relativeFrobenius, r2) = (metrics.relativeFrobenius, metrics.r2)
    }

    init(_ errors: ReconstructionErrors) {
      (sse, mse, cosine) = (errors.ssePerSample, errors.msePerElement, errors.cosine)
      (relativeFrobenius, r2) = (errors.relativeFrobenius, errors.r2)
    }
  }

  private static func errors(
    _ prefix: String, _ floor: Double, _ columns: Int, _ value: @escaping (Result) -> Errors?
  ) -> [ComparedMetric] {
    [
      .init(name: prefix + "ssePerSample", better: .lower, floor: floor) { value($0)?.sse },
      .init(name: prefix + "msePerElement", better: .lower, floor: floor / Double(max(1, columns))) {
        value($0)?.mse
      },
      .init(name: prefix + "relativeFrobenius", better: .lower, floor: 1e-3) { value($0)?.relativeFrobenius },
      .init(name: prefix + "r2", better: .higher, floor: 0.1) { value($0)?.r2 },
      .init(name: prefix + "cosine", better: .higher, floor: 0.1) { value($0)?.cosine },
    ]
  }

  private static func side(
    _ prefix: String, _ floor: Double, _ columns: Int, _ side: @escaping (Result) -> ReconstructionMetrics
  ) -> [ComparedMetric] {
    let shares: [(String, (ReconstructionMetrics) -> Double?)] = [
      ("recallAt10", { $0.recallAt10 }), ("cosineRecallAt10", { $0.cosineRecallAt10 }),
      ("trustworthiness", { $0.trustworthiness }), ("continuity", { $0.continuity }), ("lcmc", { $0.lcmc }),
      ("distanceCorrelation", { $0.distanceCorrelation }),
    ]
    return errors(prefix, floor, columns) { Errors(side($0)) }
      + [
        .init(name: prefix + "contraction", better: .neither, floor: 0) { side($0).contraction },
        .init(name: prefix + "psnr", better: .higher, floor: 1, mayVanish: true) { side($0).psnr },
      ]
      + shares.map { name, value in
        .init(name: prefix + name, better: .higher, floor: 0.1) { value(side($0)) }
      }
      + [
        // None for errors below all that PCA reaches.
        .init(name: prefix + "pcaEquivalentDimension", better: .higher, floor: 1, mayVanish: true) {
          side($0).pcaEquivalentDimension
        }
      ]
  }
}
