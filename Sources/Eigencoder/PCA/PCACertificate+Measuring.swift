extension PCACertificate {
  /// Recomputes the PCA of `data` in f64 and compares `pca` with it.
  ///
  /// - Parameters:
  ///   - pca: what is to be certified.
  ///   - data: the rows that `pca` was fitted to, or others: then it says so in `rows`.
  /// - Throws: `EigencoderError.invalidData` for another width, fewer than 2 rows or than components, rows
  ///   that are all equal, or entries that are not finite; `.numericalFailure` from LAPACK.
  public init<T: Scalar, U: Scalar>(of pca: PrincipalComponents<U>, on data: Matrix<T>) throws {
    try Self.requireShape(pca, rows: data.rows, columns: data.columns)
    // Residuals are products of four deviations.
    let unit = data.unit
    guard unit == 1 else {
      self = try Self(of: pca.divided(by: unit), on: data.divided(by: unit)).scaled(by: unit)
      return
    }
    if let count = Self.countByPasses(of: pca, rows: data.rows, columns: data.columns) {
      try data.requireFinite()
      self = try Self(of: pca, byPasses: CovariancePasses(data), count: count)
      return
    }
    let exact = try Spectrum(wholeOf: data)
    try self.init(
      of: pca, exact, Self.measure(pca, data, mean: exact.mean),
      attainable: min(data.rows - 1, data.varyingColumns), roundoff: Double(T.unitRoundoff))
  }

  static func requireShape<U: Scalar>(_ pca: PrincipalComponents<U>, rows: Int, columns: Int) throws {
    let (k, d) = (pca.latent, pca.inputs)
    guard columns == d else {
      throw EigencoderError.invalidData("expected data of \(d) columns, as the model takes, got \(columns)")
    }
    guard rows >= max(2, k) else {
      throw EigencoderError.invalidData(
        "expected at least \(max(2, k)) rows to verify \(k) component\(k == 1 ? "" : "s"), got \(rows)")
    }
  }

  /// What is found of a model: |C P' - P' L|_F, the mean of |c - P'P c|^2 with c = x - mu of the model, and P C P', of which the
  /// upper triangle is set.
  typealias Measured = (residual: Double, error: Double, codes: Matrix<Double>)

  /// From an exact spectrum and what was measured against it.
  ///
  /// - Parameters:
  ///   - exact: all pairs, or one more than the model has.
  ///   - attainable: how many variances can be other than 0.
  ///   - u: the unit roundoff of the rows, or of the products that `exact` was made of.
  init<U: Scalar>(
    of pca: PrincipalComponents<U>, _ exact: Spectrum, _ measured: Measured, attainable: Int,
    roundoff u: Double
  ) throws {
    let (k, d) = (pca.latent, pca.inputs)
    guard let norm = exact.variances.first, norm > 0 else {
      throw EigencoderError.invalidData("expected rows that differ, got \(exact.samples) equal ones")
    }
    let n = Double(exact.samples)
    let epsilon = 2 * u
    let isWhole = exact.convergence == nil
    // F / |C|. Components from passes, either these or those, are as exact as was asked of them.
    var tolerance = 32 * u + 8 * Double(d).squareRoot() * Double.unitRoundoff
    if !isWhole || pca.convergence != nil { tolerance = max(tolerance, 2 * PCA.Convergence.tolerance) }

    latent = k
    dimension = d
    roundoff = u
    rows = Rows(of: pca, samples: exact.samples, exact, roundoff: u)
    orthonormality = Check(
      pca.components.largestDeviationFromOrthonormal, allowed: 16 * Double(d) * Double.unitRoundoff)

    residual = Check(measured.residual / norm, allowed: Double(k).squareRoot() * tolerance)
    codeCovariance = Self.codeCovariance(
      measured.codes, pca, exact, attainable: attainable,
      floor: 8 * Double(d).squareRoot() * Double.unitRoundoff * norm,
      allowed: tolerance * norm)
    errorPerSample = measured.error
    let total = exact.totalVariance * (n - 1) / n
    // A mean is rounded to f64.
    let roundedMean = exact.mean.reduce(0) {
      $0 + (2 * Double.unitRoundoff * $1) * (2 * Double.unitRoundoff * $1)
    }
    let left =
      isWhole
      ? exact.variances.dropFirst(k).reduce(0, +)
      : max(0, exact.totalVariance - exact.variances.prefix(k).reduce(0, +))
    leastErrorPerSample = left * (n - 1) / n
    excessError = Check(
      (measured.error - leastErrorPerSample) / total,
      allowed: 2 * Double(k) * tolerance * norm / exact.totalVariance
        + 8 * Double(d) * Double.unitRoundoff + roundedMean / total)

    // The eigenvalues after those computed are 0: there are d of them.
    let l = exact.variances + (isWhole && exact.variances.count < d ? [0] : [])
    let components = (0..<k).map { j in
      let gap = min(j > 0 ? l[j - 1] - l[j] : .infinity, j + 1 < l.count ? l[j] - l[j + 1] : .infinity)
      // d = 1 has no neighbour and no other direction.
      let relative = gap.isFinite ? gap / norm : 1
      return Component(
        variance: l[j], relativeGap: relative,
        angleBound: Double.asin(min(1, relative > 0 ? epsilon / relative : 1)))
    }
    self.components = components
    smallestGapIndex =
      components.indices.min { components[$0].relativeGap < components[$1].relativeGap } ?? 0
    smallestGap = components[smallestGapIndex].relativeGap
    inseparable = Self.runs(l.prefix(k + 1).map { $0 / norm }, within: epsilon)

    let last = k < l.count ? (l[k - 1] - l[k]) / norm : .infinity
    let bound = last > 0 ? min(1, 2 * tolerance / last) : 1
    let angle = try Self.largestAngle(between: pca.components, and: exact.components.rows(0..<k))
    // Components are orthonormal to rounding, and no angle is known better, not that of the whole space to
    // itself.
    subspaceAngle = Check(
      angle, allowed: min(.pi / 2, Double.asin(bound) + 16 * Double(d) * Double.unitRoundoff))

    let summary = isWhole ? SpectrumSummary(exact.variances) : nil
    effectiveRank = summary?.effectiveRank
    participationRatio = summary?.participationRatio
    convergence = exact.convergence
    fit = pca.convergence
  }

  /// |C P' - P' L|_F and the mean of |c - P'P c|^2 with c = x - mu of the model, by blocks of rows in f64.
  private static func measure<T: Scalar, U: Scalar>(
    _ pca: PrincipalComponents<U>, _ x: Matrix<T>, mean: [Double]
  ) -> Measured {
    let p = pca.components
    // (C P')', k x d.
    var product = Matrix<Double>(rows: p.rows, columns: p.columns)
    var codeProducts = Matrix<Double>(rows: p.rows, columns: p.rows)
    var error = 0.0
    let blocks = stride(from: 0, to: x.rows, by: 512).map { $0..<min($0 + 512, x.rows) }
    // The mean of f64 is rounded as the data are: what is left of it in the deviations. That of f32 is far more exact than
    // the data.
    var rest = [Double](repeating: 0, count: x.columns)
    if !T.isSingle {
      for rows in blocks {
        x.rows(rows).centred(around: mean).withView { c in rest.withMutableView { c.addColumnSums(to: $0) } }
      }
      rest = rest.map { $0 / Double(x.rows) }
    }
    let shift = pca.mean.indices.map { (pca.mean[$0] - mean[$0]) - rest[$0] }
    for rows in blocks {
      var block = x.rows(rows).centred(around: mean)
      if !T.isSingle { block.subtract(rest) }
      let codes = block.times(p, otherTransposed: true)
      block.withView { c in
        codes.withView { z in
          product.withMutableView { $0.setProduct(z, transposed: true, c, beta: 1) }
          codeProducts.withMutableView { $0.setUpperGram(of: z, beta: 1) }
        }
      }
      // From the data's mean on to the model's.
      block.subtract(shift)
      block.removeProjection(on: p)
      error += block.withView { $0.squaredNorm }
    }
    product.withMutableView { product in
      product.scale(by: 1 / Double(x.rows - 1))
      p.withView { p in
        for j in 0..<p.rows { product.row(j).add(p.row(j), times: -pca.explainedVariance[j]) }
      }
    }
    codeProducts.withMutableView { $0.scale(by: 1 / Double(x.rows - 1)) }
    return (product.withView { $0.squaredNorm.squareRoot() }, error / Double(x.rows), codeProducts)
  }

  /// - Parameters:
  ///   - codes: P C P', its upper triangle.
  ///   - attainable: how many variances can be other than 0.
  ///   - floor: what rounding in f64 leaves of a variance that is 0.
  ///   - allowed: F, for a variance of 1.
  private static func codeCovariance<T: Scalar>(
    _ codes: Matrix<Double>, _ pca: PrincipalComponents<T>, _ exact: Spectrum, attainable: Int,
    floor: Double, allowed: Double
  ) -> Check {
    let l = exact.variances
    let k = min(pca.latent, attainable)
    let rounding = exact.components.roundingVariances(l, mean: exact.mean, count: k)
    // Of the pair that leaves the least of what is allowed to it.
    var (worst, limit) = (0.0, 1.0 / 256)
    for i in 0..<pca.latent {
      guard i < k, l[i] > rounding[i] else {
        // No variance: neither the model nor the codes may have more than rounding.
        let most = max(floor, i < k ? 4 * rounding[i] : 0)
        if !(max(pca.explainedVariance[i], codes[i, i]) <= most) { worst = .infinity }
        continue
      }
      for j in i..<k where l[j] > rounding[j] {
        // Their product may leave the range of Double.
        let size = l[i].squareRoot() * l[j].squareRoot()
        let deviation = (codes[i, j] - (i == j ? pca.explainedVariance[i] : 0)).magnitude / size
        // Both the codes and the model are compared with the variances of the data.
        let own =
          i == j ? max((pca.explainedVariance[i] - l[i]).magnitude, (codes[i, i] - l[i]).magnitude) / l[i] : 0
        let found = deviation.isFinite ? max(deviation, own) : .infinity
        let most = min(1.0 / 256, allowed / size)
        if !(found * limit <= worst * most) { (worst, limit) = (found, most) }
      }
    }
    return Check(worst, allowed: limit)
  }

  /// The largest principal angle between two row spaces of k dimensions in R^d, in radians; `exact` has
  /// orthonormal rows. By its sine, which keeps its digits where the cosine is 1 to rounding.
  static func largestAngle(between rows: Matrix<Double>, and exact: Matrix<Double>) throws -> Double {
    // Rows of a damaged model still span a space.
    let isOrthonormal = rows.largestDeviationFromOrthonormal < 1e-12
    guard isOrthonormal || rows.elements.allSatisfy({ $0.isFinite }) else { return .pi / 2 }
    let basis = isOrthonormal ? rows : try SingularValues(of: rows).right
    var outside = basis
    outside.removeProjection(on: exact)
    let squares = try SymmetricEigen.values(of: outside.times(outside, otherTransposed: true))
    return Double.asin(min(1, max(0, squares.first ?? 0).squareRoot()))
  }

  /// Maximal runs, of two or more, of consecutive values that differ by at most `tolerance` from one to the
  /// next.
  static func runs(_ values: [Double], within tolerance: Double) -> [[Int]] {
    var runs: [[Int]] = []
    var run: [Int] = []
    for i in values.indices {
      if let last = run.last, values[last] - values[i] > tolerance {
        if run.count > 1 { runs.append(run) }
        run = []
      }
      run.append(i)
    }
    return run.count > 1 ? runs + [run] : runs
  }
}

extension PCACertificate.Rows {
  fileprivate init<T: Scalar>(
    of pca: PrincipalComponents<T>, samples: Int, _ exact: Spectrum, roundoff u: Double
  ) {
    self.samples = samples
    modelSamples = pca.sampleCount
    let square = zip(exact.mean, pca.mean).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let spread = exact.mean.reduce(exact.totalVariance) { $0 + $1 * $1 }
    // Means are sums in f64 whatever the data.
    meanDifference = .init((square / spread).squareRoot(), allowed: 64 * Double.unitRoundoff)
    let larger = max(exact.totalVariance, pca.totalVariance)
    // A trace adds d entries that are each a sum in the precision of the data.
    // What the components leave, too: it is stated by itself.
    let left = Double(max(0, exact.possible - pca.latent))
    let rest = left * (exact.discardedVariance(keeping: pca.latent) - pca.noiseVariance).magnitude
    varianceDifference = .init(
      max((exact.totalVariance - pca.totalVariance).magnitude, rest) / larger,
      allowed: 64 * u + 16 * Double(samples) * Double.unitRoundoff)
    areThoseFitted = samples == modelSamples && meanDifference.passes && varianceDifference.passes
  }
}
