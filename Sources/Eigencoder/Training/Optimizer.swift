/// How a step follows the gradient.
public enum Optimizer: Equatable, Sendable {
  /// Adam (Kingma & Ba 2015). `l2` adds l2 p to the gradient of each weight (not of biases).
  case adam(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    l2: Double = 0)
  /// Adam with decoupled weight decay (Loshchilov & Hutter 2019): weights, not biases, shrink by
  /// learningRate * weightDecay each step.
  case adamW(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 1e-2)
  /// Stochastic gradient descent with momentum (Polyak 1964) or Nesterov's; the velocity starts as the first
  /// gradient.
  case sgd(learningRate: Double = 1e-2, momentum: Double = 0.9, nesterov: Bool = false, l2: Double = 0)

  /// The rate before the schedule's factor.
  public var learningRate: Double {
    switch self {
    case .adam(let rate, _, _, _, _), .adamW(let rate, _, _, _, _), .sgd(let rate, _, _, _): rate
    }
  }

  package func validate() throws {
    func require(_ condition: Bool, _ text: String) throws {
      if !condition { throw EigencoderError.invalidArgument(text) }
    }
    try require(learningRate > 0 && learningRate.isFinite, "a learning rate is above 0, got \(learningRate)")
    switch self {
    case .adam(_, let b1, let b2, let epsilon, let decay), .adamW(_, let b1, let b2, let epsilon, let decay):
      try require(
        (0..<1).contains(b1) && (0..<1).contains(b2), "Adam's betas lie in [0, 1), got \(b1) and \(b2)")
      try require(epsilon > 0, "Adam's epsilon is above 0, got \(epsilon)")
      try require(decay >= 0 && decay.isFinite, "a weight decay is not negative, got \(decay)")
    case .sgd(_, let momentum, _, let l2):
      try require((0..<1).contains(momentum), "a momentum lies in [0, 1), got \(momentum)")
      try require(l2 >= 0 && l2.isFinite, "a weight decay is not negative, got \(l2)")
    }
  }
}

/// The optimizer's memory for one network: moments in the layout of the parameters.
package final class OptimizerState<T: Scalar> {
  private let optimizer: Optimizer
  private let layout: ParameterLayout
  private let first: Buffer<T>
  private let second: Buffer<T>?
  private var steps = 0

  package init(_ optimizer: Optimizer, _ layout: ParameterLayout) {
    self.optimizer = optimizer
    self.layout = layout
    first = Buffer(count: layout.count)
    if case .sgd = optimizer { second = nil } else { second = Buffer(count: layout.count) }
  }

  /// One step, at the optimizer's rate times `factor`; tensor by tensor, since biases do not decay.
  package func step(_ parameters: VectorView<T>, _ gradient: Gradient<T>, factor: Double) {
    steps += 1
    for tensor in layout.tensors {
      let p = parameters.vector(tensor)
      let g = gradient.view.vector(tensor)
      let m = first.view.vector(tensor)
      switch optimizer {
      case .adam(let rate, let b1, let b2, let epsilon, let l2):
        adam(p, g, m, tensor, rate * factor, b1, b2, epsilon, decay: 0, l2: tensor.isBias ? 0 : l2)
      case .adamW(let rate, let b1, let b2, let epsilon, let decay):
        adam(p, g, m, tensor, rate * factor, b1, b2, epsilon, decay: tensor.isBias ? 0 : decay, l2: 0)
      case .sgd(let rate, let momentum, let nesterov, let l2):
        // The velocity is zero before the first step, so that it starts as the first gradient.
        p.stepSGD(
          g, velocity: m, rate: T(rate * factor), momentum: T(momentum), nesterov: nesterov,
          l2: T(tensor.isBias ? 0 : l2))
      }
    }
  }

  private func adam(
    _ p: VectorView<T>, _ g: VectorView<T>, _ m: VectorView<T>, _ tensor: ParameterTensor, _ rate: Double,
    _ b1: Double, _ b2: Double, _ epsilon: Double, decay: Double, l2: Double
  ) {
    let v = second!.view.vector(tensor)
    p.stepAdam(
      g, m: m, v: v, rate: T(rate / (1 - b1.power(steps))), beta1: T(b1), beta2: T(b2), epsilon: T(epsilon),
      inverseRootCorrection: T(1 / (1 - b2.power(steps)).squareRoot()), decay: T(rate * decay), l2: T(l2))
  }
}

extension Double {
  /// self^exponent by squaring.
  fileprivate func power(_ exponent: Int) -> Double {
    var (result, base, rest) = (1.0, self, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= base }
      base *= base
      rest >>= 1
    }
    return result
  }
}
