// One step: forward, loss, penalties, one pullback. The memory is allocated once; a step allocates nothing.
//
// The gradient at the code is the sum over its paths: through the decoder, and directly from penalties on the code. The
// gradient at each z of the encoder likewise: from the layer above, and from penalties on f' (left in the layers'
// states). So one ordinary backward pass carries everything.

/// The memory and the mathematics of one gradient evaluation of an autoencoder under an objective.
package final class TrainingStep<T: Scalar> {
  private let encoder: FeedForward
  private let decoder: FeedForward
  private let encoderState: FeedForwardState<T>
  private let decoderState: FeedForwardState<T>
  private let memory = Arena<T>()
  /// The batch as the network sees it, and as it should reconstruct it: `capacity` x d. The same without corruption.
  private let input: MatrixView<T>
  private let target: MatrixView<T>
  private let code: MatrixView<T>
  private let codeBar: MatrixView<T>
  private let output: MatrixView<T>
  private let corruptor: Corruptor<T>?
  private let penalties: [PenaltyWorkspace<T>]
  private let penaltyWeights: [Double]
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
    penalties = try objective.penalties.map { try $0.term.workspace(for: network, batch: capacity) }
    penaltyWeights = objective.penalties.map(\.weight)
    penaltyValues = [Double](repeating: 0, count: penalties.count)
    let needsCurvature = objective.penalties.contains { type(of: $0.term).needsCurvature }
    let encoderOrder: DerivativeOrder =
      needsCurvature ? (order == .value ? .gradient : .curvature) : order
    encoderState = FeedForwardState(encoder, batch: capacity, order: encoderOrder)
    decoderState = FeedForwardState(decoder, batch: capacity, order: order)
    hasDropout = network.architecture.dropout > 0 && order >= .gradient
    corruptor = objective.corruption.map {
      Corruptor(
        $0,
        statistics
          ?? ColumnStatistics(mean: [T](repeating: 0, count: d), deviation: [T](repeating: 1, count: d)))
    }
    (input, output) = (memory.matrix(capacity, d), memory.matrix(capacity, d))
    target = corruptor == nil ? input : memory.matrix(capacity, d)
    (code, codeBar) = (memory.matrix(capacity, k), memory.matrix(capacity, k))
    gradient = Gradient(network.layout)
  }

  /// How the contraction is computed, if there is one.
  package var contractionRoute: String? { penalties.lazy.compactMap(\.route).first }

  /// Takes the rows `indices` of x as the batch: the target standardised, the input corrupted first.
  package func load(
    _ x: MatrixView<T>, _ indices: ArraySlice<Int64>, _ standardization: Standardization<T>,
    using generator: inout SeededGenerator
  ) {
    for i in penalties.indices { penalties[i].load(x, indices) }
    standardization.gather(x, indices, into: target.prefix(indices.count))
    if let corruptor {
      let batch = input.prefix(indices.count)
      x.gather(indices, into: batch)
      corruptor.apply(to: batch, using: &generator)
      standardization.apply(batch, into: batch)
    }
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
    decoder.pullback(output, code.prefix(rows), parameters, decoderState, into: codeBar, gradient)
    addPenalties(rows, parameters, to: gradient, using: &generator)
    encoder.pullback(codeBar, input.prefix(rows), parameters, encoderState, into: nil, gradient)
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
    guard !penalties.isEmpty else { return }
    let batch = PenaltyBatch(
      input: input.prefix(rows), target: target.prefix(rows), code: code.prefix(rows),
      parameters: parameters, encoderState: encoderState,
      codeBar: gradient == nil ? nil : codeBar.prefix(rows), gradient: gradient)
    for i in penalties.indices { penaltyValues[i] = penalties[i].add(batch, &generator) }
  }

  /// The weighted sum of the penalties at the last batch.
  package var penalty: Double {
    var sum = 0.0
    for i in penalties.indices { sum += penaltyWeights[i] * penaltyValues[i] }
    return sum
  }
}
