import Eigencoder
import Foundation
import Testing

@Suite struct ReportComparisonTests {
  private let report: ReconstructionReport

  init() throws {
    let (train, test) = try Fixture.digits(Float.self).split(holdOut: 0.2, seed: 1)
    report = try ReconstructionReport(
      of: [
        PCA(latent: 4).fitted(to: train),
        LinearDenoiser(.masking(0.3), latent: 4).fitted(to: train),
      ], train: train, test: test)
  }

  /// The report with the numbers at these paths of a result changed.
  private func changed(
    _ index: Int, _ changes: [String: Double?], of report: ReconstructionReport? = nil
  ) throws -> ReconstructionReport {
    let data = try JSONEncoder().encode(report ?? self.report)
    var root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    var results = try #require(root["results"] as? [[String: Any]])
    for (path, value) in changes {
      let parts = path.split(separator: ".").map(String.init)
      var side = try #require(results[index][parts[0]] as? [String: Any])
      try #require(side[parts[1]] != nil, "\(path)")
      side[parts[1]] = value
      results[index][parts[0]] = side
    }
    root["results"] = results
    return try JSONDecoder().decode(
      ReconstructionReport.self, from: JSONSerialization.data(withJSONObject: root))
  }

  private func number(_ index: Int, _ path: String) throws -> Double {
    let row = try report.compared(to: report).rows.first {
      $0.method == report.results[index].method && $0.metric == path
    }
    return try #require(row?.then)
  }

  @Test func sameReport() throws {
    let comparison = try report.compared(to: report, tolerance: 0)
    #expect(!comparison.isRegression)
    #expect(comparison.regressions.isEmpty)
    #expect(comparison.rows.allSatisfy { $0.change == 0 && $0.now == $0.then })
    // 7 of the training rows, 14 of the test rows, of each of two methods.
    #expect(comparison.rows.count == 2 * (7 + 14))
    #expect(comparison.intervals.count == 1)
  }

  /// Each judged metric, each way, on both sides of the tolerance.
  @Test(arguments: [
    ("test.ssePerSample", 1.0), ("train.ssePerSample", 1), ("test.msePerElement", 1),
    ("test.relativeFrobenius", 1), ("test.r2", -1), ("test.cosine", -1), ("test.psnr", -1),
    ("test.recallAt10", -1), ("test.cosineRecallAt10", -1), ("test.trustworthiness", -1),
    ("test.continuity", -1), ("test.lcmc", -1), ("test.distanceCorrelation", -1),
    ("test.pcaEquivalentDimension", -1),
  ])
  func directions(_ path: String, _ worse: Double) throws {
    let then = try number(1, path)
    for (factor, outcome) in [
      (1 + 0.021 * worse, ReportComparison.Outcome.worse), (1 + 0.019 * worse, .holds), (1, .holds),
      (1 - 0.019 * worse, .holds), (1 - 0.021 * worse, .better),
    ] {
      let comparison = try changed(1, [path: then * factor]).compared(to: report, tolerance: 0.02)
      let row = try #require(
        comparison.rows.first { $0.method == report.results[1].method && $0.metric == path })
      #expect(row.outcome == outcome, "\(factor)")
      #expect(comparison.isRegression == (outcome == .worse))
      #expect(comparison.regressions.count == (outcome == .worse ? 1 : 0))
      expectClose(try #require(row.change), factor - 1, within: 1e-9)
    }
  }

  @Test func contractionIsNotJudged() throws {
    let comparison = try changed(0, ["test.contraction": 1e6]).compared(to: report)
    #expect(!comparison.isRegression)
    #expect(comparison.rows.first { $0.metric == "test.contraction" }?.outcome == .unjudged)
  }

  /// What is left by rounding may double; a share of next to nothing as well.
  @Test func floors() throws {
    let then = try changed(0, ["test.ssePerSample": 1e-13, "test.lcmc": 1e-5])
    let now = try changed(0, ["test.ssePerSample": 3e-13, "test.lcmc": 0.5e-5])
    #expect(try !now.compared(to: then).isRegression)
    #expect(try changed(0, ["test.ssePerSample": 1e-3], of: then).compared(to: then).isRegression)
  }

  @Test func missingMetricsAndMethods() throws {
    let without = try changed(0, ["test.recallAt10": nil]).compared(to: report)
    #expect(without.isRegression)
    #expect(without.regressions.count == 1 && without.regressions[0].hasSuffix(", is missing"))
    // A perfect reconstruction has no signal-to-noise ratio.
    #expect(try !changed(0, ["test.psnr": nil]).compared(to: report).isRegression)
    let (train, test) = try Fixture.digits(Float.self).split(holdOut: 0.2, seed: 1)
    let alone = try ReconstructionReport(
      of: [PCA(latent: 4).fitted(to: train)], train: train, test: test, name: "data")
    let gone = try alone.compared(to: report)
    #expect(gone.rows.filter { $0.outcome == .missing }.count == 21)
    #expect(try !report.compared(to: alone).isRegression)
  }

  /// Intervals that no longer overlap are a regression, whatever the tolerance; overlapping ones and better
  /// ones are none.
  @Test func intervals() throws {
    let interval = try #require(report.results[1].againstPCA?.interval)
    let width = interval.upperBound - interval.lowerBound
    func moved(by shift: Double) throws -> ReportComparison {
      let data = try JSONEncoder().encode(report)
      var root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      var results = try #require(root["results"] as? [[String: Any]])
      var paired = try #require(results[1]["againstPCA"] as? [String: Any])
      paired["interval"] = [interval.lowerBound + shift, interval.upperBound + shift]
      results[1]["againstPCA"] = paired
      root["results"] = results
      let other = try JSONDecoder().decode(
        ReconstructionReport.self, from: JSONSerialization.data(withJSONObject: root))
      return try other.compared(to: report, tolerance: 100)
    }
    #expect(try moved(by: 1.1 * width).isRegression)
    #expect(try moved(by: 1.1 * width).regressions.count == 1)
    #expect(try !moved(by: 0.9 * width).isRegression)
    #expect(try !moved(by: -3 * width).isRegression)
  }

  @Test func otherData() throws {
    var other = report
    other.data = .init(name: "other", train: 5, test: 6, dimension: 7)
    expectError(EigencoderError.invalidData, containing: "other has 5 rows to train, 6 to test and 7 columns")
    {
      _ = try other.compared(to: report)
    }
  }

  @Test func renderings() throws {
    let then = try number(0, "test.ssePerSample")
    let comparison = try changed(0, ["test.ssePerSample": then * 1.5]).compared(to: report)
    let table = comparison.table().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(table[0] == "data: 1438 rows to train, 359 to test, 64 columns, tolerance 1.00 %")
    #expect(table.contains { $0.hasPrefix("pca, 4 ") && $0.hasSuffix(" +50.000 %  worse") })
    #expect(!table.contains { $0.hasSuffix(" ") })
    #expect(table.dropLast().last == "regression:")
    #expect(table.last!.hasPrefix("  pca, 4: test.ssePerSample was "))
    #expect(try JSONDecoder().decode(ReportComparison.self, from: Data(comparison.json().utf8)) == comparison)
    let csv = comparison.csv().split(separator: "\n")
    #expect(csv.count == 1 + 42 + 2)
    #expect(Set(csv.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }) == [7])
    #expect(comparison.markdown().contains("| pca, 4 | test.ssePerSample | "))
  }

  @Test(arguments: [
    OptionValue.flag(true), .flag(false), .whole(0), .whole(1), .whole(.max), .number(0.1), .number(-3),
    .number(1e-300), .text(""), .text("1"), .text("true"), .list([]),
    .list([.whole(1), .text("a"), .number(0.5)]),
  ])
  func optionValues(_ value: OptionValue) throws {
    let data = try JSONEncoder().encode(["x": value])
    #expect(try JSONDecoder().decode([String: OptionValue].self, from: data) == ["x": value])
  }

  @Test func wholeNumbers() {
    #expect(OptionValue(3.0) == .whole(3))
    #expect(OptionValue(0.3) == .number(0.3))
    #expect(OptionValue(-3.0) == .number(-3))
    #expect(OptionValue([OptionValue.whole(256), .whole(64)].count) == .whole(2))
    #expect(OptionValue.list([.whole(256), .number(0.5)]).description == "256,0.5")
  }
}
