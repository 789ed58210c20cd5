import Eigencoder

/// What does a training step cost: forward, loss, pullback, Adam, as the trainer does it?
///
/// `plain` and `contractive` stay on one batch that is loaded already, as the peers' steps do; `denoising` gathers and
/// corrupts its batch anew each time. Loss and gradient are checked first (`StepReference`).
///
/// It does not see the misses of a data set larger than the cache, nor an epoch's evaluation.
struct StepBenchmark: Benchmark {
  enum Kind: String { case plain, contractive, denoising }

  let architecture: Architecture
  let batch: Int
  let kind: Kind
  var group: Substring = "step"

  static let shapes: [(widths: [Int], batch: Int, kinds: [Kind])] = [
    ([784, 1000, 500, 250, 30], 1000, [.plain, .denoising]),
    ([784, 1000, 500, 250, 30], 256, [.plain, .denoising]),
    ([784, 1000, 500, 250, 30], 64, [.plain, .contractive]),
    ([784, 128, 32], 128, [.plain, .contractive, .denoising]),
    ([64, 32, 8], 64, [.plain, .contractive, .denoising]),
    ([384, 256, 64], 256, [.plain, .denoising]),
    ([384, 256, 64], 128, [.plain, .contractive]),
    ([784, 128], 128, [.plain, .contractive]),
  ]

  static let all = shapes.flatMap { widths, batch, kinds in
    kinds.map {
      StepBenchmark(
        architecture: architecture(
          widths, widths.count > 3 ? .tanh : .silu, isSigmoidCode: widths.count == 2),
        batch: batch, kind: $0)
    }
  }

  /// How time grows with the batch, with depth and, of the penalty, with the code: from 784-256-32.
  static let growth =
    [16, 64, 256, 1_024].flatMap { batch in [.plain, .contractive].map { grown([784, 256, 32], batch, $0) } }
    + [2, 3, 4].flatMap { depth in
      let widths = [784] + [Int](repeating: 256, count: depth) + [32]
      return [.plain, .contractive].map { grown(widths, 64, $0) }
    } + [8, 128].flatMap { code in [.plain, .contractive].map { grown([784, 256, code], 64, $0) } }

  private static func grown(_ widths: [Int], _ batch: Int, _ kind: Kind) -> StepBenchmark {
    StepBenchmark(architecture: architecture(widths, .silu), batch: batch, kind: kind, group: "growth")
  }

  private static func architecture(_ widths: [Int], _ activation: Activation, isSigmoidCode: Bool = false)
    -> Architecture
  {
    Architecture(
      inputs: widths[0], hidden: Array(widths[1..<widths.count - 1]), latent: widths.last!,
      activation: activation, latentActivation: isSigmoidCode ? .sigmoid : .identity)
  }

  var name: String {
    "\(group)/" + architecture.encoderWidths.map(String.init).joined(separator: "-")
      + " batch \(batch) \(kind)"
  }

  var objective: Objective {
    switch kind {
    case .plain: .reconstruction
    case .contractive: .contractive(contraction, unit: .data)
    case .denoising: .denoising(.gaussian(0.3, unit: .data))
    }
  }

  /// The weight of the penalty.
  var contraction: Double { kind == .contractive ? 1e-3 : 0 }

  func run(_ timing: Timing, checks: Bool) throws -> [Measurement] {
    let stepper = try Stepper(self)
    let quality = checks ? try StepReference.check(stepper, self) : [:]
    let seconds = timing.median { stepper.step() }
    return [
      Measurement(
        name: name, seconds: seconds, flops: plainFlops + penaltyFlops(stepper), bytes: bytes,
        quality: quality, note: stepper.route)
    ]
  }

  /// Products without the penalty: three of equal size a layer, but for the first layer's input gradient.
  private var plainFlops: Double {
    let widths = architecture.encoderWidths
    let weights = zip(widths, widths.dropFirst()).map { Double($0 * $1) }
    return 2 * Double(batch) * (6 * weights.reduce(0, +) - weights[0])
  }

  private func penaltyFlops(_ stepper: Stepper) -> Double {
    kind == .contractive ? JacobianNorm<Float>(stepper.network.encoder, batch: batch).flops : 0
  }

  /// Adam's 28 a parameter, 12 for each hidden unit of a row, and the batch with its reconstruction.
  private var bytes: Double {
    let hidden = architecture.hidden.reduce(0, +) * 2 + architecture.latent
    let parameters = zip(architecture.encoderWidths, architecture.encoderWidths.dropFirst()).reduce(0) {
      $0 + $1.0 * $1.1
    }
    return 28 * 2 * Double(parameters) + Double(batch)
      * (12 * Double(hidden) + 12 * Double(architecture.inputs))
  }
}
