import Eigencoder
import Testing

/// Against torch in f64 and, on a grid, correctly rounded values (Fixtures/README.md).
@Suite struct DenseGoldenTests {
  private func name(_ activation: Activation) -> String {
    activation == .leakyReLU ? "leaky_relu" : activation.rawValue
  }

  @Test(arguments: Activation.allCases) func derivatives(_ activation: Activation) throws {
    let golden = try Fixture.golden("dense")
    let prefix = name(activation) + "."
    var layout = ParameterLayout()
    let layer = Dense("0", inputs: 5, outputs: 4, activation: activation, in: &layout)
    var net = Bound<Double>(layout, FeedForward([layer]))
    let weight: Matrix<Double> = try golden.matrix("weight")
    net.parameters = weight.elements + (try golden.vector("bias"))
    let x: Matrix<Double> = try golden.matrix("x")

    expectClose(net.forward(x), try golden.matrix(prefix + "y"), within: 1e-14, "y")
    expectClose(
      layer.inputJacobian(at: x.row(0), net.parameters), try golden.matrix(prefix + "jacobian_x"),
      within: 1e-14)
    expectClose(
      layer.parameterJacobian(at: x.row(0), net.parameters),
      try golden.matrix(prefix + "jacobian_parameters"),
      within: 1e-14)
    let (xBar, pBar) = net.pullback(try golden.matrix("cotangent"), at: x)
    expectClose(xBar, try golden.matrix(prefix + "pullback.x"), within: 1e-14, "pullback x")
    let weightBar: Matrix<Double> = try golden.matrix(prefix + "pullback.weight")
    expectClose(
      pBar, weightBar.elements + (try golden.vector(prefix + "pullback.bias")), within: 1e-14,
      "pullback parameters")
    let weightDot: Matrix<Double> = try golden.matrix("tangent.weight")
    expectClose(
      net.pushforward(
        try golden.matrix("tangent.x"), weightDot.elements + (try golden.vector("tangent.bias")), at: x),
      try golden.matrix(prefix + "pushforward"), within: 1e-14, "pushforward")
  }

  /// The formulas that readers see, and the kernels that networks call.
  @Test(arguments: Activation.allCases) func values(_ activation: Activation) throws {
    let golden = try Fixture.golden("dense")
    let z: [Double] = try golden.vector("grid.z")
    let prefix = "grid." + name(activation)
    let expected: [[Double]] = [
      try golden.vector(prefix + ".f"), try golden.vector(prefix + ".df"), try golden.vector(prefix + ".d2f"),
    ]
    let formulas = [activation.value, activation.derivative, activation.secondDerivative]
    var y = Matrix<Double>(rows: 1, columns: z.count, z)
    var d = Matrix<Double>(rows: 1, columns: z.count)
    var s = Matrix<Double>(rows: 1, columns: z.count)
    y.withMutableView { y in
      d.withMutableView { d in s.withMutableView { activation.apply(to: y, bias: nil, first: d, second: $0) }
      }
    }
    for (order, kernel) in [y, d, s].enumerated() {
      for i in z.indices {
        // Relative to the value; where a derivative crosses zero, to 1.
        let value = expected[order][i]
        let scale =
          order == 0 ? value.magnitude : max(value.magnitude, min(1, Double(expected[0][i].magnitude)))
        expectClose(
          [kernel.elements[i]], [value], within: 4e-15, scale: max(scale, 1e-300),
          "kernel \(order) at \(z[i])")
        expectClose(
          [formulas[order](z[i])], [value], within: 1e-13, scale: max(scale, 1e-300),
          "formula \(order) at \(z[i])")
      }
    }
  }
}
