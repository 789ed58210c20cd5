extension PCA {
  /// The principal components of rows that need not fit into memory: one pass over mergeable moments, by the
  /// covariance. O(n d^2 / 2 + d^3) and memory O(d^2) beside a block of rows; the result is that of
  /// `fitted(to: Matrix)` to rounding.
  ///
  /// Where products in the precision of `T` cannot resolve the variances that are asked for, a second pass
  /// computes them in f64.
  /// - Parameters:
  ///   - open: opens the rows, from the first on; called once a pass.
  ///   - type: the precision of the products and of the result.
  ///   - progress: is called after every block with the reader, which says how far it is.
  /// - Throws: what `fitted(to:)` throws, and what reading does.
  public func fitted<T: Scalar>(
    toRowsOf open: () throws -> RowReader, as type: T.Type = T.self, progress: (RowReader) -> Void = { _ in }
  ) throws -> PrincipalComponents<T> {
    precondition(
      route == .automatic || route == .covariance, "rows in one pass by the route \(route.rawValue)")
    let sums = try RowSums<T>(try open(), progress)
    try validate(rows: sums.moments.count, columns: sums.moments.mean.count)
    if sums.moments.isFinite {
      let spectrum = try sums.spectrum(size)
      if spectrum.isInRange(of: T.self), spectrum.resolves(size, in: T.self) {
        return try PrincipalComponents(spectrum, self)
      }
    }
    let isDouble = T.self == Double.self
    let moments = isDouble ? sums.moments : try RowSums<Double>(try open(), progress).moments
    guard moments.isFinite else { throw Self.outOfRange }
    var spectrum = try Spectrum(moments, size: size, roundoff: Double.unitRoundoff)
    guard spectrum.isInRange(of: Double.self) || sums.areEqual else { throw Self.outOfRange }
    if !isDouble { spectrum.raiseNoiseFloor(forDataOf: T.self) }
    return try PrincipalComponents(spectrum, self)
  }
}

/// The moments of rows after one pass.
private struct RowSums<T: Scalar> {
  var moments: Moments
  /// Whether no row differs from the first.
  var areEqual = true

  init(_ reader: RowReader, _ progress: (RowReader) -> Void) throws {
    moments = Moments(dimension: reader.columns)
    var first: [T]?
    // Adding to the moments costs O(d^2) a time, whatever the rows.
    try reader.forEachBlock(rows: 4 * reader.blockRows, as: T.self) { block in
      moments.add(block)
      let row = first ?? block.row(0)
      first = row
      // The first two rows of most data differ already.
      areEqual = areEqual && (0..<block.rows).allSatisfy { block.row($0) == row }
      progress(reader)
    }
  }

  func spectrum(_ size: PCA.Size) throws -> Spectrum {
    var spectrum = try Spectrum(moments, size: size, roundoff: Double(T.unitRoundoff))
    spectrum.isConstant = spectrum.totalVariance < 1e-20 && areEqual
    return spectrum
  }
}
