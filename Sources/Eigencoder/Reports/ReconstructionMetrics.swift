// What a code loses, in the units of the data. Mathematics, section 1: with e_i = |x_i - xh_i|^2 over n
// samples of d features, and mu the mean of the TRAINING data:

/// How well a reducer reconstructs a set of samples, and how well its codes stand for them.
///
/// What costs more than a pass over the samples is there when it was asked for, by `TestSamples`, and nil
/// otherwise.
public struct ReconstructionMetrics: Codable, Equatable, Sendable {
  /// mean e_i
  public let ssePerSample: Double
  /// mean e_i / d
  public let msePerElement: Double
  /// |X - Xh|_F / |X - 1 mu'|_F; 0 is perfect, 1 is no better than the mean. nil when the samples have no
  /// spread.
  public let relativeFrobenius: Double?
  /// 1 - sum e_i / sum |x_i - mu|^2; 1 is perfect, 0 is no better than the mean. nil when the samples have no
  /// spread.
  public let r2: Double?
  /// The mean cosine of x_i and xh_i; a zero vector has cosine 0 with any other, 1 with itself.
  public let cosine: Double
  /// The mean of |de/dx|_F^2, exact.
  public let contraction: Double
  /// 10 log10(psnrPeak^2 / msePerElement), in decibels: the peak signal-to-noise ratio, for images. nil
  /// without error or without a peak.
  public let psnr: Double?
  /// The largest element of the samples less the smallest: 1 for images that use all of [0, 1].
  public let psnrPeak: Double

  /// The errors when the input is corrupted and the target is not.
  public let noisy: ReconstructionErrors?

  /// The share of each sample's 10 nearest that are among the 10 nearest of its code, Euclidean on both
  /// sides; see `NeighbourhoodMetrics`, also for the next five.
  public let recallAt10: Double?
  /// The same by cosine on both sides.
  public let cosineRecallAt10: Double?
  /// 1 when no far row has become a neighbour; `NeighbourhoodMetrics.trustworthiness`.
  public let trustworthiness: Double?
  /// 1 when no neighbour has been torn away; `NeighbourhoodMetrics.continuity`.
  public let continuity: Double?
  /// Recall at 10 less what chance gives; `NeighbourhoodMetrics.lcmc`.
  public let lcmc: Double?
  /// Spearman's rank correlation of distances; `NeighbourhoodMetrics.distanceCorrelation`.
  public let distanceCorrelation: Double?
  /// The rows that the neighbour metrics are of: all, or a random sample of them.
  public let neighbourSample: Int?
  /// The real number of components with which PCA has the same SSE per sample; see `PCAErrorCurve`.
  public let pcaEquivalentDimension: Double?

  /// The rows of the largest errors, largest first.
  public let worst: [RowError]?
  /// The error of each class that occurs.
  public let perClass: [ClassError]?
  /// mean (x_ij - xh_ij)^2 for each feature j.
  public let ssePerFeature: [Double]?

  /// Evaluates `reducer` on the rows of `x`, by blocks of rows: memory O(n + d) beside the data.
  ///
  /// - Parameters:
  ///   - reducer: what is judged.
  ///   - x: the rows it is judged on, n x d.
  ///   - trainingMean: d column means of the training rows, to which errors are related.
  ///   - corrupted: the rows of `x` corrupted, to be reconstructed as they were.
  /// - Throws: `EigencoderError.invalidData` for no rows or another width than the reducer's.
  public init<T: Scalar>(
    of reducer: any Reducer<T>, on x: Matrix<T>, trainingMean: [Double], corrupted: Matrix<T>? = nil
  ) throws {
    try self.init(of: reducer, on: TestSamples(x, corrupted: corrupted), trainingMean: trainingMean)
  }

  /// Evaluates `reducer` on the rows of `samples`, with the metrics that these ask for.
  ///
  /// - Throws: `EigencoderError.invalidData` for no rows, another width than the reducer's, or another number
  ///   of labels than of rows.
  public init<T: Scalar>(of reducer: any Reducer<T>, on samples: TestSamples<T>, trainingMean: [Double])
    throws
  {
    let errors = try SquaredErrors(
      of: reducer, on: samples.x, from: samples.x, listsFeatures: samples.listsFeatures)
    try self.init(of: reducer, on: samples, trainingMean: trainingMean, errors: errors)
  }

  /// The same where the errors on the rows are known.
  init<T: Scalar>(
    of reducer: any Reducer<T>, on samples: TestSamples<T>, trainingMean: [Double],
    errors squared: SquaredErrors
  ) throws {
    let x = samples.x
    let errors = try ReconstructionErrors(squared, on: x, trainingMean: trainingMean)
    ssePerSample = errors.ssePerSample
    msePerElement = errors.msePerElement
    relativeFrobenius = errors.relativeFrobenius
    r2 = errors.r2
    cosine = errors.cosine
    contraction = reducer.contraction(over: x)
    guard contraction.isFinite else {
      throw EigencoderError.numericalFailure(
        "the encoder's Jacobian is not finite: the data are out of the model's range")
    }
    let extent = x.withView { $0.extent() }
    psnrPeak = extent.map { Double($0.upperBound) - Double($0.lowerBound) } ?? 0
    psnr = Self.psnr(peak: psnrPeak, error: msePerElement)
    noisy = try samples.corrupted.map {
      try ReconstructionErrors(
        SquaredErrors(of: reducer, on: x, from: $0), on: x, trainingMean: trainingMean)
    }

    let neighbours = try samples.neighbourhood.map { reference in
      precondition(reference.neighbours == 10, "recall at 10 of \(reference.neighbours) neighbours")
      return try reference.metrics(of: reducer.encode(x))
    }
    recallAt10 = neighbours?.recall
    cosineRecallAt10 = neighbours?.cosineRecall
    trustworthiness = neighbours?.trustworthiness
    continuity = neighbours?.continuity
    lcmc = neighbours?.lcmc
    distanceCorrelation = neighbours?.distanceCorrelation
    neighbourSample = neighbours?.rows
    pcaEquivalentDimension = samples.pcaErrors?.dimension(atError: ssePerSample)
    worst = samples.worstCount > 0 ? squared.worst(samples.worstCount, rowNumbers: samples.rowNumbers) : nil
    perClass = try samples.labels.map { try squared.perClass($0) }
    ssePerFeature = samples.listsFeatures ? squared.perFeature.map { $0 / Double(x.rows) } : nil
  }

  /// Evaluates `reducer` on the rows that are left of a file, in memory that does not grow with it.
  ///
  /// - Parameters:
  ///   - reducer: what is judged.
  ///   - reader: the rows it is judged on.
  ///   - trainingMean: d column means of the training rows, to which errors are related.
  ///   - progress: told after every block how far the reader is.
  /// - Throws: `EigencoderError.invalidData` for another width than the reducer's, and what reading throws.
  public init<T: Scalar>(
    of reducer: any Reducer<T>, onRowsOf reader: RowReader, trainingMean: [Double],
    progress: (RowReader) -> Void = { _ in }
  ) throws {
    var sums = ErrorSums(trainingMean: trainingMean)
    var contractions = 0.0
    var extent: ClosedRange<T>?
    try reader.forEachBlock(as: T.self) { x in
      sums.add(try SquaredErrors(of: reducer, on: x, from: x), on: x)
      contractions += Double(x.rows) * reducer.contraction(over: x)
      let range = x.withView { $0.extent() }!
      extent =
        extent.map { min($0.lowerBound, range.lowerBound)...max($0.upperBound, range.upperBound) } ?? range
      progress(reader)
    }
    let errors = try ReconstructionErrors(sums)
    ssePerSample = errors.ssePerSample
    msePerElement = errors.msePerElement
    relativeFrobenius = errors.relativeFrobenius
    r2 = errors.r2
    cosine = errors.cosine
    contraction = contractions / Double(sums.rows)
    psnrPeak = extent.map { Double($0.upperBound) - Double($0.lowerBound) } ?? 0
    psnr = Self.psnr(peak: psnrPeak, error: msePerElement)
    (noisy, recallAt10, cosineRecallAt10, trustworthiness, continuity, lcmc) = (nil, nil, nil, nil, nil, nil)
    (distanceCorrelation, neighbourSample, pcaEquivalentDimension) = (nil, nil, nil)
    (worst, perClass, ssePerFeature) = (nil, nil, nil)
  }

  private static func psnr(peak: Double, error: Double) -> Double? {
    peak > 0 && error > 0 ? 10 / Double.log(10) * (2 * Double.log(peak) - Double.log(error)) : nil
  }
}

/// Sums over rows from which their errors follow, whatever the blocks they came in.
struct ErrorSums {
  let trainingMean: [Double]
  private(set) var rows = 0
  private(set) var sse = 0.0
  private(set) var cosines = 0.0
  /// sum_i (x_ij - mean_j)^2
  private(set) var squares: [Double]

  init(trainingMean: [Double]) {
    self.trainingMean = trainingMean
    squares = [Double](repeating: 0, count: trainingMean.count)
  }

  /// Includes the rows of `x`, of which these are the errors.
  mutating func add<T: Scalar>(_ errors: SquaredErrors, on x: Matrix<T>) {
    precondition(trainingMean.count == x.columns, "a mean of \(trainingMean.count) for \(x.columns) columns")
    rows += x.rows
    sse += errors.perSample.reduce(0, +)
    cosines += errors.cosines
    // Around the mean in f64: rounded to T, far from the origin, it would add its rounding to the spread.
    x.withView { x in
      trainingMean.withView { mean in
        squares.withMutableView { x.addColumnSquares(around: mean, to: $0) }
      }
    }
  }
}

/// The errors of a reconstruction, as in `ReconstructionMetrics`.
public struct ReconstructionErrors: Codable, Equatable, Sendable {
  /// mean e_i
  public let ssePerSample: Double
  /// mean e_i / d
  public let msePerElement: Double
  /// |X - Xh|_F / |X - 1 mu'|_F; nil when the samples have no spread.
  public let relativeFrobenius: Double?
  /// 1 - sum e_i / sum |x_i - mu|^2; nil when the samples have no spread.
  public let r2: Double?
  /// The mean cosine of x_i and xh_i.
  public let cosine: Double

  /// From the errors on the rows of `x`.
  init<T: Scalar>(_ errors: SquaredErrors, on x: Matrix<T>, trainingMean: [Double]) throws {
    var sums = ErrorSums(trainingMean: trainingMean)
    sums.add(errors, on: x)
    try self.init(sums)
  }

  init(_ sums: ErrorSums) throws {
    guard sums.rows >= 1 else { throw EigencoderError.invalidData("metrics need at least 1 row, got none") }
    let (sse, n) = (sums.sse, Double(sums.rows))
    // A column that differs from its mean by no more than the rounding of a sum of so many has no spread.
    let spread = zip(sums.squares, sums.trainingMean).reduce(0.0) { sum, column in
      let rounding = (4 + n / 8) * Double.unitRoundoff * column.1
      return column.0 > n * rounding * rounding ? sum + column.0 : sum
    }
    ssePerSample = sse / n
    msePerElement = sse / n / Double(sums.squares.count)
    relativeFrobenius = spread > 0 ? (sse / spread).squareRoot() : nil
    r2 = spread > 0 ? 1 - sse / spread : nil
    cosine = sums.cosines / n
    guard ssePerSample.isFinite else {
      throw EigencoderError.numericalFailure(
        "the reconstruction is not finite: the data are out of the model's range")
    }
  }
}
