/// What training minimises: the mean squared error of the reconstruction, of corrupted input perhaps, plus weighted
/// penalties.
///
/// Objectives compose: `.denoising(.gaussian(0.1)) + .contractive(1e-4)`. The loss is
/// (1/(B d)) sum |x - g(e(C(x)))|^2 + sum of weight * penalty, in the units of the data, or of the standardised data
/// where each column is divided by its deviation; each penalty's own value is a column of the history. Strengths are relative
/// to the spread of the training rows unless their `StrengthUnit` says otherwise, so that the same objective suits data of any
/// units.
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

  /// weight * mean |de/dx|_F^2 (Rifai et al. 2011), the weight in mean column variances, or as `unit` says.
  public static func contractive(
    _ weight: Double, route: ContractionRoute = .automatic, unit: StrengthUnit = .relative
  ) -> Objective {
    Objective(penalties: [.contraction(weight, route: route, unit: unit)])
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

extension Objective {
  /// The same objective of data and code divided by `unit`, its value divided by unit^2: Jacobians stay, the code
  /// shrinks. nil when a penalty looks at the weights themselves.
  func divided(by unit: Double) -> Objective? {
    let terms = penalties.compactMap { penalty in penalty.divided(by: unit) }
    return terms.count == penalties.count ? Objective(corruption: corruption, penalties: terms) : nil
  }

  /// - Throws: `EigencoderError.invalidArgument` for a strength out of range, or one that does not fit the network.
  func validate(for architecture: Architecture) throws {
    try corruption?.validate(columns: architecture.inputs)
    for penalty in penalties {
      try requireArgument(
        penalty.weight >= 0 && penalty.weight.isFinite,
        "the weight of the \(penalty.name) is not negative, got \(penalty.weight)")
      try penalty.term.validate(for: architecture)
      try requireArgument(
        penalties.count { $0.name == penalty.name } == 1, "the penalty \(penalty.name) is named twice")
    }
  }
}
