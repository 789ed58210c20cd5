/// What training minimises: the mean squared error of the reconstruction, of corrupted input perhaps, plus weighted
/// penalties.
///
/// Objectives compose: `.denoising(.gaussian(0.1)) + .contractive(0.1)`. The loss is
/// (1/(B d)) sum |x - g(e(C(x)))|^2 + sum of weight * penalty, in the units of the data, or of the standardised data
/// where each column is divided by its deviation; each penalty's own value is a column of the history.
public struct Objective: Sendable {
  /// C; the loss compares with the clean sample. Fresh for every batch.
  public var corruption: Corruption?
  /// Terms beside the squared error, each kind at most once.
  public var penalties: [Penalty]

  /// The squared error; of corrupted input, and with penalties, where they are given.
  public init(corruption: Corruption? = nil, penalties: [Penalty] = []) {
    self.corruption = corruption
    self.penalties = penalties
  }

  /// The squared error alone.
  public static let reconstruction = Objective()

  /// Reconstruct the clean sample from a corrupted one (Vincent et al. 2010).
  public static func denoising(_ corruption: Corruption) -> Objective { Objective(corruption: corruption) }

  /// weight * mean |de/dx|_F^2 (Rifai et al. 2011).
  public static func contractive(_ weight: Double, route: ContractionRoute = .automatic) -> Objective {
    Objective(penalties: [.contraction(weight, route: route)])
  }

  /// The squared error and one penalty.
  public static func penalized(_ penalty: Penalty) -> Objective { Objective(penalties: [penalty]) }

  /// Both corruptions, in order, and all penalties.
  public static func + (a: Objective, b: Objective) -> Objective {
    let corruptions = [a.corruption, b.corruption].compactMap { $0 }
    return Objective(
      corruption: corruptions.count > 1 ? .sequence(corruptions) : corruptions.first,
      penalties: a.penalties + b.penalties)
  }
}

/// A term of the loss beside the reconstruction, with its weight. Mathematics, section 5 for those of the Jacobian.
public enum Penalty: Equatable, Sendable {
  /// (1/B) sum |J(x)|_F^2, J = de/dx, exact.
  case contraction(Double, route: ContractionRoute = .automatic)
  /// (1/B) sum |J(x) - J(x + noise)|_F^2 with normal noise of the given deviation: the curvature of the encoder, the "H"
  /// of CAE+H (Rifai et al. 2011).
  case smoothness(Double, deviation: Double)
  /// (1/B) sum |z|_1 of the code.
  case sparsity(Double)
  /// sum over code units of KL(target | mean activity of the unit in the batch), for sigmoid codes.
  case activity(Double, target: Double)
  /// |W W' - I|_F^2 of the weight of the code's layer, for linear codes.
  case orthogonality(Double)
  /// (1/B^2) |S(z) - S(x)|_F^2 of the similarities between the rows of a batch. Mathematics, section 9.
  case strain(Double, of: Similarity = .cosine)
  /// (1/B) sum_i KL(P_i | Q_i): whether rows of a batch that are near by cosine have codes that are. P_i is the softmax of
  /// the cosines of row i with the others over the temperature, Q_i that of the codes over theirs (nil: the same). Short
  /// codes have cosines further apart than the rows, and need not fit their scale at a higher temperature.
  case neighbourhood(Double, temperature: Double = 0.05, codeTemperature: Double? = nil)

  /// The column of the history.
  public var name: String {
    switch self {
    case .contraction: "contraction"
    case .smoothness: "smoothness"
    case .sparsity: "sparsity"
    case .activity: "activity"
    case .orthogonality: "orthogonality"
    case .strain: "strain"
    case .neighbourhood: "neighbourhood"
    }
  }

  /// What the penalty is multiplied by in the loss.
  public var weight: Double {
    switch self {
    case .contraction(let weight, _), .smoothness(let weight, _), .sparsity(let weight),
      .activity(let weight, _), .orthogonality(let weight), .strain(let weight, _),
      .neighbourhood(let weight, _, _):
      weight
    }
  }

  /// Whether it looks at f', so that its gradient needs f''.
  var needsCurvature: Bool {
    switch self {
    case .contraction, .smoothness: true
    default: false
    }
  }

  /// Whether it compares the rows of a batch with one another.
  package var comparesRows: Bool {
    switch self {
    case .strain, .neighbourhood: true
    default: false
    }
  }
}

extension Objective {
  /// The same objective of data and code divided by `unit`, its value divided by unit^2: Jacobians stay, the code
  /// shrinks. nil when a penalty looks at the weights themselves.
  func divided(by unit: Double) -> Objective? {
    var result = self
    result.penalties = []
    for penalty in penalties {
      switch penalty {
      case .contraction(let weight, let route):
        result.penalties.append(.contraction(weight / (unit * unit), route: route))
      case .smoothness(let weight, let deviation):
        result.penalties.append(.smoothness(weight / (unit * unit), deviation: deviation / unit))
      case .sparsity(let weight): result.penalties.append(.sparsity(weight / unit))
      case .activity(let weight, let target):
        result.penalties.append(.activity(weight / (unit * unit), target: target))
      case .orthogonality: return nil
      case .strain(let weight, .product): result.penalties.append(.strain(weight * unit * unit, of: .product))
      case .strain(let weight, .cosine): result.penalties.append(.strain(weight / (unit * unit)))
      case .neighbourhood(let weight, let temperature, let codeTemperature):
        result.penalties.append(
          .neighbourhood(weight / (unit * unit), temperature: temperature, codeTemperature: codeTemperature))
      }
    }
    return result
  }
}

extension Objective {
  /// - Throws: `EigencoderError.invalidArgument` for a strength out of range, or one that does not fit the network.
  func validate(for architecture: Architecture) throws {
    try corruption?.validate(columns: architecture.inputs)
    for penalty in penalties {
      guard penalty.weight >= 0, penalty.weight.isFinite else {
        throw EigencoderError.invalidArgument(
          "the weight of the \(penalty.name) is not negative, got \(penalty.weight)")
      }
      switch penalty {
      case .smoothness(_, let deviation) where !(deviation > 0 && deviation.isFinite):
        throw EigencoderError.invalidArgument(
          "the noise of the smoothness has a deviation above 0, got \(deviation)")
      case .activity(_, let target) where !(target > 0 && target < 1):
        throw EigencoderError.invalidArgument("a target activity lies between 0 and 1, got \(target)")
      case .activity where architecture.latentActivation != .sigmoid:
        throw EigencoderError.invalidArgument(
          "a target activity needs a sigmoid code, this one is \(architecture.latentActivation.rawValue)")
      case .orthogonality where architecture.latentActivation != .identity:
        throw EigencoderError.invalidArgument(
          "the orthogonality penalty needs a linear code, this one is \(architecture.latentActivation.rawValue)"
        )
      case .neighbourhood(_, let temperature, let codeTemperature):
        for value in [temperature, codeTemperature ?? temperature] where !(value >= 1e-6 && value.isFinite) {
          throw EigencoderError.invalidArgument(
            "the temperature of the neighbourhood is at least 1e-6, got \(value)")
        }
      default: break
      }
    }
    let names = penalties.map(\.name)
    if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
      throw EigencoderError.invalidArgument("the penalty \(twice) is named twice")
    }
  }
}
