public import Foundation

/// What a model was fitted to, as far as it decides whether other rows are of the same kind: kept in its file.
///
/// The same pixels are bytes in one file and fractions of 255 in another. A model of the ones gives answers to the others
/// that look like any, and are nonsense.
public struct ModelInput: Codable, Equatable, Sendable {
  /// What the numbers of the file were multiplied by as it was read.
  public let scale: Double
  /// The precision in which the rows were kept.
  public let precision: Precision
  /// The sum of the columns' variances, with denominator n - 1; of more than 512 rows, of so many of them, evenly spaced.
  public let totalVariance: Double

  /// The names of the columns; nil where they have none.
  public let columns: [String]?

  private enum CodingKeys: String, CodingKey {
    case scale, precision, columns
    case totalVariance = "total_variance"
  }

  /// Of rows whose total variance is known.
  public init(scale: Double = 1, precision: Precision, totalVariance: Double, columns: [String]? = nil) {
    (self.scale, self.precision, self.totalVariance, self.columns) = (
      scale, precision, totalVariance, columns
    )
  }

  /// Of the rows of `x`, n x d, which were multiplied by `scale` as they were read, and whose columns have these names.
  public init<T: Scalar>(of x: Matrix<T>, scale: Double = 1, columns: [String]? = nil) {
    let sample = x.evenlySpaced(Self.sampleRows)
    self.init(
      scale: scale, precision: Precision(of: T.self),
      totalVariance: sample.spread(around: sample.columnMeans) / Double(max(1, sample.rows - 1)),
      columns: columns)
  }

  package static let sampleRows = 512

  /// What the file of a model says of its input; nil where it says nothing.
  /// - Throws: `.missingInput` or `.invalidData` when there is no model file.
  public static func read(contentsOf url: URL) throws -> ModelInput? {
    ModelInput(metadata: try SafeTensors(contentsOf: url).metadata)
  }

  /// What the metadata of a model file say; nil where they say nothing.
  init?(metadata: [String: String]) {
    guard let text = metadata[Self.key],
      let input = try? JSONDecoder().decode(ModelInput.self, from: Data(text.utf8))
    else { return nil }
    self = input
  }

  static let key = "input"
}

extension ModelInput {
  /// Why rows seem to be of another kind than those of the fit; nil where they do not.
  ///
  /// They do when their mean is more than ten root mean square distances of the fitted rows from the fitted mean, or their
  /// own such distance is more than a hundred times as large or as small: far beyond what drift or chance does.
  /// - Parameters:
  ///   - x: some rows, n x d.
  ///   - scale: what they were multiplied by as they were read.
  ///   - trainingMean: of the fit, d numbers.
  public func mismatch<T: Scalar>(of x: Matrix<T>, scale: Double, trainingMean: [Double]) -> String? {
    let x = x.evenlySpaced(Self.sampleRows)
    guard x.rows > 0, x.columns == trainingMean.count, totalVariance > 0 else { return nil }
    let mean = x.columnMeans
    let deviation = totalVariance.squareRoot()
    let shift =
      zip(mean, trainingMean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot() / deviation
    let spread = (x.spread(around: mean) / Double(max(1, x.rows - 1))).squareRoot() / deviation
    var found: [String] = []
    if shift > 10 {
      found.append("their mean lies \(shift.significant(3)) deviations from the mean of those")
    }
    // A few rows that are alike say nothing of a spread.
    if spread > 100 || (spread < 0.01 && x.rows >= 10) {
      found.append("their spread is \(spread.significant(3)) times as large")
    }
    guard !found.isEmpty else { return nil }
    let scales =
      scale == self.scale
      ? ""
      : "; those were multiplied by \(self.scale) as they were read, these by \(scale) (--scale \(self.scale))"
    return "the rows are far from those of the fit: " + found.joined(separator: ", ") + scales
  }
}

extension Precision {
  /// That of `T`.
  public init<T: Scalar>(of type: T.Type) { self = T.isSingle ? .f32 : .f64 }
}

extension Matrix {
  /// sum_i |x_i - mean|^2, in f64.
  fileprivate func spread(around mean: [Double]) -> Double {
    var squares = [Double](repeating: 0, count: columns)
    withView { x in
      mean.withView { mean in squares.withMutableView { x.addColumnSquares(around: mean, to: $0) } }
    }
    return squares.reduce(0, +)
  }
}
