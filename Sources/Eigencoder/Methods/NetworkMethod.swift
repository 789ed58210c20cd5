// What all methods that train a network have in common: one resolution of their settings, and one fit. A kind of its own
// states its name and what it asks for where nothing is set.

/// A method that trains an autoencoder.
protocol NetworkMethod: MethodKind {
  /// Sets what this kind asks for: an objective, a shape, a training.
  static func setDefaults(_ settings: inout Method.Settings, latent: Int, for data: DataSummary)
}

extension NetworkMethod {
  package static var isRandom: Bool { true }

  package static var settings: Set<String> {
    Set(Setting.all.map(\.name)).subtracting(["ridge", "keep-mean", "route"])
  }

  package static func resolve(_ method: inout Method, for data: DataSummary) throws {
    try requireRows(data)
    let latent = try method.latentCount(columns: data.columns)
    setDefaults(&method.settings, latent: latent, for: data)
    if settings.contains("hidden") {
      method.settings.setShape(inputs: data.columns, latent: latent, rows: data.rows)
    }
    try method.settings.setTraining(
      for: method.settings.architecture(inputs: data.columns, latent: latent), rows: data.rows)
  }

  package static func fit<T: Scalar>(
    _ method: Method, to x: Samples<T>, _ data: DataSummary, _ monitor: TrainingMonitor
  ) throws -> FittedMethod<T> {
    try FittedMethod(method, training: { try method.train(on: x, data, monitor) })
  }
}

extension Method {
  /// Trains the network of a resolved method on rows.
  ///
  /// - Returns: the network, its history, and a warning where training diverged after it had made the network better, or
  ///   after a start from PCA: the network is then that of the best epoch and has no history.
  ///
  /// `Double` rows are trained on in `Float`, twice as fast, where that is enough: see `SingleDeviations`.
  func train<T: Scalar>(on x: Samples<T>, _ data: DataSummary, _ monitor: TrainingMonitor) throws
    -> TrainedNetwork<T>
  {
    guard !T.isSingle, let deviations = try SingleDeviations(of: x, for: settings)
    else { return try trainInPrecision(of: x, data, monitor) }
    return try trainInPrecision(of: deviations.rows, deviations.summary, monitor).around(
      deviations.mean, note: deviations.note)
  }

  private func trainInPrecision<T: Scalar>(
    of x: Samples<T>, _ data: DataSummary, _ monitor: TrainingMonitor
  ) throws -> TrainedNetwork<T> {
    let architecture = settings.architecture(
      inputs: data.columns, latent: try latentCount(columns: data.columns))
    let variance = data.variance(standardized: settings.standardizes ?? false)
    var trainer = try trainer(
      for: architecture, rows: data.rows, objective: objective(variance: variance))
    try trainer.requireMemory(for: architecture, rows: data.rows, bytesPerNumber: MemoryLayout<T>.size)
    var (network, isLinearCode) = try network(architecture, x)
    if isLinearCode, settings.comparesRows {
      // Settings that they leave open are chosen from 1,000 rows at most.
      let rows: Matrix<T> =
        switch x {
        case .memory(let x): x
        case .file(let file): try file.evenlySpaced(1000)
        }
      let codes = network.encode(rows)
      trainer.objective.penalties = trainer.objective.penalties.map { $0.fitted(to: rows, codes: codes) }
    }
    do {
      let history = try trainer.fit(&network, to: x, monitor)
      let note = history.reasonForItsStart(
        isPCA: isLinearCode, weights: network.parameterCount, rows: data.rows, dropout: architecture.dropout,
        trainer, variance: variance)
      return TrainedNetwork(network: network, history: history, note: note)
    } catch EigencoderError.numericalFailure(let text) where network.bestEpoch > 0 || isLinearCode {
      return TrainedNetwork(network: network, warning: text)
    }
  }
}

extension Method {
  /// The size of a code that is not chosen by a share of the variance, from 1 to the columns of the data.
  func latentCount(columns: Int) throws -> Int {
    guard case .count(let count) = latent else {
      throw EigencoderError.invalidArgument("the latent size of \(name) is a whole number of at least 1")
    }
    guard count >= 1, count <= columns else {
      throw EigencoderError.invalidArgument(
        "a code of \(count) for data with \(columns) columns: at most \(columns)")
    }
    return count
  }

  /// The network of a resolved method; nil for a method that has none.
  package func architecture(inputs: Int) throws -> Architecture? {
    guard kind is any NetworkMethod.Type else { return nil }
    return settings.architecture(inputs: inputs, latent: try latentCount(columns: inputs))
  }

  /// What a network minimises for data of this mean column variance, in their units.
  func objective(variance: Double) -> Objective {
    var penalties = settings.penalties.map { $0.inUnitsOfData(variance: variance) }
    if let weight = settings.neighbourhood {
      penalties.append(
        .neighbourhood(weight * variance, temperature: settings.temperature ?? 0.05, unit: .data))
    }
    if let weight = settings.contraction {
      penalties.append(.contraction(weight, route: settings.contractionRoute ?? .automatic, unit: .data))
    }
    return Objective(corruption: settings.corruption, penalties: penalties)
  }

  /// The training of a resolved method.
  func trainer(for architecture: Architecture, rows: Int, objective: Objective) throws -> Trainer {
    let suggested = Trainer.suggested(for: architecture, rows: rows, objective: objective, seed: seed)
    return Trainer(
      epochs: settings.epochs ?? suggested.epochs, batchSize: settings.batch ?? suggested.batchSize,
      optimizer: try settings.optimizer(suggestedRate: suggested.optimizer.learningRate),
      schedule: Schedule(settings.schedule ?? .cosine, warmup: settings.warmup ?? 0),
      objective: objective,
      // Two rows at least are needed to hold one out.
      validationFraction: rows >= 2 ? settings.validation ?? 0 : 0, patience: settings.patience,
      scaling: settings.standardizes == true ? .perFeature : .common, seed: seed)
  }

  /// A network with its initial weights, and whether it starts as a linear code: the principal components where the
  /// initializer asks for them or, automatic, where the network can start from them.
  fileprivate func network<T: Scalar>(_ architecture: Architecture, _ x: Samples<T>) throws -> (
    Autoencoder<T>, isLinearCode: Bool
  ) {
    // A search by cosine compares codes around the origin.
    let keepsMean = settings.comparesRows
    func components(_ count: Int) throws -> Initializer {
      .pca(try x.principalComponents(PCA(latent: count)), keepsMean: keepsMean)
    }
    let rule: Initializer =
      switch settings.initializer ?? .automatic {
      case .random: .automatic
      case .he: .he
      case .glorot: .glorot
      case .lecun: .lecun
      case .pca: try components(architecture.latent)
      case .automatic:
        architecture.latentActivation == .identity
          ? try components(min(architecture.latent, x.rows, x.columns)) : .automatic
      }
    var network = try Autoencoder<T>(architecture, initializer: rule, seed: seed)
    network.method = label ?? name
    if case .linear = rule { return (network, true) }
    return (network, false)
  }
}

extension Trainer {
  /// - Throws: `.invalidData` when training could not fit into this machine: a failed allocation would end the
  ///   process.
  fileprivate func requireMemory(for architecture: Architecture, rows: Int, bytesPerNumber: Int) throws {
    try architecture.validate()
    let bytes = memoryEstimate(for: architecture, rows: rows, bytesPerNumber: bytesPerNumber)
    try Memory.require(bytes, "training \(architecture.widthsDescription)")
  }
}
