/// How the weights start; biases start at 0 unless said otherwise.
///
/// The random rules, with fan-in the number of a layer's inputs and fan-out that of its outputs, suit data of unit
/// variance: training brings the data there (`Trainer.Scaling`).
public enum Initializer: Equatable, Sendable {
  /// By the layer's activation: `he` for ReLU, leaky ReLU, ELU, SiLU and GELU, `glorot` for the others.
  case automatic
  /// Normal of variance 2 / fan-in (He, Zhang, Ren & Sun 2015).
  case he
  /// Uniform within sqrt(6 / (fan-in + fan-out)) (Glorot & Bengio 2010).
  case glorot
  /// Normal of variance 1 / fan-in (LeCun, Bottou, Orr & Mueller 1998).
  case lecun
  /// The network is exactly this linear code before the first step: Mathematics, section 6.
  case linear(LinearCode)

  /// The network reconstructs exactly as `pca` does before the first step, from codes in which the mean's projection stays
  /// when `keepsMean`. See `LinearCode`.
  public static func pca<T: Scalar>(_ pca: PrincipalComponents<T>, keepsMean: Bool = false) -> Self {
    .linear(LinearCode(pca, keepsMean: keepsMean))
  }

  /// Sets the weight of one layer by a random rule.
  func fill<T: Scalar>(
    _ weight: VectorView<T>, fanIn: Int, fanOut: Int, activation: Activation,
    using generator: inout SeededGenerator
  ) {
    switch self {
    case .automatic, .linear:
      activation.initializer.fill(
        weight, fanIn: fanIn, fanOut: fanOut, activation: activation, using: &generator)
    case .he: generator.fillNormal(weight, deviation: (2 / Double(fanIn)).squareRoot())
    case .glorot: generator.fillUniform(weight, bound: (6 / Double(fanIn + fanOut)).squareRoot())
    case .lecun: generator.fillNormal(weight, deviation: (1 / Double(fanIn)).squareRoot())
    }
  }
}
