// y = f(z), z = W x + b: for a batch Z = X W' + 1 b', Y = f(Z), D = f'(Z).
//   Jacobian     dy/dx = diag(f'(z)) W;  dy_i/dW_jk = [i = j] f'(z_i) x_k;  dy_i/db_j = [i = j] f'(z_i)
//   pullback     Zb = Yb o D;  Wb = Zb' X;  bb = Zb' 1;  Xb = Zb W
//   pushforward  Yd = D o (Xd W' + X Wd' + 1 bd')
// Three products of equal size a training step (forward, Wb, Xb): 6 batch inputs outputs flops.

/// A fully connected layer with its activation.
public struct Dense: Layer {
  public let inputs: Int
  public let outputs: Int
  /// f, of every output.
  public let activation: Activation
  /// W, [outputs, inputs]; or, tied, the weight V [inputs, outputs] of another layer, used as W = V'.
  public let weight: ParameterTensor
  /// b, [outputs].
  public let bias: ParameterTensor?
  /// The probability p with which training drops an output; the others are multiplied by 1 / (1 - p).
  public let dropout: Double
  /// Whether W is the transpose of another layer's weight. Both gradients then sum in one tensor.
  public let isTied: Bool

  /// A layer with parameters of its own, appended to the layout as "name.weight" and "name.bias".
  public init(
    _ name: String, inputs: Int, outputs: Int, activation: Activation, hasBias: Bool = true,
    dropout: Double = 0,
    in layout: inout ParameterLayout
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.activation = activation
    weight = layout.addWeight(name + ".weight", outputs: outputs, inputs: inputs)
    bias = hasBias ? layout.addBias(name + ".bias", outputs: outputs) : nil
    self.dropout = dropout
    isTied = false
  }

  /// A layer that goes back through `other` with the transpose of its weight, and perhaps a bias of its own.
  public init(
    _ name: String, tiedTo other: Dense, activation: Activation, hasBias: Bool = true, dropout: Double = 0,
    in layout: inout ParameterLayout
  ) {
    inputs = other.outputs
    outputs = other.inputs
    self.activation = activation
    weight = other.weight
    bias = hasBias ? layout.addBias(name + ".bias", outputs: outputs) : nil
    self.dropout = dropout
    isTied = true
  }

  public func makeState<T: Scalar>(batch: Int, order: DerivativeOrder) -> LayerState<T> {
    let state = LayerState<T>(batch: batch, order: order)
    guard order >= .gradient else { return state }
    if activation != .identity || dropout > 0 { state.derivative = state.allocate(columns: outputs) }
    if dropout > 0 {
      state.mask = state.allocate(columns: outputs)
      state.mask?.fill(with: 1)
    }
    if order >= .curvature, !activation.isPiecewiseLinear {
      state.curvature = state.allocate(columns: outputs)
      state.penaltyBar = state.allocate(columns: outputs)
    }
    return state
  }
}

// MARK: - Passes

extension Dense {
  public func drawMasks<T: Scalar>(_ state: LayerState<T>, using generator: inout SeededGenerator) {
    if let mask = state.mask { Dropout.draw(mask, probability: dropout, using: &generator) }
  }

  public func forward<T: Scalar>(
    _ x: MatrixView<T>, _ parameters: VectorView<T>, into y: MatrixView<T>, _ state: LayerState<T>
  ) {
    y.setProduct(x, parameters[weight], rightTransposed: !isTied)
    let d = state.derivative?.prefix(x.rows)
    let s = state.curvature?.prefix(x.rows)
    activation.apply(to: y, bias: bias.map { parameters.vector($0) }, first: d, second: s)
    if let mask = state.mask?.prefix(x.rows) { Dropout.apply(mask, y, d, s) }
  }

  public func pullback<T: Scalar>(
    _ yBar: MatrixView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into xBar: MatrixView<T>?, adding: Bool, _ gradient: Gradient<T>
  ) {
    // Undoes Y = f(Z) and the bias: Zb = Yb o D in place of Yb, bb = Zb' 1.
    let zBar = yBar
    let d = state.derivative?.prefix(x.rows)
    let biasBar = bias.map { gradient.view.vector($0) }
    let addsBias = bias.map { gradient.adds(to: $0) } ?? false
    if state.hasPenalty, let penaltyBar = state.penaltyBar?.prefix(x.rows) {
      // The penalty reaches z by another path: the two gradients add before they go on together.
      zBar.pullBack(through: d, sums: nil, adding: false)
      zBar.add(penaltyBar)
      zBar.pullBack(through: nil, sums: biasBar, adding: addsBias)
      state.hasPenalty = false
    } else {
      zBar.pullBack(through: d, sums: biasBar, adding: addsBias)
    }
    // Undoes Z = X W': Wb = Zb' X, Xb = Zb W.
    let beta: T = gradient.adds(to: weight) ? 1 : 0
    if isTied {
      gradient.matrix(weight).setProduct(x, transposed: true, zBar, beta: beta)
    } else {
      gradient.matrix(weight).setProduct(zBar, transposed: true, x, beta: beta)
    }
    xBar?.setProduct(zBar, parameters[weight], rightTransposed: isTied, beta: adding ? 1 : 0)
  }

  public func pushforward<T: Scalar>(
    _ xDot: MatrixView<T>, _ parametersDot: VectorView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>,
    _ state: LayerState<T>, into yDot: MatrixView<T>
  ) {
    yDot.setProduct(xDot, parameters[weight], rightTransposed: !isTied)
    yDot.setProduct(x, parametersDot[weight], rightTransposed: !isTied, beta: 1)
    if let bias { yDot.scaleColumns(by: nil, adding: parametersDot.vector(bias), into: yDot) }
    if let d = state.derivative?.prefix(x.rows) { yDot.setElementwiseProduct(yDot, d) }
  }

  public func pullbackRows<T: Scalar>(
    _ m: MatrixView<T>, samples: Int, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into mx: MatrixView<T>, adding: Bool
  ) {
    if let d = state.derivative { m.setGroupProduct(m, d.prefix(samples)) }
    mx.setProduct(m, parameters[weight], rightTransposed: isTied, beta: adding ? 1 : 0)
  }
}

// MARK: - Explicit Jacobians

extension Dense {
  /// W as it is used, outputs x inputs.
  private func usedWeight<T: Scalar>(_ parameters: [T]) -> Matrix<T> {
    let stored = Matrix(rows: weight.rows, columns: weight.columns, Array(parameters[weight.range]))
    return isTied ? stored.transposed() : stored
  }

  /// f'(W x + b), outputs numbers.
  private func slopes<T: Scalar>(at x: [T], _ parameters: [T]) -> [T] {
    let w = usedWeight(parameters)
    return (0..<outputs).map { i in
      var z = bias.map { Double(parameters[$0.offset + i]) } ?? 0
      for j in 0..<inputs { z += Double(w[i, j]) * Double(x[j]) }
      return T(activation.derivative(z))
    }
  }

  public func inputJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    let slopes = slopes(at: x, parameters)
    var jacobian = usedWeight(parameters)
    for i in 0..<outputs {
      for j in 0..<inputs { jacobian[i, j] *= slopes[i] }
    }
    return jacobian
  }

  public func parameterJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    let slopes = slopes(at: x, parameters)
    var jacobian = Matrix<T>(rows: outputs, columns: parameters.count)
    for i in 0..<outputs {
      for k in 0..<inputs {
        let place = isTied ? k * outputs + i : i * inputs + k
        jacobian[i, weight.offset + place] = slopes[i] * x[k]
      }
      if let bias { jacobian[i, bias.offset + i] = slopes[i] }
    }
    return jacobian
  }
}
