// The three routes from data to their spectrum (see PCA.swift). Products are in the precision T of the data,
// but for the singular values; a route gives nil where sums of squares overflow.

extension Spectrum {
  /// From the covariance matrix. n d^2 / 2 + eigen d^3.
  init?<T: Scalar>(covarianceOf data: Matrix<T>, size: PCA.Size) throws {
    let moments = Moments(of: data)
    guard moments.isFinite else { return nil }
    try self.init(moments, size: size, roundoff: Double(T.unitRoundoff))
    markIfConstant(data)
  }

  /// - Parameter roundoff: of the products in the moments.
  init(_ moments: Moments, size: PCA.Size, roundoff: Double) throws {
    let d = moments.mean.count
    let covariance = moments.covariance
    let eigen = try SymmetricEigen(of: covariance, largest: size.wanted(rows: moments.count, columns: d))
    self.init(
      samples: moments.count, mean: moments.mean, components: eigen.vectors, variances: eigen.values,
      totalVariance: (0..<d).reduce(0) { $0 + covariance[$1, $1] },
      // A symmetric error matrix with independent entries of size u C has a norm near sqrt(d) u |C|.
      relativeNoise: 8 * Double(d).squareRoot() * roundoff)
  }

  /// For wide data. The n x n Gram matrix of the rows, G = Xc Xc', has the eigenvalues of (n-1) S; an
  /// eigenvector u belongs to the component Xc' u / sqrt(g). n^2 d / 2 + eigen n^3.
  init?<T: Scalar>(gramOf data: Matrix<T>, size: PCA.Size) throws {
    let (n, d) = (data.rows, data.columns)
    let (centred, mean) = data.centred()
    var gram = Matrix<Double>(rows: n, columns: n)
    centred.withView { x in
      gram.withMutableView { sum in
        x.addUpperGram(to: sum, outer: true, block: Moments.blockRows)
        sum.symmetrize()
        sum.centreRowsAndColumns()
      }
    }
    guard gram.elements.withView({ $0.isFinite }) else { return nil }
    let eigen = try SymmetricEigen(of: gram, largest: size.wanted(rows: n, columns: d))
    var components = eigen.vectors.times(converting: centred)
    components.withMutableView { p in
      for i in 0..<p.rows {
        let norm = max(0, eigen.values[i]).squareRoot()
        p.row(i).scale(by: norm > 0 ? 1 / norm : 0)
      }
    }
    components.orthonormalizeRows()
    let denominator = Double(n - 1)
    self.init(
      samples: n, mean: mean, components: components, variances: eigen.values.map { $0 / denominator },
      totalVariance: (0..<n).reduce(0) { $0 + gram[$1, $1] } / denominator,
      relativeNoise: 8 * Double(n).squareRoot() * Double(T.unitRoundoff))
    markIfConstant(data)
  }

  /// From Xc itself, in f64 throughout: variances are resolved down to (eps sigma_1)^2. 2 n d^2.
  init<T: Scalar>(singularValuesOf data: Matrix<T>, size: PCA.Size) throws {
    try data.requireFinite()
    let (n, d) = (data.rows, data.columns)
    let (centred, mean) = data.converted(to: Double.self).centred()
    let svd = try SingularValues(of: n > d ? QR.triangularFactor(of: centred) : centred)
    let denominator = Double(n - 1)
    let variances = svd.values.map { $0 * $0 / denominator }
    self.init(
      samples: n, mean: mean, components: svd.right, variances: variances,
      totalVariance: variances.reduce(0, +),
      relativeNoise: Double(max(n, d)) * Double.unitRoundoff * Double.unitRoundoff)
    markIfConstant(data)
  }

  private mutating func markIfConstant<T: Scalar>(_ data: Matrix<T>) {
    isConstant = totalVariance < 1e-20 && data.hasEqualRows
  }
}

extension PCA.Size {
  /// The number of eigenpairs to compute: all that can be nonzero when the variances decide.
  fileprivate func wanted(rows: Int, columns: Int) -> Int {
    switch self {
    case .count(let k): k
    case .explaining: min(rows, columns)
    }
  }
}

extension MatrixView<Double> {
  /// H self H with H = I - 1 1'/n: removes what is left of the mean in a Gram matrix of rows.
  fileprivate func centreRowsAndColumns() {
    let n = Double(rows)
    let sums = (0..<rows).map { i in (0..<columns).reduce(0.0) { $0 + self[i, $1] } / n }
    let grand = sums.reduce(0, +) / n
    for i in 0..<rows {
      for j in 0..<columns { self[i, j] += grand - sums[i] - sums[j] }
    }
  }
}
