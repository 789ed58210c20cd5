// The joint first and second moments of clean samples x and their corruptions xc, in expectation over all
// corruptions. Mathematics, section 4, rewritten around the means.
//
// The textbook form is uncentred: with Xbar = [X, 1], Q = E[xt xt'] and P = E[x xt'], and the affine map
// [W b] = P Q^-1. Eliminating the last row and column (the bias, never corrupted) leaves
//   W = Cov(x, xc) Cov(xc, xc)^-1,   b = mean(x) - W mean(xc),
// the same map without the means' squares, so that data far from the origin keep their accuracy. Each step
// below acts on the moments that the step before has left, so that corruptions may follow one another.

/// Mean and scatter of corrupted samples, and their scatter against the clean ones: sums over samples.
struct CorruptedMoments {
  /// The clean samples.
  let clean: Moments
  /// n.
  let count: Double
  /// E[xc], d numbers.
  private(set) var mean: [Double]
  /// sum E[(x - E x)(xc - E xc)'], d x d, rows by the clean side.
  private(set) var cross: Matrix<Double>
  /// sum E[(xc - E xc)(xc - E xc)'], d x d, symmetric.
  private(set) var scatter: Matrix<Double>

  /// Not corrupted at all.
  init(_ clean: Moments) {
    self.clean = clean
    count = Double(clean.count)
    mean = clean.mean
    cross = clean.scatter
    scatter = clean.scatter
  }

  /// xc + e, the elements of e independent, with mean 0 and the given variance for each column.
  mutating func addNoise(variance: (Int) -> Double) {
    for i in mean.indices { scatter[i, i] += count * variance(i) }
  }

  /// Each element independently becomes one of two values of its column, each with probability p / 2.
  ///
  /// With q = 1 - p, and around the column's mean m: s = (low + high)/2 - m, t = (high - low)/2. The mean
  /// moves by p s; covariances with other columns shrink by q^2, those with clean samples by q; and the
  /// variance v becomes q v + p q s^2 + p t^2 = q^2 v + p q (v + s^2) + p t^2.
  mutating func replace(probability p: Double, by values: (Int) -> (low: Double, high: Double)) {
    let q = 1 - p
    let variances = mean.indices.map { scatter[$0, $0] }
    cross.withMutableView { $0.scale(by: q) }
    scatter.withMutableView { $0.scale(by: q * q) }
    for i in mean.indices {
      let (low, high) = values(i)
      let s = low + (high - low) / 2 - mean[i]
      let t = (high - low) / 2
      scatter[i, i] = q * variances[i] + count * (p * q * s * s + p * t * t)
      mean[i] += p * s
    }
  }

  /// K xc, given K', d x d. 3 d^3.
  mutating func multiply(byTransposeOf k: Matrix<Double>) {
    mean = Matrix(rows: 1, columns: mean.count, mean).times(k).elements
    cross = cross * k
    scatter = k.times(scatter * k, transposed: true)
    scatter.withMutableView { $0.symmetrize() }
  }
}
