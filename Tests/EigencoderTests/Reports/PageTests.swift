import Eigencoder
import Foundation
import Testing

@Suite struct PageTests {
  /// A report with everything that a page can show, of 80 digits that train and 60 that test.
  private static func report(
    name: String = "digits", labels: Labels? = nil, methodName: String = "autoencoder"
  ) throws -> ReconstructionReport {
    let digits = try Fixture.digits(Float.self)
    let (train, test) = (digits.rows(0..<80), digits.rows(100..<160))
    let labels =
      try labels ?? Labels(contentsOf: Fixture.url("digits_labels.npy")).selecting(Array(100..<160))
    let noise = Corruption.gaussian(0.2, unit: .data)
    var samples = TestSamples(
      test, corrupted: noise.applied(to: test, statistics: ColumnStatistics(of: train), seed: 4))
    samples.labels = labels
    samples.neighbourhood = try NeighbourhoodReference(of: test)
    samples.pcaErrors = try PCAErrorCurve(train: train, test: test)
    samples.worstCount = 2
    var report = ReconstructionReport(
      data: .init(name: name, train: train.rows, test: test.rows, dimension: 64), seed: 4, corruption: noise)
    var details = ReconstructionReport.Details()
    details.pcaErrors = samples.pcaErrors?.ssePerSample
    details.spectrum = try ReconstructionReport.Spectrum(of: train, data: train, holdOut: 0.2, seed: 4)
    details.provenance = ReconstructionReport.Provenance(
      command: ["eigencoder", "compare", "--data", "a b'<i>.npy"], options: ["epochs": "3"],
      inputs: [.init(role: "data", name: name, bytes: 3, crc32: CRC32(of: [1, 2, 3]).hexadecimal)],
      split: "the first rows", date: "2026-01-31T12:00:00Z")
    report.details = details
    let illustration = ReconstructionReport.Illustration(
      of: samples, latent: 2, image: ReconstructionReport.ImageShape(guessedFrom: train), seed: 4)
    for latent in [2, 6] {
      let pca = try PCA(latent: latent).fitted(to: train)
      try report.add(pca, train: train, test: samples, fitSeconds: 0.25, illustration: illustration)
      var network = try Autoencoder<Float>(
        inputs: 64, hidden: [16], latent: latent, activation: .gelu, initializer: .pca(pca), seed: 4)
      network.method = methodName
      let trainer = Trainer(
        epochs: 3, batchSize: 16, optimizer: .adam(learningRate: 1e-3), validationFraction: 0.2, seed: 4)
      let history = try trainer.fit(&network, to: train)
      try report.add(network, train: train, test: samples, history: history, illustration: illustration)
    }
    return report
  }

  @Test func everySection() throws {
    let page = try PageReader(Self.report().html())
    #expect(
      page.all("section").compactMap { $0.attributes["id"] }
        == [
          "summary", "errors", "neighbours", "size", "training", "spectrum", "pictures", "codes", "classes",
          "made",
        ])
    #expect(page.all("h1").map(\.text) == ["digits"])
    // Each drawing has a name and a description.
    let drawings = page.all("svg").filter { $0.attributes["class"] == "chart" }
    #expect(drawings.count == 1 + 2 + 1 + 2)
    #expect(drawings.allSatisfy { $0.attributes["role"] == "img" && $0.attributes["aria-labelledby"] != nil })
    #expect(page.all("th").allSatisfy { ["row", "col"].contains($0.attributes["scope"]) })
    // The input and two sizes of two methods, clean and corrupted.
    #expect(page.all("img").count == 2 + 2 * 2 * 2)
    #expect(page.all("img").allSatisfy { $0.attributes["alt"]?.isEmpty == false })
    #expect(page.all("pre").map(\.text) == ["eigencoder compare --data 'a b'\\''<i>.npy'"])
  }

  /// Each column marks its own best at each size, and each is explained below its table.
  @Test func bestOfEachColumn() throws {
    let digits = try Fixture.digits(Float.self)
    let (train, test) = (digits.rows(0..<80), digits.rows(100..<160))
    // The same numbers in a code: the first loses less, the second keeps more neighbours.
    let near = try PrincipalComponents<Float>.few(2, of: train, named: 2, searched: 1)
    let far = try PrincipalComponents<Float>.few(1, of: train, named: 2, searched: 30)
    let report = try ReconstructionReport(of: [near, far], train: train, test: test)
    let page = try PageReader(report.html())
    let best = page.all("td").filter { ($0.attributes["class"] ?? "").split(separator: " ").contains("best") }
      .map(\.text)
    let (a, b) = (report.results[0].test, report.results[1].test)
    #expect(best.first == a.ssePerSample.significant(5))
    #expect(best.contains(b.recallAt10!.fixed(4)) && best.contains(b.trustworthiness!.fixed(4)))
    #expect(!best.contains(a.recallAt10!.fixed(4)) && !best.contains(b.ssePerSample.significant(5)))
    #expect(report.headline.hasSuffix("loses least, \(a.ssePerSample.significant(3)) a row."))
    let terms = page.all("dt").map(\.text)
    for head in page.all("th").filter({ $0.attributes["scope"] == "col" }).map(\.text)
    where ["latent", "test SSE", "recall@10", "LCMC", "trustworthiness", "continuity"].contains(head) {
      #expect(terms.contains(head), "\(head)")
    }
    // Captions stand outside of what scrolls, and a hint says that there is more.
    #expect(page.all("p").filter { $0.attributes["class"] == "caption" }.count == 2)
    #expect(page.all("p").filter { $0.attributes["class"] == "hint" }.count == 2)
    #expect(page.all("caption").isEmpty)
  }

  /// The numbers beside an axis have their place, however long they are.
  @Test func longNumbersOfAnAxis() throws {
    let x = try Fixture.digits(Float.self).rows(0..<60)
    let scaled = Matrix<Float>(rows: 60, columns: 64, x.elements.map { 300 * $0 })
    var report = ReconstructionReport(data: .init(name: "long", train: 60, test: 60, dimension: 64))
    let samples = TestSamples(scaled)
    let illustration = ReconstructionReport.Illustration(of: samples, latent: 2, image: nil)
    var method = Method.autoencoder(latent: 2)
    (method.settings.epochs, method.settings.hidden) = (2, [8])
    try report.add(method.fitted(to: scaled), train: scaled, test: samples, illustration: illustration)
    let page = try PageReader(report.html())
    let numbers = page.all("text").filter { $0.attributes["class"] == "end" }
    #expect(numbers.contains { $0.text.count >= 4 })
    for number in numbers {
      let right = try #require(Double(number.attributes["x"]!))
      #expect(right >= 0.6 * 12.5 * Double(number.text.count), "\(number.text) ends at \(right)")
    }
  }

  /// The commands that follow: with the data, the size and the settings of the run.
  @Test func nextSteps() throws {
    let x = try Fixture.digits(Float.self).rows(0..<120)
    var pca = Method.pca(latent: 8)
    pca.settings.keepsMean = true
    pca.label = "pca-keep-mean"
    var report = try ReconstructionReport(
      comparing: [.pca(latent: 8), pca, .randomColumns(latent: 8)], train: x, test: x)
    report.options = ["data": .text("my rows.npy"), "scale": .number(0.5)]
    let page = try PageReader(report.html())
    let commands = page.all("code").map(\.text)
    let data = "--data 'my rows.npy' --scale 0.5"
    #expect(commands.contains("eigencoder fit pca \(data) --latent 8 --model model.safetensors"))
    #expect(commands.contains("eigencoder encode --model model.safetensors \(data) --out codes.npy"))
    // The reconstructions of PCA with the mean kept are those of PCA, its neighbours are its own.
    let rows = page.all("th").filter { $0.attributes["scope"] == "row" }.map(\.text)
    #expect(rows.count { $0 == "pca-keep-mean" } == 1 && rows.count { $0 == "pca" } == 2)
    #expect(page.all("p").contains { $0.text.contains("random-columns +") })
  }

  /// Nothing is loaded, nothing runs.
  @Test func selfContained() throws {
    let text = try Self.report().html()
    let page = try PageReader(text)
    for element in page.elements {
      for name in ["src", "href", "xlink:href", "srcset", "action"] {
        guard let target = element.attributes[name] else { continue }
        #expect(target.hasPrefix("#") || target.hasPrefix("data:image/png;base64,"), "\(target)")
      }
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") })
      #expect(!["link", "iframe", "object", "embed", "base", "form"].contains(element.name))
    }
    #expect(page.all("script").map { $0.attributes["type"] } == ["application/json"])
    #expect(!page.all("style")[0].text.contains("url(") && !page.all("style")[0].text.contains("@import"))
    #expect(!text.contains("http://") && !text.contains("https://"))
  }

  /// The JSON in the page is the report, and the numbers in its table are those of the JSON.
  @Test func numbers() throws {
    let report = try Self.report()
    let page = try PageReader(report.html())
    let json = try #require(page.all("script").first?.text)
    let read = try JSONDecoder().decode(ReconstructionReport.self, from: Data(json.utf8))
    #expect(try read.json() == report.json())
    #expect(read.details?.spectrum == report.details?.spectrum)
    #expect(read.results.map { $0.details?.history } == report.results.map { $0.details?.history })

    let values = page.elements.indices.filter { page.elements[$0].name == "data" }
      .map { Double(page.elements[$0].attributes["value"]!)! }
    let errors = read.results.flatMap { result -> [Double] in
      let m = result.test
      return [m.ssePerSample, m.noisy!.ssePerSample] + (result.fitSeconds.map { [$0] } ?? [])
        + [m.r2!, result.train.ssePerSample, m.cosine, Double(result.parameters)]
        + [m.contraction, m.relativeFrobenius!, m.msePerElement]
    }
    let codes = read.results.flatMap { result -> [Double] in
      let m = result.test
      return [m.recallAt10!, m.cosineRecallAt10!, Double(result.bytesPerVector), m.pcaEquivalentDimension!]
        + [m.trustworthiness!, m.continuity!, m.distanceCorrelation!, m.lcmc!]
    }
    let classes = read.results.flatMap { $0.test.perClass!.map(\.ssePerSample) }
    #expect(values == errors + codes + classes)
    // What is shown is that number, rounded.
    for cell in page.all("data") {
      let (shown, value) = (try #require(Double(cell.text)), Double(cell.attributes["value"]!)!)
      #expect(abs(shown - value) <= max(0.006 * abs(value), 0.051), "\(cell.text) of \(value)")
    }
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "</title></style></script><!--", "a \"b\" 'c' & d &amp; e",
    "\u{0}\u{8}\u{85}\u{FFFF}\r",
    "]]>\u{2028}${x}`",
  ])
  func hostileNames(_ name: String) throws {
    let labels = Labels((0..<60).map { $0 % 2 == 0 ? name : "b\(name)" })
    var report = try Self.report(name: name, labels: labels, methodName: name)
    report.details?.notes = [name]
    let text = try report.html()
    let page = try PageReader(text)
    #expect(page.all("script").count == 1 && page.all("style").count == 1)
    let shown = String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { "\u{0}\u{8}\u{85}\u{FFFF}\r".unicodeScalars.contains($0) ? "\u{FFFD}" : $0 }
      ))
    #expect(page.all("h1").map(\.text) == [shown])
    #expect(page.all("p").contains { $0.attributes["class"] == "warning" && $0.text == shown })
    #expect(page.all("th").contains { $0.text == shown })
    let read = try JSONDecoder().decode(
      ReconstructionReport.self, from: Data(try #require(page.all("script").first?.text).utf8))
    #expect(read.data.name == name && read.results[1].method == name)
    for scalar in text.unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control && scalar.value & 0xFFFE != 0xFFFE)
    }
  }

  /// The same bytes for the same report, also one that was written and read.
  @Test func repeatsItself() throws {
    let report = try Self.report()
    let text = try report.html()
    #expect(try report.html() == text)
    let read = try JSONDecoder().decode(
      ReconstructionReport.self, from: Data(report.json(including: .all).utf8))
    #expect(read == report)
    #expect(try read.html() == text)
  }

  /// A report without details, or read from the JSON of others, has a page too.
  @Test func withoutDetails() throws {
    let full = try Self.report()
    let plain = try JSONDecoder().decode(ReconstructionReport.self, from: Data(full.json().utf8))
    #expect(plain.details == nil && plain.results.allSatisfy { $0.details == nil })
    let page = try PageReader(plain.html())
    #expect(
      page.all("section").compactMap { $0.attributes["id"] } == [
        "summary", "errors", "neighbours", "size", "classes",
      ])
    let empty = ReconstructionReport(data: .init(name: "none", train: 1, test: 1, dimension: 2))
    #expect(try PageReader(empty.html()).all("p").contains { $0.text == "No method was fitted." })
  }

  /// Errors of 0, one test row, one number a code: whatever a drawing has no place for is left out.
  @Test func degenerateReports() throws {
    let line = Matrix<Float>(rows: 8, columns: 3, (0..<24).map { Float($0 / 3) * Float(1 + $0 % 3) })
    for (train, test) in [(line, line.rows(3..<4)), (line, line)] {
      var report = ReconstructionReport(data: .init(name: "line", train: 8, test: test.rows, dimension: 3))
      var details = ReconstructionReport.Details()
      details.spectrum = try ReconstructionReport.Spectrum(of: train, data: train, holdOut: 0.2, seed: 1)
      report.details = details
      let samples = TestSamples(test)
      let illustration = ReconstructionReport.Illustration(
        of: samples, latent: 2, image: ReconstructionReport.ImageShape(height: 1, width: 3))
      for latent in [1, 2] {
        try report.add(
          PCA(latent: latent).fitted(to: train), train: train, test: samples, illustration: illustration)
      }
      let page = try PageReader(report.html())
      #expect(!page.elements.contains { $0.attributes["d"]?.contains("nan") == true })
      #expect(page.all("section").contains { $0.attributes["id"] == "pictures" })
    }
  }

  /// WCAG contrast of text 4.5 : 1 and of marks 3 : 1, light and dark, in tinted cells too.
  @Test func contrast() throws {
    let style = try PageReader(Self.report().html()).all("style")[0].text
    let schemes = style.split(separator: ":root{").dropFirst().prefix(2).map { block in
      Dictionary(
        block.prefix { $0 != "}" }.split(separator: ";").compactMap { entry -> (String, [Double])? in
          let parts = entry.split(separator: ":")
          guard parts.count == 2, parts[0].hasPrefix("--") else { return nil }
          return Self.colour(parts[1]).map { (String(parts[0]), $0) }
        }, uniquingKeysWith: { $1 })
    }
    #expect(schemes.count == 2)
    for colours in schemes {
      let (paper, tint, ink) = (colours["--paper"]!, colours["--tint"]!, colours["--ink"]!)
      for name in ["--ink", "--quiet", "--link"] {
        #expect(Self.contrast(colours[name]!, paper) >= 4.5, "\(name)")
        #expect(Self.contrast(colours[name]!, tint) >= 4.5, "\(name) on a tint")
      }
      let shaded = zip(colours["--heat"]!, paper).map { 0.45 * $0 + 0.55 * $1 }
      #expect(Self.contrast(ink, shaded) >= 4.5)
      #expect(colours.keys.count { $0.hasPrefix("--c") } == 10)
      for (name, colour) in colours where name.hasPrefix("--c") {
        #expect(Self.contrast(colour, paper) >= 3, "\(name)")
      }
    }
  }

}

extension PrincipalComponents<Float> {
  /// What loses as `count` components do, calls itself a code of `latent` numbers, and is searched by `searched` components.
  fileprivate static func few(_ count: Int, of x: Matrix<Float>, named latent: Int, searched: Int) throws
    -> Few
  {
    Few(
      base: try PCA(latent: count).fitted(to: x), searched: try PCA(latent: searched).fitted(to: x),
      latent: latent,
      method: "few-\(count)")
  }

  fileprivate struct Few: Reducer {
    let base: PrincipalComponents<Float>
    let searched: PrincipalComponents<Float>
    let latent: Int
    let method: String
    var inputs: Int { base.inputs }
    var parameterCount: Int { 0 }
    func encode(_ x: Matrix<Float>) -> Matrix<Float> { base.encode(x) }
    func searchedCodes(of x: Matrix<Float>) -> Matrix<Float> { searched.encode(x) }
    func decode(_ codes: Matrix<Float>) -> Matrix<Float> { base.decode(codes) }
    func encoderJacobian(at x: [Float]) -> Matrix<Float> { base.encoderJacobian(at: x) }
  }
}

extension PageTests {
  /// "#0b5cad" as three numbers in [0, 1].
  private static func colour(_ text: Substring) -> [Double]? {
    guard text.hasPrefix("#") else { return nil }
    let digits = text.count == 4 ? text.dropFirst().flatMap { [$0, $0] } : Array(text.dropFirst())
    return stride(from: 0, to: 6, by: 2).map { Double(Int(String(digits[$0...$0 + 1]), radix: 16)!) / 255 }
  }

  private static func contrast(_ a: [Double], _ b: [Double]) -> Double {
    func luminance(_ colour: [Double]) -> Double {
      let linear = colour.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
    let (light, dark) = (max(luminance(a), luminance(b)), min(luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)
  }
}
