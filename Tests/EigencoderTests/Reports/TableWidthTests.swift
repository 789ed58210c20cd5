import Eigencoder
import Testing

/// Tables of a terminal leave out what matters least.
@Suite struct TableWidthTests {
  private func report() throws -> ReconstructionReport {
    let x = try Fixture.digits(Float.self).rows(0..<120)
    return try ReconstructionReport(
      comparing: [.pca(latent: 4), .linearDenoising(latent: 4), .randomProjection(latent: 4)], train: x,
      test: x)
  }

  @Test(arguments: [100, 120, 80]) func fits(_ width: Int) throws {
    let lines = try report().table(width: width).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.filter { !$0.contains("beats PCA") }.allSatisfy { $0.count <= width })
    #expect(lines.contains { $0.hasPrefix("Left out to fit \(width) columns (--wide shows all): ") })
    let titles = lines.filter { $0.hasPrefix("method") }.map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(titles.count == 2 && titles[0].contains("test SSE") && titles[0].contains("vs PCA"))
    #expect(titles[1].contains("recall@10") && titles[1].contains("by cosine"))
    // Only what is shown is explained.
    #expect(lines.contains { $0.hasPrefix("recall@10: ") })
    #expect(lines.contains { $0.hasPrefix("contraction: ") } == titles[0].contains("contraction"))
  }

  @Test func all() throws {
    let report = try report()
    let table = report.table(width: nil)
    #expect(table == report.table(width: 1000))
    #expect(!table.contains("Left out"))
    for title in ["parameters", "train SSE", "rel. error", "contraction", "LCMC", "distance corr."] {
      #expect(
        table.contains("  \(title)")
          && table.contains("\n\(title): ") != (title == "parameters" || title == "train SSE"), "\(title)")
    }
    #expect(report.description == report.table(width: 100))
  }
}
