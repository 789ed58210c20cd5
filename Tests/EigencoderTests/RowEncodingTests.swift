import Eigencoder
import Testing

/// One sample at a time: the same codes as of all samples at once.
@Suite struct RowEncodingTests {
  @Test(arguments: [(7, 3), (40, 16), (384, 64), (300, 100), (2100, 5)]) func principalComponents(
    _ d: Int, _ k: Int
  ) throws {
    try principalComponents(d, k, Float.self)
    try principalComponents(d, k, Double.self)
  }

  private func principalComponents<T: Scalar>(_ d: Int, _ k: Int, _ type: T.Type) throws {
    let x = Matrix<T>.random(110, d, seed: 1, mean: 3)
    for keepsMean in [false, true] {
      let pca = try PCA(latent: min(k, 109), keepsMean: keepsMean).fitted(to: x)
      let codes = pca.encode(x)
      var code = [T](repeating: .nan, count: pca.latent)
      for i in [0, 1, 109] {
        var span = code.mutableSpan
        pca.encode(row: x.row(i).span, into: &span)
        expectClose(code, codes.row(i), within: 64 * Double(d) * Double(T.ulpOfOne), "row \(i)")
        #expect(pca.encode(row: x.row(i)) == code)
        #expect(pca.encode(x.rows(i..<i + 1)).elements == code)
      }
    }
  }

  /// Every other method by its own `encode`.
  @Test func otherReducers() throws {
    let x = Matrix<Float>.random(60, 8, seed: 2)
    let pca = try PCA(latent: 3).fitted(to: x)
    let reducers: [any Reducer<Float>] = [
      try LinearDenoiser(.gaussian(0.2), latent: 3).fitted(to: x),
      try Autoencoder<Float>(inputs: 8, hidden: [9], latent: 3, seed: 1),
      EmbeddingPipeline(.pca(pca), codesOf: x, normalizesCode: true),
      try Method.pca(latent: 3).fitted(to: x),
    ]
    for reducer in reducers {
      let one = x.rows(5..<6)
      #expect(reducer.encode(row: x.row(5)) == reducer.encode(one).elements, "\(reducer.method)")
    }
  }

  /// Many threads at once share the components.
  @Test func concurrently() async throws {
    let x = Matrix<Float>.random(400, 96, seed: 3)
    let pca = try PCA(latent: 48).fitted(to: x)
    let expected = (0..<400).map { pca.encode(row: x.row($0)) }
    await withTaskGroup(of: (Int, [Float]).self) { group in
      for i in 0..<400 { group.addTask { (i, pca.encode(row: x.row(i))) } }
      for await (i, code) in group { #expect(code == expected[i]) }
    }
  }
}
