import Eigencoder
import Testing

/// Every layer and every way of joining layers, with every activation: the explicit Jacobian, the pullback, the
/// pushforward and the forward pass say the same.
@Suite struct LayerDerivativeTests {
  static let cases = Sample.allCases.flatMap { sample in Activation.allCases.map { (sample, $0) } }

  private func bound<T: Scalar>(_ sample: Sample, _ activation: Activation, _: T.Type) -> Bound<T> {
    let (layout, layer) = sample.make(activation)
    return Bound(layout, layer)
  }

  @Test(arguments: cases) func centralDifferences(_ sample: Sample, _ activation: Activation) {
    let net = bound(sample, activation, Double.self)
    let x = Matrix<Double>.random(3, net.layer.inputs, seed: 2)
    // One direction for each input and each parameter, so that no entry of a Jacobian goes unchecked.
    let n = net.layer.inputs
    for direction in 0..<n + net.parameters.count {
      var xDot = Matrix<Double>(rows: 3, columns: n)
      var pDot = [Double](repeating: 0, count: net.parameters.count)
      if direction < n {
        for i in 0..<3 { xDot[i, direction] = 1 }
      } else {
        pDot[direction - n] = 1
      }
      // Error of the differences: h^2 f''' / 6 plus rounding eps / h, both near 1e-10 at this step.
      expectClose(
        net.pushforward(xDot, pDot, at: x), net.difference(xDot, pDot, at: x, step: 1e-5), within: 1e-7,
        scale: 1,
        "direction \(direction)")
    }
  }

  @Test(arguments: cases) func explicitJacobian(_ sample: Sample, _ activation: Activation) {
    let net = bound(sample, activation, Double.self)
    let x = [Double].random(net.layer.inputs, seed: 3)
    let dx = net.layer.inputJacobian(at: x, net.parameters)
    let dp = net.layer.parameterJacobian(at: x, net.parameters)
    #expect(dx.rows == net.layer.outputs && dx.columns == net.layer.inputs)
    #expect(dp.rows == net.layer.outputs && dp.columns == net.parameters.count)
    for i in 0..<net.layer.outputs {
      var yBar = Matrix<Double>(rows: 1, columns: net.layer.outputs)
      yBar[0, i] = 1
      let (xBar, pBar) = net.pullback(yBar, at: Matrix(rows: 1, columns: x.count, x))
      expectClose(xBar.elements, dx.row(i), within: 1e-13, scale: 1 + dx.largest, "dy\(i)/dx")
      expectClose(pBar, dp.row(i), within: 1e-13, scale: 1 + dp.largest, "dy\(i)/dp")
    }
  }

  /// <yb, J(xd, pd)> = <J'(yb), (xd, pd)>
  @Test(arguments: cases) func adjointIdentity(_ sample: Sample, _ activation: Activation) {
    func check<T: Scalar>(_ type: T.Type, _ tolerance: Double) {
      let net = bound(sample, activation, type)
      let x = Matrix<T>.random(17, net.layer.inputs, seed: 4)
      let xDot = Matrix<T>.random(17, net.layer.inputs, seed: 5)
      let pDot = [T].random(net.parameters.count, seed: 6)
      let yBar = Matrix<T>.random(17, net.layer.outputs, seed: 7)
      let yDot = net.pushforward(xDot, pDot, at: x)
      let (xBar, pBar) = net.pullback(yBar, at: x)
      let left = inner(yBar.elements, yDot.elements)
      let right = inner(xBar.elements, xDot.elements) + inner(pBar, pDot)
      let scale = (inner(yBar.elements, yBar.elements) * inner(yDot.elements, yDot.elements)).squareRoot()
      #expect(abs(left - right) <= tolerance * scale, "\(left) and \(right)")
    }
    check(Double.self, 1e-12)
    check(Float.self, 1e-5)
  }

  /// Pulling a unit vector back for every sample at once gives that row of all their Jacobians.
  @Test(arguments: Sample.allCases) func pullbackOfUnitVectorsIsTheJacobian(_ sample: Sample) {
    let net = bound(sample, .gelu, Double.self)
    let (n, k, samples) = (net.layer.inputs, net.layer.outputs, 6)
    let x = Matrix<Double>.random(samples, n, seed: 8)
    for i in 0..<k {
      var units = Matrix<Double>(rows: samples, columns: k)
      for b in 0..<samples { units[b, i] = 1 }
      let rows = net.pullback(units, at: x).input
      for b in 0..<samples {
        expectClose(
          rows.row(b), net.layer.inputJacobian(at: x.row(b), net.parameters).row(i), within: 1e-13)
      }
    }
  }

  /// A state serves many batches, smaller ones too, and leaves nothing behind from the last.
  @Test(arguments: Sample.allCases) func stateIsReusable(_ sample: Sample) {
    let net = bound(sample, .silu, Double.self)
    let state = FeedForwardState<Double>(net.layer, batch: 9, order: .gradient)
    let gradient = Gradient<Double>(net.layout)
    for (rows, seed) in [(9, 1), (4, 2), (9, 3), (1, 4)] as [(Int, UInt64)] {
      let x = Matrix<Double>.random(rows, net.layer.inputs, seed: seed)
      let yBar = Matrix<Double>.random(rows, net.layer.outputs, seed: seed + 10)
      var bar = yBar
      var y = Matrix<Double>(rows: rows, columns: net.layer.outputs)
      var xBar = Matrix<Double>(rows: rows, columns: net.layer.inputs)
      x.withView { x in
        net.parameters.withView { p in
          y.withMutableView { net.layer.forward(x, p, into: $0, state) }
          gradient.begin()
          bar.withMutableView { bar in
            xBar.withMutableView { net.layer.pullback(bar, x, p, state, into: $0, gradient) }
          }
        }
      }
      let fresh = net.pullback(yBar, at: x)
      expectClose(xBar, fresh.input, within: 1e-14)
      expectClose(gradient.values, fresh.parameters, within: 1e-14)
      expectClose(y, net.forward(x), within: 1e-14)
    }
  }
}

extension Matrix {
  var largest: Double { elements.reduce(0) { max($0, Double($1.magnitude)) } }
}
