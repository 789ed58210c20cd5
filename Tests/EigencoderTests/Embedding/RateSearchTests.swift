import Eigencoder
import Foundation
import Testing

@Suite struct RateSearchTests {
  /// Rows around 40 centres: what has structure beyond its variances.
  private static func clustered<T: Scalar>(_ rows: Int, _ type: T.Type = T.self) -> Matrix<T> {
    let centres = Matrix<T>.random(40, 24, seed: 1)
    let noise = Matrix<T>.random(rows, 24, seed: 2, mean: 0.2, deviation: 0.5)
    return Matrix((0..<rows).map { i in zip(centres.row(i % 40), noise.row(i)).map { $0 + $1 } })
  }

  /// The printed recall is that of the bytes, recomputed row by row.
  @Test func figuresAreThoseOfTheBytes() throws {
    try check(Float.self, [3, 2])
    try check(Double.self, [2])
  }

  private func check<T: Scalar>(_ type: T.Type, _ rates: [Int]) throws {
    let all = Self.clustered(340, T.self)
    let (x, queries) = (all.rows(0..<300), all.rows(300..<340))
    let outcome = try RateSearch(rates: rates).fitted(to: x, queries: queries)
    #expect(outcome.choices.map(\.trial.bytes) == rates.sorted() && outcome.chosen == rates.count - 1)
    // A twentieth is not learned from.
    #expect(outcome.counts == (285, 300, 20) && !outcome.containsQueries)
    for choice in outcome.choices {
      let codes = try choice.pipeline.storedCodes(of: x)
      #expect(codes.bytesPerVector == choice.trial.bytes)
      let z = choice.pipeline.unroundedCodes(of: queries)
      func order(_ q: [T], _ rows: Matrix<T>) -> [Int] {
        let scores = (0..<rows.rows).map { i -> Double in
          let row = rows.row(i).map { Double($0) }
          let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return zip(q, row).reduce(0) { $0 + Double($1.0) * $1.1 } / length
        }
        return scores.indices.sorted { scores[$0] > scores[$1] }
      }
      var found = 0
      for i in stride(from: 1, to: 40, by: 2) {
        let near = Set(order(z.row(i), codes.codes).prefix(10))
        found += order(queries.row(i), x).prefix(10).count { near.contains($0) }
      }
      expectClose(choice.trial.recall, Double(found) / 200, within: 0.02)
      #expect(choice.trial.recallAmong50 >= choice.trial.recall)
      #expect(choice.decline.map(\.rows) == [75, 150, 300])
      expectClose(choice.decline[2].recall, choice.trial.recall, within: 1e-12)
      // The winner has the highest recall by the queries that choose, of those whose error of new rows is near the least.
      let all = outcome.trials.filter { $0.bytes == choice.trial.bytes }
      let least = all.map(\.sseHeldOut).min() ?? 0
      let tried = all.filter { $0.sseHeldOut <= 1.02 * least }
      #expect(tried.max { $0.recall < $1.recall }?.name == choice.trial.name)
      #expect(choice.comparison.verdict == .beats && choice.trial.recall > choice.baseline.recall)
    }
  }

  /// For faiss a code of sums wins, whatever else there is; what faiss has no scores of is refused.
  @Test func codesForFaiss() throws {
    let all = Self.clustered(640, Float.self)
    var search = RateSearch(rates: [1, 3])
    search.engine = .faiss
    let outcome = try search.fitted(to: all)
    for choice in outcome.choices {
      let pipeline = choice.pipeline
      let codes = try pipeline.storedCodes(of: all)
      let sums = try #require(pipeline.quantization.quantizer?.sums(codes.bytes))
      #expect(sums.bits.reduce(0, +) <= 8 * choice.trial.bytes && sums.indices.count == 640 * sums.bits.count)
      try withTemporaryDirectory { directory in
        try pipeline.write(faissIndex: directory.appendingPathComponent("i"), codes: codes)
      }
    }
    let plain = try #require(outcome.choices.last).pipeline
    for type in [CodeType.f16, .int8, .binary] {
      var pipeline = plain
      pipeline.type = type
      expectError(EigencoderError.invalidData, containing: "f32 or quantized codes") {
        try pipeline.write(
          faissIndex: URL(fileURLWithPath: "/dev/null"), codes: pipeline.storedCodes(of: all))
      }
    }
    let large = 1e60 * all.converted(to: Double.self)
    let base = EmbeddingPipeline(.pca(try PCA(latent: 4).fitted(to: large)), codesOf: large, keepsMean: true)
    let huge = base.stored(
      by: try CodeQuantizer(fittedTo: base.unroundedCodes(of: large), [.product(groups: 2, bits: 4)]))
    expectError(EigencoderError.invalidData, containing: "beyond the range of float32") {
      try huge.write(
        faissIndex: URL(fileURLWithPath: "/dev/null"),
        codes: huge.storedCodes(of: large))
    }
    search.engine = .any
    search.rates = [20]
    let best = try #require(search.fitted(to: all).choices.first).pipeline
    #expect(best.quantization.quantizer?.name.contains("trellis") == true)
    expectError(EigencoderError.invalidData, containing: "faiss has no trellis") {
      try best.write(faissIndex: URL(fileURLWithPath: "/dev/null"), codes: best.storedCodes(of: all))
    }
  }

  @Test func fewestBytesThatReachARecall() throws {
    var search = RateSearch(rates: [2, 12])
    search.recall = 0.5
    let outcome = try search.fitted(to: Self.clustered(240, Float.self))
    let reaching = outcome.choices.firstIndex { $0.trial.recall >= 0.5 }
    #expect(reaching != nil && outcome.chosen == reaching)
    // More bytes are not looked at.
    #expect(reaching == outcome.choices.count - 1)
    search.recall = 1
    search.rates = [1, 2]
    // Where none reaches it: the best.
    let none = try search.fitted(to: Self.clustered(240, Float.self))
    #expect(none.choices.count == 2)
    #expect(none.choices[none.chosen].trial.recall == none.choices.map(\.trial.recall).max())
  }

  /// Few rows are not learned by heart: the winner's error of new rows is near the least of all that were tried.
  @Test(arguments: [700]) func newRowsCount(_ rows: Int) throws {
    let x = Matrix<Float>.random(rows + 200, 16, seed: 3)
    let outcome = try RateSearch(rates: [4]).fitted(to: x.rows(0..<rows), queries: x.rows(rows..<rows + 100))
    let least = outcome.trials.map(\.sseHeldOut).min() ?? 0
    #expect(outcome.choices[0].trial.sseHeldOut <= 1.02 * least)
  }

  /// Codes beyond the range of f16 leave that type out, and rows far from the origin are told apart.
  @Test func farFromTheOrigin() throws {
    let near = Self.clustered(300, Float.self)
    let far = near.map { 1000 + $0 }
    let outcome = try RateSearch(rates: [6]).fitted(to: far)
    #expect(!outcome.trials.contains { $0.name == "pca f16" && $0.recall == 0 })
    let exact = try RateSearch(rates: [6]).fitted(to: far.converted(to: Double.self))
    #expect(abs(outcome.choices[0].trial.recall - exact.choices[0].trial.recall) < 0.1)
    // Its codes are beyond the range of f16.
    _ = try RateSearch(rates: [2]).fitted(to: near.map { 1e5 + 100 * $0 })
  }

  @Test func whatIsRefused() {
    let x = Self.clustered(240, Float.self)
    expectError(EigencoderError.invalidArgument, containing: "no code of 1000 bytes") {
      _ = try RateSearch(rates: [1000]).fitted(to: x)
    }
    expectError(EigencoderError.invalidArgument, containing: "at least 1 byte") {
      _ = try RateSearch(rates: [0]).fitted(to: x)
    }
    expectError(EigencoderError.invalidData, containing: "at least 200 rows, got 100") {
      _ = try RateSearch(rates: [2]).fitted(to: x.rows(0..<100))
    }
    expectError(EigencoderError.invalidData, containing: "at least 20 queries, got 3") {
      _ = try RateSearch(rates: [2]).fitted(to: x, queries: x.rows(0..<3))
    }
    expectError(EigencoderError.invalidData, containing: "24") {
      _ = try RateSearch(rates: [2]).fitted(to: x, queries: Matrix<Float>.random(30, 5, seed: 1))
    }
  }
}
