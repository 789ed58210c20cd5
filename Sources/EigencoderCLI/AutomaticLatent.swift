import Eigencoder

/// `--latent auto`: the size that `choose` recommends without a recall target.
enum AutomaticLatent {
  /// What the user types.
  static let name = "auto"

  /// The recommended size for the rows of `x`, of which a fifth is held out to choose; says on standard error
  /// by which rule.
  static func size(for x: Matrix<Float>, seed: UInt64) throws -> Int {
    // Only the rules that the recommendation needs.
    let selection = try ComponentSelection(of: x, settings: .init(seed: seed), rules: [])
    let recommendation = selection.recommendation
    guard let latent = recommendation.latent else {
      throw EigencoderError.invalidData("--latent \(name): \(recommendation.reason)")
    }
    Terminal.note(
      "eigencoder: --latent \(name) is \(latent), by \(recommendation.rule.rawValue): \(recommendation.reason)"
    )
    return latent
  }
}
