extension PrincipalComponents {
  /// Components from outside, as of another program: the initializer for parts that may be anything.
  ///
  /// The parameters are the initializer's. That the rows of `components` are orthonormal, `PCACertificate` measures.
  /// - Throws: `EigencoderError.invalidData` for shapes that do not fit, numbers that are not finite, negative variances, and
  ///   variances of 0 when codes are divided by their square roots.
  public static func validated(
    sampleCount: Int, mean: [Double], components: Matrix<Double>, explainedVariance: [Double],
    totalVariance: Double, noiseVariance: Double, whitens: Bool = false, keepsMean: Bool = false
  ) throws -> Self {
    func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
      if !condition { throw EigencoderError.invalidData(text()) }
    }
    try require(sampleCount >= 0, "fitted to \(sampleCount) samples, expected a count")
    try require(
      components.columns == mean.count, "components of \(components.columns) numbers for \(mean.count) means")
    try require(
      components.rows == explainedVariance.count,
      "\(explainedVariance.count) variances for \(components.rows) components")
    try require(mean.allSatisfy(\.isFinite), "means that are not all finite")
    try components.requireFinite(in: "the components")
    let variances = explainedVariance + [totalVariance, noiseVariance]
    try require(
      variances.allSatisfy { $0 >= 0 && $0.isFinite }, "variances that are not all finite and at least 0")
    try require(!whitens || explainedVariance.allSatisfy { $0 > 0 }, "whitening by a variance of 0")
    // What T does not hold of them would become infinite in every code.
    let pca = Self(
      sampleCount: sampleCount, mean: mean, components: components, explainedVariance: explainedVariance,
      totalVariance: totalVariance, noiseVariance: noiseVariance, whitens: whitens, keepsMean: keepsMean)
    try require(mean.allSatisfy { T($0).isFinite }, "means beyond the range of \(T.self)")
    try pca.encoder.requireFinite(in: "the components over the deviations")
    try pca.decoder.requireFinite(in: "the components times the deviations")
    return pca
  }
}
