// A method is a value: its name, the size of the code, and settings. What is not set is chosen from the data, and
// `resolved(for:)` shows the choice. The command line parses into it, its JSON has the names of the options, and a report
// holds it: so a library user, the command line and a configuration file ask for the same thing in the same words.

/// What to fit: a method by its name, the size of its code, and its settings.
///
///     let model = try Method.contractive(latent: 32).fitted(to: x)
///     let codes = model.encode(x)
public struct Method: Sendable {
  /// How the method resolves its settings and fits.
  package let kind: any MethodKind.Type
  /// k, the numbers of a code; for PCA also the share of the variance that decides k.
  public var latent: PCA.Size
  /// What is asked for; nil is chosen from the data.
  public var settings: Settings
  /// Of the weights, the order of the rows and the choice of the validation rows.
  public var seed: UInt64
  /// What it is called in reports, and a network also in model files; nil for the method's own name.
  public var label: String?

  /// The kinds of methods, in the order in which they are listed.
  package static let kinds: [any MethodKind.Type] = [
    PCAMethod.self, LinearDenoisingMethod.self, AutoencoderMethod.self, ContractiveMethod.self,
    DenoisingMethod.self, LinearMethod.self, RandomProjectionMethod.self, RandomColumnsMethod.self,
  ]

  /// The names of all methods.
  public static var names: [String] { kinds.map { $0.name } }

  package init(_ kind: any MethodKind.Type, latent: PCA.Size, settings: Settings = .init(), seed: UInt64 = 1)
  {
    self.kind = kind
    self.latent = latent
    self.settings = settings
    self.seed = seed
  }

  /// A method by its name, one of `names`.
  /// - Throws: `EigencoderError.invalidArgument` for another name.
  public init(named name: String, latent: PCA.Size, settings: Settings = .init(), seed: UInt64 = 1) throws {
    guard let kind = Self.kinds.first(where: { $0.name == name }) else {
      throw EigencoderError.invalidArgument(
        "unknown method '\(name)'; the methods are \(Self.names.joined(separator: ", "))")
    }
    self.init(kind, latent: latent, settings: settings, seed: seed)
  }

  /// "pca", "contractive", ...
  public var name: String { kind.name }
}

extension Method: Equatable {
  /// The same method with the same settings, as JSON tells them.
  public static func == (a: Self, b: Self) -> Bool {
    a.name == b.name && a.latent == b.latent && a.seed == b.seed && a.label == b.label
      && a.settings == b.settings
  }
}

// MARK: - Use

extension Method {
  /// The same method with every nil setting chosen for the rows of `x`, as `fitted(to:)` does it.
  ///
  /// O(n d) for the variances of the columns, where a default depends on them.
  /// - Throws: `EigencoderError.invalidArgument` for a size or a setting that does not fit the data, `.invalidData` for too
  ///   few rows.
  public func resolved<T: Scalar>(for x: Matrix<T>) throws -> Method {
    try resolved(for: DataSummary(of: x))
  }

  package func resolved(for data: DataSummary) throws -> Method {
    try requireApplicable()
    var method = self
    try kind.resolve(&method, for: data)
    return method
  }

  /// Fits the method to the rows of `x`, n x d. Every nil setting is chosen from them.
  ///
  /// - Parameters:
  ///   - x: one sample a row.
  ///   - progress: of training, called after every batch; false stops there and keeps the best that was reached.
  ///   - shouldStop: asked between the blocks of an evaluation, which may be long; true stops there.
  /// - Throws: what `resolved(for:)` throws; `.invalidData` where it would not fit into the memory that is left; `.numericalFailure` when training diverges before any epoch made the network better.
  ///
  /// Cost: of PCA as `PCA.fitted(to:)`, of a linear denoiser as `LinearDenoiser.fitted(to:)`, of a network that of a PCA
  /// and of its training.
  public func fitted<T: Scalar>(
    to x: Matrix<T>, progress: ((TrainingProgress) -> Bool)? = nil, shouldStop: (() -> Bool)? = nil
  ) throws -> FittedMethod<T> {
    let data = DataSummary(of: x)
    return try kind.fit(
      resolved(for: data), to: .memory(x), data, TrainingMonitor(progress: progress, shouldStop: shouldStop))
  }

  /// Fits the method to the rows of a file, which need not fit into memory, as `fitted(to:)` does to rows in memory.
  ///
  /// Principal components and linear denoisers are those of the same rows in memory to rounding. Networks see the rows in an
  /// order that suits a file: see `Trainer.fit(_:toRowsOf:validation:progress:shouldStop:)`.
  /// - Parameters:
  ///   - file: one sample a row.
  ///   - type: the precision of what is fitted; it should hold the numbers of the file.
  ///   - progress: of training, called after every batch; false stops there and keeps the best that was reached.
  ///   - shouldStop: asked between the blocks of an evaluation, which may be long; true stops there.
  /// - Throws: what `fitted(to:)` throws, and what reading does.
  public func fitted<T: Scalar>(
    toRowsOf file: RowFile, as type: T.Type = T.self, progress: ((TrainingProgress) -> Bool)? = nil,
    shouldStop: (() -> Bool)? = nil
  ) throws -> FittedMethod<T> {
    let data = DataSummary(of: try Samples<T>.file(file).columnStatistics(), rows: file.rows)
    return try fitted(
      toRowsOf: file, data, TrainingMonitor(progress: progress, shouldStop: shouldStop))
  }

  /// The same where the facts of the rows are known.
  package func fitted<T: Scalar>(
    toRowsOf file: RowFile, _ data: DataSummary, _ monitor: TrainingMonitor
  ) throws -> FittedMethod<T> {
    try kind.fit(resolved(for: data), to: .file(file), data, monitor)
  }

  /// Fits `pca` or `linear-denoising` to rows that were summed. Every nil setting is chosen from the moments.
  ///
  /// - Parameters:
  ///   - file: the moments.
  ///   - type: the precision in which codes are computed; `file.precision` is that of the rows.
  /// - Throws: what `PCA.fitted(to: MomentsFile)` and `LinearDenoiser.fitted(to: MomentsFile)` throw, and
  ///   `EigencoderError.invalidArgument` for a method that needs the rows.
  public func fitted<T: Scalar>(to file: MomentsFile, as type: T.Type = T.self) throws -> FittedMethod<T> {
    try kind.fit(resolved(for: DataSummary(of: file)), to: file, as: type)
  }

  /// About how many bytes the training of a network takes for data of this shape; nil for a method that is not trained.
  ///
  /// - Throws: what `resolved(for:)` throws.
  public func memoryEstimate<T: Scalar>(rows: Int, columns: Int, as type: T.Type = Float.self) throws
    -> Double?
  {
    let method = try resolved(for: DataSummary(rows: rows, columns: columns, variance: 1))
    return try method.architecture(inputs: columns).map {
      try method.trainer(for: $0, rows: rows, objective: method.objective(variance: 1)).memoryEstimate(
        for: $0, rows: rows, bytesPerNumber: MemoryLayout<T>.size)
    }
  }

  /// - Throws: `.invalidArgument` for a setting that does nothing for this method.
  private func requireApplicable() throws {
    for setting in Setting.all where setting.value(settings) != nil && !kind.settings.contains(setting.name) {
      throw EigencoderError.invalidArgument(setting.refusal(of: name))
    }
  }
}
