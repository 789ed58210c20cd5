/// The rows that methods are judged on, with what is computed of them once for all methods.
///
/// Every property beside the rows adds metrics to those of `ReconstructionMetrics`.
public struct TestSamples<T: Scalar>: Sendable {
  /// n x d
  public let x: Matrix<T>
  /// The rows corrupted, to be reconstructed as they were.
  public var corrupted: Matrix<T>?
  /// The class of each row.
  public var labels: Labels?
  /// The number of each row in the data that it is from, counted from 0; nil for its number in `x`.
  public var rowNumbers: [Int]?
  /// The neighbourhoods of the rows of `x`.
  public var neighbourhood: NeighbourhoodReference?
  /// What PCA, fitted to the same training rows, loses on the rows of `x` at each number of components.
  public var pcaErrors: PCAErrorCurve?
  /// How many of the rows with the largest errors are listed.
  public var worstCount = 0
  /// Whether the error of each column is listed.
  public var listsFeatures = false

  /// Rows to be judged on by their errors alone; what is set afterwards adds metrics.
  public init(_ x: Matrix<T>, corrupted: Matrix<T>? = nil) {
    self.x = x
    self.corrupted = corrupted
  }
}

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

extension SquaredErrors {
  /// The rows of the largest errors, largest first, of equals the first.
  func worst(_ count: Int, rowNumbers: [Int]?) -> [RowError] {
    perSample.indices.sorted { (perSample[$1], $0) < (perSample[$0], $1) }.prefix(count).map {
      RowError(row: rowNumbers?[$0] ?? $0, sse: perSample[$0])
    }
  }

  /// One error for each class that occurs, in the order of the labels' codes.
  /// - Throws: `EigencoderError.invalidData` unless there is a label for each row.
  func perClass(_ labels: Labels) throws -> [ClassError] {
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
        ? ClassError(label: name, samples: sum.count, ssePerSample: sum.sse / Double(sum.count)) : nil
    }
  }
}
