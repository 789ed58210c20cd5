import Eigencoder
import Foundation
import Testing

@Suite struct ModelTests {
  private static let x = Matrix<Float>.random(40, 5, seed: 3)

  /// A method of a caller's own.
  private struct Truncation: Reducer {
    let method = "truncation"
    let inputs = 5
    let latent = 2
    let parameterCount = 0
    func encode(_ x: Matrix<Float>) -> Matrix<Float> {
      Matrix(rows: x.rows, columns: 2, (0..<x.rows).flatMap { x.row($0).prefix(2) })
    }
    func decode(_ codes: Matrix<Float>) -> Matrix<Float> {
      Matrix(rows: codes.rows, columns: 5, (0..<codes.rows).flatMap { codes.row($0) + [0, 0, 0] })
    }
    func encoderJacobian(at x: [Float]) -> Matrix<Float> { encode(.identity(5)).transposed() }
  }

  @Test func ofAReducer() throws {
    let pca = try PCA(latent: 2).fitted(to: Self.x)
    let network = try Autoencoder<Float>(Architecture(inputs: 5, hidden: [4], latent: 2), seed: 1)
    let reducers: [any Reducer<Float>] = [
      pca, network, try LinearDenoiser(.masking(0.3), latent: 2).fitted(to: Self.x),
      EmbeddingPipeline(.pca(pca), codesOf: Self.x),
    ]
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("m")
      for reducer in reducers {
        try Model(reducer).write(to: url)
        let read = try Model<Float>(contentsOf: url)
        #expect(read.reducer.method == reducer.method)
        #expect(read.reducer.encode(Self.x) == reducer.encode(Self.x))
        // The same through memory.
        let bytes = try Model(reducer).bytes()
        #expect(try Data(bytes) == Data(contentsOf: url))
        #expect(try Model<Float>(bytes: Data(bytes)).reducer.encode(Self.x) == reducer.encode(Self.x))
      }
    }
    expectError(EigencoderError.invalidData, containing: "the model: ") {
      _ = try Model<Float>(bytes: [1, 2, 3])
    }
    let input = ModelInput(scale: 0.5, precision: .f32, totalVariance: 3)
    #expect(try Model.pca(pca).bytes(input: input) != Model.pca(pca).bytes())
    expectError(EigencoderError.invalidArgument, containing: "the method 'truncation' has no model file") {
      _ = try Model<Float>(Truncation())
    }
  }

  /// A network is told by its architecture, whatever it is called.
  @Test(arguments: ["autoencoder", "my network, version 2", "pca", "embedding"])
  func nameOfANetwork(_ name: String) throws {
    var network = try Autoencoder<Double>(
      Architecture(inputs: 5, hidden: [4], latent: 2, hasSkip: true), seed: 1)
    network.method = name
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("m")
      try Model.autoencoder(network).write(to: url)
      guard case .autoencoder(let read) = try Model<Double>(contentsOf: url) else {
        Issue.record("another kind of model")
        return
      }
      #expect(read.method == name && read.parameters == network.parameters)
    }
  }
}
