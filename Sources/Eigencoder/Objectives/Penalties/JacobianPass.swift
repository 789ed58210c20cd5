/// What the penalties on the Jacobians of a batch work on, after the encoder's forward pass.
struct JacobianPass<T: Scalar> {
  let encoder: FeedForward
  /// Of each layer: f' and f'' at the batch.
  let states: [DenseState<T>]
  let parameters: VectorView<T>
  /// W_1 and V: those of the network, or those of the input in other units.
  var firstWeight: MatrixView<T>
  var skipWeight: MatrixView<T>?
  /// Rows of the batch.
  let samples: Int
  /// Where the gradient is added, multiplied by `weight`; nil where only the value is wanted.
  let gradient: Gradient<T>?
  let weight: Double

  /// Traps on tied weights: the formulas read W as it is stored.
  init(
    _ encoder: FeedForward, _ state: FeedForwardState<T>, _ parameters: VectorView<T>, samples: Int,
    gradient: Gradient<T>?, weight: Double
  ) {
    precondition(
      samples >= 1 && samples <= state.batch, "\(samples) samples in memory for \(state.batch)")
    precondition(!encoder.layers.contains { $0.isTied }, "the encoder's weights are its own")
    self.encoder = encoder
    states = state.layers
    self.parameters = parameters
    firstWeight = parameters[encoder.first.weight]
    skipWeight = encoder.skip.map { parameters[$0.weight] }
    self.samples = samples
    self.gradient = gradient
    self.weight = weight
  }
}

extension JacobianPass {
  /// Prepares the layers' states to collect zb: penalties of one step add up.
  func begin() {
    guard gradient != nil else { return }
    for state in states {
      guard let zBar = state.penaltyBar, !state.hasPenalty else { continue }
      zBar.prefix(samples).clear()
      state.hasPenalty = true
    }
  }

  func weight(of layer: Int) -> MatrixView<T> { parameters[encoder.layers[layer].weight] }

  /// f' of a layer at the given rows of the batch; nil means 1.
  func derivative(_ layer: Int, _ rows: Range<Int>) -> MatrixView<T>? { states[layer].derivative?.rows(rows) }

  /// f'' of a layer at the given rows, and its zb to add to; nil where f'' is 0.
  func curvature(_ layer: Int, _ rows: Range<Int>) -> (curvature: MatrixView<T>, zBar: MatrixView<T>)? {
    guard let curvature = states[layer].curvature, let zBar = states[layer].penaltyBar else { return nil }
    return (curvature.rows(rows), zBar.rows(rows))
  }
}
