/// An encoder e and a decoder g, trained together so that g(e(x)) is close to x.
///
/// Both are layers over one flat parameter vector, whose layout names every tensor. The network sees
/// u = (x - mean) / scale and its output is mapped back, so that all results are in the units of the data.
public struct Autoencoder<T: Scalar>: Reducer {
  public let architecture: Architecture
  /// Layers from u to the code.
  public let encoder: any Layer
  /// Layers from the code to the reconstruction of u.
  public let decoder: any Layer
  /// The names and places of the tensors in `parameters`.
  public let layout: ParameterLayout
  /// All weights and biases.
  public package(set) var parameters: [T]
  /// How the network sees the data; set by training.
  public package(set) var standardization: Standardization<T>
  /// "autoencoder", or the name of the variant it was trained as.
  public package(set) var method = "autoencoder"

  /// A network with its initial weights.
  /// - Throws: `EigencoderError.invalidArgument` for a width below 1.
  public init(_ architecture: Architecture, initializer: Initializer = .automatic, seed: UInt64 = 0) throws {
    try architecture.validate()
    self.architecture = architecture
    var layout = ParameterLayout()
    let widths = architecture.encoderWidths
    encoder = Self.layers(
      "encoder", widths: widths, activations: architecture.encoderActivations, &layout)
    decoder = Self.layers(
      "decoder", widths: widths.reversed(), activations: architecture.decoderActivations, &layout)
    self.layout = layout
    parameters = [T](repeating: 0, count: layout.count)
    standardization = .none(dimension: architecture.inputs)
    initialize(initializer, seed: seed)
  }

  /// The same by its parts: hidden [256, 64] and latent k mean d-256-64-k-64-256-d.
  public init(
    inputs: Int, hidden: [Int], latent: Int, activation: Activation = .silu,
    initializer: Initializer = .automatic,
    seed: UInt64 = 0
  ) throws {
    try self.init(
      Architecture(inputs: inputs, hidden: hidden, latent: latent, activation: activation),
      initializer: initializer, seed: seed)
  }

  public var inputDimension: Int { architecture.inputs }
  public var latentDimension: Int { architecture.latent }
  public var parameterCount: Int { parameters.count }

  /// The values of one tensor by its name in the model file, row-major; nil when there is none.
  public func tensor(named name: String) -> [T]? {
    layout.tensors.first { $0.name == name }.map { Array(parameters[$0.range]) }
  }

  private static func layers(
    _ side: String, widths: [Int], activations: [Activation], _ layout: inout ParameterLayout
  ) -> any Layer {
    Chain(
      activations.indices.map {
        Dense(
          "\(side).\($0)", inputs: widths[$0], outputs: widths[$0 + 1], activation: activations[$0],
          in: &layout)
      })
  }

  private mutating func initialize(_ initializer: Initializer, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let activations = architecture.encoderActivations + architecture.decoderActivations
    let weights = layout.tensors.filter { !$0.isBias }
    parameters.withMutableView { p in
      for (weight, activation) in zip(weights, activations) {
        initializer.fill(
          p.vector(weight), fanIn: weight.columns, fanOut: weight.rows, activation: activation,
          using: &generator)
      }
    }
  }
}

// MARK: - Use

extension Autoencoder {
  /// Rows at a time; the widest layer's values stay in cache.
  private static var blockRows: Int { 512 }

  public func encode(_ x: Matrix<T>) -> Matrix<T> {
    precondition(x.columns == inputDimension, "encode needs \(inputDimension) columns, got \(x.columns)")
    return inBlocks(x, through: encoder) {
      standardization.apply($0, into: $1)
    } after: { _ in
    }
  }

  public func decode(_ codes: Matrix<T>) -> Matrix<T> {
    precondition(
      codes.columns == latentDimension, "decode needs \(latentDimension) columns, got \(codes.columns)")
    return inBlocks(codes, through: decoder) {
      $0.copy(into: $1)
    } after: {
      standardization.invert($0)
    }
  }

  private func inBlocks(
    _ x: Matrix<T>, through layer: any Layer, before: (MatrixView<T>, MatrixView<T>) -> Void,
    after: (MatrixView<T>) -> Void
  ) -> Matrix<T> {
    let height = min(Self.blockRows, max(1, x.rows))
    let state: LayerState<T> = layer.makeState(batch: height, order: .value)
    return Matrix(rows: x.rows, columns: layer.outputs) { out in
      withScratch(height * x.columns, of: T.self) { scratch in
        x.withView { x in
          parameters.withView { p in
            for first in stride(from: 0, to: x.rows, by: height) {
              let rows = first..<min(first + height, x.rows)
              let block = scratch.matrix(rows: rows.count, columns: x.columns)
              before(x.rows(rows), block)
              layer.forward(block, p, into: out.rows(rows), state)
              after(out.rows(rows))
            }
          }
        }
      }
    }
  }

  /// de/dx at one sample, k x d, as the product of the layers' Jacobians.
  public func encoderJacobian(at x: [T]) -> Matrix<T> {
    precondition(x.count == inputDimension, "a sample of \(x.count) numbers, needed \(inputDimension)")
    var u = Matrix(rows: 1, columns: x.count, x)
    u.withMutableView { standardization.apply($0, into: $0) }
    var jacobian = encoder.inputJacobian(at: u.elements, parameters)
    standardization.inverseScale?.withView { s in
      jacobian.withMutableView { $0.scaleColumns(by: s, adding: nil, into: $0) }
    }
    return jacobian
  }

  /// The mean over the rows of |de/dx|_F^2, exact, by propagating the identity from the code to the input.
  ///
  /// Cost: k times a forward pass through the encoder.
  public func contraction(over x: Matrix<T>) -> Double {
    precondition(x.columns == inputDimension, "contraction needs \(inputDimension) columns, got \(x.columns)")
    guard x.rows > 0 else { return 0 }
    let (k, d) = (latentDimension, inputDimension)
    // The Jacobians of a block take height k d numbers: at most about 4 million.
    let height = min(x.rows, max(1, min(64, (1 << 22) / (k * d))))
    let state: LayerState<T> = encoder.makeState(batch: height, order: .gradient)
    var sum = 0.0
    withScratch(height * (d + k + k * k + k * d), of: T.self) { scratch in
      x.withView { x in
        parameters.withView { p in
          for first in stride(from: 0, to: x.rows, by: height) {
            let rows = first..<min(first + height, x.rows)
            let b = rows.count
            let u = scratch.matrix(rows: b, columns: d)
            let code = scratch.matrix(at: height * d, rows: b, columns: k)
            let cotangents = scratch.matrix(at: height * (d + k), rows: b * k, columns: k)
            let jacobians = scratch.matrix(at: height * (d + k + k * k), rows: b * k, columns: d)
            standardization.apply(x.rows(rows), into: u)
            encoder.forward(u, p, into: code, state)
            cotangents.clear()
            for row in 0..<b * k { cotangents[row, row % k] = 1 }
            encoder.pullbackRows(cotangents, samples: b, p, state, into: jacobians, adding: false)
            standardization.inverseScale?.withView {
              jacobians.scaleColumns(by: $0, adding: nil, into: jacobians)
            }
            sum += jacobians.squaredNorm
          }
        }
      }
    }
    return sum / Double(x.rows)
  }
}
