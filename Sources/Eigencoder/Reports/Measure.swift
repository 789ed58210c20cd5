/// A metric of one side of a result, or of one class: a column of the csv, and a line of a comparison.
struct Measure {
  typealias Result = ReconstructionReport.Result

  /// Its path in the JSON of a report: "test.noisy.ssePerSample".
  let path: String
  let metric: Metric
  let value: (Result) -> Double?

  /// Those of the training rows, the test rows, the corrupted ones and the classes.
  static func all(of results: [Result]) -> [Measure] {
    let sides = [("train.", \Result.train), ("test.", \.test)].flatMap { prefix, side in
      Metric.all.map { metric in
        Measure(path: prefix + metric.key, metric: metric) { metric.value($0[keyPath: side]) }
      }
    }
    let noisy = Metric.all.compactMap { metric in
      metric.noisyValue.map { value in
        Measure(path: "test.noisy." + metric.key, metric: metric) { $0.test.noisy.flatMap(value) }
      }
    }
    let classes = (results.first?.test.perClass ?? []).map { shown in
      Measure(path: "test.class." + shown.label, metric: .squaredError) { $0.error(ofClass: shown.label) }
    }
    return sides + (results.contains { $0.test.noisy != nil } ? noisy : []) + classes
  }

  /// How it has changed from `old` to `new`, which is nil when the method is missing.
  /// - Returns: nil for what is not compared, or what `old` has not.
  func compared(_ old: Result, _ new: Result?, _ tolerance: Double, errorFloor: Double, columns: Int)
    -> ReportComparison.Row?
  {
    guard let better = metric.better, let then = value(old) else { return nil }
    let now = new.flatMap(value)
    let floor =
      switch metric.floor {
      case .number(let floor): floor
      case .ofError: errorFloor
      case .ofErrorPerElement: errorFloor / Double(max(1, columns))
      }
    let scale = max(then.magnitude, floor)
    let change = now.flatMap { now in
      now == then ? 0 : scale > 0 && ((now - then) / scale).isFinite ? (now - then) / scale : nil
    }
    let outcome: ReportComparison.Outcome =
      if let now {
        if better == .neither {
          .unjudged
        } else if let change, change.magnitude <= tolerance {
          .holds
        } else {
          (now < then) == (better == .lower) ? .better : .worse
        }
      } else {
        new != nil && metric.mayVanish ? .unjudged : .missing
      }
    return .init(
      method: old.method, latent: old.latent, metric: path, then: then, now: now, change: change,
      outcome: outcome)
  }
}

extension ReconstructionReport.Result {
  /// The test error of a class.
  func error(ofClass label: String) -> Double? {
    test.perClass?.first { $0.label == label }?.ssePerSample
  }
}
