// Adam (Kingma & Ba 2015), t the step from 1, r the rate:
//   m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,  p -= r mh / (sqrt(vh) + epsilon)
// with mh = m / (1 - b1^t), vh = v / (1 - b2^t). L2: l2 p is added to g first. AdamW (Loshchilov & Hutter 2019): p shrinks by
// r decay before the step. Cost: one pass over p, g, m and v.

extension Optimizer {
  /// Adam (Kingma & Ba 2015). `l2` adds l2 p to the gradient of each weight (not of biases).
  public static func adam(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    l2: Double = 0
  ) -> Optimizer {
    Optimizer(
      rule: Adam(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: l2,
        isDecoupled: false))
  }

  /// Adam with decoupled weight decay (Loshchilov & Hutter 2019): weights, not biases, shrink by
  /// learningRate * weightDecay each step.
  public static func adamW(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 1e-2
  ) -> Optimizer {
    Optimizer(
      rule: Adam(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: weightDecay,
        isDecoupled: true))
  }
}

struct Adam: OptimizerRule {
  let learningRate: Double
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  let decay: Double
  /// Whether the decay is AdamW's.
  let isDecoupled: Bool

  static let names = ["adam", "adamw"]
  var name: String { isDecoupled ? "adamw" : "adam" }
  static let momentCount = 2

  static func named(_ name: String, _ learningRate: Double?, suggested: Double, _ decay: Double?) -> Optimizer
  {
    name == "adamw"
      ? .adamW(learningRate: learningRate ?? suggested, weightDecay: decay ?? 1e-2)
      : .adam(learningRate: learningRate ?? suggested, l2: decay ?? 0)
  }

  func validate() throws {
    try requireArgument(
      (0..<1).contains(beta1) && (0..<1).contains(beta2),
      "Adam's betas lie in [0, 1), got \(beta1) and \(beta2)")
    try requireArgument(epsilon > 0, "Adam's epsilon is above 0, got \(epsilon)")
  }

  func update<T: Scalar>(
    _ p: VectorView<T>, _ g: VectorView<T>, moments: MatrixView<T>, _ layout: ParameterLayout, rate: Double,
    step: Int
  ) {
    let (m, v) = (moments.row(0), moments.row(1))
    let correctedRate = T(rate / (1 - beta1.power(step)))
    let inverseRoot = T(1 / (1 - beta2.power(step)).squareRoot())
    for tensor in layout.tensors {
      let decay = tensor.isBias ? 0 : decay
      p.vector(tensor).stepAdam(
        g.vector(tensor), m: m.vector(tensor), v: v.vector(tensor), rate: correctedRate, beta1: T(beta1),
        beta2: T(beta2), epsilon: T(epsilon), inverseRootCorrection: inverseRoot,
        decay: T(isDecoupled ? rate * decay : 0), l2: T(isDecoupled ? 0 : decay))
    }
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
