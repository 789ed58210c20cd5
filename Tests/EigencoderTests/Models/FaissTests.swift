import Eigencoder
import Foundation
import Testing

/// z = A x + b, computed as faiss does, is the code.
@Suite struct FaissTests {
  private func export<T: Scalar>(_ model: Model<T>) throws -> SafeTensors {
    var file: SafeTensors?
    try withTemporaryDirectory { directory in
      try model.write(faiss: directory.appendingPathComponent("t"))
      file = try SafeTensors(contentsOf: directory.appendingPathComponent("t"))
    }
    return try #require(file)
  }

  private func check<T: Scalar>(
    _ model: Model<T>, on x: Matrix<T>, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = try export(model)
    #expect(file.tensors.map(\.name) == ["A", "b"] && file.tensors.allSatisfy { $0.type == .float32 })
    #expect(file.metadata["format"] == "eigencoder-faiss" && file.metadata["method"] == model.reducer.method)
    let (d, k) = (model.reducer.inputs, model.reducer.latent)
    let a: Matrix<Double> = try file.matrix("A", rows: k, columns: d)
    let b: [Double] = try file.vector("b", count: k)
    let product = x.converted(to: Double.self) * a.transposed()
    let codes = Matrix(
      rows: x.rows, columns: k, product.elements.enumerated().map { $0.element + b[$0.offset % k] })
    // What one rounding of b, and of A, leaves of the terms that cancel.
    let terms = product.elements.reduce(0.0) { max($0, abs($1)) }
    let scale = model.reducer.encode(x).elements.reduce(0.0) { max($0, Double($1.magnitude)) }
    expectClose(
      codes, model.reducer.encode(x).converted(to: Double.self), within: 1e-6 + 1e-7 * terms / scale,
      sourceLocation: sourceLocation)
  }

  @Test(arguments: [(1e-6, 0.0), (1, 0), (1e6, 0), (1, 1000)]) func affine(_ scale: Double, _ offset: Double)
    throws
  {
    let x = Matrix<Float>.random(60, 7, seed: 3, mean: scale * offset, deviation: scale)
    try check(.pca(PCA(latent: 3).fitted(to: x)), on: x)
    try check(.pca(PCA(latent: 3, whitens: true).fitted(to: x)), on: x)
    try check(.linearDenoiser(LinearDenoiser(.gaussian(scale, unit: .data), latent: 3).fitted(to: x)), on: x)
    let data = x.converted(to: Double.self)
    try check(.pca(PCA(latent: 3).fitted(to: data)), on: data)
    for (hidden, hasSkip) in [([], false), ([], true), ([5], true)] {
      let shape = Architecture(inputs: 7, hidden: hidden, latent: 3, activation: .identity, hasSkip: hasSkip)
      var network = try Autoencoder<Float>(shape, seed: 2)
      try Trainer(epochs: 1, scaling: .perFeature).fit(&network, to: x)
      try check(.autoencoder(network), on: x)
    }
  }

  @Test func notAffine() throws {
    let shape = Architecture(inputs: 7, hidden: [5], latent: 3, activation: .gelu)
    expectError(
      EigencoderError.invalidData,
      containing:
        "faiss's LinearTransform is one affine map, which an encoder with the activation gelu is not"
    ) { _ = try export(Model.autoencoder(Autoencoder<Float>(shape))) }
  }

  @Test func beyondFloat32() throws {
    let pca = PrincipalComponents<Double>(
      sampleCount: 4, mean: [1e300, 2], components: Matrix([[0.6, 0.8]]), explainedVariance: [2],
      totalVariance: 3, noiseVariance: 1)
    expectError(
      EigencoderError.invalidData, containing: "the encoder holds numbers beyond the range of float32"
    ) {
      _ = try export(Model.pca(pca))
    }
  }
}
