extension ReconstructionMetrics {
  /// A row and its error.
  public struct RowError: Codable, Equatable, Sendable {
    /// Counted from 0.
    public let row: Int
    /// e_i
    public let sse: Double
  }

  /// The error of the rows of one class.
  public struct ClassError: Codable, Equatable, Sendable {
    /// The name of the class.
    public let label: String
    /// Rows of the class.
    public let samples: Int
    /// The mean of their e_i.
    public let ssePerSample: Double
  }
}

extension SquaredErrors {
  /// The rows of the largest errors, largest first, of equals the first.
  func worst(_ count: Int, rowNumbers: [Int]?) -> [ReconstructionMetrics.RowError] {
    perSample.indices.sorted { (perSample[$1], $0) < (perSample[$0], $1) }.prefix(count).map {
      .init(row: rowNumbers?[$0] ?? $0, sse: perSample[$0])
    }
  }

  /// One error for each class that occurs, in the order of the labels' codes.
  /// - Throws: `EigencoderError.invalidData` unless there is a label for each row.
  func perClass(_ labels: Labels) throws -> [ReconstructionMetrics.ClassError] {
    guard labels.count == perSample.count else {
      throw EigencoderError.invalidData(
        "expected \(perSample.count) labels, one for each row, got \(labels.count)")
    }
    var sums = [(count: Int, sse: Double)](repeating: (0, 0), count: labels.names.count)
    for (code, error) in zip(labels.codes, perSample) {
      sums[code].count += 1
      sums[code].sse += error
    }
    return zip(labels.names, sums).compactMap { name, sum in
      sum.count > 0
        ? .init(label: name, samples: sum.count, ssePerSample: sum.sse / Double(sum.count)) : nil
    }
  }
}
