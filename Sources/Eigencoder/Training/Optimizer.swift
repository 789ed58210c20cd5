/// How a step follows the gradient.
public struct Optimizer: Equatable, Sendable {
  package let rule: any OptimizerRule

  /// The kinds of rules.
  private static let kinds: [any OptimizerRule.Type] = [Adam.self, SGD.self]

  /// The names of all optimizers, as the command line and reports have them.
  public static var names: [String] { kinds.flatMap { $0.names } }

  /// The optimizer of one of `names`.
  ///
  /// - Parameters:
  ///   - name: one of `names`.
  ///   - learningRate: nil for the default of the rule.
  ///   - suggested: the rate that suits Adam here; SGD has a default of its own.
  ///   - decay: `decay` of the optimizer; nil for the default of the rule.
  /// - Throws: `EigencoderError.invalidArgument` for another name.
  public static func named(_ name: String, learningRate: Double?, suggested: Double, decay: Double?) throws
    -> Optimizer
  {
    guard let kind = kinds.first(where: { $0.names.contains(name) }) else {
      throw EigencoderError.invalidArgument(
        "--optimizer is one of \(names.joined(separator: ", ")); got '\(name)'")
    }
    return kind.named(name, learningRate, suggested: suggested, decay)
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
  /// See `Optimizer.named`.
  static func named(_ name: String, _ learningRate: Double?, suggested: Double, _ decay: Double?) -> Optimizer
  var name: String { get }
  var learningRate: Double { get }
  var decay: Double { get }
  /// Checks the settings that not all rules have.
  func validate() throws
  /// How many numbers it remembers for each parameter.
  static var momentCount: Int { get }
  /// Moves the parameters p against their gradient g, tensor by tensor, since biases do not decay.
  ///
  /// `moments` has a row for each number that it remembers, zeros before the first step. `rate` is that of this step, and
  /// `step` its number, from 1.
  func update<T: Scalar>(
    _ p: VectorView<T>, _ g: VectorView<T>, moments: MatrixView<T>, _ layout: ParameterLayout, rate: Double,
    step: Int)
}

/// The optimizer's memory for one network, in the layout of the parameters.
package final class OptimizerState<T: Scalar> {
  private let rule: any OptimizerRule
  private let layout: ParameterLayout
  private let memory = Arena<T>()
  private let moments: MatrixView<T>
  private var steps = 0

  package init(_ optimizer: Optimizer, _ layout: ParameterLayout) {
    rule = optimizer.rule
    self.layout = layout
    moments = memory.matrix(type(of: optimizer.rule).momentCount, layout.count)
  }

  /// One step, at the optimizer's rate times `factor`.
  package func step(_ parameters: VectorView<T>, _ gradient: Gradient<T>, factor: Double) {
    steps += 1
    rule.update(
      parameters, gradient.view, moments: moments, layout, rate: rule.learningRate * factor, step: steps)
  }
}
