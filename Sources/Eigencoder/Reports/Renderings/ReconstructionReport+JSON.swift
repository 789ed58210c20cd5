extension ReconstructionReport {
  /// Which of the details go into the JSON.
  public enum DetailLevel: Sendable {
    /// None: the metrics alone.
    case none
    /// All but the pictures.
    case withoutPictures
    /// The pictures too: all that a page draws.
    case all
  }

  /// The report, keys sorted.
  public func json(including level: DetailLevel = .none) throws -> String {
    try jsonText(reduced(to: level))
  }

  /// The same in one line.
  func compactJSON(including level: DetailLevel) throws -> String {
    try jsonText(reduced(to: level), isPretty: false)
  }

  private func reduced(to level: DetailLevel) -> ReconstructionReport {
    guard level != .all else { return self }
    var report = self
    report.details = level == .none ? nil : details
    report.details?.pictures = nil
    for index in results.indices {
      if level == .none { report.results[index].details = nil }
      report.results[index].details?.reconstructed = nil
      report.results[index].details?.denoised = nil
    }
    return report
  }
}
