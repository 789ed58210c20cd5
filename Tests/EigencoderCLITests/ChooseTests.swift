import Eigencoder
import Foundation
import Testing

@Suite struct ChooseTests {
  private let directory: TemporaryDirectory
  private let x = samples(rows: 150, columns: 6)

  init() throws {
    directory = try TemporaryDirectory()
    try x.write(npy: directory.file("x.npy"))
  }

  @Test func digits() throws {
    let output = try expectSuccess(["choose", "--permutations", "5"]).output
    #expect(
      output.hasPrefix(
        "digits: 1438 rows to choose by, 359 held out, 64 columns, rank 61, seed 1\n\n"
          + "rule                  k  variance kept  held-out R2  bytes a vector\n"
          + "variance             28         0.9504       0.9463             112  "
          + "the smallest k that keeps more than 0.95 of the variance\n"
          + "minka                61         1.0000       1.0000             244  "))
    #expect(
      output.hasSuffix(
        "\n\nrecommended: 28 numbers, 112 bytes instead of 256, by variance: it keeps 0.950 of the training variance "
          + "and 0.946 of the held-out, and every component helps to predict held-out rows\n"))
  }

  /// The same as the library computes.
  @Test func json() throws {
    let text = try expectSuccess(
      [
        "choose", "--data", "x.npy", "--recall", "0.8", "--variance", "0.9", "--hold-out", "0.3", "--seed",
        "5",
        "--permutations", "7", "--format", "json",
      ], in: directory
    ).output
    let report = try object(text)
    #expect(Set(report.keys) == ["data", "rank", "seed", "rules", "recommendation", "next"])
    let data = try #require(report["data"] as? [String: Any])
    #expect(["train", "test", "dimension"].map { data[$0] as? Int } == [105, 45, 6])
    let expected = try ComponentSelection(
      of: x, settings: .init(variance: 0.9, recall: 0.8, holdOut: 0.3, permutations: 7, seed: 5))
    let rules = try #require(report["rules"] as? [[String: Any]])
    #expect(rules.map { $0["rule"] as? String } == expected.rules.map(\.rule.rawValue))
    #expect(rules.map { $0["latent"] as? Int } == expected.rules.map(\.latent))
    #expect(rules.map { $0["bytesPerVector"] as? Int } == expected.rules.map(\.bytesPerVector))
    let recommendation = try #require(report["recommendation"] as? [String: Any])
    #expect(recommendation["latent"] as? Int == expected.recommendation.latent)
    #expect(recommendation["rule"] as? String == "recall")
    #expect(recommendation["reason"] as? String == expected.recommendation.reason)
    #expect(recommendation["keepsMean"] as? Bool == expected.recommendation.keepsMean)
  }

  /// The printed command fits codes that have the recall: it runs as it is, and the codes of its file are measured.
  @Test(arguments: [0.5, 0.8]) func nextCommand(_ target: Double) throws {
    // Rows around a mean that is large next to their spread: codes around it lose neighbours.
    var far = x
    for i in 0..<150 { for j in 0..<6 { far[i, j] += Float(j) } }
    let (train, heldOut) = try far.split(holdOut: 0.2, seed: 1)
    try far.write(npy: directory.file("it's far.npy"))
    try train.write(npy: directory.file("train.npy"))
    let all = Matrix(rows: 150, columns: 6, heldOut.elements + train.elements)
    try all.write(npy: directory.file("all.npy"))
    let report = try object(
      try expectSuccess(
        [
          "choose", "--data", "it's far.npy", "--recall", "\(target)", "--permutations", "2", "--format",
          "json",
        ],
        in: directory
      ).output)
    let recommendation = try #require(report["recommendation"] as? [String: Any])
    let k = try #require(recommendation["latent"] as? Int)
    let keepsMean = try #require(recommendation["keepsMean"] as? Bool)
    #expect(
      report["next"] as? String
        == "eigencoder fit pca \(keepsMean ? "--keep-mean " : "")--latent \(k) --data 'it'\\''s far.npy' --model pca.safetensors"
    )
    func recall(_ options: [String]) throws -> Double {
      try expectSuccess(["fit", "pca", "--data", "train.npy", "--model", "m"] + options, in: directory)
      try expectSuccess(["encode", "--model", "m", "--data", "all.npy", "--out", "z.npy"], in: directory)
      let codes = try Matrix<Float>(contentsOf: directory.file("z.npy"))
      let (wanted, found) = (nearest(all, of: heldOut.rows), nearest(codes, of: heldOut.rows))
      let common = zip(wanted, found).reduce(0) { $0 + $1.0.intersection($1.1).count }
      return Double(common) / Double(10 * heldOut.rows)
    }
    let kinds = [["--keep-mean"], []]
    #expect(try recall(["--latent", "\(k)"] + kinds[keepsMean ? 0 : 1]) >= target)
    if k > 1 {
      for kind in kinds { #expect(try recall(["--latent", "\(k - 1)"] + kind) < target) }
    }
  }

  /// The 10 nearest by cosine of the first rows, among all.
  private func nearest(_ x: Matrix<Float>, of queries: Int) -> [Set<Int>] {
    func product(_ i: Int, _ j: Int) -> Double {
      zip(x.row(i), x.row(j)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    return (0..<queries).map { i in
      let keys = (0..<x.rows).filter { $0 != i }.map { (-product(i, $0) / product($0, $0).squareRoot(), $0) }
      return Set(keys.sorted { $0 < $1 }.prefix(10).map(\.1))
    }
  }

  /// The recommendation for the training rows, said on standard error, for every method.
  @Test(arguments: ["pca", "linear-denoising", "autoencoder"]) func automaticFit(_ method: String) throws {
    let recommendation = try ComponentSelection(of: x, settings: .init(seed: 3)).recommendation
    let k = try #require(recommendation.latent)
    let arguments =
      ["fit", method, "--data", "x.npy", "--latent", "auto", "--seed", "3", "--model", "m"]
      + (method == "autoencoder" ? ["--epochs", "1"] : [])
    let result = try expectSuccess(arguments, in: directory)
    #expect(
      result.error.hasPrefix(
        "eigencoder: --latent auto is \(k), by \(recommendation.rule.rawValue): \(recommendation.reason)\n")
    )
    #expect(result.output.hasPrefix("\(method): 6 -> \(k), 150 rows"))
    #expect(try expectSuccess(arguments + ["--quiet"], in: directory).error == "")
  }

  @Test func automaticCompare() throws {
    let (train, _) = try x.split(holdOut: 0.2, seed: 3)
    let k = try #require(try ComponentSelection(of: train, settings: .init(seed: 3)).recommendation.latent)
    let result = try expectSuccess(
      [
        "compare", "--data", "x.npy", "--latent", "auto", "--methods", "pca,linear-denoising", "--seed", "3",
        "--format", "json",
      ], in: directory)
    #expect(result.error.hasPrefix("eigencoder: --latent auto is \(k), by "))
    let results = try #require(try object(result.output)["results"] as? [[String: Any]])
    #expect(results.map { $0["latent"] as? Int } == [k, k])
  }

  @Test(arguments: [
    (["--recall", "0"], "--recall takes a number above 0 and up to 1, got '0'"),
    (["--recall", "95"], "--recall takes a number above 0 and up to 1, got '95'"),
    (["--variance", "1"], "--variance takes a number between 0 and 1, got '1'"),
    (["--hold-out", "0"], "--hold-out takes a number between 0 and 1, got '0'"),
    (["--permutations", "0"], "--permutations takes a whole number of at least 1, got '0'"),
    (["--format", "table"], "--format is one of text, json; got 'table'"),
    (["--latent", "3"], "unknown option '--latent'"),
  ])
  func usage(_ arguments: [String], _ message: String) throws {
    try expectFailure(64, message + " (see 'eigencoder choose --help')", ["choose"] + arguments)
  }

  @Test func data() throws {
    #expect(try Tool.run(["choose", "--data", "none.npy"], in: directory.url).status == 66)
    try directory.write("1,2\n3,5\n", to: "two.csv")
    let few = "expected at least 3 rows to choose a size by, 2 to fit and 1 to hold out, got 2"
    try expectFailure(65, few, ["choose", "--data", "two.csv"], in: directory)
    try expectFailure(
      65, few, ["fit", "pca", "--data", "two.csv", "--latent", "auto", "--model", "m"], in: directory)
    try directory.write("1,2\n1,2\n1,2\n1,2\n1,2\n", to: "equal.csv")
    try expectFailure(
      65, "expected rows that differ, got 4 that are equal to rounding", ["choose", "--data", "equal.csv"],
      in: directory)
    try x.rows(0..<30).write(npy: directory.file("few.npy"))
    try expectFailure(
      65, "expected at least 21 held-out rows to measure recall@10 on, got 6",
      ["choose", "--data", "few.npy", "--recall", "0.9"], in: directory)
  }

  /// White noise: an answer of `choose`, and one line where a size has to come of it.
  @Test func nothingToShorten() throws {
    var generator = SeededGenerator(seed: 8)
    let noise = Matrix<Float>(
      rows: 256, columns: 128, (0..<256 * 128).map { _ in Float(generator.normalPair().0) })
    try noise.write(npy: directory.file("noise.npy"))
    let reason =
      "nothing to shorten: no component stands out from isotropic noise, by the held-out likelihood, "
      + "parallel analysis and the hard threshold alike"
    let output = try expectSuccess(["choose", "--data", "noise.npy"], in: directory).output
    #expect(output.hasSuffix("\n\nrecommended: none: \(reason)\n"))
    for command in [["fit", "pca", "--model", "m"], ["compare"]] {
      try expectFailure(
        65, "--latent auto: \(reason)", command + ["--data", "noise.npy", "--latent", "auto"], in: directory)
    }
  }

  /// A target that no code reaches is an answer, not an error.
  @Test func outOfReach() throws {
    // Columns 2 and 3 vary in the held-out rows only.
    let heldOut = try HoldOut(count: 150, fraction: 0.2, seed: 1).test
    var data = Matrix<Float>(rows: 150, columns: 4)
    for i in 0..<150 {
      for j in 0..<4 where j < 2 || heldOut.contains(i) { data[i, j] = x[i, j] * Float(j + 1) }
    }
    try data.write(npy: directory.file("hidden.npy"))
    let output = try expectSuccess(["choose", "--data", "hidden.npy", "--recall", "1"], in: directory).output
    #expect(
      output.hasSuffix("\n\nrecommended: none: no code of principal components keeps recall@10 of 1.0\n"))
  }
}
