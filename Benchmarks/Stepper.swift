import Eigencoder

/// One network in training on one batch: the library's own step and optimizer, as `TrainingRun` calls them.
final class Stepper {
  let network: Autoencoder<Float>
  /// The rows that batches are taken from; the first `batch` of them.
  let data: Matrix<Float>
  private let training: TrainingStep<Float>
  private let optimizer: OptimizerState<Float>
  private let standardization: Standardization<Float>
  private let indices: [Int64]
  private let isCorrupted: Bool
  private var parameters: [Float]
  private var generator = SeededGenerator(seed: Stepper.seed)

  /// Of the corruption.
  static let seed: UInt64 = 3

  init(_ benchmark: StepBenchmark) throws {
    network = try Autoencoder(benchmark.architecture, seed: 1)
    data = noise(benchmark.batch, benchmark.architecture.inputs, seed: 2)
    training = try TrainingStep(
      network, capacity: benchmark.batch, order: .gradient, objective: benchmark.objective)
    optimizer = OptimizerState(.adam(learningRate: 1e-5), network.layout)
    standardization = .none(dimension: benchmark.architecture.inputs)
    indices = (0..<Int64(benchmark.batch)).map { $0 }
    isCorrupted = benchmark.kind == .denoising
    parameters = network.parameters
    load()
  }

  /// The route of the penalty, if there is one.
  var route: String { training.contractionRoute?.name ?? "" }

  private func load() {
    data.withView { x in
      training.load(x, indices[...], standardization, using: &generator)
    }
  }

  /// A whole step.
  func step() {
    if isCorrupted { load() }
    parameters.withMutableView { p in
      let loss = training.lossAndGradient(rows: indices.count, p, using: &generator)
      precondition(loss.isFinite)
      optimizer.step(p, training.gradient, factor: 1)
    }
  }

  /// Loss and gradient at the network's first parameters, of the batch loaded when it was made.
  func evaluate() -> (loss: Double, gradient: [Float]) {
    network.parameters.withView { p in
      let loss = training.lossAndGradient(rows: indices.count, p, using: &generator)
      return (loss + training.penalty, training.gradient.view.copied())
    }
  }
}
