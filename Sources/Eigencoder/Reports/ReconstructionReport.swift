/// Several methods judged on one split, at stated code sizes, by the same metrics.
public struct ReconstructionReport: Codable, Equatable, Sendable {
  /// Which data, and how many rows on each side of the split.
  public struct DataDescription: Codable, Equatable, Sendable {
    public let name: String
    /// Rows.
    public let train: Int
    public let test: Int
    /// d, columns.
    public let dimension: Int

    public init(name: String, train: Int, test: Int, dimension: Int) {
      self.name = name
      self.train = train
      self.test = test
      self.dimension = dimension
    }
  }

  /// One method at one code size.
  public struct Result: Codable, Equatable, Sendable {
    public let method: String
    /// k
    public let latent: Int
    /// Fitted numbers.
    public let parameters: Int
    /// Wall time of the fit; nil when it was fitted elsewhere.
    public let fitSeconds: Double?
    public let train: ReconstructionMetrics
    public let test: ReconstructionMetrics
  }

  public var data: DataDescription
  /// Of the split and of the training.
  public var seed: UInt64?
  /// What the `noisy` metrics of the test rows are corrupted by.
  public private(set) var corruption: String?
  public private(set) var results: [Result] = []

  public init(data: DataDescription, seed: UInt64? = nil, corruption: Corruption? = nil) {
    self.data = data
    self.seed = seed
    self.corruption = corruption?.name
  }

  /// Judges fitted reducers on the rows they were trained on and on rows they have not seen.
  /// - Throws: `EigencoderError.invalidData` for another width than a reducer's, or no rows.
  public init<T: Scalar>(
    of reducers: [any Reducer<T>], train: Matrix<T>, test: Matrix<T>, name: String = "data"
  ) throws {
    self.init(data: DataDescription(name: name, train: train.rows, test: test.rows, dimension: train.columns))
    for reducer in reducers { try add(reducer, train: train, test: test) }
  }

  /// Adds one fitted method.
  /// - Parameter corrupted: the test rows corrupted, the same for every method.
  public mutating func add<T: Scalar>(
    _ reducer: any Reducer<T>, train: Matrix<T>, test: Matrix<T>, corrupted: Matrix<T>? = nil,
    fitSeconds: Double? = nil
  ) throws {
    let mean = train.columnMeans
    results.append(
      Result(
        method: reducer.method, latent: reducer.latentDimension, parameters: reducer.parameterCount,
        fitSeconds: fitSeconds,
        train: try ReconstructionMetrics(of: reducer, on: train, trainingMean: mean),
        test: try ReconstructionMetrics(
          of: reducer, on: test, trainingMean: mean, corrupted: corrupted)))
  }
}

extension Matrix {
  /// The mean of each column, in f64. Zero for no rows.
  public var columnMeans: [Double] {
    var means = [Double](repeating: 0, count: columns)
    withView { x in
      means.withMutableView {
        x.addColumnSums(to: $0)
        $0.scale(by: 1 / Double(max(1, rows)))
      }
    }
    return means
  }
}

extension ReconstructionReport: CustomStringConvertible {
  public var description: String { table() }
}
