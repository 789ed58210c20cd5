import Eigencoder
import Testing

/// Singular covariances, data far from the origin, extreme scales, and what is refused.
@Suite struct LinearDenoiserDegenerateTests {
  /// Multiples of 1/512 below 16 in size, so that adding 2^14 to them is exact in `Float` too.
  static func grid() -> Matrix<Double> {
    let x = LinearDenoiserTests.samples()
    return Matrix(rows: x.rows, columns: 5, x.elements.map { ($0 * 512).rounded() / 512 })
  }

  /// mean/sd about 1e4: the same weights as at the origin, to 1e-10 of them.
  @Test func largeMean() throws {
    let x = Self.grid()
    let far = 16384.0
    let moved = Matrix(rows: x.rows, columns: 5, x.elements.map { $0 + far })
    let pairs: [(Corruption, Corruption)] = [
      (.gaussian(0.4, unit: .data), .gaussian(0.4, unit: .data)),
      (.relativeGaussian(0.4), .relativeGaussian(0.4)),
      (.meanMasking(0.3), .meanMasking(0.3)),
      (
        .saltAndPepper(0.2, low: far - 1, high: far + 2),
        .saltAndPepper(0.2, low: -1, high: 2)
      ),
      (.masking(0.3), .saltAndPepper(0.3, low: -far, high: -far)),
    ]
    for (there, here) in pairs {
      for k in [2, 5] {
        let denoiser = try LinearDenoiser(there, latent: k).fitted(to: moved)
        let reference = try LinearDenoiser(here, latent: k).fitted(to: x)
        expectClose(denoiser.weight, reference.weight, within: 1e-10, "\(there.name)")
        expectClose(denoiser.expectedError, reference.expectedError, within: 1e-10, "\(there.name)")
        // Float: the same data, the moments and the use in single precision.
        let single = try LinearDenoiser(there, latent: k).fitted(to: moved.converted(to: Float.self))
        expectClose(single.weight, reference.weight, within: 1e-4, "\(there.name) in single precision")
        expectClose(
          single.encode(moved.converted(to: Float.self)).converted(to: Double.self), denoiser.encode(moved),
          within: 1e-4, "codes, \(there.name)")
      }
    }
  }

  @Test(arguments: [0.0, 3.0]) func constantColumn(_ value: Double) throws {
    var x = LinearDenoiserTests.samples()
    for i in 0..<x.rows { x[i, 2] = value }
    let kept = [0, 1, 3, 4]
    let rest = Matrix(rows: x.rows, columns: 4, (0..<x.rows).flatMap { i in kept.map { x[i, $0] } })
    for corruption: Corruption in [.masking(0.3), .meanMasking(0.3)] {
      let whole = try LinearDenoiser(corruption).fitted(to: x)
      let part = try LinearDenoiser(corruption).fitted(to: rest)
      #expect(whole.ridge == 0, "the column is ignored, nothing else changes")
      expectClose(whole.expectedError, part.expectedError, within: 1e-12)
      let restored = whole.reconstruct(x)
      for i in 0..<5 { expectClose([restored[i, 2]], [value], within: 1e-12, scale: 3) }
      for (a, i) in kept.enumerated() {
        expectClose(kept.map { whole.weight[i, $0] }, part.weight.row(a), within: 1e-12)
      }
    }
    if value == 0 {
      expectError(EigencoderError.numericalFailure, containing: "column 2 is constant") {
        _ = try LinearDenoiser(.masking(0.3), ridge: 0).fitted(to: x)
      }
    }
    _ = try LinearDenoiser(.gaussian(0.1, unit: .data), ridge: 0).fitted(to: x)
  }

  @Test func dependentColumns() throws {
    // Rank 2 in 5 columns, and a blur that adds nothing.
    let x = Matrix<Double>.random(40, 2, seed: 1) * Matrix<Double>.random(2, 5, seed: 2)
    let nothing = Corruption.gaussian(0)
    expectError(EigencoderError.numericalFailure, containing: "a small ridge (--ridge 1e-6)") {
      _ = try LinearDenoiser(nothing, ridge: 0).fitted(to: x)
    }
    let automatic = try LinearDenoiser(nothing).fitted(to: x)
    #expect(automatic.ridge > 0 && automatic.ridge < 1e-12)
    expectClose(automatic.reconstruct(x), x, within: 1e-9)
    let single = try LinearDenoiser(nothing).fitted(to: x.converted(to: Float.self))
    expectClose(single.reconstruct(x.converted(to: Float.self)).converted(to: Double.self), x, within: 1e-4)
    let explicit = try LinearDenoiser(nothing, ridge: 1e-6).fitted(to: x)
    expectClose(explicit.reconstruct(x), x, within: 1e-5)
    #expect(explicit.ridge == 1e-6)
    // A blur that leaves little but the mean of each sample, less than single precision resolves.
    let y = LinearDenoiserTests.samples().converted(to: Float.self)
    let lossy = try LinearDenoiser(.blur(height: 1, width: 5, deviation: 20)).fitted(to: y)
    #expect(lossy.ridge > 0)
    #expect(lossy.expectedError > 0)
  }

  /// Data whose variances, or whose columns' units, differ by more than the digits of `Float`: as in f64.
  @Test func gradedData() throws {
    let d = 6
    var x = Matrix<Double>.random(200, d, seed: 5)
    for i in 0..<x.rows {
      for j in 0..<d { x[i, j] *= [1e4, 1, 0.5, 0.1][min(j, 3)] }
    }
    x = x * (try SingularValues(of: .random(d, d, seed: 6)).left)
    var units = Matrix<Double>.random(200, d, seed: 7) * Matrix<Double>.random(d, d, seed: 8)
    for i in 0..<units.rows { units[i, 2] *= 1e-24 }
    let cases: [(Matrix<Double>, Corruption)] = [
      (x, .gaussian(0.5, unit: .data)), (units, .relativeGaussian(0.3)), (units, .masking(0.3)),
    ]
    for (data, corruption) in cases {
      let single = data.converted(to: Float.self)
      for k in [2, d] {
        let denoiser = try LinearDenoiser(corruption, latent: k).fitted(to: single)
        let reference = try LinearDenoiser(corruption, latent: k)
          .fitted(to: single.converted(to: Double.self))
        expectClose(denoiser.expectedError, reference.expectedError, within: 1e-5, "\(corruption.name) \(k)")
        expectClose(denoiser.weight, reference.weight, within: 1e-5, "\(corruption.name) \(k)")
      }
    }
  }

  @Test func fewSamplesAndExtremeScales() throws {
    let one = Matrix<Double>([[1, 2, 3]])
    let single = try LinearDenoiser(.gaussian(1, unit: .data)).fitted(to: one)
    expectClose(single.reconstruct(Matrix([[9, 9, 9]])).elements, [1, 2, 3], within: 1e-15)
    #expect(single.expectedError == 0)
    let constant = try LinearDenoiser(.meanMasking(0.5), latent: 2).fitted(to: one)
    expectClose(constant.reconstruct(one), one, within: 1e-15)

    let x = LinearDenoiserTests.samples()
    let reference = try LinearDenoiser(.masking(0.3), latent: 2).fitted(to: x)
    for scale in [1e-30, 1e30] {
      let scaled = Matrix(rows: x.rows, columns: 5, x.elements.map { $0 * scale })
      let denoiser = try LinearDenoiser(.masking(0.3), latent: 2).fitted(to: scaled)
      expectClose(denoiser.weight, reference.weight, within: 1e-11)
      let float = try LinearDenoiser(.masking(0.3), latent: 2)
        .fitted(to: scaled.converted(to: Float.self))
      expectClose(float.weight, reference.weight, within: 1e-5)
    }
  }

  @Test func refusals() throws {
    let x = LinearDenoiserTests.samples()
    func refused(
      _ kind: (String) -> EigencoderError, _ fragment: String, _ denoiser: LinearDenoiser,
      _ data: Matrix<Double>? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      expectError(kind, containing: fragment, sourceLocation: sourceLocation) {
        _ = try denoiser.fitted(to: data ?? x)
      }
    }
    let gaussian = Corruption.gaussian(1, unit: .data)
    refused(EigencoderError.invalidArgument, "from 1 to 5", LinearDenoiser(gaussian, latent: 6))
    refused(EigencoderError.invalidArgument, "a code of 0", LinearDenoiser(gaussian, latent: 0))
    refused(EigencoderError.invalidArgument, "got -1.0", LinearDenoiser(gaussian, ridge: -1))
    refused(EigencoderError.invalidArgument, "got nan", LinearDenoiser(gaussian, ridge: .nan))
    refused(EigencoderError.invalidArgument, "got -2.0", LinearDenoiser(.gaussian(-2, unit: .data)))
    refused(EigencoderError.invalidArgument, "[0, 1), got 1.0", LinearDenoiser(.masking(1)))
    refused(
      EigencoderError.invalidArgument, "finite",
      LinearDenoiser(.saltAndPepper(0.1, low: 0, high: .infinity))
    )
    refused(
      EigencoderError.invalidArgument, "needs 4 columns, the data have 5",
      LinearDenoiser(.blur(height: 2, width: 2, deviation: 1)))
    refused(
      EigencoderError.invalidArgument, "the custom corruption 'mine'",
      LinearDenoiser(.sequence([gaussian, .custom("mine") { _, _ in }])))
    refused(EigencoderError.invalidData, "got 0 x 5", LinearDenoiser(gaussian), Matrix(rows: 0, columns: 5))
    refused(
      EigencoderError.invalidData, "outside the range", LinearDenoiser(gaussian),
      Matrix(rows: 2, columns: 1, [0, 1e200]))
  }
}
