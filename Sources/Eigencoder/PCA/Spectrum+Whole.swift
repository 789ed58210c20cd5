// The whole spectrum with products in f64, as the choice of k and the certificate of a fit need it: every
// eigenpair that can be nonzero, in the order of `Spectrum`. n d^2 / 2 + eigen d^3, or n^2 d / 2 + eigen n^3
// for d > n.

extension Spectrum {
  /// - Throws: `EigencoderError.invalidData` for fewer than 2 rows, no column, entries that are not finite, or a
  ///   variance outside the range of `Double`; `.numericalFailure` from LAPACK.
  init<T: Scalar>(wholeOf data: Matrix<T>) throws {
    guard data.columns >= 1 else {
      throw EigencoderError.invalidData("PCA needs at least 1 column, got none")
    }
    guard data.rows >= 2 else {
      throw EigencoderError.invalidData("PCA needs at least 2 rows, got \(data.rows)")
    }
    try data.requireFinite()
    // A share of the variance asks for every pair.
    let all = PCA.Size.explaining(0.5)
    if data.columns > data.rows {
      try self.init(gramOf: data.converted(to: Double.self), size: all)
    } else {
      let moments = Moments(inDoubleOf: data)
      guard moments.isFinite else { throw PCA.outOfRange }
      try self.init(moments, size: all, roundoff: Double.unitRoundoff)
    }
    guard isInRange(of: Double.self) || data.hasEqualRows else { throw PCA.outOfRange }
    if T.self != Double.self { raiseNoiseFloor(forDataOf: T.self) }
  }

  /// The number of variances above the rounding of the data.
  var rank: Int { totalVariance > 0 ? variances.prefix { $0 > noiseFloor }.count : 0 }
}
