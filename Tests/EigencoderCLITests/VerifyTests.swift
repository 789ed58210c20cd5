import Eigencoder
import Foundation
import Testing

/// `info --verify`.
@Suite struct VerifyTests {
  private let directory: TemporaryDirectory
  private let x = samples(rows: 80, columns: 6)

  init() throws {
    directory = try TemporaryDirectory()
    try x.write(npy: directory.file("x.npy"))
    try Model.pca(PCA(latent: 3).fitted(to: x)).write(to: directory.file("m"))
  }

  @Test func exact() throws {
    let output = try expectSuccess(["info", "--model", "m", "--verify", "--data", "x.npy"], in: directory)
      .output
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "pca: 6 -> 3, against f64 on 80 rows of x.npy")
    #expect(lines[1] == "x.npy has the rows that the model was fitted to, by number, mean and total variance")
    let titles = ["orthonormality  ", "residual        ", "code covariance ", "subspace angle  ", "excess error    "]
    for (title, line) in zip(titles, lines[3...]) {
      #expect(line.hasPrefix(title) && line.contains("  exact to rounding, allowed "), "\(line)")
    }
    #expect(output.contains("\ndetermined      all 3 components\n"))
    #expect(output.hasSuffix("\n\nexact: this is the PCA of x.npy, to rounding\n"))
  }

  @Test func json() throws {
    let text = try expectSuccess(
      ["info", "--model", "m", "--verify", "--data", "x.npy", "--format", "json"], in: directory
    ).output
    #expect(try object(text)["passes"] as? Bool == true)
    let certificate = try JSONDecoder().decode(PCACertificate.self, from: Data(text.utf8))
    #expect(certificate == (try PCACertificate(of: PCA(latent: 3).fitted(to: x), on: x)))
  }

  /// The report, then one line of error and status 65.
  @Test func otherRows() throws {
    try samples(rows: 70, columns: 6).write(npy: directory.file("y.npy"))
    let result = try Tool.run(["info", "--model", "m", "--verify", "--data", "y.npy"], in: directory.url)
    #expect(result.status == 65)
    #expect(
      result.error.hasPrefix("eigencoder: error: m is not the PCA of y.npy: beyond rounding are residual"))
    #expect(result.error.split(separator: "\n").count == 1)
    #expect(
      result.output.contains(
        "\ny.npy does NOT have the rows that the model was fitted to: 70 rows, the model was fitted to 80; "))
    #expect(result.output.contains("NOT EXACT"))
    #expect(result.output.hasSuffix("\n\nnot exact: this is not the PCA of y.npy\n"))
  }

  @Test func corruptedModel() throws {
    let pca = try PCA(latent: 3).fitted(to: x)
    var components = pca.components
    components[1, 2] += 1e-3
    let damaged = PrincipalComponents<Float>(
      sampleCount: pca.sampleCount, mean: pca.mean, components: components,
      explainedVariance: pca.explainedVariance, totalVariance: pca.totalVariance,
      noiseVariance: pca.noiseVariance)
    try Model.pca(damaged).write(to: directory.file("damaged"))
    let result = try Tool.run(
      ["info", "--model", "damaged", "--verify", "--data", "x.npy", "--format", "json"], in: directory.url)
    #expect(result.status == 65)
    #expect(
      result.error.hasPrefix(
        "eigencoder: error: damaged is not the PCA of x.npy: beyond rounding are orthonormality, residual"))
    let report = try object(result.output)
    #expect(report["passes"] as? Bool == false)
    #expect((report["rows"] as? [String: Any])?["areThoseFitted"] as? Bool == true)
  }

  @Test(arguments: [
    (["--model", "m", "--verify"], "option '--data' is required"),
    (["--verify", "--data", "x.npy"], "--data goes with --model"),
    (["--model", "m", "--data", "x.npy"], "--data and --format of a pca model go with --verify"),
    (["--model", "m", "--scale", "2"], "--scale goes with --data"),
    (["--format", "json"], "--format goes with --model"),
    (
      ["--model", "m", "--verify", "--data", "x.npy", "--format", "csv"],
      "--format is one of text, json; got 'csv'"
    ),
  ])
  func usage(_ arguments: [String], _ message: String) throws {
    try expectFailure(64, message + " (see 'eigencoder info --help')", ["info"] + arguments, in: directory)
  }

  @Test func data() throws {
    try samples(rows: 20, columns: 5).write(npy: directory.file("narrow.npy"))
    try expectFailure(
      65, "the model takes 6 columns, narrow.npy has 5",
      ["info", "--model", "m", "--verify", "--data", "narrow.npy"], in: directory)
    try x.rows(0..<2).write(npy: directory.file("two.npy"))
    try expectFailure(
      65, "expected at least 3 rows to verify 3 components, got 2",
      ["info", "--model", "m", "--verify", "--data", "two.npy"], in: directory)
    let network = try Autoencoder<Float>(inputs: 6, hidden: [5], latent: 2, seed: 9)
    try Model.autoencoder(network).write(to: directory.file("net"))
    try expectFailure(
      64, "--verify takes a model of pca, got one of autoencoder (see 'eigencoder info --help')",
      ["info", "--model", "net", "--verify", "--data", "x.npy"], in: directory)
  }
}
