/// One call of `Trainer.fit`: its rows, its memory, its best checkpoint.
final class TrainingRun<T: Scalar> {
  private let trainer: Trainer
  private let network: Autoencoder<T>
  private var rows: any TrainingRows<T>
  /// Of `rows`.
  private let count: Int
  private let hasValidation: Bool
  /// The rows that choose the best epoch: those for validation, or without any the training rows in their first order.
  private let selection: any TrainingRows<T>
  private var generator: SeededGenerator
  private var parameters: [T]
  private var bestParameters: [T]
  private let step: TrainingStep<T>
  private let evaluation: TrainingStep<T>
  private let optimizer: OptimizerState<T>
  /// Of the penalties over an epoch's rows.
  private var penaltySums: [Double]
  /// Corruption of the validation rows is the same in every epoch.
  private let evaluationSeed: UInt64
  private var history = History()
  private let units: TrainingUnits<T>
  private let start = ContinuousClock.now
  /// Asked between the blocks of an evaluation; not of several ranks, which would not stop at the same one.
  private let shouldStop: () -> Bool
  /// Those that train together.
  private let ranks: (any Communicator)?
  /// For what the objective draws at a rank of several; the order of the rows, drawn by `generator`, is the same at all.
  private var noise: SeededGenerator
  /// Of a step, what ranks sum beside the gradient: the loss, the weighted penalties, how many ask to stop, each penalty.
  private var rankSums: [Double]

  /// - Parameter statistics: of the columns of `rows`.
  init(
    _ trainer: Trainer, _ network: Autoencoder<T>, rows: any TrainingRows<T>, validation: MatrixRows<T>?,
    _ statistics: ColumnStatistics<T>, _ units: TrainingUnits<T>, _ generator: SeededGenerator,
    shouldStop: (() -> Bool)?
  ) throws {
    self.trainer = trainer
    self.network = network
    self.rows = rows
    count = rows.count
    hasValidation = validation != nil
    selection = validation ?? rows
    self.generator = generator
    self.units = units
    ranks = rows.ranks.flatMap { $0.size > 1 ? $0 : nil }
    self.shouldStop = ranks == nil ? shouldStop ?? { false } : { false }
    let objective = units.objective
    parameters = network.parameters
    bestParameters = network.parameters
    let corrupted = objective.corruption.map { _ in statistics }
    step = try TrainingStep(
      network, capacity: min(trainer.batchSize, rows.count), order: .gradient, objective: objective,
      statistics: corrupted)
    evaluation = try TrainingStep(
      network, capacity: min(512, max(rows.count, selection.count)), order: .value, objective: objective,
      statistics: corrupted)
    penaltySums = [Double](repeating: 0, count: objective.penalties.count)
    rankSums = [Double](repeating: 0, count: 3 + penaltySums.count)
    let seed = self.generator.next()
    evaluationSeed = seed &+ UInt64(ranks?.rank ?? 0)
    noise = SeededGenerator(seed: ~evaluationSeed)
    history.contractionRoute = step.contractionRoute
    optimizer = OptimizerState(trainer.optimizer, network.layout)
  }

  func run(_ progress: ((TrainingProgress) -> Bool)?) throws -> History {
    guard let initial = try evaluate(rows, shouldStop: shouldStop),
      var best = try record(epoch: 0, train: initial.loss, rate: 0)
    else {
      history.ending = .interrupted
      return history
    }
    guard best.isFinite else { throw divergence(epoch: 0, batch: 0) }
    var epochsSinceBest = 0
    for epoch in stride(from: 1, through: trainer.epochs, by: 1) {
      let rate = trainer.optimizer.learningRate * factor(epoch: epoch, batch: batches - 1)
      guard let train = try trainEpoch(epoch, progress),
        let selection = try record(epoch: epoch, train: train, rate: rate)
      else {
        history.ending = .interrupted
        // What the unfinished epoch reached counts.
        if try isBetter(than: best) { keep(epoch) }
        return history
      }
      guard selection.isFinite else { throw divergence(epoch: epoch, batch: batches) }
      if selection < best {
        best = selection
        keep(epoch)
        epochsSinceBest = 0
      } else {
        epochsSinceBest += 1
        if let patience = trainer.patience, epochsSinceBest >= patience {
          history.ending = .stoppedEarly
          return history
        }
      }
    }
    return history
  }
}

// MARK: - An epoch

extension TrainingRun {
  private var batches: Int { (count + step.capacity - 1) / step.capacity }

  private func factor(epoch: Int, batch: Int) -> Double {
    trainer.schedule.factor(step: (epoch - 1) * batches + batch, of: trainer.epochs * batches)
  }

  /// The epoch's mean loss; nil when the callback stopped it.
  private func trainEpoch(_ epoch: Int, _ progress: ((TrainingProgress) -> Bool)?) throws -> Double? {
    for i in penaltySums.indices { penaltySums[i] = 0 }
    // Sums need not be the same to the last bit at all ranks.
    if let ranks { parameters.withMutableView { ranks.broadcast($0) } }
    var sum = 0.0
    var (batch, seen) = (0, 0)
    let lastValidation = history.epochs.last?.validation
    var isStopped = false
    try rows.forEachBatch(of: step.capacity, using: &generator) { x, rows, generator in
      let factor = factor(epoch: epoch, batch: batch)
      batch += 1
      // A rank that is to stop says so with its gradient, and all stop after the same step.
      let loss =
        ranks.map { trainBatchOfRanks($0, x, rows, factor, &isStopped) }
        ?? trainBatch(x, rows, factor, using: &generator)
      guard loss.isFinite else { throw divergence(epoch: epoch, batch: batch) }
      sum += loss * Double(rows.count)
      seen += rows.count
      if isStopped { return false }
      if let progress {
        isStopped = !progress(
          TrainingProgress(
            epoch: epoch, epochs: trainer.epochs, batch: batch, batches: batches,
            loss: sum / Double(seen) * units.lossUnit,
            validation: lastValidation))
      }
      return !isStopped || ranks != nil
    }
    if let ranks { isStopped = !ranks.all(!isStopped) }
    return isStopped ? nil : sum / Double(count)
  }

  private func trainBatch(
    _ x: MatrixView<T>, _ batch: TrainingBatch, _ factor: Double, using generator: inout SeededGenerator
  ) -> Double {
    parameters.withMutableView { p in
      step.load(x, batch.rows, network.standardization, using: &generator)
      let loss = step.lossAndGradient(rows: batch.count, p, using: &generator)
      addPenalties(of: step, rows: batch.count)
      if loss.isFinite, step.penalty.isFinite { optimizer.step(p, step.gradient, factor: factor) }
      return step.penalty.isFinite ? loss : step.penalty
    }
  }

  /// The same step by all ranks: the gradient of a mean over all rows is that of each rank's mean times its share of the rows,
  /// summed.
  /// - Parameter isStopped: whether this rank asks to stop; afterwards, whether any did.
  private func trainBatchOfRanks(
    _ ranks: any Communicator, _ x: MatrixView<T>, _ batch: TrainingBatch, _ factor: Double,
    _ isStopped: inout Bool
  ) -> Double {
    parameters.withMutableView { p in
      let share = Double(batch.rows.count) / Double(batch.count)
      var loss = 0.0
      for i in rankSums.indices { rankSums[i] = 0 }
      if batch.rows.isEmpty {
        step.gradient.view.clear()
      } else {
        step.load(x, batch.rows, network.standardization, using: &noise)
        loss = step.lossAndGradient(rows: batch.rows.count, p, using: &noise)
        step.gradient.view.scale(by: T(share))
        for i in penaltySums.indices { rankSums[i + 3] = share * step.penaltyValues[i] }
        rankSums[1] = share * step.penalty
      }
      (rankSums[0], rankSums[2]) = (share * loss, isStopped ? 1 : 0)
      ranks.sum(&rankSums)
      ranks.sum(step.gradient.view)
      for i in penaltySums.indices { penaltySums[i] += rankSums[i + 3] * Double(batch.count) }
      (loss, isStopped) = (rankSums[0], rankSums[2] > 0)
      let penalty = rankSums[1]
      if loss.isFinite, penalty.isFinite { optimizer.step(p, step.gradient, factor: factor) }
      return penalty.isFinite ? loss : penalty
    }
  }

  /// Whether the present parameters have a lower objective than `best`, that of the best so far. It looks at no more than
  /// 4,096 of the rows that choose, because training was interrupted and has to end soon.
  private func isBetter(than best: Double) throws -> Bool {
    let sample = try selection.evenlySpaced(4096)
    func objective() throws -> Double { try evaluate(sample, shouldStop: { false })?.objective ?? .nan }
    let reached = try objective()
    guard sample.count < selection.count else { return reached < best }
    swap(&parameters, &bestParameters)
    defer { swap(&parameters, &bestParameters) }
    return try reached < objective()
  }

  /// The mean squared error over rows, without a gradient, and with the weighted sum of the penalties, whose values are summed
  /// in `penaltySums`; nil when it was stopped.
  private func evaluate(_ rows: any TrainingRows<T>, shouldStop: () -> Bool) throws
    -> (loss: Double, objective: Double)?
  {
    var generator = SeededGenerator(seed: evaluationSeed)
    var (loss, penalty) = (0.0, 0.0)
    for i in penaltySums.indices { penaltySums[i] = 0 }
    var isStopped = false
    try parameters.withView { p in
      try rows.forEachBlock(evaluation.capacity) { x, indices in
        isStopped = shouldStop()
        if isStopped { return false }
        evaluation.load(x, indices, network.standardization, using: &generator)
        loss += evaluation.loss(rows: indices.count, p, using: &generator) * Double(indices.count)
        penalty += evaluation.penalty * Double(indices.count)
        addPenalties(of: evaluation, rows: indices.count)
        return true
      }
    }
    if let ranks {
      var sums = [loss, penalty] + penaltySums
      ranks.sum(&sums)
      (loss, penalty, penaltySums) = (sums[0], sums[1], Array(sums[2...]))
    }
    let count = Double(max(1, rows.count))
    return isStopped ? nil : (loss / count, loss / count + penalty / count)
  }

  private func addPenalties(of step: TrainingStep<T>, rows: Int) {
    for i in penaltySums.indices { penaltySums[i] += step.penaltyValues[i] * Double(rows) }
  }
}

// MARK: - Checkpoints and history

extension TrainingRun {
  /// Leaves the best parameters in the network.
  func finish(_ network: inout Autoencoder<T>) {
    network.parameters = bestParameters
    network.bestEpoch = history.bestEpoch
  }

  private func keep(_ epoch: Int) {
    bestParameters.withMutableView { best in parameters.withView { $0.copy(into: best) } }
    history.bestEpoch = epoch
  }

  /// Writes the epoch down, with the penalties' means over the training rows that `penaltySums` holds; returns the
  /// objective on the rows that choose, or writes nothing and returns nil when that was stopped. (The mean over an epoch's
  /// batches would not do: each batch is seen before its step, and dropout is on.)
  private func record(epoch: Int, train: Double, rate: Double) throws -> Double? {
    var penalties: [String: Double] = [:]
    for (penalty, sum) in zip(units.objective.penalties, penaltySums) {
      penalties[penalty.name] = sum / Double(count) * units.penaltyUnit(penalty)
    }
    guard let reached = try evaluate(selection, shouldStop: shouldStop)?.objective else {
      return nil
    }
    let elapsed = (ContinuousClock.now - start).components
    history.epochs.append(
      History.Epoch(
        epoch: epoch, train: train * units.lossUnit,
        validation: hasValidation ? reached * units.lossUnit : nil,
        penalties: penalties, learningRate: rate,
        seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18))
    return reached
  }

  private func divergence(epoch: Int, batch: Int) -> EigencoderError {
    .numericalFailure(
      "training diverged: the loss of epoch \(epoch), batch \(batch), is not finite; the parameters of epoch "
        + "\(history.bestEpoch) are kept. A lower learning rate than \(trainer.optimizer.learningRate) or "
        + "standardised data may help")
  }
}
