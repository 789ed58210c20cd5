// What a code loses, in the units of the data; of a method that divides rows by their lengths, of the rows so divided. Mathematics, section 1. The formulas stand beside the properties: e_i is
// |x_i - xh_i|^2 over n samples of d features, and mu the mean of the training rows.

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
  /// The mean of |de/dx|_F^2, exact, over the samples or `contractionSample` of them.
  public let contraction: Double
  /// How many samples, at equal distances, the contraction is the mean over; nil for all, and where it is the same for all.
  public let contractionSample: Int?
  /// 10 log10(psnrPeak^2 / msePerElement), in decibels: the peak signal-to-noise ratio, for images. nil
  /// without error or without a peak.
  public let psnr: Double?
  /// The largest element of the samples less the smallest: 1 for images that use all of [0, 1].
  public let psnrPeak: Double

  /// The errors when the input is corrupted and the target is not.
  public private(set) var noisy: Errors?

  /// The share of each sample's 10 nearest that are among the 10 nearest of its code, Euclidean on both
  /// sides; see `NeighbourhoodMetrics`, also for the next five.
  public private(set) var recallAt10: Double?
  /// The same by cosine on both sides.
  public private(set) var cosineRecallAt10: Double?
  /// 1 when no far row has become a neighbour; `NeighbourhoodMetrics.trustworthiness`.
  public private(set) var trustworthiness: Double?
  /// 1 when no neighbour has been torn away; `NeighbourhoodMetrics.continuity`.
  public private(set) var continuity: Double?
  /// Recall at 10 less what chance gives; `NeighbourhoodMetrics.lcmc`.
  public private(set) var lcmc: Double?
  /// Spearman's rank correlation of distances; `NeighbourhoodMetrics.distanceCorrelation`.
  public private(set) var distanceCorrelation: Double?
  /// The rows that the neighbour metrics are of: all, or a random sample of them.
  public private(set) var neighbourSample: Int?
  /// The real number of components with which PCA has the same SSE per sample; see `PCAErrorCurve`.
  public private(set) var pcaEquivalentDimension: Double?

  /// The rows of the largest errors, largest first.
  public private(set) var worst: [RowError]?
  /// The error of each class that occurs.
  public private(set) var perClass: [ClassError]?
  /// mean (x_ij - xh_ij)^2 for each feature j.
  public private(set) var ssePerFeature: [Double]?

  /// Evaluates `reducer` on the rows of `x`, by blocks of rows: memory O(n + d) beside the data.
  ///
  /// - Parameters:
  ///   - reducer: what is judged.
  ///   - x: the rows it is judged on, n x d.
  ///   - trainingMean: d column means of the training rows, as `target(of:)` gives them, to which errors are related.
  /// - Throws: `EigencoderError.invalidData` for no rows or another width than the reducer's.
  public init<T: Scalar>(of reducer: any Reducer<T>, on x: Matrix<T>, trainingMean: [Double]) throws {
    try self.init(of: reducer, on: TestSamples(x), trainingMean: trainingMean)
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
    of reducer: any Reducer<T>, on samples: TestSamples<T>, trainingMean: [Double], errors: SquaredErrors
  ) throws {
    let x = reducer.target(of: samples.x)
    func sums(_ errors: SquaredErrors) -> ErrorSums {
      var sums = ErrorSums(trainingMean: trainingMean)
      sums.add(errors, on: x)
      return sums
    }
    try self.init(
      Errors(sums(errors)),
      contraction: reducer.contraction(over: samples.x.evenlySpaced(Self.contractionRows)),
      of: reducer.hasConstantJacobian || x.rows <= Self.contractionRows ? nil : Self.contractionRows,
      extent: x.withView { $0.extent() })
    noisy = try samples.corrupted.map {
      try Errors(sums(SquaredErrors(of: reducer, on: samples.x, from: $0)))
    }
    try measureNeighbours(of: reducer, on: samples)
    // PCA's errors are of the rows as they are.
    if let pcaErrors = samples.pcaErrors, x == samples.x {
      pcaEquivalentDimension = pcaErrors.dimension(atError: ssePerSample)
    }
    if samples.worstCount > 0 {
      worst = errors.worst(samples.worstCount, rowNumbers: samples.rowNumbers)
    }
    perClass = try samples.labels.map { try errors.perClass($0) }
    if samples.listsFeatures { ssePerFeature = errors.perFeature.map { $0 / Double(x.rows) } }
  }

  /// Sets the neighbour metrics that `samples` ask for.
  private mutating func measureNeighbours<T: Scalar>(of reducer: any Reducer<T>, on samples: TestSamples<T>)
    throws
  {
    guard let reference = samples.neighbourhood else { return }
    precondition(reference.neighbours == 10, "recall at 10 of \(reference.neighbours) neighbours")
    let neighbours = try reference.metrics(of: reducer.searchedCodes(of: samples.x))
    recallAt10 = neighbours.recall
    cosineRecallAt10 = neighbours.cosineRecall
    trustworthiness = neighbours.trustworthiness
    continuity = neighbours.continuity
    lcmc = neighbours.lcmc
    distanceCorrelation = neighbours.distanceCorrelation
    neighbourSample = neighbours.rows
  }

  /// Evaluates `reducer` on the rows that are left of a file, in memory that does not grow with it.
  ///
  /// - Parameters:
  ///   - reducer: what is judged.
  ///   - reader: the rows it is judged on; of rows that ranks share, all of them.
  ///   - trainingMean: d column means of the training rows, to which errors are related.
  ///   - neighbours: some of the rows, with the reference of their neighbours; nil for no neighbour metrics.
  ///   - progress: told after every block how far the reader is.
  /// - Throws: `EigencoderError.invalidData` for another width than the reducer's, and what reading throws.
  public init<T: Scalar>(
    of reducer: any Reducer<T>, onRowsOf reader: RowReader, trainingMean: [Double],
    neighbours: TestSamples<T>? = nil, progress: (RowReader) -> Void = { _ in }
  ) throws {
    try self.init(of: reducer, rows: reader.rowsOfAllRanks, trainingMean: trainingMean, reader.ranks) {
      body in
      try reader.forEachBlock(as: T.self) {
        try body($0)
        progress(reader)
      }
    }
    if let neighbours { try measureNeighbours(of: reducer, on: neighbours) }
  }

  /// Evaluates `reducer` on at most `limit` rows of a file, at equal distances: by all ranks that share it.
  package init<T: Scalar>(
    of reducer: any Reducer<T>, onRowsOf file: RowFile, atMost limit: Int, trainingMean: [Double]
  ) throws {
    let rows = min(limit, file.rows)
    let own = file.ranks?.share(of: 0..<rows) ?? 0..<rows
    let x: Matrix<T> = try file.selecting(rows: own.map { $0 * file.rows / rows })
    try self.init(of: reducer, rows: rows, trainingMean: trainingMean, file.ranks) { try $0(x) }
  }

  /// - Parameters:
  ///   - rows: of all ranks; nil where only the end tells.
  ///   - forEachBlock: calls its argument with the rows of this one, some at a time.
  private init<T: Scalar>(
    of reducer: any Reducer<T>, rows: Int?, trainingMean: [Double], _ ranks: (any Communicator)?,
    _ forEachBlock: ((Matrix<T>) throws -> Void) throws -> Void
  ) throws {
    var sums = ErrorSums(trainingMean: trainingMean)
    var contractions = 0.0
    var contractionRows = 0
    // Of rows that are not counted before, all.
    func contracted(_ seen: Int) -> Int {
      rows.map { $0 > Self.contractionRows ? seen * Self.contractionRows / $0 : seen } ?? seen
    }
    var seen = 0
    var extent: ClosedRange<T>?
    try forEachBlock { x in
      let target = reducer.target(of: x)
      sums.add(try SquaredErrors(of: reducer, on: x, from: x), on: target)
      let count =
        reducer.hasConstantJacobian ? x.rows : contracted(seen + x.rows) - contracted(seen)
      if count > 0 { contractions += Double(count) * reducer.contraction(over: x.evenlySpaced(count)) }
      contractionRows += count
      seen += x.rows
      if let own = target.withView({ $0.extent() }) {
        extent = extent.map { min($0.lowerBound, own.lowerBound)...max($0.upperBound, own.upperBound) } ?? own
      }
    }
    if let ranks {
      sums.sum(over: ranks)
      var contraction = [contractions, Double(contractionRows)]
      ranks.sum(&contraction)
      (contractions, contractionRows) = (contraction[0], Int(contraction[1]))
      extent = extent.map {
        -T(ranks.largest(-$0.lowerBound.inDouble))...T(ranks.largest($0.upperBound.inDouble))
      }
    }
    try self.init(
      Errors(sums), contraction: contractions / Double(max(1, contractionRows)),
      of: contractionRows < sums.rows ? contractionRows : nil,
      extent: extent)
  }

  /// A Jacobian a row is dear: of more rows, the contraction is that of so many.
  package static let contractionRows = 10_000

  /// The metrics that are there for all rows.
  ///
  /// - Parameter contractionSample: how many rows the contraction is of; nil for all.
  private init<T: Scalar>(
    _ errors: Errors, contraction: Double, of contractionSample: Int?, extent: ClosedRange<T>?
  ) throws {
    guard contraction.isFinite else {
      throw EigencoderError.numericalFailure(
        "the encoder's Jacobian is not finite: the data are out of the model's range")
    }
    (ssePerSample, msePerElement, cosine) = (errors.ssePerSample, errors.msePerElement, errors.cosine)
    (relativeFrobenius, r2) = (errors.relativeFrobenius, errors.r2)
    self.contraction = contraction
    self.contractionSample = contractionSample
    psnrPeak = extent.map { Double($0.upperBound) - Double($0.lowerBound) } ?? 0
    psnr =
      psnrPeak > 0 && msePerElement > 0
      ? 10 / Double.log(10) * (2 * Double.log(psnrPeak) - Double.log(msePerElement)) : nil
  }
}
