import Eigencoder
import Foundation
import Testing

@Suite struct BaselineTests {
  private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Fixtures/baseline.json").standardized.path

  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// The digits lose today what they lost when the file was made.
  @Test func fixtureHolds() throws {
    let result = try expectSuccess(["compare", "--baseline", Self.fixture, "--format", "json"])
    let comparison = try JSONDecoder().decode(ReportComparison.self, from: Data(result.output.utf8))
    #expect(!comparison.isRegression, "\(comparison.regressions)")
    #expect(comparison.tolerance == 0.01)
    #expect(Set(comparison.rows.map { "\($0.method), \($0.latent)" }).count == 4)
    #expect(comparison.rows.allSatisfy { $0.outcome == .holds || $0.outcome == .unjudged })
    #expect(comparison.intervals.count == 2)
    let table = try expectSuccess(["compare", "--baseline", Self.fixture]).output
    #expect(
      table.hasPrefix("digits: 1438 rows to train, 359 to test, 64 columns, tolerance 1.00 %\n\nmethod "))
    #expect(table.hasSuffix("\n\nno regression\n"))
  }

  /// Fewer components lose more: exit status 1, in every format.
  @Test func regression() throws {
    let now = try expectSuccess([
      "compare", "--methods", "pca,linear-denoising", "--latent", "3", "--format", "json",
    ])
    // As if the run of 3 components had been one of 4.
    let better = try expectSuccess([
      "compare", "--methods", "pca,linear-denoising", "--latent", "4", "--format", "json",
    ])
    var report = try object(better.output)
    report["options"] = try object(now.output)["options"]
    report["results"] = (report["results"] as? [[String: Any]])?.map { result in
      var result = result
      result["latent"] = 3
      return result
    }
    try JSONSerialization.data(withJSONObject: report).write(to: directory.file("old.json"))
    for format in ["table", "markdown", "json", "csv"] {
      let result = try Tool.run(
        ["compare", "--baseline", "old.json", "--format", format], in: directory.url)
      #expect(result.status == 1)
      #expect(result.error == "")
      #expect(result.output.contains(format == "json" ? "\"isRegression\" : true" : "worse"))
    }
    let table = try Tool.run(["compare", "--baseline", "old.json"], in: directory.url).output
    #expect(table.contains("\nregression:\n  pca, 3: train.ssePerSample was "))
    // A tolerance of 100 % of everything forgives the metrics.
    let forgiven = try Tool.run(
      ["compare", "--baseline", "old.json", "--tolerance", "10", "--methods", "pca"], in: directory.url)
    #expect(forgiven.status == 1 && forgiven.output.contains("linear-denoising, 3: train.ssePerSample was "))
    #expect(forgiven.output.contains(", is missing\n"))
    #expect(!forgiven.output.contains("  pca, 3: "))
  }

  /// The data of the file, or those given; rows of others cannot be compared.
  @Test func otherData() throws {
    try directory.writeSamples(rows: 40, columns: 5)
    try directory.writeSamples(rows: 30, columns: 5, to: "y.npy")
    let report = try expectSuccess(
      ["compare", "--data", "x.npy", "--latent", "2", "--methods", "pca", "--format", "json"], in: directory)
    try directory.write(report.output, to: "old.json")
    try expectSuccess(["compare", "--baseline", "old.json"], in: directory)
    try FileManager.default.moveItem(at: directory.file("x.npy"), to: directory.file("moved.npy"))
    try expectFailure(
      66, "\(directory.url.path)/x.npy: No such file or directory", ["compare", "--baseline", "old.json"],
      in: directory)
    try expectSuccess(["compare", "--baseline", "old.json", "--data", "moved.npy"], in: directory)
    try expectFailure(
      65,
      "y.npy has 24 rows to train, 6 to test and 5 columns, the baseline is of 32 rows to train, 8 to test and "
        + "5 columns", ["compare", "--baseline", "old.json", "--data", "y.npy"], in: directory)
  }

  @Test(arguments: [
    (
      #"{"epochs": 3}"#,
      #"old.json: has no "options", expected a report of 'eigencoder compare --format json'"#
    ),
    (#"{"options": {}}"#, "old.json: is no report of 'eigencoder compare --format json'"),
  ])
  func notAReport(_ json: String, _ message: String) throws {
    try directory.write(json, to: "old.json")
    try expectFailure(65, message, ["compare", "--baseline", "old.json"], in: directory)
  }
}
