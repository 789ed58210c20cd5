extension Method {
  /// Exact principal components.
  public static func pca(latent: Int) -> Method { Method(PCAMethod.self, latent: .count(latent)) }

  /// As many principal components as keep more than this share of the variance.
  public static func pca(explaining share: Double) -> Method {
    Method(PCAMethod.self, latent: .explaining(share))
  }
}

/// Exact principal components: by which route, and whether their codes keep the mean's projection.
enum PCAMethod: MethodKind {
  static let name = "pca"
  static let settings: Set = ["keep-mean", "route"]

  static func resolve(_ method: inout Method, for data: DataSummary) {
    method.settings.keepsMean = method.settings.keepsMean ?? false
    method.settings.route = method.settings.route ?? .automatic
  }

  static func fit<T: Scalar>(
    _ method: Method, to x: Samples<T>, _ data: DataSummary, _ monitor: TrainingMonitor
  ) throws -> FittedMethod<T> {
    try FittedMethod(method) { try x.principalComponents(method.principalComponents) }
  }

  static let takesMoments = true
  static func fit<T: Scalar>(_ method: Method, to file: MomentsFile, as type: T.Type) throws -> FittedMethod<
    T
  > {
    try FittedMethod(method) { try method.principalComponents.fitted(to: file, as: type) }
  }
}

extension Method {
  /// What `pca` of this size and these settings computes.
  package var principalComponents: PCA {
    PCA(latent, route: settings.route ?? .automatic, keepsMean: settings.keepsMean ?? false)
  }
}
