import Eigencoder
import Foundation
import Testing

// The code in the articles of the documentation. Between `// begin` and `// end` each stands here or in ExamplesTests word for
// word, so that it compiles; what costs nothing also runs, on the digits.

private enum Snippets {
  static func gettingStarted(_ file: URL) throws {
    // begin GettingStarted
    let x = try Matrix<Float>(contentsOf: file)  // n x d, one row a sample
    let (train, test) = try x.split(holdOut: 0.2, seed: 1)

    let pca = try PCA(latent: 8).fitted(to: train)
    let codes = pca.encode(test)  // rows of 8 numbers
    let back = pca.decode(codes)  // rows of d numbers
    // end
    #expect(codes.columns == 8 && back.columns == x.columns)
    // begin GettingStarted
    var method = Method.autoencoder(latent: 8)
    method.settings.epochs = 20  // what is not set is chosen from the data
    let network = try method.fitted(to: train)
    print(network.resolved.settings, network.seconds)
    // end
    // begin GettingStarted
    let report = try ReconstructionReport(of: [pca, network], train: train, test: test)
    print(report.table())
    // end
    #expect(network.history?.epochs.count == 21)
  }

  static func aModel(_ pca: PrincipalComponents<Float>, _ test: Matrix<Float>, _ file: URL) throws {
    // begin GettingStarted
    try Model.pca(pca).write(to: file)
    let model = try Model<Float>(contentsOf: file)
    let codes = model.reducer.encode(test)
    // end
    #expect(codes == pca.encode(test))
  }

  static func aServer(_ rows: [[Float]], _ model: Model<Float>) throws {
    // begin GettingStarted
    let x = try Matrix<Float>.validated(rows)  // of equal length, finite
    let codes = try model.reducer.codes(of: x)  // of the model's width; finite codes
    let back = try model.reducer.samples(from: codes)
    // end
    #expect(back == model.reducer.reconstruct(x))
  }

  static func anExport(_ pca: PrincipalComponents<Float>, _ file: URL) throws {
    // begin Exporting
    try Model.pca(pca).write(onnx: file, part: .both)
    // end
    #expect(try Data(contentsOf: file).count > 4 * pca.parameterCount)
  }

  static func components(_ train: Matrix<Float>) throws {
    // begin PrincipalComponentAnalysis
    let pca = try PCA(explaining: 0.95).fitted(to: train)
    print(pca.latent, pca.explainedVarianceRatio, pca.noiseVariance)
    // end
    #expect(pca.latent == 29)
    try certificate(pca, train)
  }

  static func moments(_ first: Matrix<Float>, _ second: Matrix<Float>) throws {
    // begin PrincipalComponentAnalysis
    var moments = Moments(of: first)
    moments.merge(Moments(of: second))
    let pca = try PCA(latent: 8).fitted(to: moments, as: Float.self)
    // end
    #expect(pca.sampleCount == first.rows + second.rows)
  }

  static func manyMachines(_ rows: URL, _ sums: URL) throws {
    let files = [sums]
    // begin ManyMachines
    let part = try MomentsFile(ofRowsOf: RowReader(contentsOf: rows))  // one pass, on each machine
    try part.write(to: sums)
    let all = try MomentsFile(merging: files)
    let pca = try PCA(latent: 8).fitted(to: all, as: Float.self)
    print(MomentErrors(of: pca, on: all).r2 ?? 0, try PCACertificate(of: pca, on: all).passes)
    // end
    #expect(pca.sampleCount == part.moments.count)
  }

  private static func certificate(_ pca: PrincipalComponents<Float>, _ train: Matrix<Float>) throws {
    // begin PrincipalComponentAnalysis
    let certificate = try PCACertificate(of: pca, on: train)
    print(certificate.passes, certificate.subspaceAngle.value, certificate.inseparable)
    // end
    #expect(certificate.passes)
  }

  static func aLayer() throws {
    // begin GradientsByHand
    let network = try Autoencoder<Double>(
      Architecture(inputs: 2, hidden: [], latent: 1, latentActivation: .tanh), seed: 1)
    let y = network.encode(Matrix([[1, 2]]))  // tanh(W x)
    let slope = network.encoderJacobian(at: [1, 2])  // (1 - y²) W
    let weight = network.tensor(named: "encoder.0.weight")  // W
    // end
    let w = try #require(weight)
    #expect(abs(y[0, 0] - tanh(w[0] + 2 * w[1])) < 1e-15)
    #expect(abs(slope[0, 1] - w[1] * (1 - y[0, 0] * y[0, 0])) < 1e-15)
  }

  static func anObjective(_ train: Matrix<Float>) {
    // begin ContractiveAndDenoising
    let objective = Objective.denoising(.gaussian(0.1)) + .contractive(1e-4)
    let shape = Architecture.suggested(inputs: train.columns, latent: 8, rows: train.rows)
    let trainer = Trainer.suggested(for: shape, rows: train.rows, objective: objective, seed: 1)
    // end
    #expect(trainer.objective.penalties.count == 1)
  }

  static func aDenoiser(_ train: Matrix<Float>) throws {
    // begin ContractiveAndDenoising
    let denoiser = try LinearDenoiser(.masking(0.3), latent: 8).fitted(to: train)
    print(denoiser.expectedError)  // mean |x - xh|² over all rows and all corruptions, exact
    // end
    #expect(denoiser.expectedError > 1)
  }

  static func aStart(_ train: Matrix<Float>, _ x: Matrix<Float>) throws {
    // begin FromPCAToADeepAutoencoder
    let pca = try PCA(latent: 8).fitted(to: train)
    let shape = Architecture(
      inputs: train.columns, hidden: [128, 64], latent: 8, activation: .gelu)
    var network = try Autoencoder<Float>(shape, initializer: .pca(pca), seed: 1)
    // Before the first step: network.reconstruct(x) is pca.reconstruct(x), to rounding.
    // end
    for (a, b) in zip(network.reconstruct(x).elements, pca.reconstruct(x).elements) {
      #expect(abs(a - b) < 1e-5)
    }
    try Trainer(epochs: 0).fit(&network, to: train)
  }

  static func aReport(_ report: ReconstructionReport, _ earlier: ReconstructionReport) throws {
    // begin ReadingAReport
    let page = try report.html()
    let stored = try report.json()
    let change = try report.compared(to: earlier, tolerance: 0.01)
    print(change.isRegression, change.regressions)
    // end
    #expect(page.contains("</html>") && !stored.isEmpty && !change.isRegression)
  }

  static func codesOfBytes(_ train: Matrix<Float>, _ test: Matrix<Float>) throws {
    // begin ShorterEmbeddings
    let outcome = try RateSearch(rates: [8]).fitted(to: train, queries: test) { print($0.name, $0.recall) }
    let pipeline = outcome.choices[outcome.chosen].pipeline
    let stored = try pipeline.storedCodes(of: train)  // stored[0] are the 8 bytes of the first row
    let nearest = pipeline.nearest(10, to: test, codes: stored)  // of each query its hits, the nearest first
    print(nearest[0].map(\.row), stored.bytesPerVector)
    // end
    #expect(nearest.count == test.rows && stored.bytes.count == 8 * train.rows)
  }

  static func shorterEmbeddings(_ train: Matrix<Float>, _ test: Matrix<Float>, _ file: URL) throws {
    // begin ShorterEmbeddings
    let outcome = try EmbeddingSearch(latent: 8).fitted(to: train) { print($0.name, $0.recall) }
    let pipeline = outcome.pipeline
    let codes = pipeline.encode(test)  // n x 8, as they come back from storage
    let searched = try pipeline.searchedCodes(of: test)  // n x 8, as a search sees them
    let back = pipeline.decode(codes)  // n x d
    let recall = try NeighbourhoodReference(of: test).metrics(of: searched).cosineRecall
    print(recall ?? 0, pipeline.bytesPerVector)
    try Model.pipeline(pipeline).write(to: file)
    // end
    #expect(codes.columns == 8 && back.columns == test.columns)
  }

  static func aChoice(_ x: Matrix<Float>) throws {
    // begin ChoosingTheCodeSize
    let selection = try ComponentSelection(of: x, settings: .init(recall: 0.95))
    print(selection.recommendation.latent ?? 0, selection.recommendation.reason)
    print(selection[.parallelAnalysis]?.latent ?? 0)
    // end
    #expect(selection.recommendation.latent == 37)
  }
}

@Suite struct DocumentationTests {
  private static let catalog = Fixture.directory.appendingPathComponent(
    "../Sources/Eigencoder/Eigencoder.docc")

  @Test func snippetsRun() throws {
    let x = try Fixture.digits(Float.self)
    let (train, test) = try x.split(holdOut: 0.2, seed: 1)
    let pca = try PCA(latent: 2).fitted(to: train)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try Snippets.aModel(pca, test, file)
    try Snippets.aServer((0..<test.rows).map(test.row), .pca(pca))
    try Snippets.anExport(pca, file)
    try Snippets.components(x)
    try Snippets.moments(train, test)
    try Snippets.manyMachines(Fixture.directory.appendingPathComponent("digits.npy"), file)
    try Snippets.aLayer()
    Snippets.anObjective(train)
    try Snippets.aDenoiser(train)
    try Snippets.aStart(train, test)
    let report = try ReconstructionReport(of: [pca], train: train, test: test)
    try Snippets.aReport(report, report)
    try Snippets.aChoice(x)
    try Snippets.codesOfBytes(train, test)
    // They train for seconds, and are compiled at least.
    _ = Snippets.gettingStarted
    _ = Snippets.shorterEmbeddings
  }

  /// Every fenced block of Swift in an article is the text between two marks, and every such text is in its article.
  @Test func codeInArticlesIsTheOneThatCompiles() throws {
    let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../ExamplesTests").standardized
    let files = try FileManager.default.contentsOfDirectory(at: examples, includingPropertiesForKeys: nil)
    var written: [String: [String]] = [:]
    for file in [URL(fileURLWithPath: #filePath)] + files.filter({ $0.pathExtension == "swift" }) {
      try Self.addMarked(in: file, to: &written)
    }
    var shown: [String: [String]] = [:]
    for url in try FileManager.default.contentsOfDirectory(
      at: Self.catalog, includingPropertiesForKeys: nil)
    where url.pathExtension == "md" {
      let blocks = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "```swift\n")
        .dropFirst()
      let code = blocks.map { $0.components(separatedBy: "\n```")[0] }
      if !code.isEmpty { shown[url.deletingPathExtension().lastPathComponent] = code }
    }
    #expect(shown.mapValues { $0.sorted() } == written.mapValues { $0.sorted() })
  }

  /// Adds the texts between the marks of a file, by article, less the indentation of their mark.
  private static func addMarked(in file: URL, to written: inout [String: [String]]) throws {
    var article: String?
    var (lines, indentation): ([String], Int) = ([], 0)
    for line in try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n") {
      let text = line.drop { $0 == " " }
      if text.hasPrefix("// begin ") {
        (article, lines) = (String(text.dropFirst(9)), [])
        indentation = line.count - text.count
      } else if text == "// end", let name = article {
        written[name, default: []].append(lines.joined(separator: "\n"))
        article = nil
      } else if article != nil {
        lines.append(String(line.dropFirst(indentation)))
      }
    }
  }
}
