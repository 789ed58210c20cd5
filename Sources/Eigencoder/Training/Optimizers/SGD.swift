// Stochastic gradient descent with momentum (Polyak 1964), r the rate: v = momentum v + g, p -= r v; Nesterov's rule moves by
// g + momentum v instead. v is zero before the first step, so that it starts as the first gradient. L2: l2 p is added to g.
// Cost: one pass over p, g and v.

extension Optimizer {
  /// Stochastic gradient descent with momentum (Polyak 1964) or Nesterov's; the velocity starts as the first
  /// gradient.
  public static func sgd(
    learningRate: Double = 1e-2, momentum: Double = 0.9, nesterov: Bool = false, l2: Double = 0
  ) -> Optimizer {
    Optimizer(
      rule: SGD(learningRate: learningRate, momentum: momentum, isNesterov: nesterov, decay: l2))
  }
}

struct SGD: OptimizerRule {
  var learningRate: Double
  var momentum = 0.9
  var isNesterov: Bool
  var decay: Double

  static let names = ["sgd", "nesterov"]
  static let momentCount = 1
  var name: String { isNesterov ? "nesterov" : "sgd" }

  func validate() throws {
    try requireArgument((0..<1).contains(momentum), "a momentum lies in [0, 1), got \(momentum)")
  }

  func update<T: Scalar>(
    _ p: VectorView<T>, _ g: VectorView<T>, moments: MatrixView<T>, rate: Double, step: Int, decay: Double
  ) {
    p.stepSGD(
      g, velocity: moments.row(0), rate: T(rate), momentum: T(momentum), nesterov: isNesterov, l2: T(decay))
  }
}

extension SGD {
  /// The gradient's own size decides how far a step goes: what suits Adam says nothing about it.
  init(named name: String, learningRate: Double?, suggested: Double, decay: Double?) {
    self.init(learningRate: learningRate ?? 0.05, isNesterov: name == "nesterov", decay: decay ?? 0)
  }
}
