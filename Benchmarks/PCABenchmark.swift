import Eigencoder

/// How long do an exact fit and an encoding take, and how much of it is arithmetic or memory?
///
/// Before timing, a certificate in f64 (`PCACertificate`) must pass.
struct PCABenchmark: Benchmark {
  let rows: Int
  let columns: Int
  let components: Int
  var isDouble = false
  var group: Substring = "pca"

  static let sizes = [
    (60_000, 784, 32), (20_000, 3_072, 256), (1_000, 20_000, 32), (5_000, 384, 64), (1_797, 64, 8),
  ]

  static let all = sizes.flatMap { rows, columns, components in
    [false, true].map { PCABenchmark(rows: rows, columns: columns, components: components, isDouble: $0) }
  }

  /// How time grows with n, with d and with k.
  static let growth =
    ([5_000, 10_000, 20_000, 40_000].map { ($0, 784, 32) } + [96, 192, 384, 1_536].map { (20_000, $0, 32) }
    + [8, 128, 784].map { (20_000, 784, $0) })
    .map { PCABenchmark(rows: $0, columns: $1, components: $2, group: "growth") }

  var name: String { "\(group)/\(rows)x\(columns) k\(components) \(isDouble ? "f64" : "f32")" }

  func run(_ timing: Timing, checks: Bool) throws -> [Measurement] {
    let x = imageLikeData(rows: rows, columns: columns)
    return isDouble
      ? try run(x.converted(to: Double.self), timing, checks) : try run(x, timing, checks)
  }

  private func run<T: Scalar>(_ x: Matrix<T>, _ timing: Timing, _ checks: Bool) throws -> [Measurement] {
    let pca = PCA(latent: components)
    let fitted = try pca.fitted(to: x)
    let quality = checks ? try certify(fitted, on: x) : [:]
    let fit = try timing.median { _ = try pca.fitted(to: x) }
    let encode = timing.median { _ = fitted.encode(x) }
    let (n, d, k) = (Double(rows), Double(columns), Double(components))
    let (shorter, longer) = (min(n, d), max(n, d))
    let size = Double(MemoryLayout<T>.size)
    return [
      Measurement(
        name: name + " fit", seconds: fit,
        flops: longer * shorter * shorter + 4 / 3 * shorter * shorter * shorter,
        bytes: n * d * size, isDouble: isDouble, quality: quality, variances: fitted.explainedVariance),
      Measurement(
        name: name + " encode", seconds: encode, flops: 2 * n * d * k, bytes: n * (d + k) * size,
        isDouble: isDouble),
    ]
  }

  private func certify<T: Scalar>(_ fitted: PrincipalComponents<T>, on x: Matrix<T>) throws -> [String:
    Double]
  {
    let certificate = try PCACertificate(of: fitted, on: x)
    guard certificate.passes else {
      throw EigencoderError.numericalFailure("\(name): the certificate does not pass: \(certificate)")
    }
    let errors = zip(fitted.explainedVariance, certificate.components).map { abs($0 / $1.variance - 1) }
    return [
      "angle": certificate.subspaceAngle.value, "residual": certificate.residual.value,
      "variances": errors.max()!,
    ]
  }
}
