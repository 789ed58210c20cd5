import Eigencoder
import Testing

@Suite struct StackedDenoiserTests {
  /// Layer by layer, from P Q^-1 in the uncentred form.
  @Test(arguments: [1, 3]) func followsTheUncentredForm(_ layers: Int) throws {
    let x = LinearDenoiserTests.samples()
    let stack = try StackedDenoiser(layers: layers, maskingProbability: 0.4).fitted(to: x)
    #expect(stack.layerCount == layers)
    #expect(stack.featureDimension == 5 * layers)
    #expect(stack.parameterCount == layers * 30)
    let features = stack.transform(x)
    let single = try StackedDenoiser(layers: layers, maskingProbability: 0.4)
      .fitted(to: x.converted(to: Float.self)).transform(x.converted(to: Float.self))
    expectClose(single.converted(to: Double.self), features, within: 1e-4)

    var h = x
    for layer in 0..<layers {
      let (q, p) = uncentred(h, .masking(0.4))
      let map = try Cholesky(of: q).solveRight(p)
      var next = h
      for i in 0..<h.rows {
        for j in 0..<5 {
          let z = (0..<5).reduce(map[j, 5]) { $0 + map[j, $1] * h[i, $1] }
          next[i, j] = Activation.tanh.value(z)
        }
      }
      h = next
      for i in 0..<h.rows {
        expectClose(Array(features.row(i)[layer * 5..<layer * 5 + 5]), h.row(i), within: 1e-10, scale: 1)
      }
    }
  }

  /// Three pixels of the digits never change: the default must do, at every layer.
  @Test func digits() throws {
    let x = try Fixture.digits(Float.self)
    let stack = try StackedDenoiser(layers: 3).fitted(to: x)
    let features = stack.transform(x)
    #expect(features.rows == 1797 && features.columns == 192)
    #expect(features.elements.allSatisfy { $0.magnitude < 1 })
    // As much of the variance survives three layers as a code can use.
    let pca = try PCA(explaining: 0.9).fitted(to: features.converted(to: Double.self))
    #expect(pca.latent > 3)
    #expect(stack.transform(x.rows(0..<0)).rows == 0)
    expectError(EigencoderError.numericalFailure, containing: "column 0 is constant") {
      _ = try StackedDenoiser(layers: 1, ridge: 0).fitted(to: x)
    }
  }

  @Test func refusals() throws {
    let x = LinearDenoiserTests.samples()
    expectError(EigencoderError.invalidArgument, containing: "at least 1 layer, got 0") {
      _ = try StackedDenoiser(layers: 0).fitted(to: x)
    }
    expectError(EigencoderError.invalidArgument, containing: "[0, 1), got 1.5") {
      _ = try StackedDenoiser(layers: 1, maskingProbability: 1.5).fitted(to: x)
    }
    expectError(EigencoderError.invalidData, containing: "got 0 x 5") {
      _ = try StackedDenoiser(layers: 1).fitted(to: x.rows(0..<0))
    }
  }
}
