/// An encoder e and a decoder g, trained together so that g(e(x)) is close to x.
///
/// Both are dense layers over one flat parameter vector, whose layout names every tensor. The network sees
/// u = (x - mean) / scale and its output is mapped back, so that all results are in the units of the data.
public struct Autoencoder<T: Scalar>: Reducer {
  /// The shape that the parameters fill.
  public let architecture: Architecture
  /// From u to the code.
  package let encoder: FeedForward
  /// From the code to the reconstruction of u.
  package let decoder: FeedForward
  /// The names and places of the tensors in `parameters`.
  package let layout: ParameterLayout
  /// All weights and biases.
  public package(set) var parameters: [T]
  /// How the network sees the data; set by training, or by a start from PCA.
  public private(set) var standardization: Standardization<T>
  /// Whether `standardization` is the network's own; if not, training sets it.
  private(set) var isStandardized = false
  /// The epoch of the last training whose parameters it holds; 0 as initialised.
  package internal(set) var bestEpoch = 0
  /// "autoencoder", the name of the variant it was trained as, or any other by which reports are to tell it apart.
  public var method = "autoencoder"

  /// A network with its initial weights.
  /// - Throws: `EigencoderError.invalidArgument` for a width below 1, or a shape that cannot start as a linear code.
  public init(_ architecture: Architecture, initializer: Initializer = .automatic, seed: UInt64 = 0) throws {
    try architecture.validate()
    self.architecture = architecture
    var layout = ParameterLayout()
    encoder = FeedForward(
      "encoder", widths: architecture.encoderWidths, activations: architecture.encoderActivations,
      dropout: architecture.dropout, hasSkip: architecture.hasSkip, tiedTo: nil, in: &layout)
    decoder = FeedForward(
      "decoder", widths: architecture.encoderWidths.reversed(), activations: architecture.decoderActivations,
      dropout: architecture.dropout, hasSkip: architecture.hasSkip,
      tiedTo: architecture.isTied ? encoder : nil, in: &layout)
    self.layout = layout
    parameters = [T](repeating: 0, count: layout.count)
    standardization = .none(dimension: architecture.inputs)
    var generator = SeededGenerator(seed: seed)
    if case .linear(let code) = initializer {
      try start(as: code, using: &generator)
    } else {
      fillRandom(initializer, using: &generator)
    }
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

  public var inputs: Int { architecture.inputs }
  public var latent: Int { architecture.latent }
  public var parameterCount: Int { parameters.count }

  /// The values of one tensor by its name in the model file, row-major; nil when there is none.
  public func tensor(named name: String) -> [T]? {
    layout.tensors.first { $0.name == name }.map { Array(parameters[$0.range]) }
  }

  /// From now on the network sees u = (x - mean) / scale.
  mutating func standardize(as standardization: Standardization<T>) {
    self.standardization = standardization
    isStandardized = true
  }

  private mutating func fillRandom(_ initializer: Initializer, using generator: inout SeededGenerator) {
    parameters.withMutableView { p in
      for layer in encoder.all + decoder.all where !layer.isTied {
        initializer.fill(
          p.vector(layer.weight), fanIn: layer.inputs, fanOut: layer.outputs, activation: layer.activation,
          using: &generator)
      }
    }
  }
}

// MARK: - Use

extension Autoencoder {
  public func encode(_ x: Matrix<T>) -> Matrix<T> {
    precondition(x.columns == inputs, "encode needs \(inputs) columns, got \(x.columns)")
    let state = FeedForwardState<T>(encoder, batch: Self.blockRows(x), order: .value)
    return Matrix(rows: x.rows, columns: latent) { codes in
      withScratch(state.batch * inputs, of: T.self) { scratch in
        forEachBlock(of: x, state.batch) { rows, x, p in
          let u = scratch.matrix(rows: x.rows, columns: inputs)
          standardization.apply(x, into: u)
          encoder.forward(u, p, into: codes.rows(rows), state)
        }
      }
    }
  }

  public func decode(_ codes: Matrix<T>) -> Matrix<T> {
    precondition(codes.columns == latent, "decode needs \(latent) columns, got \(codes.columns)")
    let state = FeedForwardState<T>(decoder, batch: Self.blockRows(codes), order: .value)
    return Matrix(rows: codes.rows, columns: inputs) { x in
      forEachBlock(of: codes, state.batch) { rows, z, p in
        decoder.forward(z, p, into: x.rows(rows), state)
        standardization.invert(x.rows(rows))
      }
    }
  }

  /// (x - mean) - scale g(z), n x d, with the network's own mean and scale.
  public func residuals(of x: Matrix<T>, codes: Matrix<T>) -> Matrix<T> {
    requireResidualShapes(x, codes)
    let state = FeedForwardState<T>(decoder, batch: Self.blockRows(codes), order: .value)
    return Matrix(rows: x.rows, columns: inputs) { out in
      withScratch(state.batch * inputs, of: T.self) { scratch in
        forEachBlock(of: codes, state.batch) { rows, z, p in
          let fitted = scratch.matrix(rows: rows.count, columns: inputs)
          let residual = out.rows(rows)
          decoder.forward(z, p, into: fitted, state)
          standardization.scale?.withView { fitted.scaleColumns(by: $0, adding: nil, into: fitted) }
          x.withView { x in
            standardization.mean.withView { x.rows(rows).subtract(row: $0, into: residual) }
          }
          residual.add(fitted, times: -1)
        }
      }
    }
  }

  /// Rows at a time: the widest layer's values stay in cache.
  private static func blockRows(_ x: Matrix<T>, most: Int = 512) -> Int { min(most, max(1, x.rows)) }

  /// Calls `body` with each block of at most `height` rows and the parameters.
  private func forEachBlock(
    of x: Matrix<T>, _ height: Int, _ body: (Range<Int>, MatrixView<T>, VectorView<T>) -> Void
  ) {
    x.withView { x in
      parameters.withView { p in
        for first in stride(from: 0, to: x.rows, by: height) {
          let rows = first..<min(first + height, x.rows)
          body(rows, x.rows(rows), p)
        }
      }
    }
  }

  /// de/dx at one sample, k x d, as the product of the layers' Jacobians.
  public func encoderJacobian(at x: [T]) -> Matrix<T> {
    precondition(x.count == inputs, "a sample of \(x.count) numbers, needed \(inputs)")
    var u = Matrix(rows: 1, columns: x.count, x)
    u.withMutableView { standardization.apply($0, into: $0) }
    var jacobian = encoder.inputJacobian(at: u.elements, parameters)
    standardization.inverseScale?.withView { s in
      jacobian.withMutableView { $0.scaleColumns(by: s, adding: nil, into: $0) }
    }
    return jacobian
  }

  /// The mean over the rows of |de/dx|_F^2, exact, by the cheapest route of `ContractionRoute`.
  ///
  /// Cost: at most k times a forward pass through the encoder.
  public func contraction(over x: Matrix<T>) -> Double {
    precondition(x.columns == inputs, "contraction needs \(inputs) columns, got \(x.columns)")
    guard x.rows > 0 else { return 0 }
    let state = FeedForwardState<T>(encoder, batch: Self.blockRows(x, most: 256), order: .gradient)
    let norm = JacobianNorm<T>(encoder, batch: state.batch)
    var sum = 0.0
    withScratch(state.batch * (inputs + latent), of: T.self) { scratch in
      forEachBlock(of: x, state.batch) { rows, x, p in
        let u = scratch.matrix(rows: x.rows, columns: inputs)
        let code = scratch.matrix(at: state.batch * inputs, rows: x.rows, columns: latent)
        standardization.apply(x, into: u)
        encoder.forward(u, p, into: code, state)
        sum +=
          norm.value(p, state, samples: x.rows, inverseScale: standardization.inverseScale) * Double(x.rows)
      }
    }
    return sum / Double(x.rows)
  }
}
