/// One kind of method: its name, the settings it takes, their defaults, and how it fits.
///
/// To add a method: a file with a type that conforms, and a line in `Method.kinds`.
package protocol MethodKind: Sendable {
  static var name: String { get }
  /// The names of the settings that have an effect.
  static var settings: Set<String> { get }
  /// Those among them that are this method's own: in a comparison of several methods they apply only to their owners.
  static var ownSettings: Set<String> { get }
  /// Whether a comparison takes it when no methods are named.
  static var isCompared: Bool { get }
  /// Whether another seed fits another reducer to the same rows.
  static var isRandom: Bool { get }

  /// Sets the settings that are nil.
  static func resolve(_ method: inout Method, for data: DataSummary) throws
  /// Fits a resolved method to rows, of which `data` are the facts.
  static func fit<T: Scalar>(
    _ method: Method, to x: Samples<T>, _ data: DataSummary, _ monitor: TrainingMonitor
  ) throws -> FittedMethod<T>
  /// Fits a resolved method to rows that are known by their moments.
  /// - Throws: `.invalidArgument` where these are not enough.
  static func fit<T: Scalar>(_ method: Method, to file: MomentsFile, as type: T.Type) throws -> FittedMethod<
    T
  >
  /// Whether moments are enough for a fit.
  static var takesMoments: Bool { get }
}

extension MethodKind {
  package static var takesMoments: Bool { false }

  package static func fit<T: Scalar>(
    _ method: Method, to file: MomentsFile, as type: T.Type
  ) throws -> FittedMethod<T> {
    throw EigencoderError.invalidArgument(
      "\(name) is fitted to rows: of moments, pca and linear-denoising are")
  }

  package static var ownSettings: Set<String> { [] }
  package static var isCompared: Bool { true }
  package static var isRandom: Bool { false }

  /// - Throws: `.invalidData` for fewer than 2 rows, or a variance outside the range of `Double`.
  static func requireRows(_ data: DataSummary) throws {
    guard data.rows >= 2 else {
      throw EigencoderError.invalidData("\(name) needs at least 2 rows, got \(data.rows)")
    }
    guard data.variance().isFinite else { throw PCA.outOfRange }
  }
}

extension Method {
  /// These settings without those that only other methods of a comparison own: the contraction is that of `contractive`,
  /// the corruption that of the denoisers.
  package func inComparison() -> Method {
    let others = Self.kinds.reduce(into: Set<String>()) { $0.formUnion($1.ownSettings) }
    var method = self
    for setting in Setting.all
    where !kind.settings.contains(setting.name)
      || (others.contains(setting.name) && !kind.ownSettings.contains(setting.name))
    {
      setting.clear(&method.settings)
    }
    return method
  }
}

/// How a caller follows training and stops it.
package struct TrainingMonitor {
  package let progress: ((TrainingProgress) -> Bool)?
  package let shouldStop: (() -> Bool)?

  package init(progress: ((TrainingProgress) -> Bool)? = nil, shouldStop: (() -> Bool)? = nil) {
    (self.progress, self.shouldStop) = (progress, shouldStop)
  }
}

/// What the defaults of methods depend on. The variances of rows in memory are computed when they are first asked for.
package final class DataSummary {
  package let rows: Int
  package let columns: Int
  private let compute: () -> (mean: Double, varying: Double)

  package init<T: Scalar>(of x: Matrix<T>) {
    (rows, columns) = (x.rows, x.columns)
    compute = { ColumnStatistics(of: x).variances }
  }

  /// Of rows in a file, by the statistics of their columns.
  package init<T: Scalar>(of statistics: ColumnStatistics<T>, rows: Int) {
    (self.rows, columns) = (rows, statistics.mean.count)
    compute = { statistics.variances }
  }

  /// Of rows that are known by their moments.
  package convenience init(of file: MomentsFile) {
    let moments = file.moments
    self.init(
      rows: moments.count, columns: moments.mean.count,
      variance: moments.count < 2 ? 0 : moments.variances.reduce(0, +) / Double(max(1, moments.mean.count)))
  }

  package init(rows: Int, columns: Int, variance: Double) {
    (self.rows, self.columns) = (rows, columns)
    compute = { (variance, 1) }
  }

  private lazy var variances = compute()

  /// The mean variance of the columns; or that of the columns each divided by its deviation, which is the share of them
  /// that are not constant.
  package func variance(standardized: Bool = false) -> Double {
    standardized ? variances.varying : variances.mean
  }
}

extension ColumnStatistics {
  /// The mean variance of the columns, and the share of them that vary.
  fileprivate var variances: (mean: Double, varying: Double) {
    let count = Double(max(1, deviation.count))
    return (
      deviation.reduce(0.0) { $0 + Double($1) * Double($1) } / count,
      Double(deviation.count { $0 > 0 }) / count
    )
  }
}
