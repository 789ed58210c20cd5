import Eigencoder
import Foundation
import Testing

@Suite struct ReconstructionReportTests {
  private let train: Matrix<Float>
  private let test: Matrix<Float>

  init() throws { (train, test) = try Fixture.digits(Float.self).split(holdOut: 0.2, seed: 1) }

  private func pca(_ k: Int) throws -> any Reducer<Float> { try PCA(latent: k).fitted(to: train) }

  /// A linear denoiser: worse than PCA on clean rows.
  private func denoiser(_ k: Int) throws -> any Reducer<Float> {
    try LinearDenoiser(.masking(0.3), latent: k).fitted(to: train)
  }

  /// The comparison is there whichever comes first, and only within a size.
  @Test func orderOfAdding() throws {
    func report(_ reducers: [any Reducer<Float>]) throws -> [ReconstructionReport.Result] {
      var report = ReconstructionReport(data: .init(name: "d", train: 1, test: 1, dimension: 64))
      for reducer in reducers { try report.add(reducer, train: train, test: TestSamples(test)) }
      return report.results
    }
    let before = try report([pca(4), denoiser(4), denoiser(6)])
    let after = try report([denoiser(4), denoiser(6), pca(4)])
    #expect(before.map { $0.againstPCA == nil } == [true, false, true])
    #expect(after.map { $0.againstPCA == nil } == [false, true, true])
    let paired = try #require(before[1].againstPCA)
    #expect(paired == after[0].againstPCA)
    #expect(paired.verdict == .loses)
    expectClose(
      paired.difference, before[1].test.ssePerSample - before[0].test.ssePerSample, within: 1e-9)
    #expect(
      paired
        == PairedComparison(
          of: try denoiser(4).squaredErrors(on: test), against: try pca(4).squaredErrors(on: test)))
  }

  /// Fewer training rows, the same test rows and mean.
  @Test func limitOfTrainingRows() throws {
    func result(_ limit: Int?) throws -> ReconstructionReport.Result {
      var report = ReconstructionReport(data: .init(name: "d", train: 1, test: 1, dimension: 64))
      try report.add(pca(4), train: train, test: TestSamples(test), trainLimit: limit)
      return report.results[0]
    }
    let (all, some) = (try result(nil), try result(100))
    #expect(all == (try result(train.rows)))
    #expect(some.test == all.test)
    let rows = (0..<100).map { $0 * train.rows / 100 }
    #expect(
      some.train
        == (try ReconstructionMetrics(
          of: pca(4), on: train.selecting(rows: rows), trainingMean: train.columnMeans)))
  }

  /// What differs by rounding alone is a tie, with however sure a sign.
  @Test func roundingIsATie() throws {
    let exact = try PCA(latent: 6).fitted(to: train)
    let shifted = PrincipalComponents<Float>(
      sampleCount: 3, mean: exact.mean.map { $0 + 1e-9 }, components: exact.components,
      explainedVariance: exact.explainedVariance, totalVariance: exact.totalVariance, noiseVariance: 0)
    struct Renamed: Reducer {
      let base: PrincipalComponents<Float>
      var method: String { "other" }
      var inputs: Int { base.inputs }
      var latent: Int { base.latent }
      var parameterCount: Int { base.parameterCount }
      func encode(_ x: Matrix<Float>) -> Matrix<Float> { base.encode(x) }
      func decode(_ codes: Matrix<Float>) -> Matrix<Float> { base.decode(codes) }
      func encoderJacobian(at x: [Float]) -> Matrix<Float> { base.encoderJacobian(at: x) }
    }
    for base in [exact, shifted] {
      let report = try ReconstructionReport(of: [exact, Renamed(base: base)], train: train, test: test)
      #expect(report.results[1].againstPCA?.verdict == .ties)
      #expect(report.table().contains("other, 6: beats PCA: no, a tie ("))
    }
  }

  /// A report that was written and read is the same, and renders the same.
  @Test func roundTrip() throws {
    let report = try ReconstructionReport(of: [pca(4), denoiser(4)], train: train, test: test)
    let read = try JSONDecoder().decode(ReconstructionReport.self, from: Data(report.json().utf8))
    #expect(read == report)
    #expect(read.table() == report.table() && read.csv() == report.csv())
    #expect(report.results.map(\.bytesPerVector) == [16, 16])
  }

  @Test func renderings() throws {
    let report = try ReconstructionReport(of: [pca(4), denoiser(4)], train: train, test: test)
    let paired = try #require(report.results[1].againstPCA)
    let interval = try #require(paired.interval)
    let sentence =
      "beats PCA: no, it loses (+\(paired.difference.significant(3)) per sample, 95 % interval "
      + "\(interval.lowerBound.significant(3)) to \(interval.upperBound.significant(3)))"
    #expect(report.table().contains("\nlinear-denoising, 4: \(sentence)\n"))
    #expect(report.markdown().contains("\n- linear-denoising, 4: \(sentence)\n"))
    let lines = report.csv().split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(Set(lines.map(\.count)).count == 1)
    func value(_ name: String, _ line: Int) throws -> String {
      lines[line][try #require(lines[0].firstIndex(of: name), "\(name)")]
    }
    #expect(try value("againstPCA.verdict", 1) == "" && value("againstPCA.verdict", 2) == "loses")
    #expect(try Double(value("againstPCA.low", 2)) == interval.lowerBound)
    #expect(try Double(value("test.recallAt10", 2)) == report.results[1].test.recallAt10)
    #expect(try Double(value("test.pcaEquivalentDimension", 1)).map { abs($0 - 4) < 1e-4 } == true)
    #expect(!lines[0].contains("train.recallAt10"))
  }

  @Test func tablesOfNeighboursAndClasses() throws {
    let labels = try Labels(contentsOf: Fixture.url("digits_labels.npy"))
    let all = try Fixture.digits(Float.self)
    var samples = TestSamples(all)
    samples.labels = labels
    samples.neighbourhood = try NeighbourhoodReference(of: all, limit: 100)
    var report = ReconstructionReport(data: .init(name: "d", train: 1, test: all.rows, dimension: 64))
    try report.add(pca(3), train: train, test: samples)
    let table = report.table()
    #expect(table.contains("recall@10  by cosine"))
    #expect(table.replacing("\n  ", with: " ").contains("100 of the test rows, drawn at random"))
    #expect(table.contains("0, 1, ...: test SSE of each class."))
    #expect(report.results[0].test.perClass?.map(\.label) == (0...9).map(String.init))
    #expect(report.csv().contains(",test.class.9,"))
  }
}
