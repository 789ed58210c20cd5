extension Method {
  /// A deep autoencoder that starts as PCA.
  public static func autoencoder(latent: Int) -> Method {
    Method(AutoencoderMethod.self, latent: .count(latent))
  }

  /// An autoencoder with the penalty on its encoder's Jacobian (Rifai et al. 2011).
  public static func contractive(latent: Int) -> Method {
    Method(ContractiveMethod.self, latent: .count(latent))
  }

  /// An autoencoder that reconstructs clean samples from corrupted ones (Vincent et al. 2010).
  public static func denoising(latent: Int) -> Method { Method(DenoisingMethod.self, latent: .count(latent)) }
}

/// The squared error alone, unless penalties are set.
enum AutoencoderMethod: NetworkMethod {
  static let name = "autoencoder"

  static func setDefaults(_ settings: inout Method.Settings, latent: Int, for data: DataSummary) {}
}

/// With a contraction of 0.003 mean column variances over the size of the code.
enum ContractiveMethod: NetworkMethod {
  static let name = "contractive"
  static let ownSettings: Set<String> = ["contraction"]

  static func setDefaults(_ settings: inout Method.Settings, latent: Int, for data: DataSummary) {
    let variance = data.variance(standardized: settings.standardizes ?? false)
    settings.contraction = settings.contraction ?? 0.003 * variance / Double(latent)
  }
}

/// With Gaussian noise of 0.3 times the root of the columns' mean variance.
enum DenoisingMethod: NetworkMethod {
  static let name = "denoising"
  static let ownSettings: Set<String> = ["corruption"]

  static func setDefaults(_ settings: inout Method.Settings, latent: Int, for data: DataSummary) {
    settings.corruption = settings.corruption ?? .standard(variance: data.variance())
  }
}

extension Corruption {
  /// What denoisers undo when nothing else is asked for: Gaussian noise of 0.3 times the root of the columns' mean
  /// variance, to three digits.
  package static func standard(variance: Double) -> Corruption {
    let deviation = 0.3 * variance.squareRoot()
    return .gaussian(Double(deviation.significant(3)) ?? deviation, unit: .data)
  }
}
