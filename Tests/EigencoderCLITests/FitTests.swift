import Eigencoder
import Foundation
import Testing

@Suite struct FitTests {
  private let directory: TemporaryDirectory
  private let x = samples(rows: 60, columns: 6)

  init() throws {
    directory = try TemporaryDirectory()
    try x.write(npy: directory.file("x.npy"))
  }

  /// fit, evaluate, encode and decode give what the library gives.
  @Test func roundTrip() throws {
    let fit = try object(
      expectSuccess(
        ["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m", "--format", "json"], in: directory
      ).output)
    #expect(Set(fit.keys) == ["method", "latent", "parameters", "fitSeconds", "train", "options"])
    let pca = try PCA(latent: 2).fitted(to: x)
    let metrics = try ReconstructionMetrics(of: pca, on: x, trainingMean: pca.mean)
    let train = try #require(fit["train"] as? [String: Double])
    #expect(abs(train["ssePerSample"]! / metrics.ssePerSample - 1) < 1e-6)

    let text = try expectSuccess(
      ["evaluate", "--model", "m", "--data", "x.npy", "--format", "json"], in: directory
    ).output
    let evaluation = try object(text)
    #expect(evaluation["method"] as? String == "pca")
    #expect(evaluation["latent"] as? Int == 2)
    #expect(evaluation["samples"] as? Int == 60)
    // The model file is exact: f64 as fitted.
    #expect(try JSONDecoder().decode(ReconstructionMetrics.self, from: Data(text.utf8)) == metrics)

    try expectSuccess(["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"], in: directory)
    try expectSuccess(["decode", "--model", "m", "--data", "z.npy", "--out", "y.npy"], in: directory)
    #expect(try Matrix<Float>(contentsOf: directory.file("z.npy")) == pca.encode(x))
    #expect(try Matrix<Float>(contentsOf: directory.file("y.npy")) == pca.reconstruct(x))
    // Text holds the same numbers.
    try expectSuccess(["encode", "--model", "m", "--data", "x.npy", "--out", "z.csv"], in: directory)
    #expect(try Matrix<Float>(contentsOf: directory.file("z.csv")) == pca.encode(x))
    #expect(directory.contents == ["m", "x.npy", "y.npy", "z.csv", "z.npy"])
  }

  /// What is asked of `evaluate` beside the errors.
  @Test func evaluateDetails() throws {
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "2", "--model", "m"], in: directory)
    try directory.write((0..<60).map { $0 % 3 == 0 ? "a\n" : "b\n" }.joined(), to: "labels.csv")
    let arguments = [
      "evaluate", "--model", "m", "--data", "x.npy", "--labels", "labels.csv", "--neighbours", "--details",
    ]
    let text = try expectSuccess(arguments + ["--format", "json"], in: directory).output
    #expect(try object(text)["bytesPerVector"] as? Int == 8)
    let pca = try PCA(latent: 2).fitted(to: x)
    var samples = TestSamples(x)
    samples.labels = Labels((0..<60).map { $0 % 3 == 0 ? "a" : "b" })
    samples.neighbourhood = try NeighbourhoodReference(of: x)
    samples.worstCount = 5
    samples.listsFeatures = true
    let metrics = try ReconstructionMetrics(of: pca, on: samples, trainingMean: pca.mean)
    #expect(try JSONDecoder().decode(ReconstructionMetrics.self, from: Data(text.utf8)) == metrics)
    let lines = try expectSuccess(arguments, in: directory).output.split(separator: "\n").map(String.init)
    #expect(lines.contains("recall@10       \(metrics.recallAt10!.fixed(6))"))
    #expect(lines.contains("SSE of a        \(metrics.perClass![0].ssePerSample.significant(6)) (20 rows)"))
    #expect(lines.contains { $0.hasPrefix("worst rows      \(metrics.worst![0].row + 1) (") })
    try expectFailure(
      65, "x.npy: expected one label a sample, found 60 x 6",
      ["evaluate", "--model", "m", "--data", "x.npy", "--labels", "x.npy"], in: directory)
  }

  @Test func shareOfTheVariance() throws {
    try expectSuccess(["fit", "pca", "--data", "x.npy", "--latent", "0.9", "--model", "m"], in: directory)
    let pca = try PCA(explaining: 0.9).fitted(to: x)
    let info = try expectSuccess(["info", "--model", "m"], in: directory).output
    #expect(info.hasPrefix("pca: 6 -> \(pca.latent), fitted to 60 samples\n"))
  }

  /// A standardised network does not see the units of the data, and so its default contraction has none.
  @Test func standardizedContractionIgnoresUnits() throws {
    let scaled = Matrix(rows: x.rows, columns: x.columns, x.elements.map { $0 * 256 })
    try scaled.write(npy: directory.file("scaled.npy"))
    let r2 = try ["x.npy", "scaled.npy"].map { name in
      let fit = try object(
        expectSuccess(
          [
            "fit", "contractive", "--data", name, "--latent", "2", "--hidden", "5", "--epochs", "3",
            "--initializer", "random", "--standardize", "--model", "m", "--format", "json",
          ], in: directory
        ).output)
      return try #require((fit["train"] as? [String: Double])?["r2"])
    }
    #expect(abs(r2[0] - r2[1]) < 1e-5, "\(r2)")
  }

  @Test func asInitialised() throws {
    let fit = try object(
      expectSuccess(
        [
          "fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--hidden", "5", "--epochs", "0",
          "--seed", "9", "--initializer", "random",
          "--model", "m", "--format", "json",
        ], in: directory
      ).output)
    #expect((fit["history"] as? [[String: Any]])?.count == 1)
    #expect(fit["bestEpoch"] as? Int == 0)
    guard case .autoencoder(let network) = try Model<Float>(contentsOf: directory.file("m")) else {
      Issue.record("not an autoencoder")
      return
    }
    var expected = try Autoencoder<Float>(inputs: 6, hidden: [5], latent: 2, seed: 9)
    try Trainer(epochs: 0, validationFraction: 0.1, seed: 9).fit(&expected, to: x)
    #expect(network.parameters == expected.parameters)
  }

  /// Before the first epoch a network is PCA, and one that cannot be says what it lacks.
  @Test func startsAsPCA() throws {
    func r2(_ arguments: [String]) throws -> Double {
      let fit = try object(
        expectSuccess(
          ["fit"] + arguments + ["--data", "x.npy", "--latent", "2", "--model", "m", "--format", "json"],
          in: directory
        ).output)
      return try #require((fit["train"] as? [String: Double])?["r2"])
    }
    let pca = try r2(["pca"])
    for method in ["autoencoder", "contractive", "denoising"] {
      for options in [[], ["--hidden", "5,4"], ["--hidden", "3"], ["--activation", "tanh"], ["--tied"]] {
        #expect(abs(try r2([method, "--epochs", "0"] + options) - pca) < 1e-6, "\(method) \(options)")
      }
    }
    let narrow = try Tool.run(
      [
        "fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--hidden", "3", "--initializer", "pca",
        "--model", "m",
      ], in: directory.url)
    #expect(narrow.status == 64)
    #expect(narrow.error.contains("silu layers need a width of at least 4, got 3"))
  }

  @Test func history() throws {
    let fit = try object(
      expectSuccess(
        [
          "fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--hidden", "none", "--epochs", "3",
          "--model",
          "m", "--format", "json",
        ], in: directory
      ).output)
    #expect(
      Set(fit.keys) == [
        "method", "latent", "parameters", "fitSeconds", "train", "history", "bestEpoch", "options",
      ])
    // 6 x 2 weights and 2 biases, then 2 x 6 weights and 6 biases.
    #expect(fit["parameters"] as? Int == 32)
    let history = try #require(fit["history"] as? [[String: Any]])
    #expect(history.map { $0["epoch"] as? Int } == [0, 1, 2, 3])
    for epoch in history {
      #expect(Set(epoch.keys).isSuperset(of: ["epoch", "train", "validation", "seconds"]))
    }
    #expect(
      try expectSuccess(["info", "--model", "m"], in: directory).output.hasPrefix("autoencoder: 6-2-6\n"))
  }

  /// Every method makes a model that every command takes.
  @Test(arguments: ["pca", "linear-denoising", "autoencoder", "contractive", "denoising", "linear"])
  func everyMethod(
    _ method: String
  ) throws {
    let training = ["pca", "linear-denoising"].contains(method) ? [] : ["--epochs", "2"]
    try expectSuccess(
      ["fit", method, "--data", "x.npy", "--latent", "2", "--model", "m"] + training, in: directory)
    let info = try expectSuccess(["info", "--model", "m"], in: directory).output
    #expect(info.hasPrefix("\(method): 6-") || info.hasPrefix("\(method): 6 -> 2, fitted to 60 samples\n"))
    let evaluation = try expectSuccess(["evaluate", "--model", "m", "--data", "x.npy"], in: directory).output
    #expect(evaluation.hasPrefix("\(method): 6 -> 2, 60 rows of x.npy\nSSE per sample  "))
    let model = try Model<Float>(contentsOf: directory.file("m")).reducer
    try expectSuccess(["encode", "--model", "m", "--data", "x.npy", "--out", "z.npy"], in: directory)
    try expectSuccess(["decode", "--model", "m", "--data", "z.npy", "--out", "y.npy"], in: directory)
    #expect(try Matrix<Float>(contentsOf: directory.file("z.npy")) == model.encode(x))
    #expect(try Matrix<Float>(contentsOf: directory.file("y.npy")) == model.reconstruct(x))
  }

  /// Training that diverges is an error; what it had reached before is kept, and told.
  @Test func divergence() throws {
    let arguments = [
      "fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--hidden", "none", "--schedule", "constant",
      "--initializer", "random", "--model", "m", "--quiet",
    ]
    let before = directory.contents
    let atOnce = try Tool.run(arguments + ["--learning-rate", "1e30"], in: directory.url)
    #expect(atOnce.status == 70)
    #expect(
      atOnce.error.hasPrefix("eigencoder: error: training diverged: the loss of epoch ")
        && atOnce.error.contains("; the parameters of epoch 0 are kept. A lower learning rate than 1e+30 or ")
    )
    #expect(directory.contents == before)

    // A warm-up over all but the end: epochs that help come before those that do not.
    let later = try Tool.run(
      arguments + ["--optimizer", "sgd", "--learning-rate", "200", "--epochs", "2000", "--warmup", "0.99"],
      in: directory.url)
    #expect(later.status == 70)
    #expect(
      later.error.hasPrefix(
        "eigencoder: error: m holds the best epoch, but training diverged: the loss of epoch "))
    #expect(later.error.split(separator: "\n").count == 1)
    guard case .autoencoder(let network) = try Model<Float>(contentsOf: directory.file("m")) else {
      Issue.record("not an autoencoder")
      return
    }
    #expect(network.reconstruct(x).elements.allSatisfy { $0.isFinite })
  }

  /// Ctrl-C ends training after the batch and saves the best so far.
  @Test(.timeLimit(.minutes(1))) func interrupt() throws {
    let result = try Tool.run(
      ["fit", "autoencoder", "--data", "x.npy", "--latent", "2", "--epochs", "\(1 << 30)", "--model", "m"],
      in: directory.url
    ) { $0.contains("epoch ") }
    #expect(result.status == 130)
    #expect(result.error.hasSuffix("interrupted: the model is the best that was reached\n"))
    #expect(result.output.contains("(interrupted), best "))
    #expect(directory.contents == ["m", "x.npy"])
    try expectSuccess(["evaluate", "--model", "m", "--data", "x.npy"], in: directory)
  }
}
