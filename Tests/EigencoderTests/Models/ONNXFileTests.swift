import Eigencoder
import Foundation
import Testing

/// What stands in an ONNX file: names, shapes, nodes, and what cannot be written.
@Suite struct ONNXFileTests {
  private func bytes<T: Scalar>(_ model: Model<T>, _ part: Model<T>.Part = .encoder) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try withTemporaryDirectory { directory in
      try model.write(onnx: directory.appendingPathComponent("m.onnx"), part: part)
      bytes = [UInt8](try Data(contentsOf: directory.appendingPathComponent("m.onnx")))
    }
    return bytes
  }

  /// Components known beforehand: 2 numbers to 1.
  private static let small = PrincipalComponents<Float>(
    sampleCount: 4, mean: [1, 2], components: Matrix([[0.6, 0.8]]), explainedVariance: [2], totalVariance: 3,
    noiseVariance: 1)

  @Test func header() throws {
    let model = Model.pca(Self.small)
    let encoder = try ONNXReader(bytes(model))
    #expect(encoder.irVersion == 8 && encoder.opset == 17)
    #expect(encoder.producer == "eigencoder" && encoder.producerVersion == Eigencoder.version)
    #expect(encoder.graphName == "pca encoder")
    #expect(encoder.text == "The encoder of a model of the method pca, 2 numbers to 1, by Eigencoder.")
    #expect(encoder.metadata == ["method": "pca", "part": "encoder"])
    let x = ONNXReader.Port(
      name: "x", shape: [nil, 2], text: "samples, one a row, in the units of the data")
    let codes = ONNXReader.Port(name: "codes", shape: [nil, 1], text: "the code of each row")
    let back = ONNXReader.Port(
      name: "reconstruction", shape: [nil, 2], text: "the sample restored from each row's code")
    #expect(encoder.inputs == [x] && encoder.outputs == [codes])
    let decoder = try ONNXReader(bytes(model, .decoder))
    #expect(decoder.graphName == "pca decoder" && decoder.metadata["part"] == "decoder")
    #expect(decoder.inputs == [.init(name: "codes", shape: [nil, 1], text: "codes, one a row")])
    #expect(decoder.outputs == [back])
    let both = try ONNXReader(bytes(model, .both))
    #expect(both.graphName == "pca encoder and decoder" && both.metadata["part"] == "both")
    #expect(both.inputs == [x] && both.outputs == [codes, back])
  }

  /// Centred before it is multiplied; both directions share the components.
  @Test func nodesOfPCA() throws {
    let both = try ONNXReader(bytes(.pca(Self.small), .both))
    #expect(
      both.listing == [
        "sub_0 = Sub(x, mean)", "codes = Gemm(sub_0, components, encoder.correction) transB=1",
        "reconstruction = Gemm(codes, components, mean) transB=0",
      ])
    #expect(
      both.constants == [
        "mean": ONNXTensor(shape: [2], numbers: [1, 2]),
        "components": ONNXTensor(shape: [1, 2], numbers: [0.6, 0.8].map { Double(Float($0)) }),
        "encoder.correction": ONNXTensor(shape: [1], numbers: [0]),
      ])
  }

  @Test func nodesOfANetwork() throws {
    let shape = Architecture(
      inputs: 3, hidden: [4], latent: 2, activation: .silu, isTied: true, hasSkip: true)
    let both = try ONNXReader(bytes(.autoencoder(Autoencoder<Float>(shape, seed: 1)), .both))
    #expect(
      both.listing == [
        "sub_0 = Sub(x, input.mean)",
        "gemm_1 = Gemm(sub_0, encoder.0.weight, encoder.0.bias) transB=1",
        "sigmoid_2 = Sigmoid(gemm_1)", "mul_3 = Mul(gemm_1, sigmoid_2)",
        "gemm_4 = Gemm(mul_3, encoder.1.weight, encoder.1.bias) transB=1",
        "gemm_5 = Gemm(sub_0, encoder.skip.weight) transB=1", "codes = Add(gemm_4, gemm_5)",
        "gemm_7 = Gemm(codes, encoder.1.weight, decoder.0.bias) transB=0",
        "sigmoid_8 = Sigmoid(gemm_7)", "mul_9 = Mul(gemm_7, sigmoid_8)",
        "gemm_10 = Gemm(mul_9, encoder.0.weight, decoder.1.bias) transB=0",
        "gemm_11 = Gemm(codes, encoder.skip.weight) transB=0", "add_12 = Add(gemm_10, gemm_11)",
        "reconstruction = Add(add_12, input.mean)",
      ])
  }

  /// Every byte of one small file.
  @Test func everyByte() throws {
    var graph = ONNXGraph()
    let x = graph.input("x", columns: 2, "in")
    graph.output(graph.subtract(x, "c", [1, -2]), as: "y", columns: 2, "out")
    let file = try graph.file(name: "g", text: "t", metadata: [("k", "v")]).pieces.flatMap { $0 }
    let version = Array(Eigencoder.version.utf8)
    // field * 8 + wire type, then a value or a length; lengths of messages are counted by `message`.
    func message(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }
    func text(_ tag: UInt8, _ text: String) -> [UInt8] { message(tag, Array(text.utf8)) }
    let rows = message(0x0a, text(0x12, "rows")) + message(0x0a, [0x08, 2])
    func port(_ name: String, _ doc: String) -> [UInt8] {
      text(0x0a, name) + message(0x12, message(0x0a, [0x08, 1] + message(0x12, rows))) + text(0x1a, doc)
    }
    let node =
      text(0x0a, "x") + text(0x0a, "c") + text(0x12, "y") + text(0x1a, "y") + text(0x22, "Sub")
    let constant =
      [0x08, 2, 0x10, 1] + text(0x42, "c") + message(0x4a, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
    let expected =
      [0x08, 8] + text(0x12, "eigencoder") + message(0x1a, version) + text(0x32, "t")
      + message(
        0x3a,
        message(0x0a, node) + text(0x12, "g") + message(0x2a, constant) + message(0x5a, port("x", "in"))
          + message(0x62, port("y", "out")))
      + message(0x42, [0x10, 17]) + message(0x72, text(0x0a, "k") + text(0x12, "v"))
    #expect(file == expected)
  }

  /// Lengths become 1 at any scale, and zeros stay.
  @Test func normalizedRows() throws {
    var graph = ONNXGraph()
    let x = graph.input("x", columns: 3, "")
    graph.output(graph.normalizeRows(x), as: "y", columns: 3, "")
    let file = try graph.file(name: "g", text: "").pieces.flatMap { $0 }
    let rows: [[Float]] = [
      [3, 0, -4], [0, 0, 0], [3e30, 0, -4e30], [3e-38, 0, -4e-38], [.leastNonzeroMagnitude, 0, 0],
    ]
    let y = try #require(try ONNXReader(file).evaluate(["x": Matrix(rows)])["y"])
    let unit = [0.6, 0, -0.8]
    expectClose(
      y, Matrix([unit, [0, 0, 0], unit, unit, [1, 0, 0]]), within: 1e-7)
  }

  @Test func beyondFloat32() throws {
    let pca = PrincipalComponents<Double>(
      sampleCount: 4, mean: [1e300, 2], components: Matrix([[0.6, 0.8]]), explainedVariance: [2],
      totalVariance: 3, noiseVariance: 1)
    for part in Model<Double>.Part.allCases {
      expectError(
        EigencoderError.invalidData,
        containing: "'mean' of the model holds numbers beyond the range of float32"
      ) { _ = try bytes(Model.pca(pca), part) }
    }
  }

  /// The format of a model file's own version goes on: the same model, the same bytes.
  @Test func isDeterministic() throws {
    let model = Model.pca(Self.small)
    #expect(try bytes(model, .both) == bytes(model, .both))
  }
}
