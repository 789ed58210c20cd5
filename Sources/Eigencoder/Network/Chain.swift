// y = f_L(... f_1(x)). The chain rule: the Jacobian is the product J_L ... J_1, in that order. Forward goes
// through the layers once, the pullback once in reverse: the cost is linear in the depth.

/// Layers one after the other.
public struct Chain: Layer {
  /// In the order of the data flow.
  public let layers: [any Layer]
  public var inputs: Int { layers[0].inputs }
  public var outputs: Int { layers[layers.count - 1].outputs }

  /// Traps on no layers, or where one layer's outputs are not the next one's inputs.
  public init(_ layers: [any Layer]) {
    precondition(!layers.isEmpty, "a chain needs at least one layer")
    for (first, second) in zip(layers, layers.dropFirst()) {
      precondition(
        first.outputs == second.inputs,
        "a layer of \(first.outputs) outputs before one of \(second.inputs) inputs")
    }
    self.layers = layers
  }

  public func makeState<T: Scalar>(batch: Int, order: DerivativeOrder) -> LayerState<T> {
    let state = LayerState<T>(
      batch: batch, order: order, children: layers.map { $0.makeState(batch: batch, order: order) })
    for layer in layers.dropLast() { state.allocateBetween(columns: layer.outputs) }
    return state
  }

  public func drawMasks<T: Scalar>(_ state: LayerState<T>, using generator: inout SeededGenerator) {
    for i in layers.indices { layers[i].drawMasks(state.children[i], using: &generator) }
  }

  /// The input of layer i: x itself, or the value the layer before has left.
  private func input<T: Scalar>(_ i: Int, _ x: MatrixView<T>, _ state: LayerState<T>) -> MatrixView<T> {
    i == 0 ? x : state.values[i - 1].prefix(x.rows)
  }
}

extension Chain {
  public func forward<T: Scalar>(
    _ x: MatrixView<T>, _ parameters: VectorView<T>, into y: MatrixView<T>, _ state: LayerState<T>
  ) {
    for i in layers.indices {
      let out = i == layers.count - 1 ? y : state.values[i].prefix(x.rows)
      layers[i].forward(input(i, x, state), parameters, into: out, state.children[i])
    }
  }

  public func pullback<T: Scalar>(
    _ yBar: MatrixView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into xBar: MatrixView<T>?, adding: Bool, _ gradient: Gradient<T>
  ) {
    for i in layers.indices.reversed() {
      let outBar = i == layers.count - 1 ? yBar : state.bars[i].prefix(x.rows)
      layers[i].pullback(
        outBar, input(i, x, state), parameters, state.children[i],
        into: i == 0 ? xBar : state.bars[i - 1].prefix(x.rows), adding: i == 0 && adding, gradient)
    }
  }

  public func pushforward<T: Scalar>(
    _ xDot: MatrixView<T>, _ parametersDot: VectorView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>,
    _ state: LayerState<T>, into yDot: MatrixView<T>
  ) {
    // The gradients' memory serves for the tangents: the two are never needed at once.
    var tangent = xDot
    for i in layers.indices {
      let out = i == layers.count - 1 ? yDot : state.bars[i].prefix(x.rows)
      layers[i].pushforward(
        tangent, parametersDot, input(i, x, state), parameters, state.children[i], into: out)
      tangent = out
    }
  }

  public func pullbackRows<T: Scalar>(
    _ m: MatrixView<T>, samples: Int, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into mx: MatrixView<T>, adding: Bool
  ) {
    pullbackRows(from: layers.count - 1, m, samples: samples, parameters, state, into: mx, adding: adding)
  }

  /// Through layers i, ..., 0; each step's rows are scratch of the step above.
  private func pullbackRows<T: Scalar>(
    from i: Int, _ m: MatrixView<T>, samples: Int, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into mx: MatrixView<T>, adding: Bool
  ) {
    guard i > 0 else {
      return layers[0].pullbackRows(
        m, samples: samples, parameters, state.children[0], into: mx, adding: adding)
    }
    withScratch(m.rows * layers[i].inputs, of: T.self) { scratch in
      let below = scratch.matrix(rows: m.rows, columns: layers[i].inputs)
      layers[i].pullbackRows(m, samples: samples, parameters, state.children[i], into: below, adding: false)
      pullbackRows(from: i - 1, below, samples: samples, parameters, state, into: mx, adding: adding)
    }
  }
}

extension Chain {
  public func inputJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    var point = x
    var jacobian = layers[0].inputJacobian(at: point, parameters)
    for (before, layer) in zip(layers, layers.dropFirst()) {
      point = before.value(at: point, parameters)
      jacobian = layer.inputJacobian(at: point, parameters) * jacobian
    }
    return jacobian
  }

  public func parameterJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    var point = x
    var jacobian = layers[0].parameterJacobian(at: point, parameters)
    for (before, layer) in zip(layers, layers.dropFirst()) {
      point = before.value(at: point, parameters)
      // Through the layers before, and directly: a tied weight is reached both ways.
      var next = layer.inputJacobian(at: point, parameters) * jacobian
      next.withMutableView { next in
        layer.parameterJacobian(at: point, parameters).withView { next.add($0) }
      }
      jacobian = next
    }
    return jacobian
  }
}
