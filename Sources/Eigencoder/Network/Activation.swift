/// An elementwise function f with its first and second derivatives. Mathematics, section 3.
///
/// The formulas here are for reading and for checking, in f64. Networks call the vectorised kernels, which
/// are tested against these.
public enum Activation: String, CaseIterable, Codable, Sendable {
  /// z
  case identity
  /// max(z, 0); f'(0) is 0 (the Heaviside convention)
  case relu
  /// z for z > 0, else 0.01 z
  case leakyReLU = "leaky-relu"
  /// z for z > 0, else exp(z) - 1 (Clevert, Unterthiner & Hochreiter 2016)
  case elu
  /// z sigmoid(z), also called swish
  case silu
  /// z Phi(z) with the exact normal distribution function (Hendrycks & Gimpel 2016)
  case gelu
  /// (e^z - e^-z) / (e^z + e^-z)
  case tanh
  /// 1 / (1 + exp(-z))
  case sigmoid
  /// log(1 + exp(z))
  case softplus

  /// The slope of the leaky ReLU for z < 0.
  public static let leakySlope = 0.01

  /// f(z)
  public func value(_ z: Double) -> Double { jet(z).value }

  /// f'(z)
  public func derivative(_ z: Double) -> Double { jet(z).first }

  /// f''(z); 0 for the piecewise linear ones.
  public func secondDerivative(_ z: Double) -> Double { jet(z).second }

  /// Whether f'' is zero wherever it exists, so that a penalty on f' has no gradient through z.
  public var isPiecewiseLinear: Bool { traits.isPiecewiseLinear }

  /// f, f' and f'' at z.
  private func jet(_ z: Double) -> (value: Double, first: Double, second: Double) {
    switch self {
    case .identity: return (z, 1, 0)
    case .relu: return z > 0 ? (z, 1, 0) : (0, 0, 0)
    case .leakyReLU: return z > 0 ? (z, 1, 0) : (Self.leakySlope * z, Self.leakySlope, 0)
    case .elu: return z > 0 ? (z, 1, 0) : (Double.expm1(z), Double.exp(z), Double.exp(z))
    case .silu:
      let s = Self.logistic(z)
      return (z * s, s * (1 + z * (1 - s)), Self.logisticDerivative(z) * (2 + z * (1 - 2 * s)))
    case .gelu:
      let (p, density) = (Self.normalDistribution(z), Self.normalDensity(z))
      return (z * p, p + z * density, density * (2 - z * z))
    case .tanh:
      let e = Double.exp(-2 * z.magnitude)
      let first = 4 * e / ((1 + e) * (1 + e))
      return (Double.tanh(z), first, -2 * Double.tanh(z) * first)
    case .sigmoid:
      let (s, first) = (Self.logistic(z), Self.logisticDerivative(z))
      return (s, first, first * (1 - 2 * s))
    case .softplus:
      let value = max(z, 0) + Double.log1p(Double.exp(-z.magnitude))
      return (value, Self.logistic(z), Self.logisticDerivative(z))
    }
  }

  private static func logistic(_ z: Double) -> Double {
    z >= 0 ? 1 / (1 + Double.exp(-z)) : Double.exp(z) / (1 + Double.exp(z))
  }

  /// e / (1 + e)^2 with e = exp(-|z|): a (1 - a) would cancel for a near 1.
  private static func logisticDerivative(_ z: Double) -> Double {
    let e = Double.exp(-z.magnitude)
    return e / ((1 + e) * (1 + e))
  }

  private static func normalDistribution(_ z: Double) -> Double { Double.erfc(-z / 2.0.squareRoot()) / 2 }

  private static func normalDensity(_ z: Double) -> Double {
    Double.exp(-z * z / 2) / (2 * Double.pi).squareRoot()
  }
}

// MARK: - In a network

extension Activation {
  /// In place y = f(y + 1 bias'), with f' and f'' of the same argument into `first` and `second` where given.
  package func apply<T: Scalar>(
    to y: MatrixView<T>, bias: VectorView<T>?, first: MatrixView<T>? = nil, second: MatrixView<T>? = nil
  ) {
    y.activate(kernel: traits.kernel, slope: T(Self.leakySlope), bias: bias, first: first, second: second)
  }

  /// s where f(y) - f(-y) = s y for every y, so that a pair of units carries a number through the layer; nil for an
  /// activation whose odd part is not linear.
  var pairSlope: Double? { traits.pairSlope }

  /// The random rule by which the weights of such a layer start.
  var initializer: Initializer { traits.initializer }

  /// The number of the kernel in CKernels.h, and what the properties above say.
  private var traits: (kernel: Int32, isPiecewiseLinear: Bool, pairSlope: Double?, initializer: Initializer) {
    switch self {
    case .identity: (0, true, 2, .glorot)
    case .relu: (1, true, 1, .he)
    case .leakyReLU: (2, true, 1 + Self.leakySlope, .he)
    case .elu: (3, false, nil, .he)
    case .silu: (4, false, 1, .he)
    case .gelu: (5, false, 1, .he)
    case .tanh: (6, false, nil, .glorot)
    case .sigmoid: (7, false, nil, .glorot)
    case .softplus: (8, false, 1, .glorot)
    }
  }

  /// f(z) in the operators of ONNX.
  var onnx: ONNXExpression {
    switch self {
    case .identity: .z
    case .relu: .apply("Relu", to: .z)
    case .leakyReLU: .apply("LeakyRelu", to: .z, alpha: Float(Self.leakySlope))
    case .elu: .apply("Elu", to: .z, alpha: 1)
    case .silu: .combine("Mul", .z, .apply("Sigmoid", to: .z))
    case .gelu:
      // z (1 + erf(z / sqrt(2))) / 2, in the order that runtimes know as one operation.
      .combine(
        "Mul",
        .combine(
          "Mul", .z,
          .combine(
            "Add",
            .apply("Erf", to: .combine("Div", .z, .number("sqrt_2", Float(2).squareRoot()))),
            .number("one", 1))),
        .number("half", 0.5))
    case .tanh: .apply("Tanh", to: .z)
    case .sigmoid: .apply("Sigmoid", to: .z)
    case .softplus: .apply("Softplus", to: .z)
    }
  }
}

/// A function of z as operators of ONNX's opset 17 compute it, element by element.
indirect enum ONNXExpression {
  case z
  /// A constant, by its name in the file.
  case number(String, Float)
  /// An operator of one operand, with its attribute `alpha`.
  case apply(String, to: ONNXExpression, alpha: Float? = nil)
  /// An operator of two operands.
  case combine(String, ONNXExpression, ONNXExpression)
}
