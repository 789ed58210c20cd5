// P = mean_i KL(P_i | Q_i), P_i the softmax of row i of Xn Xn' / tau, Q_i that of Zn Zn' / tau_z, both without the diagonal:
//   Znb = (G + G') Zn with G = (Q - P) / (B tau_z), and on to Zb through Zn = Z / |Z|.
// Cost beside that of the similarities: 2 B^2 exponentials. Mathematics, section 9.

extension Penalty {
  /// (1/B) sum_i KL(P_i | Q_i): whether rows of a batch that are near by cosine have codes that are. P_i is the softmax of
  /// the cosines of row i with the others over the temperature, Q_i that of the codes over theirs (nil: the same). The
  /// cosines between short codes spread more widely than those between rows. With a higher temperature for the codes they
  /// need not imitate the narrower spread of the rows.
  public static func neighbourhood(
    _ weight: Double, temperature: Double = 0.05, codeTemperature: Double? = nil,
    unit: StrengthUnit = .relative
  ) -> Penalty {
    Penalty(
      Neighbourhood(weight: weight, temperature: temperature, codeTemperature: codeTemperature), unit: unit)
  }
}

struct Neighbourhood: PenaltyTerm {
  static let name = "neighbourhood"
  static let form = "W"
  static let help =
    "weight of the divergence of the codes' neighbourhoods by cosine from the\nrows', in mean column variances (default: none, of linear 1)"
  static let textUnit = StrengthUnit.relative
  static let comparesRows = true
  var weight = 0.0
  var temperature = 0.05
  var codeTemperature: Double?

  func validate(for architecture: Architecture) throws {
    for value in [temperature, codeTemperature ?? temperature] {
      try requireArgument(
        value >= 1e-6 && value.isFinite,
        "the temperature of the neighbourhood is at least 1e-6, got \(value)")
    }
  }

  func divided(by unit: Double) -> Neighbourhood? { weighted(by: 1 / (unit * unit)) }

  func memoryCount(_ architecture: Architecture, batch: Int) -> Double {
    Similarities<Double>.memoryCount(architecture, batch: batch)
  }

  func workspace<T: Scalar>(for network: Autoencoder<T>, batch: Int) -> PenaltyWorkspace<T> {
    let similarities = Similarities<T>(batch: batch, inputs: network.inputs, latent: network.latent)
    return PenaltyWorkspace(load: similarities.load) { batch, _ in
      similarities.neighbourhood(
        batch.code, temperatures: (temperature, codeTemperature ?? temperature), weight,
        addingTo: batch.codeBar)
    }
  }
}

extension Similarities {
  /// The mean divergence of the codes' neighbourhoods from those of the rows loaded last; with a gradient, adds weight
  /// times its own to `zBar`.
  package func neighbourhood(
    _ z: MatrixView<T>, temperatures: (rows: Double, codes: Double), _ weight: Double,
    addingTo zBar: MatrixView<T>?
  ) -> Double {
    let batch = Double(z.rows)
    let (s, p) = matrices(z.rows)
    let zn = normalized(z)
    s.setUpperOuterGram(of: zn)
    s.symmetrize()
    p.setUpperOuterGram(of: rows.prefix(z.rows))
    p.symmetrize()
    let factor = T(weight / (batch * temperatures.codes))
    let sum = s.setSoftmaxDifference(
      from: p, factors: (T(1 / temperatures.rows), T(1 / temperatures.codes)), scale: factor)
    if let zBar {
      let bar = codeBar.prefix(z.rows)
      bar.setProduct(s, zn)
      bar.setProduct(s, transposed: true, zn, beta: 1)
      pullback(bar, zn, addingTo: zBar)
    }
    return sum / batch
  }
}

// MARK: - The temperature of the codes

extension Neighbourhood {
  func fitted<T: Scalar>(to rows: Matrix<T>, codes: Matrix<T>) -> Neighbourhood {
    guard codeTemperature == nil else { return self }
    var other = self
    other.codeTemperature = Self.suggestedCodeTemperature(rows: rows, codes: codes, temperature: temperature)
    return other
  }

  /// The temperature for codes whose cosines are further apart than those of the rows: that of the rows times the ratio of
  /// the deviations to the power of 3/4. (The ratio itself kept 1.0 and 0.7 % fewer neighbours at 32 and 64 numbers.)
  private static func suggestedCodeTemperature<T: Scalar>(
    rows: Matrix<T>, codes: Matrix<T>, temperature: Double
  ) -> Double {
    let (x, z) = (cosineDeviation(rows), cosineDeviation(codes))
    return x > 0 && z > 0
      ? temperature * Double.exp(0.75 * Double.log(min(20, max(0.05, z / x)))) : temperature
  }

  /// The standard deviation of the cosines between pairs of at most 1,000 rows, evenly spaced.
  private static func cosineDeviation<T: Scalar>(_ x: Matrix<T>) -> Double {
    let step = max(1, (x.rows + 999) / 1000)
    var sample = x.selecting(rows: Array(stride(from: 0, to: x.rows, by: step)))
    let n = sample.rows
    guard n > 1 else { return 0 }
    sample.withMutableView { x in
      withScratch(n, of: T.self) { RowNormalization.apply(x, into: x, inverseNorms: $0) }
    }
    let cosines = sample.times(sample, otherTransposed: true)
    var (sum, squares) = (0.0, 0.0)
    for (index, element) in cosines.elements.enumerated() where index / n != index % n {
      sum += Double(element)
      squares += Double(element) * Double(element)
    }
    let pairs = Double(n * (n - 1))
    return max(0, squares / pairs - (sum / pairs) * (sum / pairs)).squareRoot()
  }
}
