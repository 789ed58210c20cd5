// y = f_L(... f_1(x)) + V x: dense layers in sequence, and perhaps a linear branch beside them.
// The chain rule: the Jacobian of the layers is the product J_L ... J_1, in that order. Forward goes through the layers once,
// the pullback once in reverse: the cost is linear in the depth. Where two paths leave x, its gradient is the sum over them:
// Xb = Xb through the layers + Yb V, each added into one place in one pass.

/// One side of a network. It knows shapes and mathematics; the numbers are handed in.
package struct FeedForward: Sendable {
  /// In the order of the data flow; at least one.
  package let layers: [Dense]
  /// V, a linear layer from the input to the output.
  package let skip: Dense?

  package var first: Dense { layers[0] }
  package var last: Dense { layers[layers.count - 1] }
  package var inputs: Int { first.inputs }
  package var outputs: Int { last.outputs }
  /// The layers, and then the skip branch.
  var all: [Dense] { layers + (skip.map { [$0] } ?? []) }

  /// Traps on no layers, where one layer's outputs are not the next one's inputs, and on a branch of another shape or with
  /// an activation.
  package init(_ layers: [Dense], skip: Dense? = nil) {
    precondition(!layers.isEmpty, "a network needs at least one layer")
    for (first, second) in zip(layers, layers.dropFirst()) {
      precondition(
        first.outputs == second.inputs,
        "a layer of \(first.outputs) outputs before one of \(second.inputs) inputs")
    }
    self.layers = layers
    self.skip = skip
    guard let skip else { return }
    precondition(
      skip.inputs == inputs && skip.outputs == outputs && skip.isLinear && skip.bias == nil,
      "a branch from \(skip.inputs) to \(skip.outputs) beside layers from \(inputs) to \(outputs)")
  }

  /// Layers of the given widths, the input's first, with parameters of their own; or tied to those of another side, in
  /// reverse.
  init(
    _ name: String, widths: [Int], activations: [Activation], dropout: Double, hasSkip: Bool,
    tiedTo other: FeedForward?, in layout: inout ParameterLayout
  ) {
    let count = activations.count
    let layers = activations.indices.map {
      Dense(
        "\(name).\($0)", inputs: widths[$0], outputs: widths[$0 + 1], activation: activations[$0],
        tiedTo: other?.layers[count - 1 - $0], dropout: $0 < count - 1 ? dropout : 0, in: &layout)
    }
    let skip =
      hasSkip
      ? Dense(
        "\(name).skip", inputs: widths[0], outputs: widths[count], activation: .identity, tiedTo: other?.skip,
        hasBias: false, in: &layout) : nil
    self.init(layers, skip: skip)
  }
}

/// What the passes of one side write besides their results, for batches of up to `batch` rows; allocated once.
package final class FeedForwardState<T: Scalar> {
  package let batch: Int
  /// Of each layer.
  package let layers: [DenseState<T>]
  fileprivate let skip: DenseState<T>?
  private let memory = Arena<T>()
  /// The values between the layers, and the gradients or tangents of those.
  fileprivate let values: [MatrixView<T>]
  fileprivate let bars: [MatrixView<T>]
  /// What the branch adds to y, or a copy of Yb.
  fileprivate let branch: MatrixView<T>

  package init(_ side: FeedForward, batch: Int, order: DerivativeOrder) {
    self.batch = batch
    layers = side.layers.map { DenseState($0, batch: batch, order: order) }
    skip = side.skip.map { DenseState($0, batch: batch, order: order) }
    let memory = memory
    func between() -> [MatrixView<T>] { side.layers.dropLast().map { memory.matrix(batch, $0.outputs) } }
    values = between()
    bars = order >= .gradient ? between() : []
    branch = memory.matrix(side.skip == nil ? 0 : batch, side.outputs)
  }

  /// Takes over the factors of dropout.
  func copyMasks(from other: FeedForwardState) {
    for (layer, otherLayer) in zip(layers, other.layers) {
      if let mask = layer.mask, let otherMask = otherLayer.mask { otherMask.prefix(batch).copy(into: mask) }
    }
  }

  /// The input of layer i: x itself, or the value that the layer before has left.
  fileprivate func input(_ i: Int, _ x: MatrixView<T>) -> MatrixView<T> {
    i == 0 ? x : values[i - 1].prefix(x.rows)
  }
}

// MARK: - Passes, each as that of `Dense`

extension FeedForward {
  package func drawMasks<T: Scalar>(_ state: FeedForwardState<T>, using generator: inout SeededGenerator) {
    for i in layers.indices { layers[i].drawMask(state.layers[i], using: &generator) }
  }

  package func forward<T: Scalar>(
    _ x: MatrixView<T>, _ parameters: VectorView<T>, into y: MatrixView<T>, _ state: FeedForwardState<T>
  ) {
    for i in layers.indices {
      let out = i == layers.count - 1 ? y : state.values[i].prefix(x.rows)
      layers[i].forward(state.input(i, x), parameters, into: out, state.layers[i])
    }
    guard let skip, let skipState = state.skip else { return }
    let branch = state.branch.prefix(x.rows)
    skip.forward(x, parameters, into: branch, skipState)
    y.add(branch)
  }

  package func pullback<T: Scalar>(
    _ yBar: MatrixView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>, _ state: FeedForwardState<T>,
    into xBar: MatrixView<T>?, _ gradient: Gradient<T>
  ) {
    // Yb goes whole into both paths. A pullback overwrites it, so the layers get a copy.
    var outBar = yBar
    if skip != nil {
      outBar = state.branch.prefix(x.rows)
      yBar.copy(into: outBar)
    }
    for i in layers.indices.reversed() {
      let below = i == 0 ? xBar : state.bars[i - 1].prefix(x.rows)
      layers[i].pullback(
        outBar, state.input(i, x), parameters, state.layers[i], into: below, adding: false, gradient)
      if let below { outBar = below }
    }
    guard let skip, let skipState = state.skip else { return }
    skip.pullback(yBar, x, parameters, skipState, into: xBar, adding: true, gradient)
  }

  package func pushforward<T: Scalar>(
    _ xDot: MatrixView<T>, _ parametersDot: VectorView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>,
    _ state: FeedForwardState<T>, into yDot: MatrixView<T>
  ) {
    // The gradients' memory serves for the tangents: the two are never needed at once.
    var tangent = xDot
    for i in layers.indices {
      let out = i == layers.count - 1 ? yDot : state.bars[i].prefix(x.rows)
      layers[i].pushforward(
        tangent, parametersDot, state.input(i, x), parameters, state.layers[i], into: out)
      tangent = out
    }
    guard let skip, let skipState = state.skip else { return }
    let branch = state.branch.prefix(x.rows)
    skip.pushforward(xDot, parametersDot, x, parameters, skipState, into: branch)
    yDot.add(branch)
  }
}

// MARK: - Explicit Jacobians, for readers and tests

extension FeedForward {
  /// dy/dx at one sample, outputs x inputs.
  package func inputJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    var point = x
    var jacobian: Matrix<T> = .identity(inputs)
    for layer in layers {
      jacobian = layer.inputJacobian(at: point, parameters) * jacobian
      point = layer.value(at: point, parameters)
    }
    return sum(jacobian, skip?.inputJacobian(at: x, parameters))
  }

  /// dy/dp at one sample, outputs x parameters.count.
  package func parameterJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    var point = x
    var jacobian = Matrix<T>(rows: inputs, columns: parameters.count)
    for layer in layers {
      // Through the layers before, and directly: a tied weight is reached both ways.
      jacobian = sum(
        layer.inputJacobian(at: point, parameters) * jacobian,
        layer.parameterJacobian(at: point, parameters))
      point = layer.value(at: point, parameters)
    }
    return sum(jacobian, skip?.parameterJacobian(at: x, parameters))
  }

  private func sum<T: Scalar>(_ a: Matrix<T>, _ b: Matrix<T>?) -> Matrix<T> {
    var result = a
    if let b { result.withMutableView { result in b.withView { result.add($0) } } }
    return result
  }
}
