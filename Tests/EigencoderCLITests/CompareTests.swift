import Eigencoder
import Foundation
import Testing

@Suite struct CompareTests {
  private static let metrics: Set = [
    "ssePerSample", "msePerElement", "relativeFrobenius", "r2", "cosine", "contraction",
  ]

  @Test func jsonOfTheDigits() throws {
    let result = try expectSuccess(["compare", "--epochs", "2", "--quiet", "--format", "json"])
    #expect(result.error == "")
    let report = try object(result.output)
    let data = try #require(report["data"] as? [String: Any])
    #expect(Set(data.keys) == ["name", "train", "test", "dimension"])
    #expect(data["name"] as? String == "digits")
    #expect(["train", "test", "dimension"].map { data[$0] as? Int } == [1438, 359, 64])
    #expect(report["seed"] as? Int == 1)
    let results = try #require(report["results"] as? [[String: Any]])
    let methods = ["pca", "linear-denoising", "autoencoder", "contractive", "denoising"]
    #expect(results.map { $0["method"] as? String } == methods + methods + methods)
    #expect(results.map { $0["latent"] as? Int } == [2, 8, 32].flatMap { [Int](repeating: $0, count: 5) })
    #expect((report["corruption"] as? String)?.hasPrefix("gaussian:") == true)
    for line in results {
      #expect(Set(line.keys) == ["method", "latent", "parameters", "fitSeconds", "train", "test"])
      for side in ["train", "test"] {
        var values = try #require(line[side] as? [String: Any])
        let noisy = values.removeValue(forKey: "noisy") as? [String: Double]
        #expect((noisy != nil) == (side == "test"))
        #expect(Set(values.keys) == Self.metrics)
        #expect(Set((noisy ?? [:]).keys).isSubset(of: Self.metrics))
        for value in values.values { #expect((value as? Double)?.isFinite == true) }
      }
    }
  }

  /// What the other methods lose is told when one of them fails.
  @Test func divergence() throws {
    let result = try Tool.run([
      "compare", "--methods", "pca,autoencoder", "--latent", "2,3", "--learning-rate", "1e30", "--quiet",
      "--format", "csv", "--schedule", "constant",
    ])
    #expect(result.status == 70)
    #expect(
      result.error.hasPrefix(
        "eigencoder: error: autoencoder with a code of 2: training diverged: the loss of "))
    #expect(result.error.split(separator: "\n").count == 1)
    let lines = result.output.split(separator: "\n")
    #expect(lines.dropFirst().map { $0.prefix(6) } == ["pca,2,", "pca,3,"])
  }

  /// A wide hidden layer takes no memory by the square of its width.
  @Test func wideHiddenLayer() throws {
    try expectSuccess([
      "compare", "--methods", "autoencoder,contractive", "--latent", "2", "--hidden", "100000", "--epochs",
      "0",
      "--quiet",
    ])
  }

  /// The same as the library computes, to the last bit.
  @Test func agreesWithTheLibrary() throws {
    let directory = try TemporaryDirectory()
    let x = samples(rows: 60, columns: 6)
    try x.write(npy: directory.file("x.npy"))
    let output = try expectSuccess(
      [
        "compare", "--data", "x.npy", "--methods", "pca", "--latent", "1,3", "--seed", "7", "--format",
        "json", "--corruption", "masking:0.3",
      ],
      in: directory
    ).output
    let report = try JSONDecoder().decode(ReconstructionReport.self, from: Data(output.utf8))
    let (train, test) = try x.split(holdOut: 0.2, seed: 7)
    #expect(report.data == .init(name: "x.npy", train: train.rows, test: test.rows, dimension: 6))
    #expect(report.results.map(\.latent) == [1, 3])
    for result in report.results {
      let pca = try PCA(components: result.latent).fitted(to: train)
      #expect(result.parameters == pca.parameterCount)
      #expect(try result.train == .init(of: pca, on: train, trainingMean: train.columnMeans))
      let corruption = try Corruption(parsing: "masking:0.3")
      let corrupted = corruption.applied(to: test, statistics: ColumnStatistics(of: train), seed: 7)
      #expect(
        try result.test == .init(of: pca, on: test, trainingMean: train.columnMeans, corrupted: corrupted))
    }
  }

  @Test func repeatsItself() throws {
    func run(seed: String) throws -> [[ReconstructionMetrics]] {
      let output = try expectSuccess([
        "compare", "--epochs", "2", "--latent", "4", "--format", "json", "--seed", seed,
      ]).output
      return try JSONDecoder().decode(ReconstructionReport.self, from: Data(output.utf8)).results.map {
        [$0.train, $0.test]
      }
    }
    let once = try run(seed: "3")
    #expect(try run(seed: "3") == once)
    #expect(try run(seed: "4") != once)
  }

  @Test func table() throws {
    let lines = try expectSuccess([
      "compare", "--methods", "pca,autoencoder", "--epochs", "1", "--latent", "2,5",
    ]).output
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "digits: 1438 rows to train, 359 to test, 64 columns, seed 1")
    #expect(lines[1] == "")
    #expect(lines[2].hasPrefix("method       latent  parameters  fit s"))
    #expect(
      lines[3..<7].map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        == ["pca 2", "autoencoder 2", "pca 5", "autoencoder 5"])
    // Columns line up.
    #expect(Set(lines[2..<7].map(\.count)).count == 1)
  }

  @Test func markdown() throws {
    let lines = try expectSuccess([
      "compare", "--methods", "pca,denoising", "--epochs", "1", "--latent", "2", "--format", "markdown",
    ])
    .output
    .split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[1].hasPrefix("| method | latent | parameters |"))
    #expect(lines[2].hasPrefix("| --- | ---: |"))
    #expect(Set(lines[1...].map { $0.filter { $0 == "|" }.count }).count == 1)
  }

  @Test func csvToAFile() throws {
    let directory = try TemporaryDirectory()
    let result = try expectSuccess(
      [
        "compare", "--methods", "pca,contractive", "--epochs", "1", "--latent", "2", "--format", "csv",
        "--out", "r.csv",
      ], in: directory)
    #expect(result.output == "")
    let lines = try String(contentsOf: directory.file("r.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("method,latent,parameters,fitSeconds,train.ssePerSample,"))
    #expect(Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }).count == 1)
    #expect(directory.contents == ["r.csv"])
  }

  @Test func ownTestFileAndHeader() throws {
    let directory = try TemporaryDirectory()
    try samples(rows: 40, columns: 3).write(
      csv: directory.file("train.csv"), columnNames: ["a", "b", "c, d"])
    try samples(rows: 7, columns: 3).write(csv: directory.file("test.csv"))
    let output = try expectSuccess(
      ["compare", "--data", "train.csv", "--test", "test.csv", "--epochs", "1"], in: directory
    ).output
    #expect(output.hasPrefix("train.csv: 40 rows to train, 7 to test, 3 columns, seed 1\n"))
  }

  @Test func allMethods() throws {
    let output = try expectSuccess(
      ["compare", "--methods", "all", "--latent", "3", "--epochs", "1", "--format", "csv"]
    ).output
    #expect(
      output.split(separator: "\n").map { $0.prefix { $0 != "," } }
        == ["method", "pca", "linear-denoising", "autoencoder", "contractive", "denoising"])
  }

  @Test func holdOut() throws {
    let output = try expectSuccess(["compare", "--hold-out", "0.5", "--latent", "2", "--methods", "pca"])
      .output
    #expect(output.hasPrefix("digits: 898 rows to train, 899 to test, 64 columns, seed 1\n"))
  }

  /// The data are in the program.
  @Test func copiedElsewhere() throws {
    let directory = try TemporaryDirectory()
    let copy = directory.file("tool")
    try FileManager.default.copyItem(at: Tool.path, to: copy)
    let result = try Tool.run(
      ["compare", "--epochs", "1", "--latent", "2"], in: directory.url, executable: copy)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.hasPrefix("digits: 1438 rows to train"))
  }

  @Test func extremeScales() throws {
    for scale in ["1e-30", "1e-10", "1e10"] {
      try expectSuccess(["compare", "--scale", scale, "--latent", "2", "--epochs", "1", "--standardize"])
    }
    let result = try Tool.run(["compare", "--scale", "1e300"])
    #expect(result.status == 65)
    #expect(result.error.hasPrefix("eigencoder: error: digits: row 1, column "))
  }
}

/// The object that a JSON text is.
func object(_ json: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
}
