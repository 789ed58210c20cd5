// P = sum_j KL(r | m_j) = sum_j r log(r / m_j) + (1 - r) log((1 - r) / (1 - m_j)), m_j the mean of code unit j over the
// batch and r the target; its gradient is zb_ij = ((1 - r) / (1 - m_j) - r / m_j) / B. Cost: 2 B k.

extension Penalty {
  /// sum over code units of KL(target | mean activity of the unit in the batch), for sigmoid codes.
  public static func activity(_ weight: Double, target: Double, unit: StrengthUnit = .relative) -> Penalty {
    Penalty(Activity(weight: weight, target: target), unit: unit)
  }
}

struct Activity: PenaltyTerm {
  static let name = "activity"
  static let form = "X:TARGET"
  static let help = "weight and target of the mean activity of a sigmoid code's units"
  var weight = 0.0
  var target = 0.5
  static var numbers: [WritableKeyPath<Activity, Double>] { [\.weight, \.target] }

  func validate(for architecture: Architecture) throws {
    try requireArgument(
      target > 0 && target < 1, "a target activity lies between 0 and 1, got \(target)")
    try requireArgument(
      architecture.latentActivation == .sigmoid,
      "a target activity needs a sigmoid code, this one is \(architecture.latentActivation.rawValue)")
  }

  func divided(by unit: Double) -> Activity? { weighted(by: 1 / (unit * unit)) }

  func workspace<T: Scalar>(for network: Autoencoder<T>, batch: Int) -> PenaltyWorkspace<T> {
    PenaltyWorkspace { batch, _ in Self.add(batch.code, target: target, weight, to: batch.codeBar) }
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  private static func add<T: Scalar>(
    _ code: MatrixView<T>, target r: Double, _ weight: Double, to codeBar: MatrixView<T>?
  ) -> Double {
    let batch = Double(code.rows)
    var sum = 0.0
    for j in 0..<code.columns {
      var mean = 0.0
      for i in 0..<code.rows { mean += Double(code[i, j]) }
      // The divergence of a unit that is saturated for the whole batch is infinite; this keeps its gradient finite.
      mean = min(max(mean / batch, 1e-7), 1 - 1e-7)
      sum += r * Double.log(r / mean) + (1 - r) * Double.log((1 - r) / (1 - mean))
      guard let codeBar else { continue }
      let step = T(weight * ((1 - r) / (1 - mean) - r / mean) / batch)
      for i in 0..<code.rows { codeBar[i, j] += step }
    }
    return sum
  }
}
