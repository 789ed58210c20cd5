// P = (1/B^2) |S(Z) - S(X)|_F^2 of the similarities between the rows of a batch. With E the difference:
//   product   S(Z) = Z Z', X centred:  Zb = (4/B^2) E Z
//   cosine    S(Z) = Zn Zn':           Znb = (4/B^2) E Zn, and on to Zb through Zn = Z / |Z|
// The linear code that minimises the strain of products is PCA (classical scaling). Mathematics, section 9.

extension Penalty {
  /// What a strain compares between rows and between their codes.
  public enum Similarity: String, Codable, CaseIterable, Sendable {
    /// Of the rows as they are in the data and of the codes as they are: the terms of a search by cosine.
    case cosine
    /// Inner products of the codes with those of the centred rows, as the network sees them. The linear code that
    /// minimises their strain is PCA (classical scaling).
    case product
  }

  /// (1/B^2) |S(z) - S(x)|_F^2 of the similarities between the rows of a batch. Mathematics, section 9.
  public static func strain(
    _ weight: Double, of similarity: Similarity = .cosine, unit: StrengthUnit = .relative
  ) -> Penalty {
    Penalty(Strain(weight: weight, similarity: similarity), unit: unit)
  }
}

struct Strain: PenaltyTerm {
  static let name = "strain"
  static let form = "W"
  static let help =
    "weight of the squared difference between the cosines of codes and of rows, in mean column variances"
  static let textUnit = StrengthUnit.relative
  static let comparesRows = true
  var weight = 0.0
  var similarity = Penalty.Similarity.cosine

  func divided(by unit: Double) -> Strain? {
    weighted(by: similarity == .product ? unit * unit : 1 / (unit * unit))
  }

  func inUnitsOfData(variance: Double) -> Strain {
    weighted(by: similarity == .product ? (variance > 0 ? 1 / variance : 0) : variance)
  }

  func valueUnit(common: Double) -> Double {
    similarity == .product ? common * common * common * common : 1
  }

  func memoryCount(_ architecture: Architecture, batch: Int) -> Double {
    Similarities<Double>.memoryCount(architecture, batch: batch)
  }

  func workspace<T: Scalar>(for network: Autoencoder<T>, batch: Int) -> PenaltyWorkspace<T> {
    let similarities = Similarities<T>(batch: batch, inputs: network.inputs, latent: network.latent)
    return PenaltyWorkspace(load: similarities.load) { batch, _ in
      similarities.strain(of: similarity, batch.code, centred: batch.target, weight, addingTo: batch.codeBar)
    }
  }
}

extension Similarities {
  /// The strain of codes z, B x k, against the rows loaded last, or of products against `centred`; with a gradient,
  /// adds weight times its own to `zBar`.
  package func strain(
    of similarity: Penalty.Similarity, _ z: MatrixView<T>, centred: MatrixView<T>, _ weight: Double,
    addingTo zBar: MatrixView<T>?
  ) -> Double {
    let batch = Double(z.rows)
    let e = matrices(z.rows).ofCodes
    let (left, right) =
      switch similarity {
      case .cosine: (normalized(z), rows.prefix(z.rows))
      case .product: (z, centred)
      }
    e.setUpperOuterGram(of: left)
    e.setUpperOuterGram(of: right, alpha: -1, beta: 1)
    e.symmetrize()
    if let zBar {
      let factor = T(4 * weight / (batch * batch))
      switch similarity {
      case .cosine:
        let bar = codeBar.prefix(z.rows)
        bar.setProduct(e, left, alpha: factor)
        pullback(bar, left, addingTo: zBar)
      case .product: zBar.setProduct(e, left, alpha: factor, beta: 1)
      }
    }
    return e.squaredNorm / (batch * batch)
  }
}
