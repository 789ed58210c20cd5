import Eigencoder
import Foundation
import Testing

/// Principal components whose codes keep the mean's projection: z = P x, whose way back is the same.
@Suite struct KeptMeanTests {
  @Test func codes() throws {
    try codes(Float.self, within: 2e-6)
    try codes(Double.self, within: 1e-13)
  }

  private func codes<T: Scalar>(_ type: T.Type, within tolerance: Double) throws {
    let exact = Matrix<Double>.random(80, 9, seed: 4, mean: 3)
    let x = exact.converted(to: T.self)
    for whitens in [false, true] {
      let plain = try PCA(latent: 4, whitens: whitens).fitted(to: x)
      let kept = try PCA(latent: 4, whitens: whitens, keepsMean: true).fitted(to: x)
      #expect(kept.keepsMean && !plain.keepsMean && plain.codeMean == [0, 0, 0, 0])
      // P x, numbers over deviations where they are whitened.
      var expected = x.converted(to: Double.self).times(kept.components, otherTransposed: true)
      if whitens {
        for i in 0..<80 { for j in 0..<4 { expected[i, j] /= kept.explainedVariance[j].squareRoot() } }
      }
      expectClose(kept.encode(x), expected.converted(to: T.self), within: tolerance)
      expectClose(kept.reconstruct(x), plain.reconstruct(x), within: 2 * tolerance)
      // T2 is around the mean code.
      let (a, b) = (try Model<T>(plain), try Model<T>(kept))
      let scores = RowScores(
        of: kept, on: x, codes: kept.encode(x), variances: b.codeVariances, means: b.codeMeans)
      let other = RowScores(
        of: plain, on: x, codes: plain.encode(x), variances: a.codeVariances, means: a.codeMeans)
      expectClose(try #require(scores.hotelling), try #require(other.hotelling), within: 50 * tolerance)
      expectClose(scores.errors, other.errors, within: 50 * tolerance)
    }
  }

  /// A file without the mark is a plain one; with it, the same model comes back.
  @Test func file() throws {
    let x = Matrix<Double>.random(40, 6, seed: 5, mean: 1)
    for keepsMean in [false, true] {
      let pca = try PCA(latent: 3, keepsMean: keepsMean).fitted(to: x)
      let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
      defer { try? FileManager.default.removeItem(at: url) }
      try Model.pca(pca).write(to: url)
      let architecture = try SafeTensors(contentsOf: url).metadata["architecture"]
      #expect(architecture?.contains("keeps_mean") == keepsMean)
      guard case .pca(let read) = try Model<Double>(contentsOf: url) else {
        Issue.record("another kind of model")
        return
      }
      #expect(read.keepsMean == keepsMean && read.encode(x) == pca.encode(x))
    }
  }

  @Test func method() throws {
    let x = Matrix<Float>.random(40, 6, seed: 6, mean: 1)
    var method = Method.pca(latent: 3)
    method.settings.keepsMean = true
    let fitted = try method.fitted(to: x)
    let kept = try PCA(latent: 3, keepsMean: true).fitted(to: x)
    #expect(fitted.encode(x) == kept.encode(x))
    let text = String(decoding: try JSONEncoder().encode(method), as: UTF8.self)
    #expect(text.contains("keep-mean"))
    #expect(try JSONDecoder().decode(Method.self, from: Data(text.utf8)) == method)
  }
}
