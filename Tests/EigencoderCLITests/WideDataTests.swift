import Eigencoder
import Foundation
import Testing

/// `fit pca --route krylov`, and what is said of such models.
@Suite struct WideDataTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func fit(_ arguments: [String]) throws -> Tool.Result {
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--model", "m"] + arguments, in: directory)
  }

  private func variances() throws -> [Double] {
    guard case .pca(let pca) = try Model<Double>(contentsOf: directory.file("m")) else { return [] }
    return pca.explainedVariance
  }

  @Test func forced() throws {
    try directory.writeSamples(rows: 60, columns: 90)
    let lines = try fit(["--latent", "2", "--route", "krylov"]).output.split(separator: "\n")
    #expect(lines[0].hasPrefix("pca: 90 -> 2, 60 rows, fitted in "))
    let line = try #require(
      lines[1].wholeMatch(of: /krylov: (\d+) passes, residual (.+) of the largest variance, asked 1e-10/))
    #expect(try #require(Double(line.2)) <= 1e-10)
    let found = try variances()

    let info = try expectSuccess(["info", "--model", "m"], in: directory).output
    #expect(info.contains("\n" + lines[1] + "\n"))
    let verified = try expectSuccess(["info", "--model", "m", "--verify", "--data", "x.npy"], in: directory)
      .output
    #expect(verified.contains("\nfit             by \(line.1) passes, residual "))
    #expect(verified.hasSuffix("\n\nexact: this is the PCA of x.npy, to rounding\n"))

    let json = try fit(["--latent", "2", "--route", "krylov", "--format", "json"]).output
    let summary = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let krylov = try #require(summary["krylov"] as? [String: Any])
    #expect(krylov["passes"] as? Int == Int(line.1))
    #expect((summary["options"] as? [String: Any])?["route"] as? String == "krylov")

    for route in ["automatic", "covariance", "gram", "svd"] {
      let output = try fit(["--latent", "2", "--route", route]).output
      #expect(!output.contains("krylov"), "\(route)")
      for (a, b) in zip(try variances(), found) { #expect((a - b).magnitude <= 1e-6 * b, "\(route)") }
    }
  }

  /// Where passes cannot be made: too many components for the shape, and a fraction.
  @Test func denseInstead() throws {
    try directory.writeSamples(rows: 60, columns: 90)
    for latent in ["30", "0.9"] {
      #expect(try !fit(["--latent", latent, "--route", "krylov"]).output.contains("krylov"), "\(latent)")
    }
  }

  @Test func errors() throws {
    try directory.writeSamples(rows: 1, columns: 90)
    let fit = ["fit", "pca", "--data", "x.npy", "--latent", "1", "--model", "m", "--route"]
    try expectFailure(65, "PCA needs at least 2 rows, got 1", fit + ["krylov"], in: directory)
    try expectFailure(
      64,
      "--route is one of automatic, covariance, gram, svd, krylov; got 'fast' (see 'eigencoder fit --help')",
      fit + ["fast"],
      in: directory)
    try expectFailure(
      64, "--route applies to pca; got autoencoder (see 'eigencoder fit --help')",
      ["fit", "autoencoder"] + fit.dropFirst(2) + ["krylov"],
      in: directory)
  }

  /// A file that is read anew for each pass, in the fit and in the certificate; 63 directions of variance.
  @Test func passesOverAFile() throws {
    let columns = 8192
    let pattern = Matrix<Float>(
      rows: 64, columns: columns,
      (0..<64 * columns).map { i in
        let (row, column) = (i / columns, i % columns)
        let hash = UInt32(truncatingIfNeeded: column &* (2 * row + 1) &* 2_654_435_761) >> 16
        return Float(Int(hash) - 32768) / Float(32768 * (row + 1)) + 3
      })
    let bytes = pattern.elements.withUnsafeBytes { Data($0) }
    try Data().write(to: directory.file("x.f32"))
    let file = try FileHandle(forWritingTo: directory.file("x.f32"))
    for _ in 0..<34 { try file.write(contentsOf: bytes) }
    try file.close()

    let data = ["--data", "x.f32", "--columns", "\(columns)"]
    let output = try expectSuccess(["fit", "pca", "--latent", "3", "--model", "m"] + data, in: directory)
      .output
    #expect(output.contains("pca: \(columns) -> 3, 2176 rows") && output.contains("\nkrylov: "))
    let verified = try expectSuccess(["info", "--model", "m", "--verify"] + data, in: directory).output
    #expect(verified.contains("\ncomputed again  the leading 4 pairs, by "))
    #expect(!verified.contains("effective rank"))
    #expect(verified.hasSuffix("\n\nexact: this is the PCA of x.f32, to rounding\n"))
    // The variances of the distinct rows, by the Gram matrix in f64: 34 of each.
    let exact = try PCA(latent: 3, route: .svd).fitted(to: pattern.converted(to: Double.self))
    for (a, b) in zip(try variances(), exact.explainedVariance) {
      let expected = b * 63 * 34 / 2175
      #expect((a - expected).magnitude <= 1e-10 * expected)
    }
    // Another file of that shape is not that of the model.
    let other = try FileHandle(forUpdating: directory.file("x.f32"))
    try other.seek(toOffset: 100)
    try other.write(contentsOf: bytes.prefix(4 * 8000))
    try other.close()
    let result = try Tool.run(["info", "--model", "m", "--verify"] + data, in: directory.url)
    #expect(result.status == 65 && result.error.contains("m is not the PCA of x.f32"))
  }
}
