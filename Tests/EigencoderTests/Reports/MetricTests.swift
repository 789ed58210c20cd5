import Eigencoder
import Foundation
import Testing

@Suite struct MetricTests {
  private struct Report: Decodable {
    struct Result: Decodable { let test: [String: Entry] }
    let results: [Result]
  }

  /// nil for a list of rows.
  private struct Entry: Decodable {
    let value: Double?
    init(from decoder: any Decoder) throws {
      value = try? decoder.singleValueContainer().decode(Double.self)
    }
  }

  /// The table of metrics has an entry for each number of the JSON, and the csv a column for each entry.
  @Test func everyNumberHasAnEntry() throws {
    let x = try Fixture.digits(Float.self).rows(0..<200)
    let pca = try PCA(latent: 3).fitted(to: x)
    let report = try ReconstructionReport(of: [pca], train: x, test: x)
    let read = try JSONDecoder().decode(Report.self, from: Data(report.json().utf8))
    let numbers = read.results[0].test.compactMapValues(\.value)
    #expect(numbers.count == 16)
    let lines = report.csv().split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let cells = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[1]))
    let shown = cells.filter { $0.key.hasPrefix("test.") }
    #expect(Set(shown.keys) == Set(numbers.keys.map { "test." + $0 }))
    for (key, value) in numbers { #expect(cells["test." + key].flatMap(Double.init) == value, "\(key)") }
  }
}
