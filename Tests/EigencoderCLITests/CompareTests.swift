import Eigencoder
import Foundation
import Testing

@Suite struct CompareTests {
  private static let metrics: Set = [
    "ssePerSample", "msePerElement", "relativeFrobenius", "r2", "cosine", "contraction", "psnr", "psnrPeak",
  ]
  /// Of the test rows alone.
  private static let codeMetrics: Set = [
    "recallAt10", "cosineRecallAt10", "trustworthiness", "continuity", "lcmc", "distanceCorrelation",
    "neighbourSample", "pcaEquivalentDimension",
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
    let methods = ["pca", "pca-keep-mean", "linear-denoising", "autoencoder", "contractive", "denoising"]
    #expect(results.map { $0["method"] as? String } == methods + methods + methods)
    #expect(results.map { $0["latent"] as? Int } == [2, 8, 32].flatMap { [Int](repeating: $0, count: 6) })
    #expect((report["corruption"] as? String)?.hasPrefix("gaussian:") == true)
    for line in results {
      var keys: Set = [
        "method", "latent", "parameters", "bytesPerVector", "fitSeconds", "settings", "train", "test",
      ]
      if line["method"] as? String != "pca" {
        keys.insert("againstPCA")
        let paired = try #require(line["againstPCA"] as? [String: Any])
        #expect(Set(paired.keys) == ["difference", "interval", "verdict"])
        #expect((paired["interval"] as? [Double])?.count == 2)
        #expect(["beats", "ties", "loses"].contains(paired["verdict"] as? String))
      }
      // Two epochs are few: some networks are PCA still, and say so.
      #expect(Set(line.keys).subtracting(["note"]) == keys)
      for side in ["train", "test"] {
        var values = try #require(line[side] as? [String: Any])
        let noisy = values.removeValue(forKey: "noisy") as? [String: Double]
        #expect((noisy != nil) == (side == "test"))
        let worst = values.removeValue(forKey: "worst") as? [[String: Double]]
        #expect(worst?.count == (side == "test" ? 5 : nil))
        #expect(Set(values.keys) == (side == "test" ? Self.metrics.union(Self.codeMetrics) : Self.metrics))
        #expect(Set((noisy ?? [:]).keys).isSubset(of: Self.metrics))
        for value in values.values { #expect((value as? Double)?.isFinite == true) }
      }
    }
  }

  /// What the other methods lose is told when one of them fails.
  @Test func divergence() throws {
    let arguments = [
      "compare", "--methods", "pca,autoencoder", "--latent", "2,3", "--learning-rate", "1e30", "--quiet",
      "--format", "csv", "--schedule", "constant",
    ]
    let result = try Tool.run(arguments + ["--initializer", "random"])
    #expect(result.status == 70)
    #expect(
      result.error.hasPrefix(
        "eigencoder: error: autoencoder with a code of 2: training diverged: the loss of "))
    #expect(result.error.split(separator: "\n").count == 1)
    let lines = result.output.split(separator: "\n")
    #expect(lines.dropFirst().map { $0.prefix(6) } == ["pca,2,", "pca,3,"])

    // From PCA there is always something to fall back to.
    let fromPCA = try Tool.run(arguments.filter { $0 != "--quiet" })
    #expect(fromPCA.status == 0)
    #expect(fromPCA.error.contains("the parameters of epoch 0 are kept"))
  }

  /// A wide hidden layer takes no memory by the square of its width.
  @Test func wideHiddenLayer() throws {
    let directory = try TemporaryDirectory()
    try directory.writeSamples(rows: 60, columns: 6)
    try expectSuccess(
      [
        "compare", "--data", "x.npy", "--methods", "autoencoder,contractive", "--latent", "2", "--hidden",
        "100000", "--epochs", "0", "--quiet",
      ], in: directory)
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
      let pca = try PCA(latent: result.latent).fitted(to: train)
      #expect(result.parameters == pca.parameterCount)
      #expect(try result.train == .init(of: pca, on: train, trainingMean: train.columnMeans))
      let corruption = try Corruption(parsing: "masking:0.3")
      var samples = TestSamples(
        test, corrupted: corruption.applied(to: test, statistics: ColumnStatistics(of: train), seed: 7))
      samples.neighbourhood = try NeighbourhoodReference(of: test, seed: 7)
      samples.pcaErrors = try PCAErrorCurve(train: train, test: test)
      samples.worstCount = 5
      samples.rowNumbers = try HoldOut(count: 60, fraction: 0.2, seed: 7).test
      #expect(try result.test == .init(of: pca, on: samples, trainingMean: train.columnMeans))
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
    #expect(lines[2].hasPrefix("method       latent  "))
    #expect(lines.filter { !$0.contains("beats PCA") }.allSatisfy { $0.count <= 100 })
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
    #expect(lines.count == 10)
    #expect(lines[1].hasPrefix("| method | latent | parameters |"))
    #expect(lines[5].hasPrefix("- denoising, 2: beats PCA: "))
    #expect(lines[6].hasPrefix("| method | latent | bytes | as PCA of | recall@10 |"))
    for table in [lines[1...4], lines[6...9]] {
      #expect(table[table.startIndex + 1].hasPrefix("| --- | ---: |"))
      #expect(Set(table.map { $0.filter { $0 == "|" }.count }).count == 1)
    }
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

  /// Labels are split as the rows are; those of a test file are of its rows.
  @Test func labels() throws {
    let directory = try TemporaryDirectory()
    try samples(rows: 40, columns: 3).write(npy: directory.file("x.npy"))
    try samples(rows: 7, columns: 3).write(npy: directory.file("t.npy"))
    try directory.write((0..<40).map { $0 < 30 ? "early\n" : "late\n" }.joined(), to: "labels.csv")
    try directory.write("a\nb\na\na\nb\na\na\n", to: "t.csv")
    func classes(_ arguments: [String]) throws -> [ReconstructionMetrics.ClassError] {
      let output = try expectSuccess(
        ["compare", "--data", "x.npy", "--methods", "pca", "--latent", "1", "--format", "json"] + arguments,
        in: directory
      ).output
      let report = try JSONDecoder().decode(ReconstructionReport.self, from: Data(output.utf8))
      return try #require(report.results[0].test.perClass)
    }
    let held = try HoldOut(count: 40, fraction: 0.2, seed: 1).test
    let early = held.count { $0 < 30 }
    #expect(try classes(["--labels", "labels.csv"]).map(\.samples) == [early, 8 - early])
    #expect(try classes(["--labels", "t.csv", "--test", "t.npy"]).map(\.samples) == [5, 2])
    try expectFailure(
      65, "t.csv has 7 labels, expected 40, one for each row of x.npy",
      ["compare", "--data", "x.npy", "--labels", "t.csv", "--latent", "1"], in: directory)
    try expectFailure(
      65, "labels.csv has 40 labels, expected 7, one for each row of t.npy",
      ["compare", "--data", "x.npy", "--labels", "labels.csv", "--test", "t.npy", "--latent", "1"],
      in: directory)
  }

  @Test func neighbourRows() throws {
    func metrics(_ rows: String) throws -> ReconstructionMetrics {
      let output = try expectSuccess([
        "compare", "--methods", "pca", "--latent", "2", "--neighbour-rows", rows, "--format", "json",
      ]).output
      return try JSONDecoder().decode(ReconstructionReport.self, from: Data(output.utf8)).results[0].test
    }
    #expect(try metrics("0").neighbourSample == nil)
    #expect(try metrics("0").recallAt10 == nil)
    #expect(try metrics("100").neighbourSample == 100)
    #expect(try metrics("5000").neighbourSample == 359)
    try expectFailure(
      64, "--neighbour-rows takes a whole number of at least 0, got '-1' (see 'eigencoder compare --help')",
      ["compare", "--neighbour-rows=-1"])
  }

  /// The row with the largest error, numbered as in the file.
  @Test func worstRow() throws {
    let directory = try TemporaryDirectory()
    let held = try HoldOut(count: 40, fraction: 0.2, seed: 1).test
    var x = samples(rows: 40, columns: 3)
    for j in 0..<3 { x[held[5], j] = Float(100 - 150 * j) }
    try x.write(npy: directory.file("x.npy"))
    let output = try expectSuccess(
      ["compare", "--data", "x.npy", "--methods", "pca", "--latent", "1", "--format", "json"], in: directory
    ).output
    let report = try JSONDecoder().decode(ReconstructionReport.self, from: Data(output.utf8))
    #expect(report.results[0].test.worst?.first?.row == held[5])
  }

  @Test func allMethods() throws {
    let output = try expectSuccess(
      ["compare", "--methods", "all", "--latent", "3", "--epochs", "1", "--format", "csv"]
    ).output
    #expect(
      output.split(separator: "\n").map { $0.prefix { $0 != "," } }
        == ["method", "pca", "pca-keep-mean", "linear-denoising", "autoencoder", "contractive", "denoising"])
  }

  /// The rows that are named, each once; `all` stands for the default.
  @Test func methodNames() throws {
    func methods(_ list: [String]) throws -> [String] {
      let output = try expectSuccess(
        ["compare", "--latent", "3", "--epochs", "0", "--format", "csv", "--quiet"] + list,
        in: TemporaryDirectory()
      ).output
      return output.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) }
    }
    let usual = ["pca", "pca-keep-mean", "linear-denoising", "autoencoder", "contractive", "denoising"]
    let random = ["random-projection", "random-columns"]
    #expect(try methods(["--methods", "all,random-columns,pca"]) == usual + ["random-columns"])
    #expect(try methods(["--methods", "random-projection,pca"]) == ["random-projection", "pca"])
    // The page has the random baselines, unless methods are named.
    #expect(try methods(["--report", "r.html"]) == usual + random)
    #expect(try methods(["--report", "r.html", "--methods", "pca"]) == ["pca"])
    // With --keep-mean pca is that code itself.
    #expect(try methods(["--keep-mean"]) == usual.filter { $0 != "pca-keep-mean" })
    try expectFailure(
      64,
      "unknown method 'random'; the methods are pca, pca-keep-mean, linear-denoising, autoencoder, contractive, "
        + "denoising, linear, random-projection, random-columns, all (see 'eigencoder compare --help')",
      ["compare", "--methods", "pca,random"])
  }

  /// The linear code that keeps the mean reconstructs as PCA does, and its cosines are its own.
  @Test func keptMean() throws {
    let output = try expectSuccess(
      ["compare", "--methods", "pca,pca-keep-mean", "--latent", "8", "--format", "json"]
    ).output
    let report = try JSONDecoder().decode(ReconstructionReport.self, from: Data(output.utf8))
    let (pca, kept) = (report.results[0].test, report.results[1].test)
    #expect(abs(kept.ssePerSample / pca.ssePerSample - 1) < 1e-5)
    #expect(kept.recallAt10 == pca.recallAt10 && kept.cosineRecallAt10! > pca.cosineRecallAt10!)
    #expect(report.results[1].againstPCA?.verdict == .ties)
    let table = try expectSuccess(["compare", "--methods", "pca,pca-keep-mean", "--latent", "8"]).output
    #expect(table.split(separator: "\n").count { $0.hasPrefix("pca-keep-mean ") } == 1)
  }

  /// Several seeds are one result with its spread, and a report repeats them.
  @Test func seeds() throws {
    let directory = try TemporaryDirectory()
    let arguments = [
      "compare", "--methods", "pca,autoencoder,random-columns", "--latent", "3", "--epochs", "1", "--hidden",
      "8",
      "--quiet", "--seed", "5",
    ]
    func results(_ arguments: [String]) throws -> [ReconstructionReport.Result] {
      let output = try expectSuccess(arguments + ["--format", "json"], in: directory).output
      try directory.write(output, to: "r.json")
      return try JSONDecoder().decode(ReconstructionReport.self, from: Data(output.utf8)).results
    }
    let three = try results(arguments + ["--seeds", "3"])
    #expect(three.map { $0.seeds?.runs.map(\.seed) } == [nil, [5, 6, 7], [5, 6, 7]])
    let again = try results(["compare", "--config", "r.json", "--quiet"])
    #expect(again.map(\.test) == three.map(\.test))
    #expect(again.map { $0.seeds?.spread } == three.map { $0.seeds?.spread })
    // The first is what one seed gives, the others what theirs give.
    let one = try results(arguments)
    #expect(one.map(\.test) == three.map(\.test) && one.allSatisfy { $0.seeds == nil })
    try expectFailure(
      64, "--seeds takes a whole number of at least 1, got '0' (see 'eigencoder compare --help')",
      ["compare", "--seeds", "0"])
    try expectFailure(
      64, "--seeds takes a whole number of at least 1, got 'few' (see 'eigencoder compare --help')",
      ["compare", "--seeds", "few"])
  }

  /// A network that never leaves PCA is told, also in the table and the page.
  @Test func neverLeavesPCA() throws {
    let directory = try TemporaryDirectory()
    let result = try expectSuccess(
      [
        "compare", "--methods", "pca,autoencoder", "--latent", "2", "--epochs", "6", "--learning-rate", "3",
        "--schedule", "constant", "--hidden", "8", "--skip", "--report", "r.html",
      ], in: directory)
    let line = "no epoch was better than the start as PCA, so it still is PCA; likely because"
    #expect(result.error.contains("eigencoder: autoencoder: \(line)"))
    #expect(result.output.contains("\nautoencoder, 2: \(line)"))
    let page = try String(contentsOf: directory.file("r.html"), encoding: .utf8)
    #expect(page.contains("<p class=\"warning\">autoencoder, 2: \(line)"))
  }

  @Test func wide() throws {
    func titles(_ options: [String]) throws -> String {
      let output = try expectSuccess(
        ["compare", "--methods", "pca,linear-denoising", "--latent", "2"] + options
      )
      .output
      #expect(output.contains("Left out to fit 100 columns (--wide shows all): ") == options.isEmpty)
      return output.split(separator: "\n").filter { $0.hasPrefix("method") }.joined()
    }
    #expect(try !titles([]).contains("  distance corr."))
    #expect(try titles(["--wide"]).contains("  distance corr."))
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
    #expect(
      result.error.hasPrefix("eigencoder: error: digits: the variance of the data is outside the range"))
  }
}

/// The object that a JSON text is.
func object(_ json: String) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
}
