import Eigencoder
import Testing

/// Against P Q^-1 in the uncentred form (Fixtures/README.md, denoiser_golden).
@Suite struct LinearDenoiserGoldenTests {
  static let corruptions: [(String, Corruption)] = [
    ("masking", .masking(0.3)), ("gaussian", .gaussian(0.5, unit: .data)),
    ("salt_and_pepper", .saltAndPepper(0.2, low: 0, high: 1)),
  ]

  @Test(arguments: corruptions) func fullRank(_ name: String, _ corruption: Corruption) throws {
    let golden = try Fixture.golden("denoiser")
    let x: Matrix<Double> = try golden.matrix("x")
    let denoiser = try LinearDenoiser(corruption, ridge: 0).fitted(to: x)
    expectClose(denoiser.weight, try golden.matrix(name + ".weight"), within: 1e-13, "weight")
    expectClose(denoiser.bias, try golden.vector(name + ".bias"), within: 1e-12, "bias")
    expectClose(denoiser.expectedError, try golden.number(name + ".loss"), within: 1e-13, "loss")
    #expect(denoiser.latent == 6)
    #expect(denoiser.ridge == 0)
  }

  @Test(arguments: corruptions) func rank2(_ name: String, _ corruption: Corruption) throws {
    let golden = try Fixture.golden("denoiser")
    let x: Matrix<Double> = try golden.matrix("x")
    let denoiser = try LinearDenoiser(corruption, latent: 2).fitted(to: x)
    let prefix = name + ".rank2_affine."
    expectClose(denoiser.encoderWeight, try golden.matrix(prefix + "encoder.weight"), within: 1e-12)
    expectClose(denoiser.encoderBias, try golden.vector(prefix + "encoder.bias"), within: 1e-12)
    expectClose(denoiser.decoderWeight, try golden.matrix(prefix + "decoder.weight"), within: 1e-12)
    expectClose(denoiser.decoderBias, try golden.vector(prefix + "decoder.bias"), within: 1e-14)
    expectClose(denoiser.weight, try golden.matrix(prefix + "weight"), within: 1e-12)
    expectClose(denoiser.bias, try golden.vector(prefix + "bias"), within: 1e-12)
    expectClose(denoiser.expectedError, try golden.number(prefix + "loss"), within: 1e-13)
    // The decoder's own bias is worth having.
    #expect(try denoiser.expectedError < golden.number(name + ".rank2.loss"))

    let single = try LinearDenoiser(corruption, latent: 2).fitted(to: x.converted(to: Float.self))
    expectClose(single.encoderWeight, denoiser.encoderWeight, within: 1e-5)
    #expect(single.parameterCount == 2 * 6 * 2 + 2 + 6)
    #expect(single.method == "linear-denoising")
    expectClose(
      single.encoderJacobian(at: [Float](repeating: 0, count: 6)).elements.map(Double.init),
      single.encoderWeight.elements, within: 1e-7)
    expectClose(
      single.reconstruct(x.converted(to: Float.self)).converted(to: Double.self), denoiser.reconstruct(x),
      within: 1e-5)
  }

  /// Q and P as Mathematics, section 4 writes them, from sums over the samples, against the golden ones and the map.
  @Test(arguments: corruptions) func uncentredForm(_ name: String, _ corruption: Corruption) throws {
    let golden = try Fixture.golden("denoiser")
    let x: Matrix<Double> = try golden.matrix("x")
    let (q, p) = uncentred(x, corruption)
    expectClose(q, try golden.matrix(name + ".q"), within: 1e-14, "q")
    expectClose(p, try golden.matrix(name + ".p"), within: 1e-14, "p")
    let solution = try Cholesky(of: q).solveRight(p)
    let denoiser = try LinearDenoiser(corruption).fitted(to: x)
    for i in 0..<6 {
      expectClose(denoiser.weight.row(i) + [denoiser.bias[i]], solution.row(i), within: 1e-12, "row \(i)")
    }
  }
}

/// Q = E[xt xt'] and P = E[x xt'], sums over the rows of x, with a last input 1 that is never corrupted.
func uncentred(_ x: Matrix<Double>, _ corruption: Corruption) -> (
  q: Matrix<Double>, p: Matrix<Double>
) {
  let (n, d) = (x.rows, x.columns)
  let column = (0..<d).map { j in (0..<n).reduce(0) { $0 + x[$1, j] } / Double(n) }
  // The mean and the variance of one corrupted element, given the clean one.
  func moments(_ value: Double, _ j: Int) -> (mean: Double, variance: Double) {
    func replaced(_ p: Double, _ low: Double, _ high: Double) -> (Double, Double) {
      let mean = (1 - p) * value + p / 2 * (low + high)
      return (mean, (1 - p) * value * value + p / 2 * (low * low + high * high) - mean * mean)
    }
    switch corruption {
    case .gaussian(let s, _): return (value, s * s)
    case .masking(let p): return replaced(p, 0, 0)
    case .meanMasking(let p): return replaced(p, column[j], column[j])
    case .saltAndPepper(let p, let low, let high): return replaced(p, low, high)
    default:
      preconditionFailure("not an elementwise corruption of its own")
    }
  }
  var (q, p) = (Matrix<Double>(rows: d + 1, columns: d + 1), Matrix<Double>(rows: d, columns: d + 1))
  for row in 0..<n {
    let m = (0..<d).map { moments(x[row, $0], $0).mean } + [1]
    for i in 0...d {
      for j in 0...d {
        q[i, j] += m[i] * m[j]
        if i < d { p[i, j] += x[row, i] * m[j] }
      }
      if i < d { q[i, i] += moments(x[row, i], i).variance }
    }
  }
  return (q, p)
}
