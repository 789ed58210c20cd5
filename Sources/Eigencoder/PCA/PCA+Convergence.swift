extension PCA {
  /// How far the passes of the route `krylov` have come, measured by the last of them.
  public struct Convergence: Codable, Equatable, Sendable {
    /// How often all rows were read.
    public let passes: Int
    /// The largest |C p - l p| of a component p and its variance l, over the largest variance; C is the covariance.
    public let residual: Double

    /// What is asked of the residual.
    public static let tolerance = 1e-10
    /// After so many passes a fit ends with what it has.
    public static let mostPasses = 100

    /// Whether the residual is at most the tolerance. Otherwise the components are not exact.
    public var isReached: Bool { residual <= Self.tolerance }

    init(passes: Int, residual: Double) {
      self.passes = passes
      self.residual = residual.isFinite ? residual : .greatestFiniteMagnitude
    }
  }
}
