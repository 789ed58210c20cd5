// Spectra from products in f64, whatever the data: what products in `Float` cannot give, and what the choice
// of k and the certificate of a fit need. Where these products do not resolve what is asked for, from the data
// themselves (Spectrum+Factor.swift).

extension Spectrum {
  /// The leading eigenpairs, by the route of the fit. Data whose squares would leave the range of `Double` are brought to
  /// unit size first, by a power of two, which rounds nothing.
  ///
  /// - Parameter isWhole: every pair is asked for, whatever the size.
  /// - Throws: `EigencoderError.invalidData` for entries that are not finite, a variance outside the
  ///   range of `Double`, or what does not fit into memory; `.numericalFailure` from LAPACK.
  init<T: Scalar>(
    preciseOf data: Matrix<T>, by route: PCA.Route = .automatic, size: PCA.Size, isWhole: Bool = false
  ) throws {
    try data.requireFinite()
    let unit = data.unit
    guard unit == 1 else {
      self = try Spectrum(preciseOf: data.divided(by: unit), by: route, size: size, isWhole: isWhole).scaled(
        by: unit)
      return
    }
    let (n, d) = (data.rows, data.columns)
    let resolved = route.resolved(rows: n, columns: d)
    try PCA(size, route: resolved).requireMemory(
      rows: n, columns: d, of: Double.self, data: T.self, isFit: false)
    switch resolved {
    case .automatic, .covariance:
      let moments = Moments(inDoubleOf: data)
      guard moments.isFinite else { throw PCA.outOfRange }
      try self.init(moments, size: size, roundoff: Double.unitRoundoff)
      isConstant = totalVariance < 1e-20 && data.hasEqualRows
    case .gram:
      guard let spectrum = try Spectrum(gramOf: data.converted(to: Double.self), size: size) else {
        throw PCA.outOfRange
      }
      self = spectrum
    case .svd, .krylov: try self.init(singularValuesOf: data, size: size)
    }
    guard isInRange(of: Double.self) || data.hasEqualRows else { throw PCA.outOfRange }
    if route == .automatic {
      let asked = isWhole ? variances.count : count(size)
      // Columns are looked through only where a small variance may come from them.
      if needsFactor(asked, attainable: n - 1),
        needsFactor(asked, attainable: min(n - 1, data.varyingColumns))
      {
        self = try Spectrum(factorOf: data)
        return
      }
    }
    if T.self != Double.self { raiseNoiseFloor(forDataOf: T.self) }
  }

  /// Every eigenpair that can be nonzero. n d^2 / 2 + eigen d^3, or n^2 d / 2 + eigen n^3 for d > n.
  ///
  /// - Throws: as above; `.invalidData` also for fewer than 2 rows, or no column.
  init<T: Scalar>(wholeOf data: Matrix<T>) throws {
    // A share of the variance asks for every pair.
    let all = PCA(explaining: 0.5)
    try all.validate(rows: data.rows, columns: data.columns)
    try self.init(preciseOf: data, size: all.size, isWhole: true)
  }
}
