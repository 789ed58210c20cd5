import Eigencoder
import Foundation
import Testing

private enum Program {
  static func check(_ train: Matrix<Float>, _ test: Matrix<Float>, _ file: URL) throws {
    // begin InAProgram
    let report = try ReconstructionReport(
      comparing: [.pca(latent: 8), .linearDenoising(latent: 8)], train: train, test: test)
    guard FileManager.default.fileExists(atPath: file.path) else {
      return try Data(report.json().utf8).write(to: file)  // the first time
    }
    let earlier = try ReconstructionReport(contentsOf: file)
    let change = try report.compared(to: earlier, tolerance: 0.01)
    #expect(!change.isRegression, "\(change.regressions)")
    // end
    #expect(change.rows.count > 20)
  }
}

@Suite struct RegressionExample {
  @Test func holdsToAnEarlierReport() throws {
    let (train, test) = try Example.digits().rows(0..<400).split(holdOut: 0.25, seed: 1)
    try Example.withFile { file in
      try Program.check(train, test, file)
      try Program.check(train, test, file)
      let earlier = try ReconstructionReport(contentsOf: file)
      // Of other methods that were there and are no more, it says so.
      let less = try ReconstructionReport(comparing: [.pca(latent: 8)], train: train, test: test)
      let change = try less.compared(to: earlier)
      #expect(change.isRegression && change.regressions.contains { $0.contains("is missing") })
    }
  }
}
