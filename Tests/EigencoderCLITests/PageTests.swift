import Eigencoder
import Foundation
import Testing

@Suite struct PageTests {
  private static let quick = ["compare", "--methods", "pca,autoencoder", "--latent", "2,4", "--epochs", "2"]
  private static let labels = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Fixtures/digits_labels.npy").standardized.path

  private func json(_ page: String) throws -> String {
    let start = try #require(page.range(of: "<script type=\"application/json\" id=\"report\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    return String(page[start.upperBound..<end.lowerBound])
  }

  /// The page says how it was made; standard output is what it is without the page.
  @Test func writesThePage() throws {
    let directory = try TemporaryDirectory()
    let result = try expectSuccess(
      Self.quick + ["--report", "r.html", "--labels", Self.labels, "--format", "json"], in: directory)
    #expect(result.error.hasSuffix("report written to r.html\n"))
    #expect(directory.contents == ["r.html"])
    let page = try String(contentsOf: directory.file("r.html"), encoding: .utf8)
    #expect(page.utf8.count < 1_500_000)
    for id in [
      "summary", "errors", "neighbours", "size", "training", "spectrum", "pictures", "codes", "classes",
      "made",
    ] {
      #expect(page.contains("<section id=\"\(id)\""), "\(id)")
    }
    let plain = try object(result.output)
    #expect(plain["details"] == nil)
    let report = try JSONDecoder().decode(ReconstructionReport.self, from: Data(json(page).utf8))
    #expect(try report.json() + "\n" == result.output)
    let details = try #require(report.details)
    let made = try #require(details.provenance)
    #expect(
      made.commandLine.hasPrefix("eigencoder compare --methods pca,autoencoder --latent 2,4 --epochs 2 "))
    #expect(made.options["epochs"] == "2" && made.options["seed"] == "1" && made.options["corruption"] != nil)
    // As Python's zlib.crc32 of Fixtures/digits.npy says.
    #expect(made.inputs.map(\.crc32) == ["8355b8c8", "be2ec2db"])
    #expect(made.inputs.map(\.bytes) == [115136, 1925])
    #expect(
      details.spectrum?.suggestions.map(\.rule) == [
        "variance", "minka", "held-out-likelihood", "parallel-analysis", "hard-threshold",
      ])
    #expect(report.results.map { $0.details?.history?.epochs.count } == [nil, 3, nil, 3])
    #expect(report.results.map { $0.details?.codes?.count } == [359, 359, nil, nil])
  }

  /// What `choose` says of the same split.
  @Test func agreesWithChoose() throws {
    let directory = try TemporaryDirectory()
    try expectSuccess(
      ["compare", "--methods", "pca", "--latent", "2", "--seed", "5", "--report", "r.html"], in: directory)
    let page = try String(contentsOf: directory.file("r.html"), encoding: .utf8)
    let report = try JSONDecoder().decode(ReconstructionReport.self, from: Data(json(page).utf8))
    let chosen = try object(expectSuccess(["choose", "--seed", "5", "--format", "json"]).output)
    let rules = try #require(chosen["rules"] as? [[String: Any]])
    let spectrum = try #require(report.details?.spectrum)
    #expect(spectrum.suggestions.map(\.rule) == rules.map { $0["rule"] as? String })
    #expect(spectrum.suggestions.map(\.latent) == rules.map { $0["latent"] as? Int })
    #expect(spectrum.recommended?.latent == (chosen["recommendation"] as? [String: Any])?["latent"] as? Int)
  }

  /// Byte for byte but for the times.
  @Test func repeatsItself() throws {
    func page() throws -> String {
      let directory = try TemporaryDirectory()
      try expectSuccess(Self.quick + ["--report", "r.html", "--quiet"], in: directory)
      var text = try String(contentsOf: directory.file("r.html"), encoding: .utf8)
      for pattern in [
        "\"(seconds|fitSeconds)\":[^,}]*", "\"date\":\"[^\"]*\"", "<time>[^<]*</time>",
        "<td class=\"seconds\"[^>]*>.*?</td>",
      ] {
        text = text.replacing(try Regex(pattern), with: "")
      }
      return text
    }
    #expect(try page() == page())
  }

  /// Images in a shape of one's own, or none; a code of 1 number has no drawing.
  @Test func images() throws {
    let directory = try TemporaryDirectory()
    func page(_ arguments: [String]) throws -> String {
      try expectSuccess(
        ["compare", "--methods", "pca", "--latent", "1", "--report", "r.html"] + arguments, in: directory)
      return try String(contentsOf: directory.file("r.html"), encoding: .utf8)
    }
    let wide = try page(["--image", "4x16"])
    #expect(wide.contains("drawn as 4 x 16 pixels") && !wide.contains("<section id=\"codes\""))
    #expect(try !page(["--image", "none"]).contains("<img"))
    // Rows with negative numbers are not taken for images.
    try samples(rows: 30, columns: 16).write(npy: directory.file("x.npy"))
    #expect(try !page(["--data", "x.npy"]).contains("<img"))
    #expect(try page(["--data", "x.npy", "--image", "2x8"]).contains("drawn as 2 x 8 pixels"))
  }

  @Test(arguments: [
    (["--image", "8x8"], "--image is for --report"),
    (
      ["--report", "r.html", "--image", "8"], "--image takes a height and a width as 28x28, or none; got '8'"
    ),
    (
      ["--report", "r.html", "--image", "0x64"],
      "--image takes a height and a width as 28x28, or none; got '0x64'"
    ),
    (["--report", "r.html", "--image", "7x9"], "an image of 7 x 9 has 63 pixels, the data have 64 columns"),
    (["--report", "r.html", "--out", "./r.html"], "--out and --report name the same file, 'r.html'"),
  ])
  func usageErrors(_ arguments: [String], _ message: String) throws {
    try expectFailure(
      64, "\(message) (see 'eigencoder compare --help')", ["compare"] + arguments, in: TemporaryDirectory())
  }

  /// Before anything is fitted: this would take hours.
  @Test func unwritable() throws {
    let directory = try TemporaryDirectory()
    try FileManager.default.createDirectory(
      at: directory.file("folder.html"), withIntermediateDirectories: false)
    let long = ["compare", "--epochs", "10000000", "--quiet", "--report"]
    try expectFailure(
      73, "nowhere/r.html: there is no directory \(directory.url.path)/nowhere", long + ["nowhere/r.html"],
      in: directory)
    try expectFailure(
      73, "folder.html: is a directory, expected a file", long + ["folder.html"], in: directory)
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("full.html").path, withDestinationPath: "/dev/full")
    let full = try Tool.run(Self.quick + ["--quiet", "--report", "full.html"], in: directory.url)
    #expect(full.status == 73 && full.error.hasSuffix("No space left on device\n"))
    #expect(directory.contents == ["folder.html", "full.html"])
  }

  /// A page that was there stays when nothing comes of the run, and tells of methods that failed.
  @Test func failures() throws {
    let directory = try TemporaryDirectory()
    try directory.write("before", to: "r.html")
    let diverging = [
      "compare", "--latent", "2", "--learning-rate", "1e30", "--schedule", "constant", "--quiet", "--report",
      "r.html",
    ]
    #expect(
      try Tool.run(diverging + ["--methods", "autoencoder", "--initializer", "random"], in: directory.url)
        .status == 70)
    #expect(try String(contentsOf: directory.file("r.html"), encoding: .utf8) == "before")
    let result = try Tool.run(
      diverging + ["--methods", "pca,autoencoder", "--initializer", "random"], in: directory.url)
    #expect(result.status == 70)
    let page = try String(contentsOf: directory.file("r.html"), encoding: .utf8)
    #expect(page.contains("<p class=\"warning\">autoencoder with a code of 2: "))
    #expect(directory.contents == ["r.html"])
  }
}
