/// The contractive penalty (1/B) sum_b |de/dx_b|_F^2 of an encoder (Rifai et al. 2011), exact for any depth, with its
/// exact gradient. Mathematics, section 5.
///
/// The memory for batches of up to `batch` rows is allocated once. After a forward pass of the encoder with a state of
/// order `.curvature`, `add` leaves in the states what the ordinary backward pass takes along.
package final class Contraction<T: Scalar> {
  private let path: EncoderPath
  /// The route taken; never `automatic`.
  package let route: ContractionRoute
  private let deep: DeepContraction<T>?
  private let scratch: Buffer<T>
  private let batch: Int

  /// - Throws: `EigencoderError.invalidArgument` when the route does not fit the encoder.
  package init(_ encoder: any Layer, batch: Int, route: ContractionRoute = .automatic) throws {
    guard let path = EncoderPath(encoder) else {
      throw EigencoderError.invalidArgument(
        "the contraction needs an encoder of dense layers, perhaps with a skip branch")
    }
    self.path = path
    self.batch = batch
    self.route = try route.resolved(for: path, batch: batch)
    switch self.route {
    case .singleLayer:
      deep = nil
      scratch = Buffer(count: SingleLayerContraction.scratchCount(path, batch: batch))
    case .twoLayer:
      deep = nil
      scratch = Buffer(count: TwoLayerContraction.scratchCount(path, batch: batch))
    case .gram, .automatic:
      deep = DeepContraction(path, batch: batch, usesGram: true, probes: nil)
      scratch = Buffer(count: 0)
    case .direct:
      deep = DeepContraction(path, batch: batch, usesGram: false, probes: nil)
      scratch = Buffer(count: 0)
    case .probes(let count):
      let usesGram = 2 * path.inputs > path.firstWidth
      deep = DeepContraction(path, batch: batch, usesGram: usesGram, probes: count)
      scratch = Buffer(count: 0)
    }
  }

  /// Floating-point operations of one call of `add` with a full batch, counted as in Mathematics, section 5.
  package var flops: Double { route.flops(for: path, batch: batch) }

  /// The penalty at the batch that `state` has just seen, without its gradient.
  ///
  /// - Parameter inverseScale: 1 / scale of each input, when de/dx is wanted for an input that the network sees divided by
  ///   its scale.
  package func value(
    _ parameters: VectorView<T>, _ state: LayerState<T>, samples: Int, inverseScale: VectorView<T>? = nil,
    using generator: inout SeededGenerator
  ) -> Double {
    let w1 = parameters[path.layers[0].weight]
    let v = path.skip.map { parameters[$0.weight] }
    guard let inverseScale else {
      return run(inputs(parameters, state, samples, w1, v), nil, using: &generator)
    }
    return withScratch(w1.count + (v?.count ?? 0), of: T.self) { memory in
      let scaled = memory.matrix(rows: w1.rows, columns: w1.columns)
      w1.scaleColumns(by: inverseScale, adding: nil, into: scaled)
      let scaledSkip = v.map { memory.matrix(at: w1.count, rows: $0.rows, columns: $0.columns) }
      if let v, let scaledSkip { v.scaleColumns(by: inverseScale, adding: nil, into: scaledSkip) }
      return run(inputs(parameters, state, samples, scaled, scaledSkip), nil, using: &generator)
    }
  }

  /// The penalty, and `weight` times its gradient: with respect to the weights added to `gradient`, with respect to the
  /// z of each layer left in `state` for the next pullback.
  package func add(
    weight: Double, _ parameters: VectorView<T>, _ state: LayerState<T>, samples: Int,
    to gradient: Gradient<T>,
    using generator: inout SeededGenerator
  ) -> Double {
    let input = inputs(
      parameters, state, samples, parameters[path.layers[0].weight], path.skip.map { parameters[$0.weight] })
    input.beginPenalty()
    return run(input, ContractionGradient(gradient: gradient, weight: weight), using: &generator)
  }

  private func inputs(
    _ parameters: VectorView<T>, _ state: LayerState<T>, _ samples: Int, _ firstWeight: MatrixView<T>,
    _ skipWeight: MatrixView<T>?
  ) -> ContractionInputs<T> {
    precondition(samples >= 1 && samples <= batch, "a contraction of \(samples) rows in memory for \(batch)")
    return ContractionInputs(
      path: path, states: path.states(state), parameters: parameters, firstWeight: firstWeight,
      skipWeight: skipWeight, samples: samples)
  }

  private func run(
    _ input: ContractionInputs<T>, _ target: ContractionGradient<T>?, using generator: inout SeededGenerator
  ) -> Double {
    switch route {
    case .singleLayer: SingleLayerContraction.add(input, target, scratch: scratch.view)
    case .twoLayer: TwoLayerContraction.add(input, target, scratch: scratch.view)
    default: deep!.add(input, target, using: &generator)
    }
  }
}
