// Spectra from products in f64, whatever the data: what products in `Float` cannot give, and what the choice
// of k and the certificate of a fit need.

extension Spectrum {
  /// The leading eigenpairs, by the route of the fit. Data whose squares would leave the range of `Double` are brought to
  /// unit size first, by a power of two, which rounds nothing.
  ///
  /// - Throws: `EigencoderError.invalidData` for entries that are not finite, or a variance outside the
  ///   range of `Double`; `.numericalFailure` from LAPACK.
  init<T: Scalar>(preciseOf data: Matrix<T>, by route: PCA.Route = .automatic, size: PCA.Size) throws {
    try data.requireFinite()
    let unit = data.unit
    guard unit == 1 else {
      self = try Spectrum(preciseOf: data.divided(by: unit), by: route, size: size).scaled(by: unit)
      return
    }
    switch route.resolved(rows: data.rows, columns: data.columns) {
    case .automatic, .covariance:
      let moments = Moments(inDoubleOf: data)
      guard moments.isFinite else { throw PCA.outOfRange }
      try self.init(moments, size: size, roundoff: Double.unitRoundoff)
    case .gram:
      guard let spectrum = try Spectrum(gramOf: data.converted(to: Double.self), size: size) else {
        throw PCA.outOfRange
      }
      self = spectrum
    case .svd: try self.init(singularValuesOf: data, size: size)
    }
    guard isInRange(of: Double.self) || data.hasEqualRows else { throw PCA.outOfRange }
    if T.self != Double.self { raiseNoiseFloor(forDataOf: T.self) }
  }

  /// Every eigenpair that can be nonzero. n d^2 / 2 + eigen d^3, or n^2 d / 2 + eigen n^3 for d > n.
  ///
  /// - Throws: as above; `.invalidData` also for fewer than 2 rows, or no column.
  init<T: Scalar>(wholeOf data: Matrix<T>) throws {
    // A share of the variance asks for every pair.
    let all = PCA(explaining: 0.5)
    try all.validate(rows: data.rows, columns: data.columns)
    try self.init(preciseOf: data, size: all.size)
  }
}
