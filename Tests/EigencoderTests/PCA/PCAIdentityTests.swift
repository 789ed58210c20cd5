import Eigencoder
import Foundation
import Testing

/// The identities of Mathematics, section 1 and 2, on shapes where each route is the natural one.
@Suite struct PCAIdentityTests {
  static let shapes = [(200, 12), (50, 50), (51, 50), (20, 21), (15, 60), (1100, 7), (5, 2), (2, 5)]

  private func tolerance<T: Scalar>(_: T.Type) -> Double { T.self == Float.self ? 2e-6 : 1e-13 }

  private func covariance<T: Scalar>(_ x: Matrix<T>) -> Matrix<Double> {
    Moments(of: x.converted(to: Double.self)).covariance
  }

  /// P' P: what a set of components spans.
  private func projection(_ p: Matrix<Double>) -> Matrix<Double> { p.times(p, transposed: true) }

  private func sum(_ x: Matrix<some Scalar>) -> Double { x.withView { $0.squaredNorm } }

  private func expectOrthonormal<T: Scalar>(
    _ pca: PrincipalComponents<T>, _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectClose(
      pca.components.times(pca.components, otherTransposed: true), .identity(pca.latent),
      within: 1e-12,
      "P P' \(what)", sourceLocation: sourceLocation)
  }

  @Test(arguments: shapes, PCA.Route.allCases) func identities(_ shape: (Int, Int), _ route: PCA.Route) throws
  {
    func check<T: Scalar>(_: T.Type) throws {
      let (n, d) = shape
      let x: Matrix<T> = correlated(n, d, seed: 1)
      let c = covariance(x)
      let tolerance = tolerance(T.self)
      let rank = min(n, d)
      let trace = (0..<d).reduce(0) { $0 + c[$1, $1] }
      for k in Set([1, 2, rank / 2, rank - 1, rank]) where k >= 1 {
        let pca = try PCA(latent: k, route: route).fitted(to: x)
        let what = "\(shape) k \(k) \(route) \(T.self)"
        #expect(pca.latent == k && pca.inputs == d && pca.sampleCount == n)
        expectOrthonormal(pca, what)
        let p = pca.components
        var scaled = p
        for i in 0..<k { for j in 0..<d { scaled[i, j] *= pca.explainedVariance[i] } }
        expectClose(
          p * c, scaled, within: tolerance * Double(d).squareRoot(), scale: pca.explainedVariance[0],
          "P C = L P \(what)")
        let variances = pca.explainedVariance
        #expect(
          zip(variances, variances.dropFirst()).allSatisfy { $0 >= $1 } && variances.allSatisfy { $0 >= 0 },
          "\(what)")
        expectClose(pca.totalVariance, trace, within: tolerance, "trace \(what)")
        let ratios = pca.explainedVarianceRatio
        expectClose(ratios, variances.map { $0 / trace }, within: tolerance, "ratios \(what)")
        if k == rank { expectClose(ratios.reduce(0, +), 1, within: tolerance, "sum of ratios \(what)") }
        expectClose(
          pca.singularValues, variances.map { (Double(n - 1) * $0).squareRoot() }, within: 1e-14,
          "singular \(what)")
        let discarded = trace - variances.reduce(0, +)
        expectClose(
          [pca.noiseVariance], [k < rank ? discarded / Double(rank - k) : 0], within: tolerance, scale: trace,
          "noise \(what)")
        expectClose(
          pca.mean, Moments(of: x.converted(to: Double.self)).mean, within: 1e-13, "mean \(what)")
        // In each row the entry of largest magnitude is positive.
        for i in 0..<k {
          let row = p.row(i)
          let largest = row.map(\.magnitude).max()!
          #expect(row[row.firstIndex { $0.magnitude == largest }!] > 0, "sign \(what)")
        }

        // Reports on the training data.
        let back = pca.reconstruct(x)
        let squared = x.withView { x in back.withView { x.squaredDistance(to: $0) } }
        let around = Double(n - 1) * trace
        expectClose(
          [1 - squared / around], [ratios.reduce(0, +)], within: 2 * tolerance, scale: 1, "R2 \(what)")
        expectClose(
          [squared / Double(n * d)], [Double(n - 1) / Double(n) * discarded / Double(d)],
          within: 4 * tolerance,
          scale: trace / Double(d), "MSE \(what)")
        // A projection: the second time changes nothing; codes survive decoding.
        let codes = pca.encode(x)
        expectClose(pca.reconstruct(back), back, within: 32 * Double(T.ulpOfOne), "projection \(what)")
        expectClose(pca.encode(pca.decode(codes)), codes, within: 40 * Double(T.ulpOfOne), "codes \(what)")
        // Codes are centred and uncorrelated, of the variances claimed.
        let moments = Moments(of: codes.converted(to: Double.self))
        var diagonal = Matrix<Double>(rows: k, columns: k)
        for i in 0..<k { diagonal[i, i] = variances[i] }
        expectClose(moments.covariance, diagonal, within: tolerance, "covariance of codes \(what)")
        expectClose(
          moments.mean, [Double](repeating: 0, count: k), within: tolerance, scale: variances[0].squareRoot(),
          "mean of codes \(what)")
        #expect(pca.encoderJacobian(at: x.row(0)) == p.converted(to: T.self))
        expectClose(pca.contraction(over: x), Double(k), within: 1e-6)
        #expect(pca.parameterCount == (k + 1) * d && pca.method == "pca")
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: shapes) func routesAgree(_ shape: (Int, Int)) throws {
    func check<T: Scalar>(_: T.Type) throws {
      let x: Matrix<T> = correlated(shape.0, shape.1, seed: 2)
      let tolerance = tolerance(T.self)
      let rank = min(shape.0 - 1, shape.1)
      for k in Set([1, min(3, rank), rank]) {
        let exact = try PCA(latent: k, route: .svd).fitted(to: x)
        for route in PCA.Route.allCases {
          let pca = try PCA(latent: k, route: route).fitted(to: x)
          expectClose(pca.explainedVariance, exact.explainedVariance, within: tolerance, "\(shape) \(route)")
          expectClose(
            projection(pca.components), projection(exact.components), within: 2000 * tolerance, scale: 1,
            "\(shape) k \(k) \(route)")
        }
        let moments = Moments(of: x)
        let fromMoments: PrincipalComponents<T> = try PCA(latent: k).fitted(to: moments)
        let direct = try PCA(latent: k, route: .covariance).fitted(to: x)
        guard T.self == Double.self else {
          // The data themselves may be seen again in f64.
          expectClose(fromMoments.explainedVariance, direct.explainedVariance, within: tolerance)
          continue
        }
        #expect(fromMoments.mean == direct.mean)
        #expect(fromMoments.components == direct.components)
        #expect(fromMoments.explainedVariance == direct.explainedVariance)
        #expect(fromMoments.encode(x) == direct.encode(x))
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// A planted spectrum: components of Float data agree with those of the same numbers in f64.
  @Test func componentsOfFloatData() throws {
    let (n, d) = (4000, 30)
    for mean in [0.0, 10, 1e3] {
      var x = Matrix<Double>.random(n, d, seed: 3)
      for i in 0..<n { for j in 0..<d { x[i, j] = x[i, j] * exp(-Double(j) / 4) } }
      x = x * (try SymmetricEigen(of: symmetric(d, seed: 4)).vectors)
      for i in 0..<n { for j in 0..<d { x[i, j] += mean } }
      let floats = x.converted(to: Float.self)
      let wide = floats.converted(to: Double.self)
      for (route, bound) in [(PCA.Route.covariance, 3e-6), (.svd, 1e-12)] {
        let single = try PCA(latent: 8, route: route).fitted(to: floats)
        let double = try PCA(latent: 8, route: .svd).fitted(to: wide)
        expectClose(single.components, double.components, within: bound, "mean \(mean) \(route)")
        expectClose(
          single.explainedVariance, double.explainedVariance, within: bound, "mean \(mean) \(route)")
        expectClose(single.mean, double.mean, within: 1e-12)
      }
    }
  }

  @Test func repeatable() throws {
    func check<T: Scalar>(_: T.Type) throws {
      for (shape, route) in [((700, 60), PCA.Route.covariance), ((40, 90), .gram), ((90, 30), .svd)] {
        let x: Matrix<T> = correlated(shape.0, shape.1, seed: 5)
        let a = try PCA(latent: 9, route: route).fitted(to: x)
        let b = try PCA(latent: 9, route: route).fitted(to: x)
        // The bits are the same, whatever other tests compute at the same time.
        #expect(a.mean == b.mean && a.components == b.components)
        #expect(a.explainedVariance == b.explainedVariance)
        #expect(a.encode(x) == b.encode(x) && a.reconstruct(x) == b.reconstruct(x))
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// A code does not depend on the rows around it beyond rounding, nor on the blocks.
  @Test func rowByRow() throws {
    let x: Matrix<Double> = correlated(1300, 9, seed: 6)
    let pca = try PCA(latent: 4).fitted(to: x)
    let codes = pca.encode(x)
    for i in [0, 511, 512, 1299] {
      expectClose(pca.encode(x.rows(i..<i + 1)).elements, codes.row(i), within: 1e-14, scale: 10)
    }
    #expect(pca.encode(Matrix(rows: 0, columns: 9)) == Matrix(rows: 0, columns: 4))
    #expect(pca.decode(Matrix(rows: 0, columns: 4)) == Matrix(rows: 0, columns: 9))
  }

  // MARK: - The number of components by the variance they explain

  /// Columns of variances 4 : 2 : 1 : 1: shares 1/2, 1/4, 1/8, 1/8.
  private func shares() -> Matrix<Double> {
    var x = Matrix<Double>(rows: 8, columns: 4)
    for (j, scale) in [2.0, 2.0.squareRoot(), 1, 1].enumerated() {
      for i in 0..<8 { x[i, j] = scale * ((i >> (j == 3 ? 0 : 2 - j)) & 1 == 0 ? 1 : -1) }
    }
    // Columns 2 and 3 must differ to be uncorrelated.
    for i in 0..<8 { x[i, 3] = ((i ^ (i >> 1) ^ (i >> 2)) & 1) == 0 ? 1 : -1 }
    return x
  }

  @Test(arguments: PCA.Route.allCases) func fractions(_ route: PCA.Route) throws {
    func check<T: Scalar>(_: T.Type) throws {
      let x = shares().converted(to: T.self)
      for (fraction, k) in [
        (0.01, 1), (0.49, 1), (0.51, 2), (0.74, 2), (0.76, 3), (0.87, 3), (0.88, 4), (0.9999, 4),
      ] {
        let pca = try PCA(explaining: fraction, route: route).fitted(to: x)
        #expect(pca.latent == k, "\(fraction) \(route)")
        #expect(pca.explainedVarianceRatio.reduce(0, +) > fraction)
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// The share must exceed the fraction: at equality one more is kept.
  @Test func fractionsAreStrict() throws {
    // Variances 3, 1 along the axes, exact in binary.
    let x = Matrix<Double>([[3, 0], [-3, 0], [0, 1], [0, -1]])
    #expect(try PCA(explaining: 0.9).fitted(to: x).latent == 2)
    #expect(try PCA(explaining: (0.9).nextDown.nextDown).fitted(to: x).latent == 1)
    let equal = Matrix<Double>([[1, 0], [-1, 0], [0, 1], [0, -1]])
    #expect(try PCA(explaining: 0.5).fitted(to: equal).latent == 2)
    #expect(try PCA(explaining: 0.49).fitted(to: equal).latent == 1)
  }

  /// A fraction that rounding may never reach keeps at most min(n, d), by every route and shape.
  @Test(arguments: shapes, PCA.Route.allCases) func almostEverything(_ shape: (Int, Int), _ route: PCA.Route)
    throws
  {
    func check<T: Scalar>(_: T.Type) throws {
      for seed in 0..<2 as Range<UInt64> {
        let x: Matrix<T> = correlated(shape.0, shape.1, seed: seed)
        for fraction in [(1.0).nextDown, 0.999999] {
          let pca = try PCA(explaining: fraction, route: route).fitted(to: x)
          #expect(pca.latent <= min(shape.0, shape.1))
          expectOrthonormal(pca, "\(shape) \(route)")
        }
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  // MARK: - Whitening

  @Test(arguments: PCA.Route.allCases) func whitening(_ route: PCA.Route) throws {
    func check<T: Scalar>(_: T.Type) throws {
      for (n, d, k) in [(300, 8, 8), (300, 8, 3), (20, 40, 10), (20, 40, 19)] {
        let x: Matrix<T> = correlated(n, d, seed: 7)
        let plain = try PCA(latent: k, route: route).fitted(to: x)
        let pca = try PCA(latent: k, route: route, whitens: true).fitted(to: x)
        #expect(pca.whitens)
        expectClose(pca.components, plain.components, within: 1e-10)
        let codes = pca.encode(x)
        let moments = Moments(of: codes.converted(to: Double.self))
        // Small variances carry the error of the large ones, relative to themselves.
        let condition = pca.explainedVariance[0] / pca.explainedVariance[k - 1]
        expectClose(
          moments.covariance, .identity(k), within: tolerance(T.self) * max(10, condition),
          "\(n) \(d) \(k) \(route)")
        expectClose(
          pca.decode(codes), plain.reconstruct(x), within: 100 * Double(T.ulpOfOne), "\(n) \(d) \(k) \(route)"
        )
        expectClose(
          pca.contraction(over: x), pca.explainedVariance.reduce(0) { $0 + 1 / $1 },
          within: 4 * Double(T.ulpOfOne))
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// Directions whose variance is rounding noise: beyond the rank, the n-th of n rows, constant columns.
  @Test(arguments: PCA.Route.allCases) func whiteningRefusesNoise(_ route: PCA.Route) throws {
    func check<T: Scalar>(_: T.Type) throws {
      for (n, d, rank) in [(300, 8, 3), (30, 40, 5), (200, 20, 19), (40, 40, 1)] {
        // Whole numbers, so that the rank is exact in Float as well.
        var x = Matrix<T>(rows: n, columns: d)
        let a = Matrix<Double>.random(n, rank, seed: 8, deviation: 10)
        let b = Matrix<Double>.random(rank, d, seed: 9, deviation: 10)
        for i in 0..<n {
          for j in 0..<d {
            x[i, j] = T((0..<rank).reduce(0.0) { $0 + a[i, $1].rounded() * b[$1, j].rounded() })
          }
        }
        for k in Set([rank + 1, min(n, d)]) {
          expectError(EigencoderError.invalidData, containing: "ask for at most \(rank)") {
            _ = try PCA(latent: k, route: route, whitens: true).fitted(to: x)
          }
        }
        _ = try PCA(latent: rank, route: route, whitens: true).fitted(to: x)
      }
      // n rows span n - 1 directions.
      for (n, d) in [(2, 5), (12, 12), (12, 13), (30, 200)] {
        let x: Matrix<T> = correlated(n, d, seed: 10)
        expectError(EigencoderError.invalidData, containing: "ask for at most \(n - 1)") {
          _ = try PCA(latent: n, route: route, whitens: true).fitted(to: x)
        }
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: PCA.Route.allCases, [0.0, 0.1, 1e6]) func whiteningOfConstantData(
    _ route: PCA.Route, _ value: Double
  ) throws {
    func check<T: Scalar>(_: T.Type) {
      for (n, d) in [(50, 3), (1000, 3), (3, 50), (7, 7)] {
        let x = Matrix<T>(rows: n, columns: d, repeating: T(value))
        expectError(EigencoderError.invalidData, containing: "whitening") {
          _ = try PCA(latent: 2, route: route, whitens: true).fitted(to: x)
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  // MARK: - Likelihood

  /// Against log N(x; mu, C), C = P'(L - s I)P + s I, by Cholesky of the full covariance.
  @Test func likelihood() throws {
    func check<T: Scalar>(_: T.Type) throws {
      for (n, d, k) in [(200, 9, 3), (200, 9, 9), (200, 9, 8), (30, 40, 6), (50, 1, 1)] {
        let x: Matrix<T> = correlated(n, d, seed: 11)
        for whitens in [false, true] {
          let pca = try PCA(latent: k, whitens: whitens).fitted(to: x)
          var scaled = pca.components
          for i in 0..<k { for j in 0..<d { scaled[i, j] *= pca.explainedVariance[i] - pca.noiseVariance } }
          var c = pca.components.times(scaled, transposed: true)
          for j in 0..<d { c[j, j] += pca.noiseVariance }
          let factor = try Cholesky(of: c)
          let unseen: Matrix<T> = correlated(25, d, seed: 12)
          var centred = unseen.converted(to: Double.self)
          for i in 0..<25 { for j in 0..<d { centred[i, j] -= pca.mean[j] } }
          let solved = try factor.solveRight(centred)
          let expected = (0..<25).map { i in
            -(Double(d) * log(2 * Double.pi) + factor.logDeterminant + inner(solved.row(i), centred.row(i)))
              / 2
          }
          expectClose(try pca.logLikelihoods(of: unseen), expected, within: 1e-9, "\(n) \(d) \(k)")
          expectClose(
            try pca.meanLogLikelihood(of: unseen), expected.reduce(0, +) / 25, within: 1e-9, "\(n) \(d) \(k)")
        }
      }
      let flat = try PCA(latent: 1).fitted(to: Matrix<T>([[1, 0], [-1, 0], [2, 0]]))
      expectError(EigencoderError.numericalFailure, containing: "full rank") {
        _ = try flat.logLikelihoods(of: Matrix<T>([[1, 0]]))
      }
      expectError(EigencoderError.invalidData, containing: "at least 1 row") {
        _ = try flat.meanLogLikelihood(of: Matrix<T>(rows: 0, columns: 2))
      }
    }
    try check(Float.self)
    try check(Double.self)
  }
}

/// Rows of a random mixing of falling scales around different means.
func correlated<T: Scalar>(_ n: Int, _ d: Int, seed: UInt64, mean: Double = 3) -> Matrix<T> {
  var sources = Matrix<Double>.random(n, d, seed: seed &+ 1000)
  for i in 0..<n { for j in 0..<d { sources[i, j] *= 4 * pow(Double(j + 1), -0.7) } }
  // The mixing belongs to the size alone, so that other seeds draw from the same distribution.
  var x = sources * Matrix<Double>.random(d, d, seed: UInt64(d))
  for i in 0..<n { for j in 0..<d { x[i, j] += mean * Double(j % 5 - 2) } }
  return x.converted(to: T.self)
}
