// Which pipeline keeps most neighbours? The search, on the training rows alone, a fifth of which (by the seed) only judges:
//   1. where the length is to be found: bisection over the multiples of 4 for the shortest linear map, trained, that
//      reaches the recall; the longest one where none does
//   2. at that length PCA around the mean, PCA with the mean's projection, the same scaled by lambda^(-1/4) and
//      lambda^(-1/2), the linear map and the network trained to keep neighbours: of those within 0.005 of the highest
//      recall, which is about what chance decides, the one of the least squared error
//   3. of the types of numbers the one of the fewest bytes whose recall is within 0.005 of f32's
//   4. the winner is fitted again, to all training rows
// Recall is recall@10 by cosine among the rows that judge, as `NeighbourhoodMetrics` has it.

/// A search for the embedding pipeline that keeps most neighbours.
public struct EmbeddingSearch: Sendable {
  /// k; nil for the shortest that reaches `recall`.
  public var latent: Int?
  /// The recall@10 to reach where k is not given.
  public var recall = 0.95
  /// How codes are stored; nil for the fewest bytes that lose no more than 0.005 of recall.
  public var type: CodeType?
  /// Whether rows are divided by their lengths.
  public var normalizesInput = false
  /// Whether codes are divided by their lengths.
  public var normalizesCode = false
  /// For the split, the weights and the order of the rows.
  public var seed: UInt64 = 1
  /// Rows that take part in the search, drawn at random of more. The winner is fitted to all.
  public var rowLimit = 20_000

  /// Of codes of `latent` numbers; nil to look for their number.
  public init(latent: Int? = nil) { self.latent = latent }

  /// One thing tried.
  public struct Trial: Codable, Equatable, Sendable {
    /// "pca, mean kept", "linear", ...
    public let name: String
    /// k
    public let latent: Int
    /// How the codes are stored.
    public let type: CodeType
    /// recall@10 by cosine among the rows that judge.
    public let recall: Double
    /// Their squared error per sample.
    public let ssePerSample: Double
    /// Of a stored code.
    public let bytesPerVector: Int
    /// What the fit took.
    public let seconds: Double
  }

  /// What the search found.
  public struct Outcome<T: Scalar>: Sendable {
    /// Fitted to all rows.
    public let pipeline: EmbeddingPipeline<T>
    /// In the order in which they were tried.
    public let trials: [Trial]
    /// Why this one, in a line.
    public let reason: String
  }

  /// Recalls that differ by no more count as the same.
  private static let tie = 0.005

  /// What a pipeline's code is made by.
  enum Kind: CaseIterable {
    case centredPCA, pca, quarterPCA, halfPCA, linear, network

    var name: String {
      switch self {
      case .centredPCA: "pca, centred"
      case .pca: "pca, mean kept"
      case .quarterPCA: "pca, mean kept, power 0.25"
      case .halfPCA: "pca, mean kept, power 0.5"
      case .linear: "linear"
      case .network: "autoencoder"
      }
    }
  }

  /// Runs the search on the rows of `x`, n x d.
  ///
  /// - Parameters:
  ///   - x: the training rows; those that are to judge the result are not among them.
  ///   - report: is told of each trial when it is done.
  ///   - progress: of a training, with its name; false stops the search with an error.
  /// - Throws: `.invalidData` for fewer than 100 rows, `.invalidArgument` for a k that does not fit, `.numericalFailure`.
  public func run<T: Scalar>(
    on x: Matrix<T>, report: (Trial) -> Void = { _ in }, progress: ((String, TrainingProgress) -> Bool)? = nil
  ) throws -> Outcome<T> {
    // A fifth judges, by the 10 nearest of each row among the others.
    guard x.rows >= 100 else {
      throw EigencoderError.invalidData("a search needs at least 100 rows to learn from, got \(x.rows)")
    }
    var generator = SeededGenerator(seed: seed)
    let drawn =
      x.rows <= rowLimit
      ? x : x.selecting(rows: generator.permutation(x.rows).prefix(rowLimit).map(Int.init).sorted())
    let (train, judges) = try drawn.split(holdOut: 0.2, seed: seed)
    let limit = min(train.rows, train.columns)
    if let latent, latent < 1 || latent > limit {
      throw EigencoderError.invalidArgument(
        "a code of \(latent) from \(train.rows) rows of \(x.columns) columns: 1 to \(limit)")
    }
    let judge = Judge(
      rows: judges, reference: try NeighbourhoodReference(of: judges))
    var trials: [Trial] = []
    func attempt(_ kind: Kind, _ k: Int) throws -> (EmbeddingPipeline<T>, Trial) {
      let start = ContinuousClock.now
      let pipeline = try fit(kind, latent: k, to: train, progress)
      let seconds = (ContinuousClock.now - start).components
      let trial = try judge.trial(
        kind.name, pipeline, seconds: Double(seconds.seconds) + Double(seconds.attoseconds) * 1e-18)
      trials.append(trial)
      report(trial)
      return (pipeline, trial)
    }
    let k = try latent ?? shortest(limit) { try attempt(.linear, $0).1.recall }
    var candidates: [(kind: Kind, pipeline: EmbeddingPipeline<T>, trial: Trial)] = []
    for kind in Kind.allCases {
      let (pipeline, trial) = try attempt(kind, k)
      candidates.append((kind, pipeline, trial))
    }
    let highest = candidates.map(\.trial.recall).max()!
    let winner = candidates.filter { $0.trial.recall >= highest - Self.tie }
      .min { $0.trial.ssePerSample < $1.trial.ssePerSample }!
    var type = self.type ?? .f32
    for candidate in CodeType.allCases where candidate != .f32 {
      var pipeline = winner.pipeline
      pipeline.type = candidate
      // f16 does not hold codes beyond 65504.
      guard let trial = try? judge.trial(winner.kind.name, pipeline, seconds: 0) else { continue }
      trials.append(trial)
      report(trial)
      if self.type == nil, trial.recall >= winner.trial.recall - Self.tie { type = candidate }
    }
    var pipeline = try fit(winner.kind, latent: k, to: x, progress)
    pipeline.type = type
    let reached = latent == nil && winner.trial.recall < recall ? "; no code reached \(recall)" : ""
    return Outcome(
      pipeline: pipeline, trials: trials,
      reason:
        "\(winner.kind.name) has the least error of those within \(Self.tie) of the highest recall, \(highest.fixed(4)), among "
        + "\(judges.rows) rows held out of the training rows, and "
        + "\(type.rawValue) is "
        + (self.type == nil ? "the smallest type within 0.005 of f32" : "the type asked for") + reached)
  }

  /// The smallest multiple of 4 (or `limit`) whose recall reaches the target, by bisection.
  private func shortest(_ limit: Int, recall measure: (Int) throws -> Double) rethrows -> Int {
    let sizes = Array(stride(from: 4, to: limit, by: 4)) + [limit]
    var (low, high) = (0, sizes.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if try measure(sizes[middle]) >= recall { high = middle } else { low = middle + 1 }
    }
    return sizes[low]
  }

  /// A pipeline of one kind, without rounding.
  func fit<T: Scalar>(
    _ kind: Kind, latent: Int, to rows: Matrix<T>, _ progress: ((String, TrainingProgress) -> Bool)?
  ) throws -> EmbeddingPipeline<T> {
    var input = rows
    if normalizesInput { _ = input.normalizeRows() }
    func wrapped(_ reduction: EmbeddingPipeline<T>.Reduction, keepsMean: Bool = true, power: Double = 0)
      -> EmbeddingPipeline<T>
    {
      EmbeddingPipeline(
        reduction, fittedTo: rows, keepsMean: keepsMean, power: power, normalizesInput: normalizesInput,
        normalizesCode: normalizesCode)
    }
    switch kind {
    case .centredPCA, .pca, .quarterPCA, .halfPCA:
      let pca = try PCA(latent: latent).fitted(to: input)
      let power = kind == .quarterPCA ? 0.25 : kind == .halfPCA ? 0.5 : 0
      // A component without variance is not to be divided by it.
      let isScaled = pca.explainedVariance.allSatisfy { $0 > 1e-9 * pca.explainedVariance[0] }
      return wrapped(.pca(pca), keepsMean: kind != .centredPCA, power: isScaled ? power : 0)
    case .linear, .network:
      var isStopped = false
      var method: Method =
        kind == .linear
        ? .linear(latent: latent) : .neighbourhoodAutoencoder(latent: latent, for: input)
      method.seed = seed
      let data = DataSummary(of: input)
      let monitor = TrainingMonitor(
        progress: progress.map { progress in
          { state in
            isStopped = !progress(kind.name, state)
            return !isStopped
          }
        })
      let network = try method.resolved(for: data).train(on: input, data, monitor).network
      if isStopped { throw EigencoderError.numericalFailure("the search was interrupted") }
      return wrapped(.network(network))
    }
  }

  /// The rows that judge.
  private struct Judge<T: Scalar> {
    let rows: Matrix<T>
    let reference: NeighbourhoodReference

    func trial(_ name: String, _ pipeline: EmbeddingPipeline<T>, seconds: Double) throws -> Trial {
      let codes = pipeline.encode(rows)
      let recall = try reference.metrics(of: codes).cosineRecall ?? 0
      return Trial(
        name: name, latent: pipeline.latent, type: pipeline.type, recall: recall,
        ssePerSample: pipeline.squaredError(on: rows, codes: codes), bytesPerVector: pipeline.bytesPerVector,
        seconds: seconds)
    }
  }
}
