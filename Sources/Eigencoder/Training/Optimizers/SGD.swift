// Stochastic gradient descent with momentum (Polyak 1964), r the rate: v = momentum v + g, p -= r v; Nesterov's rule moves by
// g + momentum v instead. v is zero before the first step, so that it starts as the first gradient. L2: l2 p is added to g.
// Cost: one pass over p, g and v.

extension Optimizer {
  /// Stochastic gradient descent with momentum (Polyak 1964) or Nesterov's; the velocity starts as the first
  /// gradient.
  public static func sgd(
    learningRate: Double = 1e-2, momentum: Double = 0.9, nesterov: Bool = false, l2: Double = 0
  ) -> Optimizer {
    Optimizer(rule: SGD(learningRate: learningRate, momentum: momentum, isNesterov: nesterov, decay: l2))
  }
}

struct SGD: OptimizerRule {
  let learningRate: Double
  let momentum: Double
  let isNesterov: Bool
  let decay: Double

  static let names = ["sgd", "nesterov"]
  var name: String { isNesterov ? "nesterov" : "sgd" }
  static let momentCount = 1

  /// How far a step goes depends on the size of the gradient: the rate that suits Adam says nothing about it.
  static func named(_ name: String, _ learningRate: Double?, suggested: Double, _ decay: Double?) -> Optimizer
  {
    .sgd(learningRate: learningRate ?? 0.05, nesterov: name == "nesterov", l2: decay ?? 0)
  }

  func validate() throws {
    try requireArgument((0..<1).contains(momentum), "a momentum lies in [0, 1), got \(momentum)")
  }

  func update<T: Scalar>(
    _ p: VectorView<T>, _ g: VectorView<T>, moments: MatrixView<T>, _ layout: ParameterLayout, rate: Double,
    step: Int
  ) {
    for tensor in layout.tensors {
      p.vector(tensor).stepSGD(
        g.vector(tensor), velocity: moments.row(0).vector(tensor), rate: T(rate), momentum: T(momentum),
        nesterov: isNesterov, l2: T(tensor.isBias ? 0 : decay))
    }
  }
}
