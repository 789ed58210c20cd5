/// How a step follows the gradient.
public struct Optimizer: Equatable, Sendable {
  package let rule: any OptimizerRule

  /// The rules that an optimizer can have.
  private static let rules: [any OptimizerRule.Type] = [Adam.self, SGD.self]

  /// The names of all optimizers, as the command line and reports have them.
  public static var names: [String] { rules.flatMap { $0.names } }

  /// The optimizer of one of `names`.
  ///
  /// - Parameters:
  ///   - learningRate: nil for the default of the rule.
  ///   - suggested: the rate that suits Adam here; what descends by the gradient itself has a default of its own.
  ///   - decay: `decay` of the optimizer; nil for the default of the rule.
  /// - Throws: `EigencoderError.invalidArgument` for another name.
  public static func named(_ name: String, learningRate: Double?, suggested: Double, decay: Double?) throws
    -> Optimizer
  {
    guard let rule = rules.first(where: { $0.names.contains(name) }) else {
      throw EigencoderError.invalidArgument(
        "--optimizer is one of \(names.joined(separator: ", ")); got '\(name)'")
    }
    return Optimizer(
      rule: rule.init(named: name, learningRate: learningRate, suggested: suggested, decay: decay))
  }

  /// One of `names`.
  public var name: String { rule.name }
  /// The rate before the schedule's factor.
  public var learningRate: Double { rule.learningRate }
  /// The decay of the weights, not of the biases: decoupled for "adamw", an L2 term of the gradient for the others.
  public var decay: Double { rule.decay }

  public static func == (a: Self, b: Self) -> Bool { AnyHashable(a.rule) == AnyHashable(b.rule) }

  /// - Throws: `EigencoderError.invalidArgument` for a setting out of range.
  func validate() throws {
    try requireArgument(
      learningRate > 0 && learningRate.isFinite, "a learning rate is above 0, got \(learningRate)")
    try requireArgument(decay >= 0 && decay.isFinite, "a weight decay is not negative, got \(decay)")
    try rule.validate()
  }
}

/// One kind of optimizer: its settings, what it remembers between steps, and its step.
package protocol OptimizerRule: Hashable, Sendable {
  static var names: [String] { get }
  /// For one of `names`.
  init(named name: String, learningRate: Double?, suggested: Double, decay: Double?)
  var name: String { get }
  var learningRate: Double { get }
  var decay: Double { get }
  /// Checks the settings that not all rules have.
  func validate() throws
  /// How many numbers it remembers for each parameter.
  static var momentCount: Int { get }
  /// Moves the parameters p of one tensor against their gradient g.
  ///
  /// - Parameters:
  ///   - moments: a row for each number that it remembers, zeros before the first step.
  ///   - rate: the learning rate of this step.
  ///   - step: from 1.
  ///   - decay: that of this tensor; 0 for biases.
  func update<T: Scalar>(
    _ p: VectorView<T>, _ g: VectorView<T>, moments: MatrixView<T>, rate: Double, step: Int, decay: Double)
}

/// The optimizer's memory for one network, in the layout of the parameters.
package final class OptimizerState<T: Scalar> {
  private let rule: any OptimizerRule
  private let layout: ParameterLayout
  private let memory: Buffer<T>
  private let moments: MatrixView<T>
  private var steps = 0

  package init(_ optimizer: Optimizer, _ layout: ParameterLayout) {
    rule = optimizer.rule
    self.layout = layout
    let count = type(of: optimizer.rule).momentCount
    memory = Buffer(count: count * layout.count)
    moments = memory.view.matrix(rows: count, columns: layout.count)
  }

  /// One step, at the optimizer's rate times `factor`; tensor by tensor, since biases do not decay.
  package func step(_ parameters: VectorView<T>, _ gradient: Gradient<T>, factor: Double) {
    steps += 1
    for tensor in layout.tensors {
      rule.update(
        parameters.vector(tensor), gradient.view.vector(tensor), moments: moments.columns(tensor.range),
        rate: rule.learningRate * factor, step: steps, decay: tensor.isBias ? 0 : rule.decay)
    }
  }
}
