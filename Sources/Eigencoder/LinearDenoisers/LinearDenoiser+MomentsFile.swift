extension LinearDenoiser {
  /// The best denoiser of the rows that were summed, in expectation over all corruptions: that of `fitted(to: Matrix)` to the rounding
  /// of the products. 7/6 d^3, and the k leading eigenvectors of a d x d matrix.
  ///
  /// - Parameters:
  ///   - file: moments of at least one row.
  ///   - type: the precision in which codes are computed; `file.precision` is that of the rows.
  /// - Throws: what `fitted(to: Matrix)` throws, and `EigencoderError.invalidData` where products in f32 do not determine the map.
  public func fitted<T: Scalar>(to file: MomentsFile, as type: T.Type = T.self) throws
    -> FittedLinearDenoiser<T>
  {
    let moments = file.moments
    try validate(rows: moments.count, columns: moments.mean.count)
    try requireMemory(columns: moments.mean.count)
    let unit = Double(Float.unitRoundoff)
    switch (file.products, file.precision) {
    case (.f64, .f64): return try fitted(from: solution(for: moments, roundoff: Double.unitRoundoff))
    // The rows are rounded to f32.
    case (.f64, .f32): return try fitted(from: solution(for: moments, roundoff: 1024 * unit * unit))
    case (.f32, _):
      // Whether it is the corruption that fits no data or the products, those in f64 tell.
      var corrupted = CorruptedMoments(moments)
      try corrupted.apply(corruption)
      guard let result = try? solution(for: moments, roundoff: unit),
        result.map.smallestPivot >= Float.resolvedShare
      else {
        throw EigencoderError.invalidData(
          "the corrupted columns depend on each other to the rounding of products in f32: "
            + Precision.f32.remedy)
      }
      return try fitted(from: result)
    }
  }
}
