import Eigencoder

/// What does the exact contractive penalty cost? A whole training step (forward, loss, pullback, Adam) with it and
/// without it, in turn, on one network each.
///
/// It does not see the gathering of a batch from a data set larger than the cache, nor several epochs.
struct StepBenchmark {
  let name: String
  let architecture: Architecture
  let batch: Int
  /// The most that the step with the penalty may cost, in steps without.
  let target: Double

  static let all = [
    StepBenchmark(
      name: "784-128",
      architecture: Architecture(inputs: 784, hidden: [], latent: 128, latentActivation: .sigmoid),
      batch: 128, target: 1.3),
    StepBenchmark(
      name: "784-128-32", architecture: Architecture(inputs: 784, hidden: [128], latent: 32), batch: 128,
      target: 2),
    StepBenchmark(
      name: "384-256-64", architecture: Architecture(inputs: 384, hidden: [256], latent: 64), batch: 128,
      target: 2),
    StepBenchmark(
      name: "64-32-8", architecture: Architecture(inputs: 64, hidden: [32], latent: 8), batch: 64, target: 2),
    StepBenchmark(
      name: "784-1000-500-250-30",
      architecture: Architecture(inputs: 784, hidden: [1000, 500, 250], latent: 30, activation: .tanh),
      batch: 64,
      target: 8),
  ]

  /// Products of a step without the penalty: three of equal size a layer, but for the first layer's input gradient.
  var plainFlops: Double {
    let widths = architecture.encoderWidths
    let weights = zip(widths, widths.dropFirst()).map { Double($0 * $1) }
    return 2 * Double(batch) * (6 * weights.reduce(0, +) - weights[0])
  }

  func run(limit: Double) throws -> [String] {
    let (plain, _) = try makeStep(.reconstruction)
    let (penalized, contraction) = try makeStep(.contractive(1e-3))
    let repetitions = plainFlops > 1e9 ? 30 : 300
    let times = medians(repetitions: repetitions, [plain, penalized])
    let flops = plainFlops + contraction.flops
    return [
      name, "\(batch)", contraction.route.name, (times[0] * 1e3).significant(3),
      (times[1] * 1e3).significant(3),
      (times[1] / times[0]).fixed(2), (flops / plainFlops).fixed(2), target.fixed(1),
      (100 * plainFlops / times[0] / limit).fixed(0), (100 * flops / times[1] / limit).fixed(0),
    ]
  }

  static let titles = [
    "encoder", "batch", "route", "plain ms", "with ms", "ratio", "flop ratio", "target", "plain % GEMM",
    "with % GEMM",
  ]

  /// A closure that does one step.
  private func makeStep(_ objective: Objective) throws -> (() -> Void, Contraction<Float>) {
    let network = try Autoencoder<Float>(architecture, seed: 1)
    let step = try TrainingStep(network, capacity: batch, order: .gradient, objective: objective)
    let optimizer = OptimizerState<Float>(.adam(learningRate: 1e-5), network.layout)
    let x = Matrix<Float>.noise(batch, architecture.inputs, seed: 2)
    x.withView { step.load($0) }
    var parameters = network.parameters
    var generator = SeededGenerator(seed: 3)
    let batch = batch
    return (
      {
        parameters.withMutableView { p in
          let loss = step.lossAndGradient(rows: batch, p, using: &generator)
          precondition(loss.isFinite)
          optimizer.step(p, step.gradient, factor: 1)
        }
      }, try Contraction(network.encoder, batch: batch)
    )
  }
}
