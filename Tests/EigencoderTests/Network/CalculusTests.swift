import Eigencoder
import Testing

/// The matrix calculus the library is built from, each formula as written in Mathematics beside the code that
/// computes it.
@Suite struct CalculusTests {
  /// L(v) = |v - v0|^2 / n has the gradient 2 (v - v0) / n.
  @Test func gradientOfTheMeanSquaredError() {
    let v = Matrix<Double>.random(3, 4, seed: 1)
    let v0 = Matrix<Double>.random(3, 4, seed: 2)
    var gradient = Matrix<Double>(rows: 3, columns: 4)
    let n = Double(v.elements.count)
    let loss = v.withView { v in
      v0.withView { v0 in gradient.withMutableView { MeanSquaredError.gradient(v, target: v0, into: $0) } }
    }
    let differences = zip(v.elements, v0.elements).map { $0 - $1 }
    expectClose(loss, differences.reduce(0) { $0 + $1 * $1 } / n, within: 1e-15)
    expectClose(gradient.elements, differences.map { 2 * $0 / n }, within: 1e-15)
  }

  /// Row i of a Jacobian is the gradient of output i: what a pullback of the i-th unit vector gives.
  @Test func rowsOfTheJacobianAreGradients() {
    let (layout, layer) = Sample.chain.make(.tanh)
    let net = Bound<Double>(layout, layer)
    let x = [Double].random(5, seed: 3)
    let jacobian = layer.inputJacobian(at: x, net.parameters)
    for i in 0..<layer.outputs {
      var unit = Matrix<Double>(rows: 1, columns: layer.outputs)
      unit[0, i] = 1
      expectClose(
        net.pullback(unit, at: Matrix(rows: 1, columns: 5, x)).input.elements, jacobian.row(i), within: 1e-14)
    }
  }

  /// d ReLU(v) / dv = diag(H(v)), H the Heaviside step with H(0) = 0.
  @Test func jacobianOfReLU() {
    var layout = ParameterLayout()
    let layer = Dense("relu", inputs: 4, outputs: 4, activation: .relu, hasBias: false, in: &layout)
    let v = [-1.5, 0, 2, 1e-300]
    let jacobian = layer.inputJacobian(at: v, Matrix<Double>.identity(4).elements)
    for i in 0..<4 {
      for j in 0..<4 { #expect(jacobian[i, j] == (i == j && v[i] > 0 ? 1 : 0)) }
    }
  }

  /// For f = W x both derivatives: df/dx = W, and the 3-tensor df/dW, whose slice i (the derivative of f_i) has
  /// x' in row i and zeros elsewhere.
  @Test func bothJacobiansOfALinearMap() {
    var layout = ParameterLayout()
    let layer = Dense("linear", inputs: 3, outputs: 2, activation: .identity, hasBias: false, in: &layout)
    let w = Matrix<Double>.random(2, 3, seed: 4)
    let x = [Double].random(3, seed: 5)
    #expect(layer.inputJacobian(at: x, w.elements) == w)
    let tensor = layer.parameterJacobian(at: x, w.elements)
    for i in 0..<2 {
      let slice = Matrix(rows: 2, columns: 3, tensor.row(i))
      for row in 0..<2 { #expect(slice.row(row) == (row == i ? x : [0, 0, 0])) }
    }
  }

  /// The Jacobian of f3(f2(f1(x))) is J3 J2 J1, in that order, each at its own point.
  @Test func chainRuleIsAProductInOrder() throws {
    let net = try Autoencoder<Double>(inputs: 6, hidden: [5, 4], latent: 2, activation: .silu, seed: 6)
    let layers = try #require(net.encoder as? Chain).layers + #require(net.decoder as? Chain).layers
    var point = [Double].random(6, seed: 7)
    let whole = Chain([net.encoder, net.decoder])
    let expected = whole.inputJacobian(at: point, net.parameters)
    var product = Matrix<Double>.identity(6)
    for layer in layers {
      product = layer.inputJacobian(at: point, net.parameters) * product
      point = layer.value(at: point, net.parameters)
    }
    expectClose(product, expected, within: 1e-14)
  }

  /// Where a value has several outgoing paths its gradient is the sum over them.
  @Test func gradientsOfSeveralPathsAdd() {
    let (layout, layer) = Sample.skip.make(.gelu)
    let net = Bound<Double>(layout, layer)
    let x = Matrix<Double>.random(4, 5, seed: 8)
    let yBar = Matrix<Double>.random(4, 4, seed: 9)
    let branches = (layer as! Sum).branches
    var total = Matrix<Double>(rows: 4, columns: 5)
    for branch in branches {
      var alone = Bound<Double>(layout, branch)
      alone.parameters = net.parameters
      let part = alone.pullback(yBar, at: x).input
      total = Matrix(rows: 4, columns: 5, zip(total.elements, part.elements).map { $0 + $1 })
    }
    expectClose(net.pullback(yBar, at: x).input, total, within: 1e-14)
  }

  /// One pass over the layers: each is called once forward and once back, whatever the depth, so that the number
  /// of products is linear in the depth (two for each pullback, one for each forward pass).
  @Test(arguments: [1, 2, 5, 20, 60]) func costIsLinearInDepth(_ depth: Int) {
    let counter = Counter()
    var layout = ParameterLayout()
    let layers = (0..<depth).map {
      Counted(
        base: Dense("\($0)", inputs: 3, outputs: 3, activation: .tanh, in: &layout), counter: counter)
    }
    // Half of the layers behind a node of two paths: still one call each.
    let net = Bound<Double>(
      layout, Sum([Chain(layers), Dense("skip", inputs: 3, outputs: 3, activation: .identity, in: &layout)]))
    _ = Bound<Double>(layout, net.layer).pullback(.random(2, 3, seed: 1), at: .random(2, 3, seed: 2))
    #expect(counter.forwards == depth)
    #expect(counter.pullbacks == depth)
  }
}

private final class Counter: @unchecked Sendable {
  var forwards = 0
  var pullbacks = 0
}

/// A dense layer that counts its passes.
private struct Counted: Layer {
  let base: Dense
  let counter: Counter
  var inputs: Int { base.inputs }
  var outputs: Int { base.outputs }

  func makeState<T: Scalar>(batch: Int, order: DerivativeOrder) -> LayerState<T> {
    base.makeState(batch: batch, order: order)
  }
  func forward<T: Scalar>(
    _ x: MatrixView<T>, _ parameters: VectorView<T>, into y: MatrixView<T>, _ state: LayerState<T>
  ) {
    counter.forwards += 1
    base.forward(x, parameters, into: y, state)
  }
  func pullback<T: Scalar>(
    _ yBar: MatrixView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into xBar: MatrixView<T>?, adding: Bool, _ gradient: Gradient<T>
  ) {
    counter.pullbacks += 1
    base.pullback(yBar, x, parameters, state, into: xBar, adding: adding, gradient)
  }
  func pushforward<T: Scalar>(
    _ xDot: MatrixView<T>, _ parametersDot: VectorView<T>, _ x: MatrixView<T>, _ parameters: VectorView<T>,
    _ state: LayerState<T>, into yDot: MatrixView<T>
  ) { base.pushforward(xDot, parametersDot, x, parameters, state, into: yDot) }
  func pullbackRows<T: Scalar>(
    _ m: MatrixView<T>, samples: Int, _ parameters: VectorView<T>, _ state: LayerState<T>,
    into mx: MatrixView<T>, adding: Bool
  ) { base.pullbackRows(m, samples: samples, parameters, state, into: mx, adding: adding) }
  func inputJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    base.inputJacobian(at: x, parameters)
  }
  func parameterJacobian<T: Scalar>(at x: [T], _ parameters: [T]) -> Matrix<T> {
    base.parameterJacobian(at: x, parameters)
  }
}
