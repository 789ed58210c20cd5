import Eigencoder
import Foundation
import Testing

/// The graphs in ONNX files compute, by a reader of the tests' own and in f64, what encode and decode compute.
@Suite struct ONNXTests {
  private func export<T: Scalar>(_ model: Model<T>, _ part: Model<T>.Part) throws -> ONNXReader {
    var bytes: [UInt8] = []
    try withTemporaryDirectory { directory in
      try model.write(onnx: directory.appendingPathComponent("m.onnx"), part: part)
      bytes = [UInt8](try Data(contentsOf: directory.appendingPathComponent("m.onnx")))
    }
    return try ONNXReader(bytes)
  }

  /// All three parts against the reducer itself. Reconstructions are compared on the scale of their spread.
  private func check<T: Scalar>(
    _ model: Model<T>, on x: Matrix<T>, within tolerance: Double = 2e-6,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let codes = model.reducer.encode(x)
    let back = model.reducer.decode(codes)
    let spread = Double(ColumnStatistics(of: x).deviation.max()!)
    let encoder = try export(model, .encoder)
    let decoder = try export(model, .decoder)
    let both = try export(model, .both)
    let results = try both.evaluate(["x": x])
    for (what, actual) in [
      ("encoder", try encoder.evaluate(["x": x])["codes"]), ("both: codes", results["codes"]),
    ] {
      expectClose(
        try #require(actual), codes.converted(to: Double.self), within: tolerance, what,
        sourceLocation: sourceLocation)
    }
    for (what, actual) in [
      ("decoder", try decoder.evaluate(["codes": codes])["reconstruction"]),
      ("both: reconstruction", results["reconstruction"]),
    ] {
      let rounding = 1e-7 * back.elements.reduce(0.0) { max($0, Double($1.magnitude)) } / spread
      expectClose(
        try #require(actual), back.converted(to: Double.self), within: tolerance + rounding, scale: spread,
        what, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [(1e-6, 0.0), (1, 0), (1e6, 0), (1, 1000), (1e-30, 0), (1e30, 0)])
  func linear(_ scale: Double, _ offset: Double) throws {
    let x = Matrix<Float>.random(60, 7, seed: 3, mean: scale * offset, deviation: scale)
    try check(.pca(PCA(latent: 3).fitted(to: x)), on: x)
    guard scale > 1e-20, scale < 1e20 else { return }
    try check(.pca(PCA(latent: 3, whitens: true).fitted(to: x)), on: x)
    try check(.pca(PCA(latent: 3, whitens: true, keepsMean: true).fitted(to: x)), on: x)
    try check(.linearDenoiser(LinearDenoiser(.gaussian(scale, unit: .data), latent: 3).fitted(to: x)), on: x)
  }

  /// Every step of a pipeline, before codes are rounded to fewer bytes; a row of zeros among the rows, but
  /// where codes are divided by their lengths: its own is nothing but rounding.
  @Test(arguments: [false, true], [false, true]) func pipelines(
    _ normalizesInput: Bool, _ normalizesCode: Bool
  ) throws {
    var x = Matrix<Float>.random(60, 7, seed: 3, mean: 0.5, deviation: 1)
    var input = x
    if normalizesInput { _ = input.normalizeRows() }
    let pca = try PCA(latent: 3).fitted(to: input)
    let network = try Autoencoder<Float>(
      Architecture(inputs: 7, hidden: [5], latent: 3, hasSkip: true), initializer: .pca(pca), seed: 1)
    for reduction in [EmbeddingPipeline<Float>.Reduction.pca(pca), .network(network)] {
      let pipeline = EmbeddingPipeline(
        reduction, codesOf: x, power: 0.25, normalizesInput: normalizesInput, normalizesCode: normalizesCode)
      for j in 0..<7 where normalizesInput && !normalizesCode { x[4, j] = 0 }
      try check(.pipeline(pipeline), on: x)
    }
  }

  /// A mean that float32 does not hold: what its rounding would leave in the codes is in the correction.
  @Test func aModelInDouble() throws {
    let x = Matrix<Double>.random(60, 7, seed: 3, mean: 1e5 / 3, deviation: 1).converted(to: Float.self)
    let data = x.converted(to: Double.self)
    let pca = try PCA(latent: 3).fitted(to: data)
    let codes = try export(Model.pca(pca), .encoder).evaluate(["x": data])["codes"]
    expectClose(try #require(codes), pca.encode(data), within: 1e-6)
  }

  @Test(arguments: Activation.allCases) func activations(_ activation: Activation) throws {
    let x = Matrix<Float>.random(40, 6, seed: 5, mean: 2, deviation: 3)
    for latentActivation in [Activation.identity, activation] {
      let shape = Architecture(
        inputs: 6, hidden: [9, 5], latent: 2, activation: activation, latentActivation: latentActivation,
        outputActivation: latentActivation)
      try check(.autoencoder(network(shape, x)), on: x)
    }
  }

  /// Arguments far out, where a function has its limit, and around 0, where it is curved.
  @Test(arguments: Activation.allCases) func activationByItself(_ activation: Activation) throws {
    let z: [Float] = [-200, -90, -20, -6, -2, -1, -0.3, -1e-3, 0, 1e-3, 0.3, 1, 2, 6, 20, 90, 200]
    var graph = ONNXGraph()
    let input = graph.input("z", columns: z.count, "")
    // Its own input cannot be an output: a node at least.
    let shifted = graph.add(input, "zero", [Float](repeating: 0, count: z.count))
    graph.output(graph.activate(shifted, activation), as: "y", columns: z.count, "")
    let y = try read(graph).evaluate(["z": Matrix(rows: 1, columns: z.count, z)])["y"]
    for (value, z) in zip(try #require(y).elements, z) {
      // Of the larger of |z| and |f|: gelu's tail is what 1 + erf leaves.
      let expected = activation.value(Double(z))
      expectClose(
        [value], [expected], within: 1e-7, scale: max(Double(abs(z)), abs(expected)), "\(activation)(\(z))")
    }
  }

  @Test(arguments: [false, true], [false, true]) func forms(_ isTied: Bool, _ hasSkip: Bool) throws {
    let x = Matrix<Float>.random(40, 6, seed: 5, mean: 2, deviation: 3)
    for hidden in [[], [5], [9, 5, 4]] {
      for scales in [false, true] {
        let shape = Architecture(
          inputs: 6, hidden: hidden, latent: 2, activation: .gelu, isTied: isTied, hasSkip: hasSkip,
          dropout: 0.3)
        try check(.autoencoder(network(shape, x, scales: scales)), on: x)
      }
    }
  }

  /// With weights of size 1 and biases, so that activations are far from straight.
  private func network(_ shape: Architecture, _ x: Matrix<Float>, scales: Bool = true) throws -> Autoencoder<
    Float
  > {
    var network = try Autoencoder<Float>(shape, seed: 2)
    network.parameters = .random(network.parameters.count, seed: 9, deviation: 0.5)
    try Trainer(epochs: 1, scaling: scales ? .perFeature : .common).fit(&network, to: x)
    return network
  }

  private func read(_ graph: ONNXGraph) throws -> ONNXReader {
    try ONNXReader(graph.file(name: "test", text: "").pieces.flatMap { $0 })
  }
}
