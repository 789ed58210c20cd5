// One step: forward, loss, one pullback. The memory is allocated once; a step allocates nothing.

/// The memory and the mathematics of one gradient evaluation of an autoencoder.
package final class TrainingStep<T: Scalar> {
  private let encoder: any Layer
  private let decoder: any Layer
  private let encoderState: LayerState<T>
  private let decoderState: LayerState<T>
  private let memory: Buffer<T>
  /// The batch as the network sees it, `capacity` x d.
  private let input: MatrixView<T>
  private let code: MatrixView<T>
  private let codeBar: MatrixView<T>
  private let output: MatrixView<T>
  /// dL/dp of the last call of `lossAndGradient`.
  package let gradient: Gradient<T>
  package let capacity: Int

  package init(_ network: Autoencoder<T>, capacity: Int, order: DerivativeOrder) {
    let (d, k) = (network.inputDimension, network.latentDimension)
    self.capacity = capacity
    encoder = network.encoder
    decoder = network.decoder
    encoderState = encoder.makeState(batch: capacity, order: order)
    decoderState = decoder.makeState(batch: capacity, order: order)
    memory = Buffer(count: capacity * (2 * d + 2 * k))
    input = memory.view.matrix(rows: capacity, columns: d)
    output = memory.view.matrix(at: capacity * d, rows: capacity, columns: d)
    code = memory.view.matrix(at: 2 * capacity * d, rows: capacity, columns: k)
    codeBar = memory.view.matrix(at: capacity * (2 * d + k), rows: capacity, columns: k)
    gradient = Gradient(network.layout)
  }

  /// Takes the rows `indices` of x, standardised, as the batch; returns the batch.
  package func load(
    _ x: MatrixView<T>, _ indices: UnsafeBufferPointer<Int64>, _ standardization: Standardization<T>
  ) -> MatrixView<T> {
    let batch = input.prefix(indices.count)
    standardization.gather(x, indices, into: batch)
    return batch
  }

  /// The mean squared error of the batch, by a forward pass alone.
  package func loss(_ batch: MatrixView<T>, _ parameters: VectorView<T>) -> Double {
    MeanSquaredError.value(forward(batch, parameters), target: batch)
  }

  /// The mean squared error of the batch, and its gradient with respect to all parameters.
  package func lossAndGradient(_ batch: MatrixView<T>, _ parameters: VectorView<T>) -> Double {
    let output = forward(batch, parameters)
    gradient.begin()
    let loss = MeanSquaredError.gradient(output, target: batch, into: output)
    let code = code.prefix(batch.rows)
    let codeBar = codeBar.prefix(batch.rows)
    decoder.pullback(output, code, parameters, decoderState, into: codeBar, adding: false, gradient)
    encoder.pullback(codeBar, batch, parameters, encoderState, into: nil, adding: false, gradient)
    return loss
  }

  private func forward(_ batch: MatrixView<T>, _ parameters: VectorView<T>) -> MatrixView<T> {
    let code = code.prefix(batch.rows)
    let output = output.prefix(batch.rows)
    encoder.forward(batch, parameters, into: code, encoderState)
    decoder.forward(code, parameters, into: output, decoderState)
    return output
  }
}
