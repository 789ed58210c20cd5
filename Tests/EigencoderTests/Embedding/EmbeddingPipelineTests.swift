import Eigencoder
import Foundation
import Testing

@Suite struct EmbeddingPipelineTests {
  private let x = Matrix<Double>.random(60, 9, seed: 1, mean: 0.5)

  private func pipeline(
    keepsMean: Bool = true, power: Double = 0, input: Bool = false, code: Bool = false, network: Bool = false
  ) throws -> EmbeddingPipeline<Double> {
    var rows = x
    if input { _ = rows.normalizeRows() }
    let pca = try PCA(latent: 4).fitted(to: rows)
    let reduction: EmbeddingPipeline<Double>.Reduction =
      network
      ? .network(
        try Autoencoder(
          Architecture(inputs: 9, hidden: [12], latent: 4, hasSkip: true),
          initializer: .pca(pca, keepsMean: true), seed: 2)) : .pca(pca)
    return EmbeddingPipeline(
      reduction, codesOf: x, keepsMean: keepsMean, power: power, normalizesInput: input,
      normalizesCode: code)
  }

  @Test func codesOfPCA() throws {
    let pca = try PCA(latent: 4).fitted(to: x)
    let projected = x.times(pca.components, otherTransposed: true)
    expectClose(try pipeline().unroundedCodes(of: x), projected, within: 1e-13)
    expectClose(try pipeline(keepsMean: false).unroundedCodes(of: x), pca.encode(x), within: 1e-13)
    expectClose(try pipeline(network: true).unroundedCodes(of: x), projected, within: 1e-12)
    // Whitened codes have variance 1.
    let white = try pipeline(keepsMean: false, power: 0.5).unroundedCodes(of: x)
    expectClose(
      (0..<4).map { j in inner(white.transposed().row(j), white.transposed().row(j)) / 59 }, [1, 1, 1, 1],
      within: 1e-12)
    for row in 0..<60 {
      let unit = try pipeline(code: true).unroundedCodes(of: x).row(row)
      expectClose(inner(unit, unit), 1, within: 1e-14)
    }
  }

  /// Whatever the settings, back comes PCA's reconstruction; of unit codes up to their lengths.
  @Test func decodes() throws {
    let pca = try PCA(latent: 4).fitted(to: x)
    for power in [0, 0.25, 0.5] {
      for keepsMean in [false, true] {
        let pipeline = try pipeline(keepsMean: keepsMean, power: power)
        expectClose(pipeline.decode(pipeline.unroundedCodes(of: x)), pca.reconstruct(x), within: 1e-12)
        // What is stored is f32.
        let stored = pipeline.unroundedCodes(of: x).converted(to: Float.self).converted(to: Double.self)
        #expect(pipeline.encode(x) == stored && pipeline.reconstruct(x) == pipeline.decode(stored))
      }
    }
    let unit = try pipeline(code: true)
    #expect(unit.codeLength > 0.5)
    let error = zip(unit.reconstruct(x).elements, x.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let plain = zip(pca.reconstruct(x).elements, x.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    #expect(error > plain && error < 4 * plain)
  }

  @Test func jacobianIsThatOfCentralDifferences() throws {
    for (power, input, code, network) in [
      (0.0, false, false, false), (0.25, true, false, false), (0, true, true, true),
      (0.5, false, true, false),
    ] {
      let pipeline = try pipeline(power: power, input: input, code: code, network: network)
      let point = x.row(7)
      let h = 1e-6
      let columns = (0..<9).map { j -> [Double] in
        var (up, down) = (point, point)
        up[j] += h
        down[j] -= h
        let moved = pipeline.unroundedCodes(of: Matrix([up, down]))
        return zip(moved.row(0), moved.row(1)).map { ($0 - $1) / (2 * h) }
      }
      expectClose(pipeline.encoderJacobian(at: point), Matrix(columns).transposed(), within: 1e-8)
    }
  }

  /// A file, a value, and the same pipeline again.
  @Test func savedAndCoded() throws {
    for network in [false, true] {
      var original = try pipeline(power: network ? 0 : 0.25, input: true, code: true, network: network)
      original.type = .int8
      let copy = try JSONDecoder().decode(
        EmbeddingPipeline<Double>.self, from: JSONEncoder().encode(original))
      let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
      defer { try? FileManager.default.removeItem(at: url) }
      try Model.pipeline(original).write(to: url)
      guard case .pipeline(let read) = try Model<Double>(contentsOf: url) else {
        Issue.record("another kind of model")
        return
      }
      for other in [copy, read] {
        #expect(other.type == .int8 && other.normalizesInput && other.normalizesCode)
        #expect(other.quantization == original.quantization)
        #expect(other.encode(x) == original.encode(x))
        #expect(other.reconstruct(x) == original.reconstruct(x))
      }
      // The codes that a search sees are those of the file.
      let rule = original.quantization
      var exact = original
      exact.type = .f32
      #expect(original.encode(x) == rule.rounded(exact.encode(x), to: .int8))
    }
  }

  /// A pipeline that divides rows by their lengths is judged on such rows, everywhere.
  @Test func normalizedTarget() throws {
    // Lengths from 1 to 10: errors against the rows as they are would be of that size.
    var rows = x
    for i in 0..<60 { for j in 0..<9 { rows[i, j] *= Double(1 + i % 10) } }
    var pipeline = try pipeline(input: true)
    for type in [CodeType.f32, .int8] {
      pipeline.type = type
      var unit = rows
      _ = unit.normalizeRows()
      let back = pipeline.reconstruct(rows)
      let errors = (0..<60).map { i in
        zip(unit.row(i), back.row(i)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let mean = unit.columnMeans
      let spread = (0..<60).reduce(0.0) { sum, i in
        zip(unit.row(i), mean).reduce(sum) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      expectClose(try pipeline.squaredErrors(on: rows), errors, within: 1e-12)
      let scores = RowScores(of: pipeline, on: rows, codes: pipeline.encode(rows), variances: nil)
      expectClose(scores.errors, errors, within: 1e-12)
      let metrics = try ReconstructionMetrics(of: pipeline, on: rows, trainingMean: mean)
      let sum = errors.reduce(0, +)
      expectClose(metrics.ssePerSample, sum / 60, within: 1e-12)
      expectClose(try #require(metrics.r2), 1 - sum / spread, within: 1e-12)
      let report = try ReconstructionReport(of: [pipeline], train: rows, test: rows)
      expectClose(try #require(report.results[0].test.r2), 1 - sum / spread, within: 1e-12)
      #expect(report.results[0].bytesPerVector == (type == .int8 ? 4 : 16))
      #expect(report.results[0].test.pcaEquivalentDimension == nil)
    }
  }

  /// The model of the pipeline's PCA, with and without the mean's projection: one and the same code.
  @Test func aroundAPCAThatKeepsTheMean() throws {
    let plain = try PCA(latent: 4).fitted(to: x)
    let kept = try PCA(latent: 4, keepsMean: true).fitted(to: x)
    let a = EmbeddingPipeline(.pca(plain), codesOf: x, keepsMean: true)
    let b = EmbeddingPipeline(.pca(kept), codesOf: x, keepsMean: true)
    expectClose(a.encode(x), b.encode(x), within: 1e-13)
    expectClose(a.reconstruct(x), b.reconstruct(x), within: 1e-13)
  }

  /// Files of the format before have another int8.
  @Test func earlierVersion() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try Model.pipeline(try pipeline()).write(to: url)
    var file = try SafeTensors(contentsOf: url)
    file.append("embedding.quantization.offset", [0.0, 0, 0, 0])
    try file.write(to: url)
    expectError(EigencoderError.invalidData, containing: "a pipeline of an earlier version") {
      _ = try Model<Double>(contentsOf: url)
    }
  }

  @Test func search() throws {
    let rows = try Fixture.digits(Float.self).rows(0..<400)
    var search = EmbeddingSearch(latent: 6)
    search.seed = 3
    var reported: [EmbeddingSearch.Trial] = []
    let outcome = try search.fitted(to: rows) { reported.append($0) }
    let again = try search.fitted(to: rows)
    #expect(reported == outcome.trials)
    #expect(
      outcome.trials.map(\.name).prefix(6) == [
        "pca, centred", "pca, mean kept", "pca, mean kept, power 0.25", "pca, mean kept, power 0.5", "linear",
        "autoencoder",
      ])
    let highest = try #require(outcome.trials.prefix(6).map(\.recall).max())
    let best = try #require(
      outcome.trials.prefix(6).filter { $0.recall >= highest - 0.005 }.min {
        $0.ssePerSample < $1.ssePerSample
      })
    #expect(outcome.reason.hasPrefix(best.name))
    #expect(outcome.trials.map(\.recall) == again.trials.map(\.recall))
    #expect(outcome.pipeline.encode(rows) == again.pipeline.encode(rows))
    // On other rows: centred PCA, then every type, the one in use with the recall that reports have.
    let test = try Fixture.digits(Float.self).rows(400..<600)
    let found = try outcome.evaluated(on: test)
    #expect(found.first?.name == "pca, centred" && found.map(\.type) == [.f32, .f32] + CodeType.allCases)
    #expect(found[1].name == "pca, mean kept")
    let used = try #require(found.dropFirst(2).first { $0.type == outcome.pipeline.type })
    let codes = try outcome.pipeline.searchedCodes(of: test)
    #expect(used.recall == (try NeighbourhoodReference(of: test).metrics(of: codes).cosineRecall))
    // The shortest that reaches a recall reaches it, the next shorter one tried does not.
    search.latent = nil
    search.recall = 0.7
    let automatic = try search.fitted(to: rows)
    let k = automatic.pipeline.latent
    let linear = automatic.trials.filter { $0.name == "linear" && $0.type == .f32 }
    #expect(linear.filter { $0.latent == k }.allSatisfy { $0.recall >= 0.7 })
    #expect(linear.filter { $0.latent < k }.allSatisfy { $0.recall < 0.7 })
    expectError(EigencoderError.invalidData, containing: "at least 100 rows to learn from, got 12") {
      _ = try EmbeddingSearch(latent: 2).fitted(to: rows.rows(0..<12))
    }
    expectError(EigencoderError.invalidArgument, containing: "a code of 65") {
      _ = try EmbeddingSearch(latent: 65).fitted(to: rows)
    }
  }
}
