/// The principal components of a data set: the exact linear code of k numbers with the least squared error.
///
/// In terms of Mathematics, section 2: encode is z = P (x - mu) + c, decode is x = P' (z - c) + mu, with c = 0, or c = P mu where the
/// code keeps the mean's projection: z = P x. Fitted by `PCA`.
public struct PrincipalComponents<T: Scalar>: Reducer {
  /// The number of samples it was fitted to, n.
  public let sampleCount: Int
  /// The mean of each feature, d numbers.
  public let mean: [Double]
  /// The components as orthonormal ROWS, k x d, by falling variance. In each, the entry of largest absolute
  /// value is positive (`orientRows`).
  public let components: Matrix<Double>
  /// The variance of the data along each component, with denominator n - 1 (ddof 1), largest first.
  public let explainedVariance: [Double]
  /// The trace of the covariance matrix, kept and discarded, with denominator n - 1.
  public let totalVariance: Double
  /// The mean of the discarded eigenvalues over the min(n, d) - k that can be nonzero: the variance of the
  /// isotropic noise in probabilistic PCA (Tipping & Bishop 1999). Zero when none is discarded.
  public let noiseVariance: Double
  /// Whether codes are divided by the standard deviation of their component.
  public let whitens: Bool
  /// Whether codes keep the mean's projection, z = P x: their cosines, which a search compares, are nearer to those of the rows
  /// than around the mean.
  public let keepsMean: Bool
  /// c, the code of the mean of the data, k numbers: P mu where the mean is kept (when whitening over the deviations), else 0.
  public let codeMean: [Double]
  /// Of the route `krylov`: how many passes over the rows, and how exact the components are. nil for other routes.
  public internal(set) var convergence: PCA.Convergence?

  /// P, times the deviations when whitening, in the precision of the data.
  let decoder: Matrix<T>
  /// Onto the components (over the deviations when whitening), around the rounded mean: plus c + P (fl(mean) - mean), the
  /// second what rounding the mean would leave in every code.
  private let projection: Projection<T>
  private let offset: [T]
  /// mean - fl(mean)
  private let offsetRest: [T]
  /// c, rounded.
  private let codeOffset: [T]

  /// Components that are known already, as of a model file. Traps on shapes that do not fit.
  public init(
    sampleCount: Int, mean: [Double], components: Matrix<Double>, explainedVariance: [Double],
    totalVariance: Double, noiseVariance: Double, whitens: Bool = false, keepsMean: Bool = false
  ) {
    precondition(components.columns == mean.count, "components \(components.shape) for \(mean.count) means")
    precondition(components.rows == explainedVariance.count, "a variance for each component")
    self.sampleCount = sampleCount
    self.mean = mean
    self.components = components
    self.explainedVariance = explainedVariance
    self.totalVariance = totalVariance
    self.noiseVariance = noiseVariance
    self.whitens = whitens
    self.keepsMean = keepsMean
    offset = mean.map { T($0) }
    let deviations = explainedVariance.map { whitens ? $0.squareRoot() : 1 }
    var correction = [Double](repeating: 0, count: components.rows)
    let rounding = zip(offset, mean).map { Double($0) - $1 }
    components.withView { p in
      rounding.withView { r in correction.withMutableView { $0.setProduct(p, r) } }
    }
    var meanCode = [Double](repeating: 0, count: components.rows)
    if keepsMean {
      components.withView { p in mean.withView { m in meanCode.withMutableView { $0.setProduct(p, m) } } }
    }
    codeMean = zip(meanCode, deviations).map { $0 / $1 }
    codeOffset = codeMean.map { T($0) }
    let codeCorrection = deviations.indices.map { T((meanCode[$0] + correction[$0]) / deviations[$0]) }
    offsetRest = rounding.map { T(-$0) }
    var encoder = components
    var decoder = components
    for i in deviations.indices where whitens {
      encoder.withMutableView { $0.row(i).scale(by: 1 / deviations[i]) }
      decoder.withMutableView { $0.row(i).scale(by: deviations[i]) }
    }
    projection = Projection(on: encoder.converted(to: T.self), minus: offset, plus: codeCorrection)
    self.decoder = decoder.converted(to: T.self)
  }

  public var method: String { "pca" }
  public var inputs: Int { components.columns }
  public var latent: Int { components.rows }
  /// The components and the mean: (k + 1) d.
  public var parameterCount: Int { (latent + 1) * inputs }

  /// Each variance over the TOTAL variance, so that the sum is the share of variance kept.
  public var explainedVarianceRatio: [Double] {
    explainedVariance.map { totalVariance > 0 ? $0 / totalVariance : 0 }
  }

  /// sqrt((n - 1) variance): the singular values of the centred data.
  public var singularValues: [Double] {
    explainedVariance.map { (Double(max(0, sampleCount - 1)) * $0).squareRoot() }
  }
}

// MARK: - From a spectrum

extension PrincipalComponents {
  init(_ spectrum: Spectrum, _ pca: PCA) throws {
    let (size, whitens) = (pca.size, pca.whitens)
    let k = spectrum.count(size)
    let kept = Array(spectrum.variances.prefix(k))
    if whitens, let index = kept.firstIndex(where: { $0 <= spectrum.noiseFloor }) {
      throw EigencoderError.invalidData(
        "whitening would divide by rounding noise: component \(index + 1) of \(k) has variance \(kept[index]), "
          + (index == 0 ? "the data have none" : "the largest has \(kept[0]); ask for at most \(index)"))
    }
    self.init(
      sampleCount: spectrum.samples, mean: spectrum.mean,
      components: k == spectrum.components.rows ? spectrum.components : spectrum.components.rows(0..<k),
      explainedVariance: kept, totalVariance: spectrum.totalVariance,
      noiseVariance: spectrum.discardedVariance(keeping: k), whitens: whitens, keepsMean: pca.keepsMean)
    convergence = spectrum.convergence
  }
}

extension PrincipalComponents {
  /// The first `count` of them, not whitened: what a fit with that size finds.
  func prefix(_ count: Int) -> PrincipalComponents {
    precondition(!whitens && count >= 1 && count <= latent, "\(count) of \(latent) components")
    let left = explainedVariance.dropFirst(count).reduce(0, +)
    let possible = min(inputs, max(1, sampleCount - 1))
    let discarded = left + noiseVariance * Double(max(0, possible - latent))
    return PrincipalComponents(
      sampleCount: sampleCount, mean: mean, components: components.rows(0..<count),
      explainedVariance: Array(explainedVariance.prefix(count)), totalVariance: totalVariance,
      noiseVariance: possible > count ? discarded / Double(possible - count) : 0, whitens: false,
      keepsMean: keepsMean)
  }

  /// Those of the data over `unit`, a power of two.
  func divided(by unit: Double) -> PrincipalComponents {
    PrincipalComponents(
      sampleCount: sampleCount, mean: mean.map { $0 / unit }, components: components,
      explainedVariance: explainedVariance.map { $0 / unit / unit },
      totalVariance: totalVariance / unit / unit, noiseVariance: noiseVariance / unit / unit, whitens: false)
  }
}

// MARK: - Use

extension PrincipalComponents {
  /// The codes P (x - mu), or P x where the mean is kept, n x k. O(n d k).
  public func encode(_ x: Matrix<T>) -> Matrix<T> {
    precondition(x.columns == inputs, "encode needs \(inputs) columns, got \(x.columns)")
    return Matrix(rows: x.rows, columns: latent) { codes in
      x.withView { projection.apply($0, into: codes) }
    }
  }

  /// The code of one row of d numbers into k others, without memory of its own. O(d k).
  public func encode(row: Span<T>, into code: inout MutableSpan<T>) {
    requireRow(row, code)
    withViews(row, &code) { projection.apply($0, into: $1) }
  }

  /// P, over the deviations when whitening, in the precision of the data, k x d.
  var encoder: Matrix<T> { projection.components }

  /// The reconstructions P' (z - c) + mu, n x d. O(n d k).
  public func decode(_ codes: Matrix<T>) -> Matrix<T> {
    precondition(codes.columns == latent, "decode needs \(latent) columns, got \(codes.columns)")
    return Matrix(rows: codes.rows, columns: inputs) { out in
      centred(codes).withView { z in decoder.withView { out.setProduct(z, $0) } }
      offset.withView { out.scaleColumns(by: nil, adding: $0, into: out) }
    }
  }

  /// z - c
  private func centred(_ codes: Matrix<T>) -> Matrix<T> {
    keepsMean ? codes.modified { z in codeOffset.withView { z.subtract(row: $0, into: z) } } : codes
  }

  /// (x - mu) - P' (z - c), n x d. O(n d k).
  public func residuals(of x: Matrix<T>, codes: Matrix<T>) -> Matrix<T> {
    requireResidualShapes(x, codes)
    return x.residuals(around: offset, offsetRest, decoded: centred(codes), by: decoder)
  }

  /// P, the same at every sample (divided by the standard deviations when whitening), k x d.
  public func encoderJacobian(at x: [T]) -> Matrix<T> {
    precondition(x.count == inputs, "a sample of \(x.count) numbers, needed \(inputs)")
    return encoder
  }

  /// |P|_F^2: k, or the sum of 1 / variance when whitening.
  public var hasConstantJacobian: Bool { true }
  public func contraction(over x: Matrix<T>) -> Double { encoder.withView { $0.squaredNorm } }
}
