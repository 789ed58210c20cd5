extension Method {
  /// The best linear code of corrupted input, in closed form.
  public static func linearDenoising(latent: Int) -> Method {
    Method(LinearDenoisingMethod.self, latent: .count(latent))
  }
}

/// The linear denoiser of reduced rank. Only the corruption has a default that depends on the data.
enum LinearDenoisingMethod: MethodKind {
  static let name = "linear-denoising"
  static let settings: Set<String> = ["corruption", "ridge"]
  static let ownSettings: Set<String> = ["corruption", "ridge"]

  static func resolve(_ method: inout Method, for data: DataSummary) throws {
    try requireRows(data)
    method.settings.corruption = method.settings.corruption ?? .standard(variance: data.variance())
  }

  static func fit<T: Scalar>(
    _ method: Method, to x: Samples<T>, _ data: DataSummary, _ monitor: TrainingMonitor
  ) throws -> FittedMethod<T> {
    let denoiser = try linearDenoiser(method, columns: data.columns)
    return try FittedMethod(method) {
      switch x {
      case .memory(let x): try denoiser.fitted(to: x)
      case .file(let file): try denoiser.fitted(toRowsOf: file, as: T.self)
      }
    }
  }

  static let takesMoments = true
  static func fit<T: Scalar>(_ method: Method, to file: MomentsFile, as type: T.Type) throws -> FittedMethod<
    T
  > {
    let denoiser = try linearDenoiser(method, columns: file.moments.mean.count)
    return try FittedMethod(method) { try denoiser.fitted(to: file, as: type) }
  }

  private static func linearDenoiser(_ method: Method, columns: Int) throws -> LinearDenoiser {
    LinearDenoiser(
      method.settings.corruption ?? .gaussian(0), latent: try method.latentCount(columns: columns),
      ridge: method.settings.ridge)
  }
}
