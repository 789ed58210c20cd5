/// One call of `Trainer.fit`: its rows, its memory, its best checkpoint.
final class TrainingRun<T: Scalar> {
  private let trainer: Trainer
  private let network: Autoencoder<T>
  private let data: Matrix<T>
  private var rows: [Int64]
  private let validation: Matrix<T>
  private let validationRows: [Int64]
  private var generator: SeededGenerator
  private var parameters: [T]
  private(set) var bestParameters: [T]
  private let step: TrainingStep<T>
  private let evaluation: TrainingStep<T>
  private let optimizer: OptimizerState<T>
  private var history = History()
  private let start = ContinuousClock.now

  init(
    _ trainer: Trainer, _ network: Autoencoder<T>, data: Matrix<T>, rows: [Int64], validation: Matrix<T>,
    validationRows: [Int64], _ generator: SeededGenerator
  ) {
    self.trainer = trainer
    self.network = network
    self.data = data
    self.rows = rows
    self.validation = validation
    self.validationRows = validationRows
    self.generator = generator
    parameters = network.parameters
    bestParameters = network.parameters
    step = TrainingStep(network, capacity: min(trainer.batchSize, rows.count), order: .gradient)
    evaluation = TrainingStep(
      network, capacity: min(512, max(rows.count, validationRows.count)), order: .value)
    optimizer = OptimizerState(trainer.optimizer, network.layout)
  }

  func run(_ progress: ((TrainingProgress) -> Bool)?) throws -> History {
    var best = record(epoch: 0, train: evaluate(data, rows), rate: 0)
    guard best.isFinite else { throw divergence(epoch: 0, batch: 0) }
    var epochsSinceBest = 0
    for epoch in stride(from: 1, through: trainer.epochs, by: 1) {
      guard let train = try trainEpoch(epoch, progress) else {
        history.ending = .interrupted
        // What the unfinished epoch reached counts when validation can judge it.
        if !validationRows.isEmpty, evaluate(validation, validationRows) < best {
          keep(epoch)
        }
        return history
      }
      let rate = trainer.optimizer.learningRate * factor(epoch: epoch, batch: batches - 1)
      let selection = record(epoch: epoch, train: train, rate: rate)
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
            loss: sum / Double(seen),
            validation: lastValidation))
        if !goesOn { return nil }
      }
    }
    return sum / Double(rows.count)
  }

  private func trainBatch(_ range: Range<Int>, _ factor: Double) -> Double {
    data.withView { x in
      rows.withUnsafeBufferPointer { rows in
        parameters.withMutableView { p in
          let batch = step.load(x, UnsafeBufferPointer(rebasing: rows[range]), network.standardization)
          let loss = step.lossAndGradient(batch, p)
          if loss.isFinite { optimizer.step(p, step.gradient, factor: factor) }
          return loss
        }
      }
    }
  }

  /// The mean loss over the given rows of x, without a gradient.
  private func evaluate(_ x: Matrix<T>, _ rows: [Int64]) -> Double {
    x.withView { x in
      rows.withUnsafeBufferPointer { rows in
        parameters.withView { p in
          var sum = 0.0
          for first in stride(from: 0, to: rows.count, by: evaluation.capacity) {
            let range = first..<min(first + evaluation.capacity, rows.count)
            let batch = evaluation.load(
              x, UnsafeBufferPointer(rebasing: rows[range]), network.standardization)
            sum += evaluation.loss(batch, p) * Double(range.count)
          }
          return sum / Double(max(1, rows.count))
        }
      }
    }
  }
}

// MARK: - Checkpoints and history

extension TrainingRun {
  private func keep(_ epoch: Int) {
    bestParameters.withMutableView { best in parameters.withView { $0.copy(into: best) } }
    history.bestEpoch = epoch
  }

  /// Writes the epoch down; returns the loss that selects.
  private func record(epoch: Int, train: Double, rate: Double) -> Double {
    let validationLoss = validationRows.isEmpty ? nil : evaluate(validation, validationRows)
    let elapsed = (ContinuousClock.now - start).components
    history.epochs.append(
      History.Epoch(
        epoch: epoch, train: train, validation: validationLoss, learningRate: rate,
        seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18))
    return validationLoss ?? train
  }

  private func divergence(epoch: Int, batch: Int) -> EigencoderError {
    history.ending = .diverged
    return .numericalFailure(
      "training diverged: the loss of epoch \(epoch), batch \(batch), is not finite; the parameters of epoch "
        + "\(history.bestEpoch) are kept. A lower learning rate than \(trainer.optimizer.learningRate) or "
        + "standardised data may help")
  }
}
