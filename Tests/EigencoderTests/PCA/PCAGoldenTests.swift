import Eigencoder
import Testing

/// Against values computed in 50-digit arithmetic with scikit-learn's definitions (Fixtures/README.md).
@Suite struct PCAGoldenTests {
  static let cases = [
    "digits8", "digits64", "n_less_than_d", "constant_column", "rank_deficient", "mean_over_sd_1e6",
    "mean_over_sd_1e6_f32", "duplicate_rows", "planted_rank_3", "tiny_scale", "huge_scale",
  ]
  static let routes: [PCA.Route] = [.automatic, .covariance, .gram, .svd]
  static let pairs = cases.flatMap { name in routes.map { (name, $0) } }

  @Test(arguments: pairs) func matches(_ name: String, _ route: PCA.Route) throws {
    let golden = try Fixture.golden("pca")
    let data: Matrix<Double> =
      name.hasPrefix("digits") ? try Fixture.digits() : try golden.matrix(name + ".data")
    if route == .gram, data.rows > 500 { return }  // an eigenproblem of 1,797 rows says nothing new
    let k = Int(try golden.number(name + ".k"))
    let pca = try PCA(latent: k, route: route).fitted(to: data)

    let variances: [Double] = try golden.vector(name + ".explained_variance")
    // Of the routes through squares only the SVD resolves a variance below eps of the largest.
    expectClose(pca.explainedVariance, variances, within: 1e-13, "variances")
    for (index, expected) in variances.enumerated() where expected > 1e-4 * variances[0] {
      expectClose(pca.explainedVariance[index], expected, within: 1e-10, "variance \(index)")
    }
    expectClose(pca.mean, try golden.vector(name + ".mean"), within: 1e-14, "mean")
    expectClose(
      pca.explainedVarianceRatio, try golden.vector(name + ".explained_variance_ratio"), within: 1e-12)
    // A variance of eps is a singular value of sqrt(eps).
    expectClose(
      pca.singularValues, try golden.vector(name + ".singular_values"), within: route == .svd ? 1e-12 : 1e-6)
    expectClose(
      [pca.noiseVariance], [try golden.number(name + ".noise_variance")], within: 1e-13, scale: variances[0],
      "noise variance")

    // A component is determined as far as its variance stands apart from its neighbours'.
    let components: Matrix<Double> = try golden.matrix(name + ".components")
    for i in 0..<components.rows {
      let gap = min(
        i > 0 ? variances[i - 1] - variances[i] : .infinity,
        i + 1 < variances.count ? variances[i] - variances[i + 1] : variances[i])
      guard gap > 1e-5 * variances[0] else { continue }
      expectClose(pca.components.row(i), components.row(i), within: 1e-8, "component \(i)")
    }
  }

  @Test(arguments: [
    "digits8", "constant_column", "mean_over_sd_1e6", "duplicate_rows", "planted_rank_3", "tiny_scale",
  ])
  func likelihood(_ name: String) throws {
    let golden = try Fixture.golden("pca")
    let data: Matrix<Double> =
      name.hasPrefix("digits") ? try Fixture.digits() : try golden.matrix(name + ".data")
    guard golden[name + ".log_likelihood"] != nil else { return }
    let pca = try PCA(latent: Int(golden.number(name + ".k"))).fitted(to: data)
    // At mean/sd 1e6 no f64 mean is nearer than 1e-10 deviations (Fixtures/README.md).
    let tolerance = name.hasPrefix("mean") ? 1e-9 : 1e-11
    expectClose(
      try pca.logLikelihoods(of: data), try golden.vector(name + ".log_likelihood"), within: tolerance)
    expectClose(
      try pca.meanLogLikelihood(of: data), try golden.number(name + ".mean_log_likelihood"), within: tolerance
    )
  }

  @Test func fractionsOfVariance() throws {
    let golden = try Fixture.golden("pca")
    let fractions: [Double] = try golden.vector("digits.fractions")
    let expected: [Double] = try golden.vector("digits.fraction_k")
    for (fraction, k) in zip(fractions, expected) {
      #expect(try PCA(explaining: fraction).fitted(to: Fixture.digits(Double.self)).latent == Int(k))
    }
  }

  /// f32 data with mean/sd 1000, where X'X - n mu mu' in f32 has a relative error of 2.
  @Test func covarianceOfFloatData() throws {
    let golden = try SafeTensors(contentsOf: Fixture.url("covariance_f32.safetensors"))
    let data: Matrix<Float> = try golden.matrix("data")
    let expected: Matrix<Double> = try golden.matrix("covariance")
    let moments = Moments(of: data)
    let difference = zip(moments.covariance.elements, expected.elements).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }
    let norm = expected.elements.reduce(0) { $0 + $1 * $1 }
    #expect((difference / norm).squareRoot() <= 1e-6)
    expectClose(moments.mean, try golden.vector("mean"), within: 1e-15)
  }
}
