// P = |W W' - I|_F^2, W [k, h] the weight of the code's layer; its gradient is Wb = 4 (W W' - I) W. Cost: 3/2 k^2 h.

extension Penalty {
  /// |W W' - I|_F^2 of the weight of the code's layer, for linear codes.
  public static func orthogonality(_ weight: Double, unit: StrengthUnit = .relative) -> Penalty {
    Penalty(Orthogonality(weight: weight), unit: unit)
  }
}

struct Orthogonality: PenaltyTerm {
  static let name = "orthogonality"
  static let form = "X"
  static let help = "weight of |WW' - I|^2 of the code's layer"
  var weight = 0.0

  func validate(for architecture: Architecture) throws {
    let activation = architecture.latentActivation
    try requireArgument(
      activation == .identity,
      "the orthogonality penalty needs a linear code, this one is \(activation.rawValue)")
  }

  func divided(by unit: Double) -> Orthogonality? { nil }

  func memoryCount(_ architecture: Architecture, batch: Int) -> Double {
    Double(architecture.latent) * Double(architecture.latent)
  }

  func workspace<T: Scalar>(for network: Autoencoder<T>, batch: Int) -> PenaltyWorkspace<T> {
    let tensor = network.encoder.last.weight
    let memory = Buffer<T>(count: network.latent * network.latent)
    return PenaltyWorkspace { batch, _ in
      let w = batch.parameters[tensor]
      let e = memory.view.matrix(rows: w.rows, columns: w.rows)
      e.setUpperOuterGram(of: w)
      e.symmetrize()
      for i in 0..<e.rows { e[i, i] -= 1 }
      batch.gradient?.addProduct(e, w, alpha: T(4 * weight), to: tensor)
      return e.squaredNorm
    }
  }
}
