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
  public func value(_ z: Double) -> Double {
    switch self {
    case .identity: z
    case .relu: z > 0 ? z : 0
    case .leakyReLU: z > 0 ? z : Self.leakySlope * z
    case .elu: z > 0 ? z : Double.expm1(z)
    case .silu: z * Self.logistic(z)
    case .gelu: z * Self.normalDistribution(z)
    case .tanh: Double.tanh(z)
    case .sigmoid: Self.logistic(z)
    case .softplus: max(z, 0) + Double.log1p(Double.exp(-z.magnitude))
    }
  }

  /// f'(z)
  public func derivative(_ z: Double) -> Double {
    switch self {
    case .identity: return 1
    case .relu: return z > 0 ? 1 : 0
    case .leakyReLU: return z > 0 ? 1 : Self.leakySlope
    case .elu: return z > 0 ? 1 : Double.exp(z)
    case .silu:
      let s = Self.logistic(z)
      return s * (1 + z * (1 - s))
    case .gelu: return Self.normalDistribution(z) + z * Self.normalDensity(z)
    case .tanh:
      let e = Double.exp(-2 * z.magnitude)
      return 4 * e / ((1 + e) * (1 + e))
    case .sigmoid: return Self.logisticDerivative(z)
    case .softplus: return Self.logistic(z)
    }
  }

  /// f''(z); 0 for the piecewise linear ones.
  public func secondDerivative(_ z: Double) -> Double {
    switch self {
    case .identity, .relu, .leakyReLU: return 0
    case .elu: return z > 0 ? 0 : Double.exp(z)
    case .silu:
      let s = Self.logistic(z)
      return Self.logisticDerivative(z) * (2 + z * (1 - 2 * s))
    case .gelu: return Self.normalDensity(z) * (2 - z * z)
    case .tanh: return -2 * Double.tanh(z) * derivative(z)
    case .sigmoid: return Self.logisticDerivative(z) * (1 - 2 * Self.logistic(z))
    case .softplus: return Self.logisticDerivative(z)
    }
  }

  /// Whether f'' is zero wherever it exists, so that a penalty on f' has no gradient through z.
  public var isPiecewiseLinear: Bool { [.identity, .relu, .leakyReLU].contains(self) }

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

// MARK: - On a block of samples

extension Activation {
  /// In place y = f(y + 1 bias'), with f' and f'' of the same argument into `first` and `second` where given.
  package func apply<T: Scalar>(
    to y: MatrixView<T>, bias: VectorView<T>?, first: MatrixView<T>? = nil, second: MatrixView<T>? = nil
  ) {
    y.activate(kernel: kernel, slope: T(Self.leakySlope), bias: bias, first: first, second: second)
  }

  /// The number of the kernel in CKernels.h.
  private var kernel: Int32 {
    switch self {
    case .identity: 0
    case .relu: 1
    case .leakyReLU: 2
    case .elu: 3
    case .silu: 4
    case .gelu: 5
    case .tanh: 6
    case .sigmoid: 7
    case .softplus: 8
    }
  }
}
