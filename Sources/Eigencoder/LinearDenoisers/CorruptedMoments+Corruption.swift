extension CorruptedMoments {
  /// Applies a corruption: only its first two moments, given the clean sample, matter.
  ///
  /// A strength relative to the columns (to their means, or deviations with denominator n - 1, or to all of these)
  /// is relative to the clean ones. The strengths must be valid for d columns.
  /// - Throws: `EigencoderError.invalidArgument` for a custom corruption: nothing is known of its moments.
  mutating func apply(_ corruption: Corruption) throws {
    switch corruption {
    case .gaussian(let deviation, .data): addNoise { _ in deviation * deviation }
    case .gaussian(let factor, .relative):
      let trace = clean.mean.indices.reduce(0.0) { $0 + clean.scatter[$1, $1] }
      let variance = trace / Double(max(1, clean.count - 1)) / Double(max(1, clean.mean.count))
      addNoise { _ in factor * factor * variance }
    case .relativeGaussian(let factor):
      let scatter = clean.scatter
      let denominator = Double(max(1, clean.count - 1))
      addNoise { factor * factor * scatter[$0, $0] / denominator }
    case .masking(let p): replace(probability: p) { _ in (0, 0) }
    case .meanMasking(let p):
      let means = clean.mean
      replace(probability: p) { (means[$0], means[$0]) }
    case .saltAndPepper(let p, let low, let high): replace(probability: p) { _ in (low, high) }
    case .blur: if let k = corruption.blurMatrix() { multiply(byTransposeOf: k) }
    case .custom(let name, _):
      throw EigencoderError.invalidArgument(
        "a linear denoiser has no closed form for the custom corruption '\(name)': train an autoencoder")
    case .sequence(let parts): for part in parts { try apply(part) }
    }
  }
}
