import Eigencoder

/// `--latent auto`: the size that `choose` recommends without a recall target.
enum AutomaticLatent {
  /// The word that the user types in place of a number.
  static let name = "auto"

  /// The recommended size for these rows. A fifth of the rows is held out to choose it. A note on standard error says which
  /// rule decided.
  static func size<T: Scalar>(for samples: Samples<T>, seed: UInt64) throws -> Int {
    // An empty list computes only the rules that the recommendation needs.
    let selection = try samples.componentSelection(.init(seed: seed), [])
    return try size(selection.recommendation)
  }

  /// The same for rows that are known by their moments.
  static func size(for file: MomentsFile) throws -> Int {
    try size(ComponentSelection(of: file).recommendation)
  }

  private static func size(_ recommendation: ComponentSelection.Recommendation) throws -> Int {
    guard let latent = recommendation.latent else {
      throw EigencoderError.invalidData("--latent \(name): \(recommendation.reason)")
    }
    Terminal.note(
      "eigencoder: --latent \(name) is \(latent), by \(recommendation.rule.rawValue): \(recommendation.reason)"
    )
    return latent
  }
}
