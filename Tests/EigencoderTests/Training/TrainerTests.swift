import Eigencoder
import Testing

@Suite struct TrainerTests {
  /// Points of a plane curve in 6 dimensions, with a little noise.
  private func curve<T: Scalar>(_ rows: Int, seed: UInt64, _ type: T.Type = T.self) -> Matrix<T> {
    let noise = Matrix<T>.random(rows, 6, seed: seed, deviation: 0.01)
    let parameter = Matrix<T>.random(rows, 1, seed: seed + 1)
    var x = noise
    for i in 0..<rows {
      let t = parameter[i, 0]
      for j in 0..<6 { x[i, j] += T(j % 2 == 0 ? t : t * t) * T(j + 1) / 6 + 3 }
    }
    return x
  }

  @Test func lossFallsForBothPrecisions() throws {
    func check<T: Scalar>(_ type: T.Type) throws {
      var net = try Autoencoder<T>(inputs: 6, hidden: [16], latent: 2, seed: 1)
      let history = try Trainer(epochs: 60, batchSize: 20, optimizer: .adam(learningRate: 1e-2), seed: 1)
        .fit(&net, to: curve(200, seed: 1, type))
      #expect(history.epochs.count == 61)
      #expect(history.epochs.last!.train < 0.05 * history.epochs[0].train)
      #expect(history.ending == .completed)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test func sameSeedSameBits() throws {
    let data = curve(150, seed: 2, Float.self)
    func trained(seed: UInt64) throws -> [Float] {
      var net = try Autoencoder<Float>(inputs: 6, hidden: [8], latent: 2, seed: 1)
      try Trainer(epochs: 5, batchSize: 32, validationFraction: 0.1, seed: seed).fit(&net, to: data)
      return net.parameters
    }
    #expect(try trained(seed: 1) == trained(seed: 1))
    #expect(try trained(seed: 1) != trained(seed: 2))
  }

  /// Every row counts once an epoch, also those of the last, smaller batch: with a rate too small to move
  /// anything, the epoch's mean loss is the loss of the whole.
  @Test(arguments: [1, 7, 32, 100, 1000]) func everyRowCounts(_ batch: Int) throws {
    let data = curve(100, seed: 3, Double.self)
    var net = try Autoencoder<Double>(inputs: 6, hidden: [5], latent: 2, seed: 1)
    let history = try Trainer(epochs: 2, batchSize: batch, optimizer: .sgd(learningRate: 1e-300, momentum: 0))
      .fit(&net, to: data)
    for epoch in history.epochs { expectClose(epoch.train, history.epochs[0].train, within: 1e-12) }
    let difference = zip(net.reconstruct(data).elements, data.elements).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }
    expectClose(history.epochs[0].train, difference / 600, within: 1e-12)
  }

  /// Without validation rows it is the network as it is after an epoch that counts: a first step that ruins it must
  /// not be kept for the loss it had before.
  @Test(arguments: [0.0, 0.5]) func withoutValidationNeverWorseThanAtFirst(_ dropout: Double) throws {
    let data = curve(64, seed: 12, Double.self)
    for rate in [1e-3, 1, 10, 100] {
      var net = try Autoencoder<Double>(
        Architecture(inputs: 6, hidden: [8], latent: 2, activation: .tanh, dropout: dropout), seed: 1)
      let trainer = Trainer(
        epochs: 3, batchSize: 64, optimizer: .adam(learningRate: rate), schedule: .constant)
      let history = try trainer.fit(&net, to: data)
      let mse = try ReconstructionMetrics(of: net, on: data, trainingMean: data.columnMeans).msePerElement
      #expect(mse <= history.epochs[0].train * (1 + 1e-12), "rate \(rate)")
      #expect(history.epochs.allSatisfy { $0.validation == nil })
      if rate == 1e-3, dropout == 0 { #expect(history.bestEpoch == 3) }
    }
  }

  /// A network that is good already is judged without dropout before and after.
  @Test func dropoutDoesNotCountAgainstTraining() throws {
    let data = curve(64, seed: 13, Double.self)
    var net = try Autoencoder<Double>(
      Architecture(inputs: 6, hidden: [16], latent: 2, dropout: 0.2), seed: 1)
    let trainer = Trainer(epochs: 40, batchSize: 16, optimizer: .adam(learningRate: 3e-3))
    try trainer.fit(&net, to: data)
    let before = try ReconstructionMetrics(of: net, on: data, trainingMean: data.columnMeans).msePerElement
    let history = try trainer.fit(&net, to: data)
    let after = try ReconstructionMetrics(of: net, on: data, trainingMean: data.columnMeans).msePerElement
    #expect(history.bestEpoch > 0 && after < before)
  }

  @Test func bestCheckpointIsRestored() throws {
    let data = curve(60, seed: 4, Double.self)
    let validation = curve(40, seed: 5, Double.self)
    var net = try Autoencoder<Double>(inputs: 6, hidden: [16], latent: 2, seed: 1)
    // A rate at the edge of divergence: the loss goes up and down.
    let history = try Trainer(
      epochs: 30, batchSize: 10, optimizer: .adam(learningRate: 0.1), schedule: .constant, seed: 1
    ).fit(&net, to: data, validation: validation)
    let best = history.epochs.min { $0.validation! < $1.validation! }!
    #expect(history.bestEpoch == best.epoch)
    let error = zip(net.reconstruct(validation).elements, validation.elements).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }
    expectClose(error / Double(validation.elements.count), best.validation!, within: 1e-12)
  }

  @Test func noEpochsLeaveTheNetworkAsInitialised() throws {
    var net = try Autoencoder<Float>(inputs: 6, hidden: [4], latent: 2, seed: 9)
    let before = net.parameters
    let history = try Trainer(epochs: 0).fit(&net, to: curve(10, seed: 1))
    #expect(net.parameters == before)
    #expect(history.epochs.map(\.epoch) == [0])
  }

  @Test func patienceStopsEarly() throws {
    var net = try Autoencoder<Double>(inputs: 6, hidden: [4], latent: 2, seed: 1)
    let history = try Trainer(
      epochs: 100, batchSize: 10, optimizer: .sgd(learningRate: 1e-300), patience: 3
    ).fit(&net, to: curve(50, seed: 1), validation: curve(20, seed: 2))
    #expect(history.ending == .stoppedEarly)
    #expect(history.epochs.count == 4)
  }

  @Test func interruptionKeepsTheBest() throws {
    var net = try Autoencoder<Float>(inputs: 6, hidden: [8], latent: 2, seed: 1)
    var calls = 0
    let history = try Trainer(epochs: 50, batchSize: 10, validationFraction: 0.2, seed: 1).fit(
      &net, to: curve(50, seed: 1)
    ) { progress in
      calls += 1
      #expect(progress.batches == 4 && progress.epochs == 50)
      return progress.epoch < 10 || progress.batch < 2
    }
    #expect(calls == 9 * 4 + 2)
    #expect(history.ending == .interrupted)
    #expect(history.epochs.count == 10)
  }

  /// Whoever asks to stop during an evaluation does not wait for its end.
  @Test func evaluationsStop() throws {
    let data = curve(2000, seed: 1, Float.self)
    func run(stopAt limit: Int) throws -> (history: History, asked: Int, before: [Float], after: [Float]) {
      var net = try Autoencoder<Float>(inputs: 6, hidden: [8], latent: 2, seed: 1)
      let before = net.parameters
      var asked = 0
      let history = try Trainer(epochs: 5, batchSize: 500, schedule: .constant).fit(
        &net, to: data,
        shouldStop: {
          asked += 1
          return asked >= limit
        })
      return (history, asked, before, net.parameters)
    }
    // Blocks of 512 rows: 4 of the training rows and 4 again to choose, before the first epoch.
    for limit in [1, 4, 5, 8] {
      let stopped = try run(stopAt: limit)
      #expect(stopped.history.ending == .interrupted)
      #expect(stopped.history.epochs.isEmpty && stopped.asked == limit)
      #expect(stopped.before == stopped.after)
    }
    // In the evaluation after the second epoch: its steps count, its line is missing.
    let stopped = try run(stopAt: 8 + 4 + 2)
    #expect(stopped.history.ending == .interrupted)
    #expect(stopped.history.epochs.map(\.epoch) == [0, 1])
    #expect(stopped.history.bestEpoch == 2)
    #expect(stopped.before != stopped.after)
    #expect(try run(stopAt: .max).history.ending == .completed)
  }

  /// An unfinished epoch is judged on a sample of many rows, against the best on the same sample.
  @Test func interruptionWithManyRows() throws {
    let data = curve(9000, seed: 1, Double.self)
    func error(rate: Double) throws -> (best: Int, before: Double, after: Double) {
      var net = try Autoencoder<Double>(inputs: 6, hidden: [8], latent: 2, seed: 1)
      let mean = data.columnMeans
      try Trainer(epochs: 0).fit(&net, to: data)
      let before = try ReconstructionMetrics(of: net, on: data, trainingMean: mean).msePerElement
      let trainer = Trainer(
        epochs: 3, batchSize: 100, optimizer: .adam(learningRate: rate), schedule: .constant)
      let history = try trainer.fit(&net, to: data) { $0.batch < 50 }
      #expect(history.ending == .interrupted && history.epochs.count == 1)
      return (
        history.bestEpoch, before,
        try ReconstructionMetrics(of: net, on: data, trainingMean: mean).msePerElement
      )
    }
    let better = try error(rate: 1e-3)
    #expect(better.best == 1 && better.after < better.before)
    let worse = try error(rate: 1e3)
    #expect(worse.best == 0 && worse.after == worse.before)
  }

  @Test func divergenceThrowsAndKeepsTheBest() throws {
    let data = curve(50, seed: 1, Float.self)
    var net = try Autoencoder<Float>(inputs: 6, hidden: [8], latent: 2, activation: .relu, seed: 1)
    expectError(EigencoderError.numericalFailure, containing: "training diverged: the loss of epoch") {
      try Trainer(epochs: 50, batchSize: 10, optimizer: .sgd(learningRate: 1e20), schedule: .constant).fit(
        &net, to: data)
    }
    #expect(net.parameters.allSatisfy { $0.isFinite })
    #expect(net.reconstruct(data).elements.allSatisfy { $0.isFinite })
  }

  @Test func standardisedNetworkReportsInOriginalUnits() throws {
    var data = curve(200, seed: 6, Double.self)
    for i in 0..<200 {
      data[i, 0] *= 1000
      data[i, 5] = 42  // constant
    }
    var net = try Autoencoder<Double>(inputs: 6, hidden: [16], latent: 2, seed: 1)
    try Trainer(
      epochs: 80, batchSize: 20, optimizer: .adam(learningRate: 1e-2), scaling: .perFeature, seed: 1
    )
    .fit(&net, to: data)
    #expect(net.standardization.scale?[5] == 1)
    let metrics = try ReconstructionMetrics(of: net, on: data, trainingMean: data.columnMeans)
    #expect(metrics.r2! > 0.9)
    // de/dx in the units of the data: against differences of the encoder itself.
    let x = data.row(0)
    let jacobian = net.encoderJacobian(at: x)
    for j in 0..<6 {
      let h = 1e-6 * max(1, x[j].magnitude)
      var (up, down) = (x, x)
      up[j] += h
      down[j] -= h
      let codes = net.encode(Matrix([up, down]))
      for i in 0..<2 {
        expectClose(
          [(codes[0, i] - codes[1, i]) / (2 * h)], [jacobian[i, j]], within: 1e-6, scale: jacobian.largest)
      }
    }
    let sum = (0..<20).reduce(0.0) { $0 + net.encoderJacobian(at: data.row($1)).withView { $0.squaredNorm } }
    expectClose(net.contraction(over: data.rows(0..<20)), sum / 20, within: 1e-12)
  }

  @Test func badRequests() throws {
    let data = curve(10, seed: 1, Float.self)
    var net = try Autoencoder<Float>(inputs: 6, hidden: [4], latent: 2)
    func expect(_ fragment: String, _ trainer: Trainer) {
      expectError(EigencoderError.invalidArgument, containing: fragment) { try trainer.fit(&net, to: data) }
    }
    expect("epochs are not negative", Trainer(epochs: -1))
    expect("a batch has at least 1 row", Trainer(batchSize: 0))
    expect("a learning rate is above 0", Trainer(optimizer: .adam(learningRate: 0)))
    expect("a learning rate is above 0", Trainer(optimizer: .adam(learningRate: .nan)))
    expect("betas", Trainer(optimizer: .adam(beta1: 1)))
    expect("momentum", Trainer(optimizer: .sgd(momentum: -0.1)))
    expect("weight decay", Trainer(optimizer: .adamW(weightDecay: -1)))
    expect("warm-up", Trainer(schedule: Schedule(.cosine, warmup: 1)))
    expect("validation share", Trainer(validationFraction: 1))
    expect("patience", Trainer(patience: 0))
    expectError(EigencoderError.invalidData, containing: "takes 6 columns, the data have 5") {
      try Trainer().fit(&net, to: Matrix<Float>(rows: 10, columns: 5))
    }
    expectError(EigencoderError.invalidArgument, containing: "hidden layer") {
      _ = try Autoencoder<Float>(inputs: 6, hidden: [0], latent: 2)
    }
  }

  @Test func schedules() {
    let schedule = Schedule(.cosine, warmup: 0.1, floor: 0.01)
    #expect(schedule.factor(step: 0, of: 100) == 0.1)
    #expect(schedule.factor(step: 9, of: 100) == 1)
    #expect(schedule.factor(step: 10, of: 100) == 1)
    expectClose(schedule.factor(step: 55, of: 100), 0.505, within: 1e-12)
    expectClose(schedule.factor(step: 100, of: 100), 0.01, within: 1e-12)
    #expect(Schedule.constant.factor(step: 77, of: 100) == 1)
  }
}
