import Eigencoder
import Foundation
import Testing

/// One method from several seeds.
@Suite struct SeedTests {
  private let train: Matrix<Float>
  private let test: Matrix<Float>

  init() throws {
    (train, test) = try Fixture.digits(Float.self).rows(0..<400).split(holdOut: 0.25, seed: 1)
  }

  private func method(_ seed: UInt64) -> Method {
    var method = Method.autoencoder(latent: 3)
    (method.settings.hidden, method.settings.epochs, method.seed) = ([24], 25, seed)
    return method
  }

  /// Three seeds, and PCA before or after them.
  private func report(pcaFirst: Bool = true) throws -> ReconstructionReport {
    var samples = TestSamples(test)
    samples.neighbourhood = try NeighbourhoodReference(of: test)
    var report = ReconstructionReport(
      data: .init(name: "d", train: train.rows, test: test.rows, dimension: 64), seed: 1)
    let pca = try Method.pca(latent: 3).fitted(to: train)
    if pcaFirst { try report.add(pca, train: train, test: samples) }
    try report.add(method(1).fitted(to: train), train: train, test: samples)
    for seed in [2, 3] as [UInt64] {
      try report.addSeed(method(seed).fitted(to: train), train: train, test: samples)
    }
    if !pcaFirst { try report.add(pca, train: train, test: samples) }
    return report
  }

  @Test func runsAndSpread() throws {
    let report = try report()
    #expect(report.results.count == 2)
    let result = report.results[1]
    let seeds = try #require(result.seeds)
    #expect(seeds.runs.map(\.seed) == [1, 2, 3])
    // The first is the result, and each is what a report of its own would say.
    #expect(seeds.runs[0].test == result.test && seeds.runs[0].againstPCA == result.againstPCA)
    for run in seeds.runs {
      let alone = try ReconstructionReport(
        comparing: [.pca(latent: 3), method(run.seed)], train: train, test: test
      ).results[1]
      #expect(run.test.ssePerSample == alone.test.ssePerSample)
      #expect(run.againstPCA?.difference == alone.againstPCA?.difference)
    }
    let values = seeds.runs.map(\.test.ssePerSample)
    let spread = try #require(seeds.spread["test.ssePerSample"])
    #expect(spread.low == values.min() && spread.high == values.max() && spread.low < spread.high)
    let mean = values.reduce(0, +) / 3
    expectClose(spread.mean, mean, within: 1e-14)
    expectClose(
      spread.deviation * spread.deviation, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2,
      within: 1e-12)
    #expect(seeds.spread["test.recallAt10"] != nil && seeds.spread["train.ssePerSample"] == nil)
  }

  /// The comparisons are there whichever comes first.
  @Test func orderOfAdding() throws {
    let (before, after) = (try report().results[1].seeds, try report(pcaFirst: false).results[0].seeds)
    #expect(before?.runs.map(\.againstPCA) == after?.runs.map(\.againstPCA))
    #expect(before?.runs.contains { $0.againstPCA == nil } == false)
  }

  @Test func renderings() throws {
    let report = try report()
    let read = try JSONDecoder().decode(ReconstructionReport.self, from: Data(report.json().utf8))
    #expect(read.results == report.results)
    let range = try #require(report.results[1].seeds?.spread["test.ssePerSample"])
    let text = "\(range.low.significant(4)) to \(range.high.significant(4))"
    let table = report.table()
    #expect(table.contains("3 seeds") && table.contains(text))
    #expect(table.contains("; 3 of 3 seeds\n"))
    let page = try PageReader(report.html())
    #expect(page.all("td").contains { $0.text == text })
    #expect(page.all("th").count { $0.text == "3 seeds" } == 2)
    #expect(report.headline.contains(" % with 3 seeds)"))
    let lines = report.csv().split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let place = try #require(lines[0].firstIndex(of: "seeds.test.ssePerSample.low"))
    #expect(lines[1][place] == "" && Double(lines[2][place]) == range.low)
    // One seed has none of it.
    let one = try ReconstructionReport(comparing: [method(1)], train: train, test: test)
    #expect(one.results[0].seeds == nil && !one.table().contains("seeds"))
    #expect(!one.csv().contains("seeds"))
  }
}
