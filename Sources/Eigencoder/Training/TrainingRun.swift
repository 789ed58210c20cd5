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
  /// Asked between the blocks of an evaluation.
  private let shouldStop: () -> Bool

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
    self.shouldStop = shouldStop ?? { false }
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
    evaluationSeed = self.generator.next()
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
    var sum = 0.0
    var (batch, seen) = (0, 0)
    let lastValidation = history.epochs.last?.validation
    var isStopped = false
    try rows.forEachWindow(using: &generator) { x, order, generator in
      for first in stride(from: 0, to: order.count, by: step.capacity) {
        let range = first..<min(first + step.capacity, order.count)
        let loss = trainBatch(x, order[range], factor(epoch: epoch, batch: batch), using: &generator)
        batch += 1
        guard loss.isFinite else { throw divergence(epoch: epoch, batch: batch) }
        sum += loss * Double(range.count)
        seen += range.count
        if let progress {
          isStopped = !progress(
            TrainingProgress(
              epoch: epoch, epochs: trainer.epochs, batch: batch, batches: batches,
              loss: sum / Double(seen) * units.lossUnit,
              validation: lastValidation))
          if isStopped { return false }
        }
      }
      return true
    }
    return isStopped ? nil : sum / Double(count)
  }

  private func trainBatch(
    _ x: MatrixView<T>, _ indices: ArraySlice<Int64>, _ factor: Double, using generator: inout SeededGenerator
  ) -> Double {
    parameters.withMutableView { p in
      step.load(x, indices, network.standardization, using: &generator)
      let loss = step.lossAndGradient(rows: indices.count, p, using: &generator)
      addPenalties(of: step, rows: indices.count)
      if loss.isFinite, step.penalty.isFinite { optimizer.step(p, step.gradient, factor: factor) }
      return step.penalty.isFinite ? loss : step.penalty
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
