extension PCACertificate {
  /// Compares `pca` with the PCA of the rows that were summed, all of it from their covariance in f64: everything that a certificate on
  /// the rows says. It says nothing of whether the moments are those of the rows. O(d^3)
  ///
  /// `roundoff` is that of the products where these are in f32, for what is measured against has their rounding itself.
  /// - Throws: `EigencoderError.invalidData` for another width, fewer than 2 rows or than components, rows that are all equal, or
  ///   variances of components that the products do not resolve; `.numericalFailure` from LAPACK.
  public init<U: Scalar>(of pca: PrincipalComponents<U>, on file: MomentsFile) throws {
    let (n, d) = (file.moments.count, file.moments.mean.count)
    try Self.requireShape(pca, rows: n, columns: d)
    let exact = try Spectrum(file, size: .explaining(0.5))
    try exact.requireResolved(pca.latent, by: file, andRest: false)
    try self.init(
      of: pca, exact, Self.measure(pca, file.moments), attainable: file.attainable,
      roundoff: max(file.products.unitRoundoff, file.precision.unitRoundoff))
  }

  /// |C P' - P' L|_F, P C P', and the error sum |R (x - mu)|^2 / n with R = I - P'P, which is tr(R C R') (n - 1) / n around the mean of
  /// the rows and |R (mean - mu)|^2 from there to that of the model.
  private static func measure<U: Scalar>(_ pca: PrincipalComponents<U>, _ moments: Moments) -> Measured {
    let p = pca.components
    let covariance = moments.covariance
    var product = p.times(covariance)
    let codes = product.times(p, otherTransposed: true)
    for j in 0..<p.rows {
      product.withMutableView { product in
        p.withView { product.row(j).add($0.row(j), times: -pca.explainedVariance[j]) }
      }
    }
    let error = MomentErrors.squares(of: pca, on: moments)
    return (product.withView { $0.squaredNorm.squareRoot() }, error, codes)
  }
}
