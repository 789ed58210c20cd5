/// A random change of a sample whose first two moments are known, so that the best linear denoiser is too.
package indirect enum LinearCorruption: Equatable, Sendable {
  /// xc = x + e, e normal with this standard deviation.
  case gaussian(deviation: Double)
  /// The same with this multiple of the standard deviation of each clean column (denominator n - 1).
  case relativeGaussian(deviation: Double)
  /// Each element 0 with this probability.
  case masking(probability: Double)
  /// Each element the mean of its column with this probability.
  case meanMasking(probability: Double)
  /// Each element `low` or `high`, each with half of this probability.
  case saltAndPepper(probability: Double, low: Double, high: Double)
  /// xc = K x, K d x d: no chance in it.
  case linear(Matrix<Double>)
  /// One after the other.
  case sequence([LinearCorruption])
}

extension LinearCorruption: CustomStringConvertible {
  package var description: String {
    switch self {
    case .gaussian(let deviation): "gaussian:\(deviation)"
    case .relativeGaussian(let deviation): "relative-gaussian:\(deviation)"
    case .masking(let probability): "masking:\(probability)"
    case .meanMasking(let probability): "mean-masking:\(probability)"
    case .saltAndPepper(let probability, let low, let high): "saltpepper:\(probability):\(low):\(high)"
    case .linear: "linear"
    case .sequence(let parts): parts.map(\.description).joined(separator: "+")
    }
  }
}

extension CorruptedMoments {
  /// Applies one corruption.
  /// - Throws: `EigencoderError.invalidArgument` when its strength is out of range.
  mutating func apply(_ corruption: LinearCorruption) throws {
    switch corruption {
    case .gaussian(let deviation):
      let variance = try Self.square(deviation)
      addNoise { _ in variance }
    case .relativeGaussian(let factor):
      let square = try Self.square(factor)
      let denominator = Double(max(1, clean.count - 1))
      let variances = mean.indices.map { clean.scatter[$0, $0] / denominator }
      addNoise { square * variances[$0] }
    case .masking(let p): replace(probability: try Self.checked(p)) { _ in (0, 0) }
    case .meanMasking(let p):
      let means = clean.mean
      replace(probability: try Self.checked(p)) { (means[$0], means[$0]) }
    case .saltAndPepper(let p, let low, let high):
      guard low.isFinite, high.isFinite else {
        throw EigencoderError.invalidArgument("salt and pepper are finite numbers, got \(low) and \(high)")
      }
      replace(probability: try Self.checked(p)) { _ in (low, high) }
    case .linear(let k):
      guard k.rows == mean.count, k.columns == mean.count else {
        throw EigencoderError.invalidArgument(
          "a corruption by a matrix of \(k.shape) for data with \(mean.count) columns")
      }
      multiply(by: k)
    case .sequence(let parts): for part in parts { try apply(part) }
    }
  }

  private static func checked(_ probability: Double) throws -> Double {
    guard probability >= 0, probability < 1 else {
      throw EigencoderError.invalidArgument(
        "the probability of a corruption is at least 0 and below 1, got \(probability)")
    }
    return probability
  }

  private static func square(_ deviation: Double) throws -> Double {
    guard deviation >= 0, (deviation * deviation).isFinite else {
      throw EigencoderError.invalidArgument(
        "the standard deviation of noise is finite and not negative, got \(deviation)")
    }
    return deviation * deviation
  }
}
