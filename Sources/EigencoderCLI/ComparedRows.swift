import Eigencoder

/// The rows of a comparison.
struct ComparedRows<T: Scalar> {
  let train: TrainingPart<T>
  let test: Matrix<T>
  /// What both are parts of, or the training rows alone.
  let all: Samples<T>
  /// Which rows of all the test rows are; nil where these are of a file of their own.
  let testRows: [Int]?
}

/// The rows that methods are fitted to, what is measured of them, and what is known of them.
struct TrainingPart<T: Scalar> {
  let samples: Samples<T>
  /// All rows in memory; of a file some, at equal distances.
  let judged: Matrix<T>
  /// Of all rows of a file, d numbers; nil in memory.
  let mean: [Double]?
  let statistics: ColumnStatistics<T>
  let facts: DataSummary

  var rows: Int { samples.rows }
  var columns: Int { samples.columns }

  /// Rows of a file that are measured.
  private static var limit: Int { 16_384 }

  init(of x: Matrix<T>) {
    (samples, judged, mean) = (.memory(x), x, nil)
    statistics = ColumnStatistics(of: x)
    facts = DataSummary(of: statistics, rows: x.rows)
  }

  /// Reads the file once for the statistics, and the rows that are measured.
  init(of file: RowFile) throws {
    samples = .file(file)
    let progress = RowProgress("variances")
    let sums = try ColumnSums(ofRowsOf: file.reader(), as: T.self) { progress.report($0) }
    (statistics, mean) = (sums.statistics(), sums.mean)
    facts = DataSummary(of: statistics, rows: file.rows)
    judged = try file.evenlySpaced(Self.limit)
  }
}

extension Method {
  /// Fits a resolved method with a bar for the epochs; Ctrl-C stops after the batch.
  func fittedWithProgress<T: Scalar>(to train: TrainingPart<T>) throws -> FittedMethod<T> {
    switch train.samples {
    case .memory(let x): try fittedWithProgress(to: x)
    case .file(let file): try fittedWithProgress(toRowsOf: file, train.facts)
    }
  }
}
