import Eigencoder
import Foundation
import Testing

/// A model knows what it was fitted to.
@Suite struct ModelInputTests {
  private let x = Matrix<Float>.random(200, 4, seed: 1, mean: 0.5, deviation: 0.1)

  @Test func inTheFile() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("m")
      let pca = try PCA(latent: 2).fitted(to: x)
      try Model.pca(pca).write(to: url, input: ModelInput(of: x, scale: 1.0 / 255))
      let input = try #require(try ModelInput.read(contentsOf: url))
      #expect(input.scale == 1.0 / 255 && input.precision == .f32)
      expectClose(input.totalVariance, pca.totalVariance, within: 1e-6)
      guard case .pca(let read) = try Model<Float>(contentsOf: url) else {
        Issue.record("another model")
        return
      }
      #expect(read.components == pca.components)
      try Model.pca(pca).write(to: url)
      #expect(try ModelInput.read(contentsOf: url) == nil)
    }
  }

  @Test func mismatch() throws {
    let input = ModelInput(of: x, scale: 1.0 / 255)
    let mean = x.columnMeans
    func of(_ rows: Matrix<Float>, scale: Double = 1) -> String? {
      input.mismatch(of: rows, scale: scale, trainingMean: mean)
    }
    #expect(of(x) == nil && of(x.rows(0..<1)) == nil)
    // An outlier and a drift are no other kind of data.
    #expect(of(Matrix(rows: 1, columns: 4, [0.9, 0.1, 0.9, 0.1])) == nil)
    #expect(of(.random(50, 4, seed: 2, mean: 0.6, deviation: 0.2)) == nil)
    let pixels = Matrix(rows: x.rows, columns: 4, x.elements.map { $0 * 255 })
    let text = try #require(of(pixels))
    #expect(text.contains("deviations from the mean") && text.contains("(--scale 0.00392156862745098)"))
    #expect(try #require(of(pixels, scale: 1.0 / 255)).hasSuffix("times as large"))
    // Around the same mean, the spread tells.
    #expect(of(Matrix(rows: 2, columns: 4, [90, -89, 90, -89, -89, 90, -89, 90])) != nil)
    #expect(of(Matrix(rows: 20, columns: 4, repeating: 0.5)) != nil)
  }
}
