extension Method {
  /// Exact principal components.
  public static func pca(latent: Int) -> Method { Method(PCAMethod.self, latent: .count(latent)) }

  /// As many principal components as keep more than this share of the variance.
  public static func pca(explaining share: Double) -> Method {
    Method(PCAMethod.self, latent: .explaining(share))
  }
}

/// Exact principal components: nothing to choose.
enum PCAMethod: MethodKind {
  static let name = "pca"
  static let settings: Set<String> = []

  static func resolve(_ method: inout Method, for data: DataSummary) {}

  static func fit<T: Scalar>(
    _ method: Method, to x: Matrix<T>, _ data: DataSummary, _ monitor: TrainingMonitor
  ) throws -> FittedMethod<T> {
    try FittedMethod(method) { try PCA(method.latent).fitted(to: x) }
  }
}
