/// A term of the loss beside the reconstruction, with its weight.
///
/// Each kind of penalty has a file of its own in this folder, with its formula, and one line in `kinds`.
public struct Penalty: Equatable, Sendable {
  package let term: any PenaltyTerm
  /// What `weight` is counted in.
  public let unit: StrengthUnit

  package init(_ term: any PenaltyTerm, unit: StrengthUnit) {
    self.term = term
    self.unit = unit
  }

  /// All kinds of penalties, in the order of the command line's help.
  package static let kinds: [any PenaltyTerm.Type] = [
    Contraction.self, Hessian.self, Sparsity.self, Activity.self, Orthogonality.self, Strain.self,
    Neighbourhood.self,
  ]

  /// The column of the history.
  public var name: String { type(of: term).name }
  /// What the penalty is multiplied by in the loss, counted in `unit`.
  public var weight: Double { term.weight }
  /// Whether it compares the rows of a batch with one another.
  package var comparesRows: Bool { type(of: term).comparesRows }

  /// See `PenaltyTerm.divided(by:)`.
  func divided(by unit: Double) -> Penalty? {
    precondition(self.unit == .data, "a relative \(name) has no units to change")
    func divided(_ term: some PenaltyTerm) -> Penalty? {
      term.divided(by: unit).map { Penalty($0, unit: .data) }
    }
    return divided(term)
  }

  /// The same penalty in the units of data whose columns have this mean variance.
  func inUnitsOfData(variance: Double) -> Penalty {
    unit == .data ? self : Penalty(term.inUnitsOfData(variance: variance), unit: .data)
  }

  /// See `PenaltyTerm.fitted(to:codes:)`.
  package func fitted<T: Scalar>(to rows: Matrix<T>, codes: Matrix<T>) -> Penalty {
    Penalty(term.fitted(to: rows, codes: codes), unit: unit)
  }

  public static func == (a: Self, b: Self) -> Bool {
    AnyHashable(a.term) == AnyHashable(b.term) && a.unit == b.unit
  }
}

/// One kind of penalty: all that the library knows about it.
package protocol PenaltyTerm: Hashable, Sendable {
  /// The column of the history, the option of the command line, the key in JSON.
  static var name: String { get }
  /// How the command line writes `numbers`: "X", "GAMMA:SD".
  static var form: String { get }
  /// The text of the command line's help.
  static var help: String { get }
  /// What the option gives, the weight first; settings that have an option of their own are not among them.
  static var numbers: [WritableKeyPath<Self, Double>] { get }
  /// What the command line and the JSON of a method count its weight in where they do not say it.
  static var textUnit: StrengthUnit { get }
  /// Whether it compares the rows of a batch with one another.
  static var comparesRows: Bool { get }
  /// Whether it looks at f', so that its gradient needs f''.
  static var needsCurvature: Bool { get }

  /// The weight 0, and the defaults of all other settings.
  init()
  /// What the penalty is multiplied by in the loss.
  var weight: Double { get set }
  /// - Throws: `EigencoderError.invalidArgument` for a setting out of range, other than the weight, or one that does not
  ///   fit the network.
  func validate(for architecture: Architecture) throws
  /// The penalty of data and code divided by `unit` that is this one divided by unit^2, its weight included; nil where it
  /// looks at the weights of the network.
  func divided(by unit: Double) -> Self?
  /// The penalty with relative strengths in the units of data of this mean column variance, as `StrengthUnit` defines them.
  func inUnitsOfData(variance: Double) -> Self
  /// What its value is multiplied by where data and code are multiplied by `common`.
  func valueUnit(common: Double) -> Double
  /// With the settings that it leaves open chosen from rows and from the codes that training starts from.
  func fitted<T: Scalar>(to rows: Matrix<T>, codes: Matrix<T>) -> Self
  /// The numbers that its workspace keeps in memory, at most.
  func memoryCount(_ architecture: Architecture, batch: Int) -> Double
  /// Its memory and mathematics for the encoder of one network and batches of up to `batch` rows.
  /// - Throws: `EigencoderError.invalidArgument` when a setting does not fit the encoder.
  func workspace<T: Scalar>(for network: Autoencoder<T>, batch: Int) throws -> PenaltyWorkspace<T>
}

/// What most kinds have in common.
extension PenaltyTerm {
  package static var numbers: [WritableKeyPath<Self, Double>] { [\.weight] }
  package static var textUnit: StrengthUnit { .data }
  package static var comparesRows: Bool { false }
  package static var needsCurvature: Bool { false }
  package func validate(for architecture: Architecture) throws {}
  package func inUnitsOfData(variance: Double) -> Self { weighted(by: variance) }
  package func valueUnit(common: Double) -> Double { 1 }
  package func fitted<T: Scalar>(to rows: Matrix<T>, codes: Matrix<T>) -> Self { self }
  package func memoryCount(_ architecture: Architecture, batch: Int) -> Double { 0 }

  /// From the text of `form`: numbers between colons, the weight of at least 0.
  /// - Throws: `EigencoderError.invalidArgument` that names the option.
  package init(parsing text: String) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).compactMap { Double($0) }
    let numbers = Self.numbers
    guard parts.count == numbers.count, parts[0] >= 0, parts.allSatisfy(\.isFinite) else {
      throw EigencoderError.invalidArgument(
        "--\(Self.name) takes "
          + (numbers.count == 1 ? "a number of at least 0" : "two numbers as \(Self.form)")
          + ", got '\(text)'")
    }
    self.init()
    for (path, part) in zip(numbers, parts) { self[keyPath: path] = part }
  }

  /// The text that `init(parsing:)` reads.
  package var text: String { Self.numbers.map { "\(self[keyPath: $0])" }.joined(separator: ":") }

  /// The weight multiplied by a factor, all else the same.
  func weighted(by factor: Double) -> Self {
    var other = self
    other.weight *= factor
    return other
  }
}
