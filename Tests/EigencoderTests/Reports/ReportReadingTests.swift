import Eigencoder
import Foundation
import Testing

/// Reports from the JSON of earlier ones.
@Suite struct ReportReadingTests {
  private func report() throws -> ReconstructionReport {
    let (train, test) = try Matrix<Float>.random(80, 6, seed: 1).split(holdOut: 0.25, seed: 1)
    return try ReconstructionReport(
      of: [PCA(latent: 2).fitted(to: train), LinearDenoiser(.gaussian(0.3), latent: 2).fitted(to: train)],
      train: train, test: test)
  }

  @Test func thereAndBack() throws {
    let report = try report()
    let text = try report.json()
    let back = try ReconstructionReport(json: text)
    #expect(back.results.map(\.method) == ["pca", "linear-denoising"])
    #expect(try back.json() == text)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    #expect(try ReconstructionReport(contentsOf: file) == back)
    let change = try report.compared(to: back)
    #expect(!change.isRegression && change.rows.contains { $0.metric == "test.ssePerSample" })
    #expect(change.intervals.count == 1)
  }

  @Test func ofTheCommandLine() throws {
    let report = try ReconstructionReport(contentsOf: Fixture.url("baseline.json"))
    #expect(report.data.name == "digits" && report.results.count == 4)
  }

  @Test(arguments: [
    ("", "the text: no report in JSON"), ("[]", "expected"), ("{}", "no 'data'"),
    (#"{"data": {"name": "x", "train": "many"}, "results": []}"#, "expected Int in data.train"),
  ])
  func whatIsRefused(_ text: String, _ message: String) {
    expectError(EigencoderError.invalidData, containing: message) {
      _ = try ReconstructionReport(json: text)
    }
    expectError(EigencoderError.missingInput, containing: "nowhere.json") {
      _ = try ReconstructionReport(contentsOf: URL(fileURLWithPath: "/nowhere.json"))
    }
  }
}
