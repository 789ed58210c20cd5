// A report against an earlier one: which metrics have become worse by more than is tolerated.
//
// A change is relative to the earlier value, (now - then) / |then|, where |then| counts as at least a floor.
// Without it, a share that goes from 0.001 to 0.002 would have doubled, and so would errors of 1e-13, which are
// rounding. Where both reports compare a method with PCA row by row, the two 95 % intervals of that difference
// are compared as well: they show changes that the mean over all rows hides.

/// What has changed between two reports of the same data.
public struct ReportComparison: Codable, Equatable, Sendable {
  /// What has become of one metric.
  public enum Outcome: String, Codable, CaseIterable, Sendable {
    /// Within the tolerance.
    case holds
    /// Better by more than the tolerance.
    case better
    /// Worse by more than the tolerance.
    case worse
    /// The earlier report has it and this one has not. It counts as worse.
    case missing
    /// Neither more nor less of it is better.
    case unjudged
  }

  /// One metric of one method at one code size.
  public struct Row: Codable, Equatable, Sendable {
    /// As in the report.
    public let method: String
    /// k
    public let latent: Int
    /// Its path in the JSON of the report: "test.ssePerSample".
    public let metric: String
    /// The value in the earlier report.
    public let then: Double
    /// nil when the method or the metric is missing now.
    public let now: Double?
    /// (now - then) / max(|then|, floor), with the floors of `compared(to:tolerance:)`; nil where that is not
    /// a finite number.
    public let change: Double?
    /// By `change` and the direction that is the better; "verdict" in the JSON.
    public let outcome: Outcome

    /// Whether it is worse or missing.
    public var isRegression: Bool { outcome == .worse || outcome == .missing }

    private enum CodingKeys: String, CodingKey {
      case method, latent, metric, then, now, change
      case outcome = "verdict"
    }
  }

  /// The 95 % intervals of one method's errors less those of PCA, on the test rows.
  public struct IntervalRow: Codable, Equatable, Sendable {
    /// As in the report.
    public let method: String
    /// k
    public let latent: Int
    /// The interval of the earlier report.
    public let then: ClosedRange<Double>
    /// The interval of this one.
    public let now: ClosedRange<Double>
    /// Whether the interval now lies wholly above the one then.
    public let isWorse: Bool
  }

  /// Which data both reports are of.
  public let data: ReconstructionReport.DataDescription
  /// The relative change beyond which a metric is better or worse.
  public let tolerance: Double
  /// One a metric that the earlier report has.
  public let rows: [Row]
  /// One a result that has an interval in both reports.
  public let intervals: [IntervalRow]
  /// Whether a metric is worse or missing, or an interval worse.
  public let isRegression: Bool

  /// What has become worse, one sentence each: what a failed test prints.
  public var regressions: [String] {
    let metrics = rows.filter(\.isRegression).map { row in
      "\(row.method), \(row.latent): \(row.metric) was \(row.then.significant(5)), "
        + (row.now.map { "is \($0.significant(5))" } ?? "is missing")
        + (row.change.map { " (\($0.percent))" } ?? "")
    }
    let shifts = intervals.filter(\.isWorse).map { row in
      "\(row.method), \(row.latent): the interval of the errors less those of PCA was \(row.then.text(4)), "
        + "is \(row.now.text(4))"
    }
    return metrics + shifts
  }
}

extension ReconstructionReport {
  /// Compares this report with an earlier one of the same data, method by method and size by size; what only
  /// this one has is left out.
  ///
  /// A metric is worse when it has changed by more than `tolerance` in the wrong direction, relative to its
  /// earlier value or to a floor, whichever is larger. The floor is 1e-6 of the mean's error for errors (1e-3
  /// for their root), 0.1 for R2, cosines and the neighbour metrics, 1 for decibels and numbers of components.
  /// The contraction is shown and not judged. A method is also worse when the interval of its errors less those
  /// of PCA has moved up so far that it no longer overlaps with the earlier one.
  ///
  ///     let comparison = try report.compared(to: baseline)
  ///     #expect(!comparison.isRegression, "\(comparison.regressions)")
  ///
  /// - Parameters:
  ///   - baseline: the earlier report.
  ///   - tolerance: a share, at least 0: 0.01 is 1 %.
  /// - Throws: `EigencoderError.invalidData` when the data have other numbers of rows or columns.
  public func compared(to baseline: ReconstructionReport, tolerance: Double = 0.01) throws
    -> ReportComparison
  {
    precondition(tolerance >= 0, "a tolerance of at least 0, got \(tolerance)")
    guard data.sizes == baseline.data.sizes else {
      throw EigencoderError.invalidData(
        "\(data.name) has \(data.sizes), the baseline is of \(baseline.data.sizes)")
    }
    let floor = 1e-6 * (baseline.errorOfTheMean ?? 0)
    var rows: [ReportComparison.Row] = []
    var intervals: [ReportComparison.IntervalRow] = []
    for old in baseline.results {
      let new = results.first { $0.method == old.method && $0.latent == old.latent }
      rows += Measure.all(of: [old]).compactMap { measure in
        measure.compared(old, new, tolerance, errorFloor: floor, columns: data.dimension)
      }
      guard let then = old.againstPCA?.interval, let now = new?.againstPCA?.interval else { continue }
      intervals.append(
        .init(
          method: old.method, latent: old.latent, then: then, now: now,
          isWorse: now.lowerBound > then.upperBound + floor))
    }
    return ReportComparison(
      data: data, tolerance: tolerance, rows: rows, intervals: intervals,
      isRegression: rows.contains(where: \.isRegression) || intervals.contains(where: \.isWorse))
  }

  /// The mean of |x_i - mu|^2 over the test rows, from errors relative to it: the largest, because errors of
  /// rounding tell little of it.
  private var errorOfTheMean: Double? {
    results.compactMap { result in
      result.test.relativeFrobenius.flatMap { $0 > 0 ? result.test.ssePerSample / ($0 * $0) : nil }
    }.max()
  }
}

extension ReconstructionReport.DataDescription {
  fileprivate var sizes: String { "\(train) rows to train, \(test) to test and \(dimension) columns" }
}
