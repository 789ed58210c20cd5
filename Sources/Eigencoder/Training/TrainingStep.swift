// One step: forward, loss, penalties, one pullback. The memory is allocated once; a step allocates nothing.
//
// The gradient at the code is the sum over its paths: through the decoder, and directly from penalties on the code. The
// gradient at each z of the encoder likewise: from the layer above, and from penalties on f' (left in the layers'
// states). So one ordinary backward pass carries everything.

/// The memory and the mathematics of one gradient evaluation of an autoencoder under an objective.
package final class TrainingStep<T: Scalar> {
  private let encoder: any Layer
  private let decoder: any Layer
  private let encoderState: LayerState<T>
  private let decoderState: LayerState<T>
  private let memory: Buffer<T>
  /// The batch as the network sees it, and as it should reconstruct it: `capacity` x d. The same without corruption.
  private let input: MatrixView<T>
  private let target: MatrixView<T>
  private let code: MatrixView<T>
  private let codeBar: MatrixView<T>
  private let output: MatrixView<T>
  private let codeGram: MatrixView<T>
  private let corruptor: Corruptor<T>?
  private let penalties: [Penalty]
  private let contraction: Contraction<T>?
  private let smoothness: Smoothness<T>?
  private let similarities: Similarities<T>?
  private let codeLayer: Dense
  private let hasDropout: Bool
  /// dL/dp of the last call of `lossAndGradient`.
  package let gradient: Gradient<T>
  package let capacity: Int
  /// The values of the objective's penalties at the last batch, in their order, without their weights.
  package private(set) var penaltyValues: [Double]

  /// - Throws: `EigencoderError.invalidArgument` when the objective does not fit the network.
  package init(
    _ network: Autoencoder<T>, capacity: Int, order: DerivativeOrder, objective: Objective = .reconstruction,
    statistics: ColumnStatistics<T>? = nil
  ) throws {
    try objective.validate(for: network.architecture)
    let (d, k) = (network.inputs, network.latent)
    self.capacity = capacity
    encoder = network.encoder
    decoder = network.decoder
    penalties = objective.penalties
    penaltyValues = [Double](repeating: 0, count: penalties.count)
    let needsJacobian = penalties.contains { $0.needsCurvature }
    let encoderOrder: DerivativeOrder =
      needsJacobian ? (order == .value ? .gradient : .curvature) : order
    encoderState = encoder.makeState(batch: capacity, order: encoderOrder)
    decoderState = decoder.makeState(batch: capacity, order: order)
    hasDropout = network.architecture.dropout > 0 && order >= .gradient
    corruptor = objective.corruption.map {
      Corruptor(
        $0,
        statistics
          ?? ColumnStatistics(mean: [T](repeating: 0, count: d), deviation: [T](repeating: 1, count: d)))
    }
    memory = Buffer(count: capacity * (3 * d + 2 * k) + k * k)
    input = memory.view.matrix(rows: capacity, columns: d)
    output = memory.view.matrix(at: capacity * d, rows: capacity, columns: d)
    target = corruptor == nil ? input : memory.view.matrix(at: 2 * capacity * d, rows: capacity, columns: d)
    code = memory.view.matrix(at: 3 * capacity * d, rows: capacity, columns: k)
    codeBar = memory.view.matrix(at: capacity * (3 * d + k), rows: capacity, columns: k)
    codeGram = memory.view.matrix(at: capacity * (3 * d + 2 * k), rows: k, columns: k)
    gradient = Gradient(network.layout)
    let path = EncoderPath(encoder)!
    codeLayer = path.layers[path.layers.count - 1]
    var contraction: Contraction<T>?
    var smoothness: Smoothness<T>?
    for penalty in penalties {
      switch penalty {
      case .contraction(_, let route): contraction = try Contraction(encoder, batch: capacity, route: route)
      case .smoothness: smoothness = Smoothness(encoder, path, batch: capacity)
      default: break
      }
    }
    self.contraction = contraction
    self.smoothness = smoothness
    similarities =
      penalties.contains { $0.comparesRows } ? Similarities(batch: capacity, inputs: d, latent: k) : nil
  }

  /// The route of the contraction, if there is one.
  package var contractionRoute: ContractionRoute? { contraction?.route }

  /// Takes the rows `indices` of x as the batch: the target standardised, the input corrupted first.
  package func load(
    _ x: MatrixView<T>, _ indices: ArraySlice<Int64>, _ standardization: Standardization<T>,
    using generator: inout SeededGenerator
  ) {
    similarities?.load(x, indices)
    standardization.gather(x, indices, into: target.prefix(indices.count))
    if let corruptor {
      let batch = input.prefix(indices.count)
      x.gather(indices, into: batch)
      corruptor.apply(to: batch, using: &generator)
      standardization.apply(batch, into: batch)
    }
  }

  /// Takes given rows as they are, as both input and target.
  package func load(_ batch: MatrixView<T>) {
    similarities?.load(batch)
    batch.copy(into: input.prefix(batch.rows))
    if corruptor != nil { batch.copy(into: target.prefix(batch.rows)) }
  }

  /// The mean squared error of the batch loaded last, by a forward pass; the data's penalties in `penaltyValues`.
  package func loss(rows: Int, _ parameters: VectorView<T>, using generator: inout SeededGenerator) -> Double
  {
    let output = forward(rows, parameters)
    addPenalties(rows, parameters, to: nil, using: &generator)
    return MeanSquaredError.value(output, target: target.prefix(rows))
  }

  /// The mean squared error of the batch loaded last; the whole objective's gradient in `gradient`, its penalties in
  /// `penaltyValues`.
  package func lossAndGradient(
    rows: Int, _ parameters: VectorView<T>, using generator: inout SeededGenerator
  ) -> Double {
    if hasDropout {
      encoder.drawMasks(encoderState, using: &generator)
      decoder.drawMasks(decoderState, using: &generator)
    }
    let output = forward(rows, parameters)
    gradient.begin()
    let loss = MeanSquaredError.gradient(output, target: target.prefix(rows), into: output)
    let codeBar = codeBar.prefix(rows)
    decoder.pullback(
      output, code.prefix(rows), parameters, decoderState, into: codeBar, adding: false, gradient)
    addPenalties(rows, parameters, to: gradient, using: &generator)
    encoder.pullback(
      codeBar, input.prefix(rows), parameters, encoderState, into: nil, adding: false, gradient)
    return loss
  }

  private func forward(_ rows: Int, _ parameters: VectorView<T>) -> MatrixView<T> {
    let code = code.prefix(rows)
    let output = output.prefix(rows)
    encoder.forward(input.prefix(rows), parameters, into: code, encoderState)
    decoder.forward(code, parameters, into: output, decoderState)
    return output
  }

  /// Sets `penaltyValues`; with a gradient, adds each weight times the penalty's gradient to it, to `codeBar`, or to the
  /// encoder's state.
  private func addPenalties(
    _ rows: Int, _ parameters: VectorView<T>, to gradient: Gradient<T>?,
    using generator: inout SeededGenerator
  ) {
    let code = code.prefix(rows)
    let codeBar = gradient == nil ? nil : codeBar.prefix(rows)
    for i in penalties.indices {
      switch penalties[i] {
      case .contraction(let weight, _):
        penaltyValues[i] =
          gradient.map {
            contraction!.add(
              weight: weight, parameters, encoderState, samples: rows, to: $0, using: &generator)
          } ?? contraction!.value(parameters, encoderState, samples: rows, using: &generator)
      case .smoothness(let weight, let deviation):
        if hasDropout { smoothness!.shareMasks(with: encoderState) }
        penaltyValues[i] = smoothness!.add(
          weight: weight, deviation: deviation, input.prefix(rows), parameters, encoderState, to: gradient,
          using: &generator)
      case .sparsity(let weight):
        penaltyValues[i] = CodePenalties.sparsity(code, weight, addingTo: codeBar)
      case .activity(let weight, let rate):
        penaltyValues[i] = CodePenalties.activity(code, target: rate, weight, addingTo: codeBar)
      case .orthogonality(let weight):
        penaltyValues[i] = CodePenalties.orthogonality(
          parameters[codeLayer.weight], weight, codeLayer.weight, addingTo: gradient, scratch: codeGram)
      case .strain(let weight, let similarity):
        penaltyValues[i] = similarities!.strain(
          of: similarity, code, centred: target.prefix(rows), weight, addingTo: codeBar)
      case .neighbourhood(let weight, let temperature, let codeTemperature):
        penaltyValues[i] = similarities!.neighbourhood(
          code, temperatures: (temperature, codeTemperature ?? temperature), weight, addingTo: codeBar)
      }
    }
  }

  /// The weighted sum of the penalties at the last batch.
  package var penalty: Double {
    var sum = 0.0
    for i in penalties.indices { sum += penalties[i].weight * penaltyValues[i] }
    return sum
  }
}
