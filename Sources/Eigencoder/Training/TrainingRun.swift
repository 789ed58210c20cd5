/// One call of `Trainer.fit`: its rows, its memory, its best checkpoint.
final class TrainingRun<T: Scalar> {
  private let trainer: Trainer
  private let network: Autoencoder<T>
  private let data: Matrix<T>
  private var rows: [Int64]
  private let hasValidation: Bool
  /// The rows that choose the best epoch: those for validation, or without any the training rows in their first order.
  private let selection: Matrix<T>
  private let selectionRows: [Int64]
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

  init(
    _ trainer: Trainer, _ network: Autoencoder<T>, data: Matrix<T>, rows: [Int64], validation: Matrix<T>,
    validationRows: [Int64], _ units: TrainingUnits<T>, _ generator: SeededGenerator,
    shouldStop: (() -> Bool)?
  ) throws {
    self.trainer = trainer
    self.network = network
    self.data = data
    self.rows = rows
    hasValidation = !validationRows.isEmpty
    selection = hasValidation ? validation : data
    selectionRows = hasValidation ? validationRows : rows
    self.generator = generator
    self.units = units
    self.shouldStop = shouldStop ?? { false }
    let objective = units.objective
    parameters = network.parameters
    bestParameters = network.parameters
    let statistics = objective.corruption.map { _ in ColumnStatistics(of: data, rows: rows) }
    step = try TrainingStep(
      network, capacity: min(trainer.batchSize, rows.count), order: .gradient, objective: objective,
      statistics: statistics)
    evaluation = try TrainingStep(
      network, capacity: min(512, max(rows.count, validationRows.count)), order: .value,
      objective: objective,
      statistics: statistics)
    penaltySums = [Double](repeating: 0, count: objective.penalties.count)
    evaluationSeed = self.generator.next()
    history.contractionRoute = step.contractionRoute
    optimizer = OptimizerState(trainer.optimizer, network.layout)
  }

  func run(_ progress: ((TrainingProgress) -> Bool)?) throws -> History {
    guard let initial = evaluate(data, rows, shouldStop: shouldStop),
      var best = record(epoch: 0, train: initial.loss, rate: 0)
    else {
      history.ending = .interrupted
      return history
    }
    guard best.isFinite else { throw divergence(epoch: 0, batch: 0) }
    var epochsSinceBest = 0
    for epoch in stride(from: 1, through: trainer.epochs, by: 1) {
      let rate = trainer.optimizer.learningRate * factor(epoch: epoch, batch: batches - 1)
      guard let train = try trainEpoch(epoch, progress),
        let selection = record(epoch: epoch, train: train, rate: rate)
      else {
        history.ending = .interrupted
        // What the unfinished epoch reached counts.
        if isBetter(than: best) { keep(epoch) }
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
  private var batches: Int { (rows.count + step.capacity - 1) / step.capacity }

  private func factor(epoch: Int, batch: Int) -> Double {
    trainer.schedule.factor(step: (epoch - 1) * batches + batch, of: trainer.epochs * batches)
  }

  /// The epoch's mean loss; nil when the callback stopped it.
  private func trainEpoch(_ epoch: Int, _ progress: ((TrainingProgress) -> Bool)?) throws -> Double? {
    generator.shuffle(&rows)
    for i in penaltySums.indices { penaltySums[i] = 0 }
    var sum = 0.0
    var seen = 0
    let lastValidation = history.epochs.last?.validation
    for batch in 0..<batches {
      let range = batch * step.capacity..<min((batch + 1) * step.capacity, rows.count)
      let loss = trainBatch(range, factor(epoch: epoch, batch: batch))
      guard loss.isFinite else { throw divergence(epoch: epoch, batch: batch + 1) }
      sum += loss * Double(range.count)
      seen += range.count
      if let progress {
        let goesOn = progress(
          TrainingProgress(
            epoch: epoch, epochs: trainer.epochs, batch: batch + 1, batches: batches,
            loss: sum / Double(seen) * units.lossUnit,
            validation: lastValidation))
        if !goesOn { return nil }
      }
    }
    return sum / Double(rows.count)
  }

  private func trainBatch(_ range: Range<Int>, _ factor: Double) -> Double {
    data.withView { x in
      parameters.withMutableView { p in
        step.load(x, rows[range], network.standardization, using: &generator)
        let loss = step.lossAndGradient(rows: range.count, p, using: &generator)
        addPenalties(of: step, rows: range.count)
        if loss.isFinite, step.penalty.isFinite { optimizer.step(p, step.gradient, factor: factor) }
        return step.penalty.isFinite ? loss : step.penalty
      }
    }
  }

  /// Whether the present parameters have a lower objective than `best`, that of the best so far. It looks at no more than
  /// 4,096 of the rows that choose, because training was interrupted and has to end soon.
  private func isBetter(than best: Double) -> Bool {
    let step = max(1, (selectionRows.count + 4095) / 4096)
    let sample = stride(from: 0, to: selectionRows.count, by: step).map { selectionRows[$0] }
    func objective() -> Double { evaluate(selection, sample, shouldStop: { false })?.objective ?? .nan }
    let reached = objective()
    guard step > 1 else { return reached < best }
    swap(&parameters, &bestParameters)
    defer { swap(&parameters, &bestParameters) }
    return reached < objective()
  }

  /// The mean squared error over the given rows of x, without a gradient, and with the weighted sum of the penalties, whose
  /// values are summed in `penaltySums`; nil when it was stopped.
  private func evaluate(_ x: Matrix<T>, _ rows: [Int64], shouldStop: () -> Bool)
    -> (loss: Double, objective: Double)?
  {
    var generator = SeededGenerator(seed: evaluationSeed)
    return x.withView { x in
      parameters.withView { p in
        var (loss, penalty) = (0.0, 0.0)
        for i in penaltySums.indices { penaltySums[i] = 0 }
        for first in stride(from: 0, to: rows.count, by: evaluation.capacity) {
          if shouldStop() { return nil }
          let range = first..<min(first + evaluation.capacity, rows.count)
          evaluation.load(x, rows[range], network.standardization, using: &generator)
          loss += evaluation.loss(rows: range.count, p, using: &generator) * Double(range.count)
          penalty += evaluation.penalty * Double(range.count)
          addPenalties(of: evaluation, rows: range.count)
        }
        let count = Double(max(1, rows.count))
        return (loss / count, loss / count + penalty / count)
      }
    }
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
  private func record(epoch: Int, train: Double, rate: Double) -> Double? {
    var penalties: [String: Double] = [:]
    for (penalty, sum) in zip(units.objective.penalties, penaltySums) {
      penalties[penalty.name] = sum / Double(rows.count) * units.penaltyUnit(penalty)
    }
    guard let reached = evaluate(selection, selectionRows, shouldStop: shouldStop)?.objective else {
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
