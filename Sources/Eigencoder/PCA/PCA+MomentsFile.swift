// PCA of rows that are known by their moments. A fit of rows computes again in f64 what products in f32 do not resolve, and from the rows
// what those in f64 do not. Here there is nothing to compute again: it is said.

extension PCA {
  /// The principal components of the rows that were summed: those of `fitted(to: Matrix)` to the rounding of the products. O(d^3)
  ///
  /// - Parameters:
  ///   - file: moments of at least two rows.
  ///   - type: the precision in which codes are computed; `file.precision` is that of the rows.
  /// - Throws: what `fitted(to: Matrix)` throws, and `EigencoderError.invalidData` where the products do not resolve a variance that
  ///   is kept, or those in f32 the mean of the variances that are not.
  public func fitted<T: Scalar>(to file: MomentsFile, as type: T.Type = T.self) throws -> PrincipalComponents<
    T
  > {
    precondition(
      route == .automatic || route == .covariance, "moments by the route \(route.rawValue)")
    let (n, d) = (file.moments.count, file.moments.mean.count)
    try validate(rows: n, columns: d)
    try PCA(size, route: .covariance).requireMemory(rows: n, columns: d, of: Double.self, data: T.self)
    let spectrum = try Spectrum(file, size: size)
    try spectrum.requireResolved(spectrum.count(size), by: file, andRest: file.products == .f32)
    return try PrincipalComponents(spectrum, self)
  }
}

extension Spectrum {
  /// The leading eigenpairs, or all.
  /// - Throws: `EigencoderError.invalidData` for a variance outside the range of `Double`; `.numericalFailure` from LAPACK.
  init(_ file: MomentsFile, size: PCA.Size) throws {
    let moments = file.moments
    let total = moments.variances.reduce(0, +)
    guard moments.isFinite, Double.squaresInRange.contains(total) || file.rowsAreEqual else {
      throw PCA.outOfRange
    }
    try self.init(moments, size: size, roundoff: file.products.unitRoundoff)
    isConstant = totalVariance < 1e-20 && file.rowsAreEqual
    if file.products == .f64, file.precision == .f32 { raiseNoiseFloor(forDataOf: Float.self) }
  }

  /// The index of the first of the k leading variances that the products do not resolve; k where they resolve these, but not the mean
  /// of the others, if that is asked for; nil where they resolve all.
  func firstUnresolved(of k: Int, by file: MomentsFile, andRest: Bool) -> Int? {
    guard let largest = variances.first, largest > 0, !isConstant else { return nil }
    let asked = min(k, file.attainable, variances.count)
    let floor = file.products.resolvedShare * largest
    if let index = variances.prefix(asked).firstIndex(where: { $0 < floor }) { return index }
    return andRest && asked < file.attainable && discardedVariance(keeping: asked) < floor ? asked : nil
  }

  /// - Throws: `.invalidData` where `firstUnresolved` finds one.
  func requireResolved(_ k: Int, by file: MomentsFile, andRest: Bool) throws {
    guard let index = firstUnresolved(of: k, by: file, andRest: andRest) else { return }
    let what = index < k ? "the variance of component \(index + 1)" : "what \(k) components leave"
    throw EigencoderError.invalidData(
      "\(what) is below \(file.products.resolvedShare.significant(2)) of the largest variance, which products in "
        + "\(file.products.rawValue) do not resolve: " + file.products.remedy)
  }
}

extension Precision {
  /// The unit roundoff of its numbers.
  var unitRoundoff: Double { self == .f32 ? Double(Float.unitRoundoff) : Double.unitRoundoff }

  /// The least share of the largest variance that products in it determine.
  var resolvedShare: Double { self == .f32 ? Float.resolvedShare : Double.resolvedShare }

  /// What helps where products in it are not enough.
  var remedy: String {
    self == .f32 ? "make the parts with --precision f64" : "this takes the rows themselves (--data)"
  }
}
