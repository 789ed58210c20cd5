/// Several methods judged on one split, at stated code sizes, by the same metrics.
public struct ReconstructionReport: Codable, Equatable, Sendable {
  /// Which data, and how many rows on each side of the split.
  public struct DataDescription: Codable, Equatable, Sendable {
    /// As it was given: a file's name, or "digits".
    public let name: String
    /// Rows.
    public let train: Int
    /// Rows held out, or of a test file.
    public let test: Int
    /// d, columns.
    public let dimension: Int

    /// A description of data by their name and their sizes.
    public init(name: String, train: Int, test: Int, dimension: Int) {
      self.name = name
      self.train = train
      self.test = test
      self.dimension = dimension
    }
  }

  /// One method at one code size.
  public struct Result: Codable, Equatable, Sendable {
    /// `Reducer.method`: "pca", "autoencoder", ...
    public let method: String
    /// k
    public let latent: Int
    /// Fitted numbers.
    public let parameters: Int
    /// The numbers of a code times the bytes of one: 4 for `Float`, 8 for `Double`.
    public let bytesPerVector: Int
    /// Wall time of the fit; nil when it was fitted elsewhere.
    public let fitSeconds: Double?
    /// On the rows it was fitted to.
    public let train: ReconstructionMetrics
    /// On rows it has not seen.
    public let test: ReconstructionMetrics
    /// The errors on the test rows against those of "pca" with the same code size, row by row; nil for "pca"
    /// itself and while the report has none.
    public internal(set) var againstPCA: PairedComparison?
    /// The same from other seeds; nil unless there are several.
    public internal(set) var seeds: Seeds?
    /// What a reader should know of its fit, as `FittedMethod.note`; nil for nothing.
    public internal(set) var note: String?
    /// What a page shows of it.
    public var details: Details?
    /// The method with every setting that was chosen from the data; nil for a reducer that was fitted elsewhere.
    public internal(set) var settings: Method?
  }

  /// Which data all results are of.
  public var data: DataDescription
  /// Of the split and of the training.
  public var seed: UInt64?
  /// What the `noisy` metrics of the test rows are corrupted by.
  public private(set) var corruption: String?
  /// In the order in which they were added.
  public internal(set) var results: [Result] = []
  /// What a page shows of the data and of how the report was made.
  public var details: Details?
  /// The options of the command line that made the report, by name, defaults included; they repeat the run.
  /// nil for a report that was made otherwise.
  public var options: [String: OptionValue]?
  /// The squared error of each test row, per result and seed. Not stored: of a report that was read it is empty.
  var testErrors: [[[Double]]] = []
  /// Differences of mean errors that rounding makes; see `PairedComparison`.
  private var resolution = 0.0

  private enum CodingKeys: String, CodingKey { case data, seed, corruption, results, options, details }

  /// A report without results yet.
  public init(data: DataDescription, seed: UInt64? = nil, corruption: Corruption? = nil) {
    self.data = data
    self.seed = seed
    self.corruption = corruption?.name
  }

  /// Judges fitted reducers on the rows they were trained on and on rows they have not seen, with every
  /// metric.
  /// - Throws: `EigencoderError.invalidData` for another width than a reducer's, or no rows.
  public init<T: Scalar>(
    of reducers: [any Reducer<T>], train: Matrix<T>, test: Matrix<T>, name: String = "data"
  ) throws {
    self.init(data: DataDescription(name: name, train: train.rows, test: test.rows, dimension: train.columns))
    let samples = try Self.samples(test, train: train)
    for reducer in reducers { try add(reducer, train: train, test: samples) }
  }

  /// The test rows with every metric asked for.
  static func samples<T: Scalar>(_ test: Matrix<T>, train: Matrix<T>) throws -> TestSamples<T> {
    var samples = TestSamples(test)
    samples.neighbourhood = try NeighbourhoodReference(of: test)
    samples.pcaErrors = try PCAErrorCurve(train: train, test: test)
    samples.worstCount = 5
    return samples
  }

  /// Adds one fitted method, judged by the metrics that the test samples ask for.
  /// - Parameters:
  ///   - reducer: the method.
  ///   - train: the rows it was fitted to.
  ///   - test: rows it has not seen, with what is to be measured of them, the same for every method.
  ///   - fitSeconds: wall time of the fit.
  ///   - trainLimit: how many of the training rows are judged, evenly spaced, around the mean of all of them;
  ///     nil for all.
  ///   - history: of its training, for a page.
  ///   - illustration: the test rows that a page draws.
  public mutating func add<T: Scalar>(
    _ reducer: any Reducer<T>, train: Matrix<T>, test: TestSamples<T>, fitSeconds: Double? = nil,
    trainLimit: Int? = nil, history: History? = nil, illustration: Illustration<T>? = nil
  ) throws {
    try add(
      reducer, named: reducer.method, train: train, test: test, fitSeconds: fitSeconds,
      trainLimit: trainLimit, trainingMean: nil, history: history, illustration: illustration)
  }

  /// The same under a name of the caller's.
  mutating func add<T: Scalar>(
    _ reducer: any Reducer<T>, named name: String, train: Matrix<T>, test: TestSamples<T>,
    fitSeconds: Double?, trainLimit: Int?, trainingMean: [Double]?, history: History?,
    illustration: Illustration<T>?
  ) throws {
    let judged = try Judged(
      reducer, train: train, test: test, trainLimit: trainLimit, trainingMean: trainingMean)
    results.append(
      Result(
        method: name, latent: reducer.latent, parameters: reducer.parameterCount,
        bytesPerVector: reducer.bytesPerVector, fitSeconds: fitSeconds, train: judged.train, test: judged.test
      ))
    testErrors.append([judged.pairedErrors])
    results[results.count - 1].details = details(reducer, history, illustration, judged.errors)
    // A reconstruction in T is off by some units of roundoff of the row: 16 of them.
    let rounding = 16 * Double(T.unitRoundoff)
    resolution = rounding * rounding * test.x.withView { $0.squaredNorm } / Double(test.x.rows)
    compareLast()
  }

  /// What a page shows of a result with these test errors; notes which rows it draws.
  private mutating func details<T: Scalar>(
    _ reducer: any Reducer<T>, _ history: History?, _ illustration: Illustration<T>?, _ errors: [Double]
  ) -> Result.Details? {
    guard history != nil || illustration != nil else { return nil }
    var own = Result.Details(history: history)
    // JSON has no infinities; what diverged is not drawn.
    own.history?.epochs.removeAll { !$0.train.isFinite || $0.validation?.isFinite == false }
    if let illustration {
      // As in `PairedComparison`, fewer rows have no interval.
      if errors.count >= 6 { own.sseInterval = bootstrap.interval(ofMean: errors) }
      illustration.draw(reducer, into: &own)
      var shared = details ?? Details()
      (shared.codeRows, shared.pictures) = (illustration.codeRows, illustration.pictures)
      details = shared
    }
    return own
  }

  private var bootstrap: PairedComparison.Bootstrap { .init(seed: seed ?? 1) }

  /// Compares the result added last with "pca" of its size; or, when it is the first of these, the others
  /// with it.
  mutating func compareLast() {
    guard testErrors.count == results.count else { return }
    let last = results.count - 1
    let same = results.indices.filter { results[$0].latent == results[last].latent }
    guard let pca = same.first(where: { results[$0].method == "pca" }) else { return }
    let baseline = testErrors[pca][0]
    let resolution = resolution + 1e-6 * baseline.reduce(0, +) / Double(baseline.count)
    for index in (pca == last ? same : [last]) where results[index].method != "pca" {
      let compared = testErrors[index].map { errors in
        errors.count == baseline.count
          ? PairedComparison(of: errors, against: baseline, bootstrap: bootstrap, resolution: resolution)
          : nil
      }
      results[index].againstPCA = compared[0]
      for run in results[index].seeds?.runs.indices ?? 0..<0 {
        results[index].seeds?.runs[run].againstPCA = compared[run]
      }
    }
  }
}

extension ReconstructionReport: CustomStringConvertible {
  public var description: String { table() }

  /// Equal in all that is stored.
  public static func == (a: Self, b: Self) -> Bool {
    a.data == b.data && a.seed == b.seed && a.corruption == b.corruption && a.results == b.results
      && a.details == b.details && a.options == b.options
  }
}
