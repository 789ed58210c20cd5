// y = f(z), z = W x + b: for a batch, samples in rows, Z = X W' + 1 b', Y = f(Z), D = f'(Z).
//   Jacobian     dy/dx = diag(f'(z)) W;  dy_i/dW_jk = [i = j] f'(z_i) x_k;  dy_i/db_j = [i = j] f'(z_i)
//   pullback     Zb = Yb o D;  Wb = Zb' X;  bb = Zb' 1;  Xb = Zb W                      (VJP)
//   pushforward  Yd = D o (Xd W' + X Wd' + 1 bd')                                       (JVP)
// They are checked by the identity <Yb, pushforward(Xd, pd)> = <pullback(Yb), (Xd, pd)>, at any size, and by the explicit
// Jacobians of one sample. Mathematics, section 3.
// Inverted dropout (Srivastava et al. 2014) is part of f: y = m o f(z), m = 0 with probability p, else 1 / (1 - p), so that
// the mean is f(z). Then y' = m o f' and y'' = m o f'', and pullback, pushforward and contraction need not know of it.
// Three products of equal size a training step (forward, Wb, Xb): 6 batch inputs outputs flops.

/// A fully connected layer with its activation: its shape and mathematics, without the numbers.
package struct Dense: Sendable {
  /// As in the model file: "encoder.0".
  package let name: String
  package let inputs: Int
  package let outputs: Int
  /// f, of every output.
  package let activation: Activation
  /// W, [outputs, inputs]; or, tied, the weight V [inputs, outputs] of another layer, used as W = V'.
  package let weight: ParameterTensor
  /// b, [outputs].
  package let bias: ParameterTensor?
  /// The probability p with which training drops an output.
  package let dropout: Double
  /// Whether W is the transpose of another layer's weight. Both gradients then sum in one tensor.
  package let isTied: Bool

  /// A layer with parameters of its own, appended to the layout as "name.weight" and "name.bias"; tied to another layer, it
  /// goes back through that with the transpose of its weight.
  package init(
    _ name: String, inputs: Int, outputs: Int, activation: Activation, tiedTo other: Dense? = nil,
    hasBias: Bool = true, dropout: Double = 0, in layout: inout ParameterLayout
  ) {
    if let other {
      precondition(
        other.outputs == inputs && other.inputs == outputs,
        "a layer of \(outputs) x \(inputs) tied to one of \(other.outputs) x \(other.inputs)")
    }
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.activation = activation
    weight = other?.weight ?? layout.add(name + ".weight", rows: outputs, columns: inputs, isBias: false)
    bias = hasBias ? layout.add(name + ".bias", rows: 1, columns: outputs, isBias: true) : nil
    self.dropout = dropout
    isTied = other != nil
  }

  /// Whether y = W x + b, in training too.
  var isLinear: Bool { activation == .identity && dropout == 0 }
}

/// How many derivatives a pass prepares.
package enum DerivativeOrder: Int, Comparable, Sendable {
  /// y alone: no dropout, nothing kept.
  case value
  /// f' is kept.
  case gradient
  /// f' and f'' are kept, for the gradient of a penalty on the Jacobian.
  case curvature

  package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What one layer's passes write besides their results, for batches of up to `batch` rows; allocated once.
package final class DenseState<T: Scalar> {
  private let memory = Arena<T>()
  /// f'(z), batch x outputs; nil means 1.
  let derivative: MatrixView<T>?
  /// f''(z), batch x outputs; nil means 0.
  let curvature: MatrixView<T>?
  /// What a penalty on f' contributes to dL/dz, batch x outputs; added by the pullback when `hasPenalty`.
  let penaltyBar: MatrixView<T>?
  var hasPenalty = false
  /// The factors 0 or 1/(1-p) of dropout, batch x outputs; ones until drawn.
  package let mask: MatrixView<T>?

  package init(_ layer: Dense, batch: Int, order: DerivativeOrder) {
    let (hasGradient, isBent) = (order >= .gradient, !layer.activation.isPiecewiseLinear)
    let memory = memory
    func matrix(if condition: Bool) -> MatrixView<T>? {
      condition ? memory.matrix(batch, layer.outputs) : nil
    }
    derivative = matrix(if: hasGradient && !layer.isLinear)
    mask = matrix(if: hasGradient && layer.dropout > 0)
    curvature = matrix(if: order >= .curvature && isBent)
    penaltyBar = matrix(if: order >= .curvature && isBent)
    mask?.fill(with: 1)
  }
}

// MARK: - Passes

extension Dense {
  /// Draws new factors of dropout for the next forward passes with this state.
  func drawMask<T: Scalar>(_ state: DenseState<T>, using generator: inout SeededGenerator) {
    state.mask?.setDropout(key: generator.next(), probability: dropout)
  }

  /// Y from X. With a state of order `.gradient` or more, also leaves there what `pullback` needs.
  package func forward<T: Scalar>(
    _ x: MatrixView<T>, _ parameters: VectorView<T>, into y: MatrixView<T>, _ state: DenseState<T>
  ) {
    y.setProduct(x, parameters[weight], rightTransposed: !isTied)
    let (d, s) = (state.derivative?.prefix(x.rows), state.curvature?.prefix(x.rows))
    activation.apply(to: y, bias: bias.map { parameters.vector($0) }, first: d, second: s)
    guard let mask = state.mask?.prefix(x.rows) else { return }
    y.setElementwiseProduct(y, mask)
    if let d { d.setElementwiseProduct(d, mask) }
    if let s { s.setElementwiseProduct(s, mask) }
  }

  /// From Yb = dL/dY, after `forward` with the same x and state: adds dL/dp to the gradient, and sets Xb = dL/dX (or adds
  /// to it, when other paths have already written there). Overwrites `yBar`. A nil `xBar` is skipped.
  package func pullback<T: Scalar>(
    _ yBar: MatrixView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>, _ state: DenseState<T>,
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
    if isTied {
      gradient.addProduct(x, transposed: true, zBar, to: weight)
    } else {
      gradient.addProduct(zBar, transposed: true, x, to: weight)
    }
    xBar?.setProduct(zBar, parameters[weight], rightTransposed: isTied, beta: adding ? 1 : 0)
  }

  /// Yd from the tangents Xd of the input and pd of the parameters, after `forward` with the same x and state.
  package func pushforward<T: Scalar>(
    _ xDot: MatrixView<T>, _ parametersDot: VectorView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>,
    _ state: DenseState<T>, into yDot: MatrixView<T>
  ) {
    yDot.setProduct(xDot, parameters[weight], rightTransposed: !isTied)
    yDot.setProduct(x, parametersDot[weight], rightTransposed: !isTied, beta: 1)
    if let bias { yDot.scaleColumns(by: nil, adding: parametersDot.vector(bias), into: yDot) }
    if let d = state.derivative?.prefix(x.rows) { yDot.setElementwiseProduct(yDot, d) }
  }
}

// MARK: - Explicit Jacobians, for readers and tests

extension Dense {
  /// W as it is used, outputs x inputs.
  private func usedWeight<T: Scalar>(_ parameters: [T]) -> Matrix<T> {
    let stored = Matrix(rows: weight.rows, columns: weight.columns, Array(parameters[weight.range]))
    return isTied ? stored.transposed() : stored
  }

  /// f'(W x + b), outputs numbers, summed in f64.
  private func slopes<T: Scalar>(at x: [T], _ parameters: [T]) -> [T] {
    let w = usedWeight(parameters)
    return (0..<outputs).map { i in
      var z = bias.map { Double(parameters[$0.offset + i]) } ?? 0
      for j in 0..<inputs { z += Double(w[i, j]) * Double(x[j]) }
      return T(activation.derivative(z))
    }
  }

  /// y at one sample, without dropout.
  package func value<T: Scalar>(at x: [T], _ parameters: [T]) -> [T] {
    let state = DenseState<T>(self, batch: 1, order: .value)
    var y = [T](repeating: 0, count: outputs)
    x.withView { x in
      parameters.withView { p in y.withMutableView { forward(x.row, p, into: $0.row, state) } }
    }
    return y
  }

  /// dy/dx at one sample, outputs x inputs: row i is the gradient of y_i.
  package func inputJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    let slopes = slopes(at: x, parameters)
    var jacobian = usedWeight(parameters)
    for i in 0..<outputs {
      for j in 0..<inputs { jacobian[i, j] *= slopes[i] }
    }
    return jacobian
  }

  /// dy/dp at one sample, outputs x parameters.count: of the weight it is the 3-tensor dy_i/dW_jk, of which only j = i is
  /// not zero.
  package func parameterJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
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
