// Is this really the PCA of these data, and how far do the data determine it? Everything is computed again in
// f64 from the data: C = (1/(n-1)) Xc'Xc, its eigenvalues l and eigenvectors V, and is compared with the
// model's components P (k x d) and variances L.
//
//   orthonormality    max |P P' - I|
//   residual          |C P' - P' L|_F / |C|, |C| = l_1: zero exactly for eigenpairs, whichever they are
//   code covariance   max |(P C P' - L)_ij| / sqrt(l_i l_j): the codes have these variances, each relative to itself,
//                     and are not correlated
//   subspace angle    the largest principal angle t between the rows of P and of V_k, sin t = |P - P V_k' V_k|
//   excess error      mean |x - mu - P'P (x - mu)|^2 less the least possible, ((n-1)/n) sum_{j>k} l_j (Eckart & Young)
//
// How far the data determine a component: data with unit roundoff u, eps = 2 u, give C at best to E = u |C|.
// Each variance is known to that, and a component to an angle t with
//   sin t <= 2 E / gap_j = eps |C| / gap_j,   gap_j = min(l_{j-1} - l_j, l_j - l_{j+1})
// (Davis & Kahan 1970, in the form of Yu, Wang & Samworth 2015). Components between which every gap is at
// most eps |C| cannot be told apart: the data determine the space that such a group spans, and not its single
// components. Of a group that also contains components after k they do not determine even that.
//
// What is allowed: a Gram matrix in the precision of the data has an error of up to about 16 u |C| (1,024
// rows are summed at a time), the eigenvalues one of a small multiple of sqrt(d) u of f64. Twice that, F =
// (32 u + 8 sqrt(d) 2^-53) |C|, is allowed for each of k residuals, 2 F / gap_k for the sine of the
// subspace's angle, and 2 k F for the error. Components are f64 whatever the data: 8 d eps of f64 for their
// orthonormality.
//
// The residual is relative to the largest variance, so that it says nothing of a small one: the code covariance does. A
// fit takes products in some precision only where they determine each variance to 1/1000 (Moments+Range.swift).
// Allowed are F / l_k, and 1/256 at the most. Variances that are 0, to what rounding in f64 leaves of the data, are not
// compared with themselves but with the rounding of |C|.
//
// Cost: that of a fit in f64 of all components, and 4 n d k products. For d > n no d x d matrix is formed. Wide data
// are certified by passes (PCACertificate+Passes.swift), and F is then at least 2e-10 |C|; so it is for a model of the route
// krylov.

/// A numerical certificate of fitted principal components: how exact they are, and how well determined.
public struct PCACertificate: Codable, Equatable, Sendable {
  /// A measured number, what it may be at the most, and whether it is.
  public struct Check: Codable, Equatable, Sendable {
    /// What was measured; the largest finite number in place of an infinity.
    public let value: Double
    /// The most that rounding explains.
    public let allowed: Double
    /// False also when the value is not a number.
    public let passes: Bool

    init(_ value: Double, allowed: Double) {
      // JSON has no infinity; whatever is not finite does not pass.
      self.value = value.isFinite ? value : .greatestFiniteMagnitude
      self.allowed = allowed
      passes = value <= allowed
    }
  }

  /// How far the data determine one component.
  public struct Component: Codable, Equatable, Sendable {
    /// The variance recomputed in f64, denominator n - 1.
    public let variance: Double
    /// The smaller distance to the next variance on either side, over the largest variance. 0 for a component
    /// beyond the data's dimensions.
    public let relativeGap: Double
    /// At most this, in radians, may rounding turn the component: asin(eps |C| / gap), pi / 2 when the gap is
    /// too small.
    public let angleBound: Double
  }

  /// Whether the data are the rows that the model was fitted to, as far as means and variance can tell.
  public struct Rows: Codable, Equatable, Sendable {
    /// n of the data.
    public let samples: Int
    /// n of the model.
    public let modelSamples: Int
    /// |mean of the data - mean of the model| over the root of the data's mean squared norm.
    public let meanDifference: Check
    /// |total variance of the data - that of the model| over the larger.
    public let varianceDifference: Check
    /// The same number of rows, and both differences are rounding.
    public let areThoseFitted: Bool
  }

  /// k
  public let latent: Int
  /// d
  public let dimension: Int
  /// Whether these are the rows of the fit.
  public let rows: Rows
  /// The unit roundoff u of the data's type: 2^-24 for `Float`, 2^-53 for `Double`. The products of a fit may
  /// be of this precision.
  public let roundoff: Double

  /// max |P P' - I|; components are f64 whatever the data.
  public let orthonormality: Check
  /// |C P' - P' L|_F / |C|.
  public let residual: Check
  /// max |(P C P' - L)_ij| / sqrt(l_i l_j) over the components of some variance: how far the codes' variances, each
  /// relative to itself, and their correlations are from those of the model.
  public let codeCovariance: Check
  /// The largest principal angle between the model's subspace and the exact one, in radians; what is allowed
  /// is pi / 2 when the data do not determine the subspace.
  public let subspaceAngle: Check
  /// The model's mean squared error per row in f64, less the least possible with k components, over the mean
  /// squared distance of the rows to their mean.
  public let excessError: Check

  /// The model's mean squared error per row, in f64.
  public internal(set) var errorPerSample: Double
  /// The least possible with k components, in f64.
  public internal(set) var leastErrorPerSample: Double

  /// For each of the k components.
  public internal(set) var components: [Component]
  /// The smallest of the components' relative gaps.
  public let smallestGap: Double
  /// The component with the smallest gap, from 0.
  public let smallestGapIndex: Int
  /// Runs of two or more components that cannot be told apart, as indices from 0 in order. A run that ends
  /// with k itself, an index that the model does not have, goes on among the discarded components.
  public let inseparable: [[Int]]

  /// exp(-sum p_j log p_j) with p_j = l_j / sum l: the number of equal variances with the same entropy (Roy &
  /// Vetterli 2007). From all variances of the data; nil where only the leading ones were computed.
  public let effectiveRank: Double?
  /// (sum l)^2 / sum l^2: the number of equal variances with the same sum of squares; nil as above.
  public let participationRatio: Double?
  /// Of the passes over the rows by which the variances were computed again; nil where all of them were.
  public let convergence: PCA.Convergence?
  /// Of the fit, as the model tells it; nil where it was dense.
  public let fit: PCA.Convergence?

  /// The model is, to rounding, the PCA of these data, its mean and total variance included. By passes over the rows: as far as
  /// they have converged.
  public var passes: Bool {
    convergence?.isReached != false && orthonormality.passes && residual.passes && codeCovariance.passes
      && subspaceAngle.passes
      && excessError.passes && rows.meanDifference.passes && rows.varianceDifference.passes
  }

  /// In the units of data that are `unit` times as large.
  func scaled(by unit: Double) -> PCACertificate {
    var result = self
    result.errorPerSample *= unit * unit
    result.leastErrorPerSample *= unit * unit
    result.components = components.map {
      Component(
        variance: $0.variance * unit * unit, relativeGap: $0.relativeGap, angleBound: $0.angleBound)
    }
    return result
  }

  /// Whether component `index`, counted from 0, can be told from its neighbours.
  public func isDetermined(_ index: Int) -> Bool { components[index].angleBound < .pi / 2 }
}
