// Exact principal component analysis. Mathematics, section 2.
//
// With mu the column means and S = (1/(n-1)) (X - 1 mu')'(X - 1 mu'), with P S = L P for the k largest eigenvalues L, the
// components are the rows of P, k x d. Routes, all exact and all in f64 where it counts:
//   covariance  S from `Moments`, then its eigenvectors; n d^2 / 2 + eigen d^3. For d <= n.
//   gram        G = Xc Xc' (n x n), components Xc' u / sqrt(g); n^2 d / 2 + eigen n^3. For d > n.
//   svd         the singular values of Xc itself, through R of its QR; 2 n d^2 in f64. It resolves variances
//               below about 1e-14 of the largest.
//   krylov      S Q for blocks Q, in passes over the rows and f64, without S: 4 n d b a pass. For n and d in the tens of
//               thousands (KrylovSpace.swift).
// The products of f32 data are of f32; where they cannot resolve the variances that are asked for, they are
// computed again in f64 (Moments+Range.swift), and where these cannot either, from the data themselves
// (Spectrum+Factor.swift).

/// How to fit principal components: how many, and by which route.
public struct PCA: Equatable, Sendable {
  /// How many components to keep.
  public enum Size: Equatable, Sendable {
    /// A number from 1 to min(n, d).
    case count(Int)
    /// The fewest whose share of the variance exceeds this fraction in (0, 1).
    case explaining(Double)
  }

  /// From what the components are computed; the results agree to rounding.
  public enum Route: String, CaseIterable, Sendable {
    /// `covariance` when d <= n, else `gram`; from the data themselves where neither resolves what is asked for; `krylov` where
    /// a matrix of either kind does not fit into memory, or takes clearly longer.
    case automatic
    /// Eigenvectors of the d x d covariance matrix.
    case covariance
    /// Eigenvectors of the n x n matrix of inner products of the centred rows.
    case gram
    /// Singular vectors of the centred data themselves.
    case svd
    /// From products of the covariance with blocks of vectors, in passes over the rows and in f64; the matrix is never formed.
    ///
    /// Block Lanczos with full reorthogonalisation and thick restarts (Musco & Musco 2015; Golub & Van Loan 2013; Wu & Simon
    /// 2000) until every component has |C p - l p| <= 1e-10 of the largest variance, as one more pass measures. For a number
    /// of components k up to about a third of min(n, d); for more, and for a fraction of the variance, a dense route is taken.
    /// `PrincipalComponents.convergence` tells the passes and the residual: after `Convergence.mostPasses` a fit ends
    /// with what it has. Variances below about 1e-14 of the largest are rounding.
    case krylov
  }

  /// How many components to keep.
  public var size: Size
  /// From what they are computed.
  public var route: Route
  /// Divide each code by the standard deviation of its component, so that codes have variance 1.
  public var whitens: Bool
  /// Keep the mean's projection in the code, z = P x rather than P (x - mu), for a search by cosine.
  public var keepsMean: Bool

  /// Keeps so many components, from 1 to min(n, d).
  public init(latent: Int, route: Route = .automatic, whitens: Bool = false, keepsMean: Bool = false) {
    self.init(.count(latent), route: route, whitens: whitens, keepsMean: keepsMean)
  }

  /// Keeps the fewest components whose share of the variance exceeds `fraction`.
  public init(
    explaining fraction: Double, route: Route = .automatic, whitens: Bool = false, keepsMean: Bool = false
  ) {
    self.init(.explaining(fraction), route: route, whitens: whitens, keepsMean: keepsMean)
  }

  /// Keeps as many components as `size` says.
  public init(_ size: Size, route: Route = .automatic, whitens: Bool = false, keepsMean: Bool = false) {
    self.size = size
    self.route = route
    self.whitens = whitens
    self.keepsMean = keepsMean
  }

  /// The principal components of the rows of `data`, n x d.
  ///
  /// - Throws: `EigencoderError.invalidArgument` when the size is not between 1 and min(n, d);
  ///   `.invalidData` for fewer than two rows, entries that are not finite, a variance outside the range of
  ///   `Double`, whitening that would divide by rounding noise, or what does not fit into memory; `.numericalFailure` from LAPACK.
  public func fitted<T: Scalar>(to data: Matrix<T>) throws -> PrincipalComponents<T> {
    try validate(rows: data.rows, columns: data.columns)
    if let k = krylovChoice(rows: data.rows, columns: data.columns, of: T.self) {
      try Self.requireKrylovMemory(rows: data.rows, columns: data.columns, count: k, of: T.self)
      try data.requireFinite()
      let isDenseOpen =
        route == .automatic && hasDenseMemory(rows: data.rows, columns: data.columns, of: T.self)
      let pca = try fitted(byPasses: CovariancePasses(data))
      if !isDenseOpen || pca.convergence?.isReached == true { return pca }
    }
    return try dense.fittedDensely(to: data)
  }

  func fittedDensely<T: Scalar>(to data: Matrix<T>) throws -> PrincipalComponents<T> {
    try validate(rows: data.rows, columns: data.columns)
    try requireMemory(rows: data.rows, columns: data.columns, of: T.self, data: T.self)
    if let spectrum = try spectrum(of: data), spectrum.isInRange(of: T.self),
      route == .svd || spectrum.resolves(size, in: T.self) || (T.self == Double.self && route != .automatic)
    {
      return try PrincipalComponents(spectrum, self)
    }
    return try PrincipalComponents(
      Spectrum(preciseOf: data, by: route, size: size), self)
  }

  private func spectrum<T: Scalar>(of data: Matrix<T>) throws -> Spectrum? {
    switch route.resolved(rows: data.rows, columns: data.columns) {
    case .automatic, .covariance: try Spectrum(covarianceOf: data, size: size)
    case .gram: try Spectrum(gramOf: data, size: size)
    case .svd: try Spectrum(singularValuesOf: data, size: size)
    case .krylov: preconditionFailure("a dense route is asked for")
    }
  }

  /// The principal components of data known by their moments alone.
  public func fitted<T: Scalar>(to moments: Moments, as type: T.Type = T.self) throws
    -> PrincipalComponents<T>
  {
    try validate(rows: moments.count, columns: moments.mean.count)
    guard moments.isFinite else { throw Self.outOfRange }
    let spectrum = try Spectrum(moments, size: size, roundoff: Double(T.unitRoundoff))
    return try PrincipalComponents(spectrum, self)
  }

  package static var outOfRange: EigencoderError {
    .invalidData("the variance of the data is outside the range of double precision: scale the data first")
  }

  func validate(rows: Int, columns: Int) throws {
    guard columns >= 1 else { throw EigencoderError.invalidData("PCA needs at least 1 column, got none") }
    guard rows >= 2 else { throw EigencoderError.invalidData("PCA needs at least 2 rows, got \(rows)") }
    switch size {
    case .count(let k):
      guard k >= 1 else {
        throw EigencoderError.invalidArgument("the number of components is at least 1, got \(k)")
      }
      guard k <= min(rows, columns) else {
        throw EigencoderError.invalidArgument(
          "\(k) components of data with \(rows) rows and \(columns) columns: at most \(min(rows, columns))")
      }
    case .explaining(let fraction):
      guard fraction > 0, fraction < 1 else {
        throw EigencoderError.invalidArgument(
          "the fraction of variance to explain lies between 0 and 1, got \(fraction)")
      }
    }
  }
}

extension PCA.Route {
  /// The dense route for n x d data: of `automatic`, and of `krylov` where it cannot be taken, by the shape; another as it is.
  func resolved(rows: Int, columns: Int) -> Self {
    self == .automatic || self == .krylov ? (columns <= rows ? .covariance : .gram) : self
  }
}
