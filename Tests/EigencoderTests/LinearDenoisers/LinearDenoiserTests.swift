import Eigencoder
import Testing

@Suite struct LinearDenoiserTests {
  static let corruptions: [Corruption] = [
    .gaussian(0.4, unit: .data), .gaussian(0.4), .relativeGaussian(0.3), .masking(0.3),
    .meanMasking(0.25), .saltAndPepper(0.2, low: -1, high: 2),
    .sequence([
      .relativeGaussian(0.2), .masking(0.2), blur,
      .saltAndPepper(0.1, low: 0, high: 1), .gaussian(0.1, unit: .data),
    ]), blur,
  ]
  static let blur = Corruption.blur(height: 1, width: 5, deviation: 0.6)

  /// 60 x 5, correlated, with means from 0 to 2.
  static func samples() -> Matrix<Double> {
    var x = Matrix<Double>.random(60, 5, seed: 3) * Matrix<Double>.random(5, 5, seed: 4)
    for i in 0..<x.rows {
      for j in 0..<5 { x[i, j] += Double(j) / 2 }
    }
    return x
  }

  @Test(arguments: corruptions) func codeOfAllComponentsIsTheFullMap(_ corruption: Corruption) throws {
    let x = Self.samples()
    let full = try LinearDenoiser(corruption).fitted(to: x)
    let all = try LinearDenoiser(corruption, latent: 5).fitted(to: x)
    expectClose(all.weight, full.weight, within: 1e-11)
    // The loss falls with the size of the code, and what the leading codes are does not depend on it.
    var last = Double.infinity
    for k in 1...5 {
      let some = try LinearDenoiser(corruption, latent: k).fitted(to: x)
      #expect(some.expectedError < last)
      last = some.expectedError
      expectClose(some.encoderWeight, full.encoderWeight.rows(0..<k), within: 1e-11, "\(k) codes")
    }
  }

  @Test func withoutStrengthItIsPCA() throws {
    let x = Self.samples()
    for corruption: Corruption in [
      .gaussian(0), .masking(0), .meanMasking(0),
      .saltAndPepper(0, low: 0, high: 1), .sequence([.masking(0), .gaussian(0)]),
    ] {
      let full = try LinearDenoiser(corruption).fitted(to: x)
      expectClose(full.weight, .identity(5), within: 1e-12, "\(corruption.name)")
      expectClose(full.bias, [Double](repeating: 0, count: 5), within: 1e-12, scale: 1)
      let pca = try PCA(latent: 2).fitted(to: x)
      let two = try LinearDenoiser(corruption, latent: 2).fitted(to: x)
      expectClose(two.encoderWeight, pca.components, within: 1e-12)
      expectClose(two.encode(x), pca.encode(x), within: 1e-12)
      let discarded = pca.totalVariance - pca.explainedVariance.reduce(0, +)
      expectClose(two.expectedError, discarded * 59 / 60, within: 1e-12)
    }
  }

  @Test func gaussianShrinksPrincipalComponents() throws {
    let x = Self.samples()
    let s = 0.6
    let pca = try PCA(latent: 3).fitted(to: x)
    let denoiser = try LinearDenoiser(.gaussian(s, unit: .data), latent: 3).fitted(to: x)
    var shrunken = pca.components
    for i in 0..<3 {
      let l = pca.explainedVariance[i] * 59 / 60
      for j in 0..<5 { shrunken[i, j] *= l / (l + s * s) }
    }
    expectClose(denoiser.encoderWeight, shrunken, within: 1e-12)
    expectClose(denoiser.decoderWeight, pca.components.transposed(), within: 1e-12)
  }

  /// A relative deviation is a multiple of the root of the columns' mean variance, in data of any units.
  @Test(arguments: [1e-6, 1, 1e6]) func gaussianRelativeToTheMeanVariance(_ units: Double) throws {
    var x = Self.samples()
    x.withMutableView { $0.scale(by: units) }
    let deviation = (try PCA(latent: 1).fitted(to: x).totalVariance / 5).squareRoot()
    let relative = try LinearDenoiser(.gaussian(0.4), latent: 3).fitted(to: x)
    let absolute = try LinearDenoiser(.gaussian(0.4 * deviation, unit: .data), latent: 3).fitted(to: x)
    expectClose(relative.weight, absolute.weight, within: 1e-12)
    expectClose(relative.expectedError, absolute.expectedError, within: 1e-12)
    #expect(relative.corruption == "gaussian:0.4sd")
  }

  /// Noise in proportion to each column's deviation is a ridge of s^2 n/(n-1); so is masking by the mean.
  @Test func relativeNoiseIsARidge() throws {
    let x = Self.samples()
    let noisy = try LinearDenoiser(.relativeGaussian(0.5), latent: 3).fitted(to: x)
    let ridge = try LinearDenoiser(.gaussian(0), latent: 3, ridge: 0.25 * 60 / 59).fitted(
      to: x)
    expectClose(noisy.weight, ridge.weight, within: 1e-12)
  }

  @Test func meanMaskingIsARidge() throws {
    let x = Self.samples()
    let masked = try LinearDenoiser(.meanMasking(0.2)).fitted(to: x)
    let ridge = try LinearDenoiser(.gaussian(0), ridge: 0.25).fitted(to: x)
    var scaled = ridge.weight
    scaled.withMutableView { $0.scale(by: 1 / 0.8) }
    expectClose(masked.weight, scaled, within: 1e-12)
    #expect(ridge.ridge == 0.25)
    let (q, p) = uncentred(x, .meanMasking(0.2))
    let solution = try Cholesky(of: q).solveRight(p)
    for i in 0..<5 { expectClose(masked.weight.row(i), Array(solution.row(i).prefix(5)), within: 1e-12) }
  }

  @Test func blurIsUndone() throws {
    let x = Self.samples()
    let blurred = x * Self.blur.blurMatrix()!
    let denoiser = try LinearDenoiser(Self.blur).fitted(to: x)
    // The matrix is regular: no information is lost.
    expectClose(denoiser.reconstruct(blurred), x, within: 1e-10)
    #expect(denoiser.expectedError < 1e-12)
    let two = try LinearDenoiser(Self.blur, latent: 2).fitted(to: x)
    expectClose(two.reconstruct(blurred), try PCA(latent: 2).fitted(to: x).reconstruct(x), within: 1e-10)
  }

  /// The mean error over sampled corruptions, within 5 standard errors of the closed form.
  @Test(arguments: corruptions.dropLast(), [1, 2, 5])
  func expectedErrorIsTheMeanOverSamples(_ corruption: Corruption, _ k: Int) throws {
    let x = Self.samples()
    let denoiser = try LinearDenoiser(corruption, latent: k).fitted(to: x)
    let statistics = ColumnStatistics(of: x)
    var errors = [Double]()
    for seed in 0..<UInt64(2000) {
      let restored = denoiser.reconstruct(corruption.applied(to: x, statistics: statistics, seed: seed))
      errors.append(x.withView { a in restored.withView { a.squaredDistance(to: $0) } } / Double(x.rows))
    }
    let mean = errors.reduce(0, +) / 2000
    let variance = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1999
    #expect(
      abs(mean - denoiser.expectedError) <= 5 * (variance / 2000).squareRoot(),
      "sampled \(mean), in closed form \(denoiser.expectedError)")
  }
}
