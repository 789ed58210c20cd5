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
    let layers = net.encoder.layers + net.decoder.layers
    var point = [Double].random(6, seed: 7)
    let whole = FeedForward(layers)
    let expected = whole.inputJacobian(at: point, net.parameters)
    var product = Matrix<Double>.identity(6)
    for layer in layers {
      product = layer.inputJacobian(at: point, net.parameters) * product
      point = layer.value(at: point, net.parameters)
    }
    expectClose(product, expected, within: 1e-14)
  }

  /// Where a value has several outgoing paths its gradient is the sum over them.
  @Test func gradientsOfSeveralPathsAdd() throws {
    let (layout, layer) = Sample.skip.make(.gelu)
    let net = Bound<Double>(layout, layer)
    let x = Matrix<Double>.random(4, 5, seed: 8)
    let yBar = Matrix<Double>.random(4, 4, seed: 9)
    let skip = try #require(layer.skip)
    var total = Matrix<Double>(rows: 4, columns: 5)
    for path in [FeedForward(layer.layers), FeedForward([skip])] {
      var alone = Bound<Double>(layout, path)
      alone.parameters = net.parameters
      let part = alone.pullback(yBar, at: x).input
      total = Matrix(rows: 4, columns: 5, zip(total.elements, part.elements).map { $0 + $1 })
    }
    expectClose(net.pullback(yBar, at: x).input, total, within: 1e-14)
  }

  /// One pass over the layers: each is pulled back once, whatever the depth, so that the number of products is linear in
  /// the depth (two for each pullback). Were a layer pulled back once for each path, its tensors would be written more often.
  @Test(arguments: [1, 2, 5, 20, 60]) func costIsLinearInDepth(_ depth: Int) {
    var layout = ParameterLayout()
    let layers = (0..<depth).map {
      Dense("\($0)", inputs: 3, outputs: 3, activation: .tanh, in: &layout)
    }
    // Behind a node of two paths: still once each.
    let skip = Dense("skip", inputs: 3, outputs: 3, activation: .identity, hasBias: false, in: &layout)
    let net = Bound<Double>(layout, FeedForward(layers, skip: skip))
    let state = FeedForwardState<Double>(net.layer, batch: 2, order: .gradient)
    let gradient = Gradient<Double>(layout)
    var yBar = Matrix<Double>.random(2, 3, seed: 1)
    var (y, xBar) = (Matrix<Double>(rows: 2, columns: 3), Matrix<Double>(rows: 2, columns: 3))
    Matrix<Double>.random(2, 3, seed: 2).withView { x in
      net.parameters.withView { p in
        y.withMutableView { net.layer.forward(x, p, into: $0, state) }
        gradient.begin()
        yBar.withMutableView { bar in
          xBar.withMutableView { net.layer.pullback(bar, x, p, state, into: $0, gradient) }
        }
      }
    }
    #expect(gradient.contributions.count == 2 * depth + 1)
    #expect(gradient.contributions.allSatisfy { $0 == 1 })
  }
}
