import Eigencoder
import Foundation
import Testing

/// Columns of 1e-4 to 1e4: variances over 16 orders, of which products in f64 leave the last to rounding.
@Suite struct GradedColumnsTests {
  /// 40 x 6 whole numbers times 10^-4, 10^-2, ..., 10^4 and 1, mixed a little.
  static func data<T: Scalar>(_ n: Int, _ d: Int, exponent: Double, _ type: T.Type) -> Matrix<T> {
    let z = Matrix<Double>.random(n, d, seed: 5)
    var x = z
    for i in 0..<n {
      for j in 0..<d {
        let mixed = z[i, j] + 0.3 * z[i, (j + 1) % d]
        x[i, j] = mixed * exp10(exponent * (2 * Double(j) / Double(d - 1) - 1))
      }
    }
    return x.converted(to: T.self)
  }

  private static func exp10(_ x: Double) -> Double { Foundation.exp2(x * 3.321928094887362) }

  /// Each variance relative to itself. The product of all is the determinant of the covariance, which scales with each
  /// column: of unit columns it is well conditioned.
  @Test(arguments: [2.0, 4, 6]) func determinant(_ exponent: Double) throws {
    func check<T: Scalar>(_ type: T.Type, within tolerance: Double) throws {
      let x = Self.data(500, 10, exponent: exponent, T.self)
      let pca = try PCA(latent: 10).fitted(to: x)
      var unit = x.converted(to: Double.self)
      for j in 0..<10 {
        // Powers of two change no digit.
        let scale = Double(sign: .plus, exponent: Double(x[0, j]).exponent, significand: 1)
        for i in 0..<500 { unit[i, j] /= scale }
      }
      let scales = (0..<10).reduce(0.0) { $0 + 2 * Double(Double(x[0, $1]).exponent) * 0.6931471805599453 }
      let expected = try PCA(latent: 10, route: .svd).fitted(to: unit).explainedVariance.reduce(scales) {
        $0 + log($1)
      }
      let determinant = pca.explainedVariance.reduce(0) { $0 + log($1) }
      #expect(
        (determinant - expected).magnitude < tolerance, "\(T.self): \(determinant), expected \(expected)")
      let certificate = try PCACertificate(of: pca, on: x)
      #expect(certificate.passes && certificate.codeCovariance.value < tolerance, "\(T.self): \(certificate)")
      // T2 of the rows of the fit sums to (n - 1) k: each component counts by its own variance.
      let scores = RowScores(of: pca, on: x, codes: pca.encode(x), variances: pca.explainedVariance)
      let sum = try #require(scores.hotelling).reduce(0, +)
      expectClose(sum, 4990, within: tolerance)
    }
    try check(Float.self, within: 1e-3)
    try check(Double.self, within: 1e-3)
  }

  /// A variance 1.7 % off is not exact, however small it is beside the largest.
  @Test func certificate() throws {
    let x = Self.data(500, 10, exponent: 4, Float.self)
    let pca = try PCA(latent: 10).fitted(to: x)
    var variances = pca.explainedVariance
    variances[9] *= 1.017
    let wrong = PrincipalComponents<Float>(
      sampleCount: 500, mean: pca.mean, components: pca.components, explainedVariance: variances,
      totalVariance: pca.totalVariance, noiseVariance: pca.noiseVariance)
    let certificate = try PCACertificate(of: wrong, on: x)
    #expect(certificate.residual.passes && !certificate.codeCovariance.passes && !certificate.passes)
    expectClose(certificate.codeCovariance.value, 0.017, within: 1e-2)
    // A product in f64 gives such a one.
    #expect(try !PCACertificate(of: PCA(latent: 10, route: .covariance).fitted(to: x), on: x).passes)
  }

  /// Read block after block, three passes give what memory gives.
  @Test func rows() throws {
    let x = Self.data(3000, 10, exponent: 4, Float.self)
    var passes = 0
    let streamed: PrincipalComponents<Float> = try PCA(latent: 10).fitted(
      toRowsOf: {
        passes += 1
        return try RowReader(
          bytes: npy("<f4", "(3000, 10)", x.elements.withUnsafeBytes { Array($0) }), name: "x")
      })
    let whole = try PCA(latent: 10).fitted(to: x)
    #expect(passes == 3)
    expectClose(
      zip(streamed.explainedVariance, whole.explainedVariance).map { $0 / $1 },
      Array(repeating: 1, count: 10), within: 1e-6)
  }
}
