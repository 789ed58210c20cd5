// P = (1/B) sum |z|_1 of the codes z; its gradient is Zb = sign(Z) / B, 0 at 0. Cost: B k.

extension Penalty {
  /// (1/B) sum |z|_1 of the code.
  public static func sparsity(_ weight: Double, unit: StrengthUnit = .relative) -> Penalty {
    Penalty(Sparsity(weight: weight), unit: unit)
  }
}

struct Sparsity: PenaltyTerm {
  static let name = "sparsity"
  static let form = "X"
  static let help = "weight of the mean absolute sum of the code"
  var weight = 0.0

  func divided(by unit: Double) -> Sparsity? { weighted(by: 1 / unit) }
  func inUnitsOfData(variance: Double) -> Sparsity { weighted(by: variance.squareRoot()) }
  func valueUnit(common: Double) -> Double { common }

  func workspace<T: Scalar>(for network: Autoencoder<T>, batch: Int) -> PenaltyWorkspace<T> {
    PenaltyWorkspace { batch, _ in Self.add(batch.code, weight, to: batch.codeBar) }
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  private static func add<T: Scalar>(_ code: MatrixView<T>, _ weight: Double, to codeBar: MatrixView<T>?)
    -> Double
  {
    let step = T(weight / Double(code.rows))
    var sum = 0.0
    for i in 0..<code.rows {
      let (row, bar) = (code.row(i), codeBar?.row(i))
      for j in 0..<row.count {
        let z = row[j]
        sum += Double(z.magnitude)
        if let bar, z != 0 { bar[j] += z > 0 ? step : -step }
      }
    }
    return sum / Double(code.rows)
  }
}
