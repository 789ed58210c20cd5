/// A penalty ready for the batches of one training run. Its memory is allocated once; a step allocates nothing.
package struct PenaltyWorkspace<T: Scalar> {
  /// Takes the rows `indices` of the data, as they are there, for the next `add`.
  let load: (_ x: MatrixView<T>, _ indices: ArraySlice<Int64>) -> Void
  /// The penalty at a batch, without its weight; with a gradient, adds weight times its own to it, to `codeBar`, or to what
  /// the encoder's layers collect for the next pullback.
  let add: (_ batch: PenaltyBatch<T>, _ generator: inout SeededGenerator) -> Double
  /// How it is computed, where there is a choice.
  let route: String?

  init(
    route: String? = nil, load: @escaping (MatrixView<T>, ArraySlice<Int64>) -> Void = { _, _ in },
    add: @escaping (PenaltyBatch<T>, inout SeededGenerator) -> Double
  ) {
    self.route = route
    self.load = load
    self.add = add
  }
}

/// A batch after the forward pass of the encoder, and the places of the gradients.
package struct PenaltyBatch<T: Scalar> {
  /// B x d, as the network sees them; `target` without the corruption.
  let input: MatrixView<T>
  let target: MatrixView<T>
  /// Z, B x k.
  let code: MatrixView<T>
  let parameters: VectorView<T>
  let encoderState: FeedForwardState<T>
  /// Zb = dL/dZ, to add to, and the gradient with respect to the parameters; nil where only the value is wanted.
  let codeBar: MatrixView<T>?
  let gradient: Gradient<T>?

  var rows: Int { code.rows }
}
