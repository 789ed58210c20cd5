import Eigencoder
import Testing

/// Loss, gradients and optimizer steps against torch in f64 (Fixtures/README.md).
@Suite struct AutoencoderGoldenTests {
  private func network(_ name: String, _ golden: SafeTensors) throws -> Autoencoder<Double> {
    var net = try Autoencoder<Double>(
      inputs: 6, hidden: [5], latent: 2, activation: try #require(Activation(rawValue: name)))
    net.parameters = try parameters(name + ".", golden, net.layout)
    return net
  }

  private func parameters(_ prefix: String, _ golden: SafeTensors, _ layout: ParameterLayout) throws
    -> [Double]
  {
    try layout.tensors.flatMap { tensor -> [Double] in
      if tensor.isBias { return try golden.vector(prefix + tensor.name, count: tensor.columns) }
      let matrix: Matrix<Double> = try golden.matrix(
        prefix + tensor.name, rows: tensor.rows, columns: tensor.columns)
      return matrix.elements
    }
  }

  @Test(arguments: ["gelu", "tanh"]) func lossAndGradient(_ name: String) throws {
    let golden = try Fixture.golden("autoencoder")
    let net = try network(name, golden)
    let x: Matrix<Double> = try golden.matrix("x")
    expectClose(net.encode(x), try golden.matrix(name + ".code"), within: 1e-14, "code")
    expectClose(net.reconstruct(x), try golden.matrix(name + ".output"), within: 1e-14, "output")
    let step = try TrainingStep(net, capacity: 7, order: .gradient)
    var generator = SeededGenerator(seed: 0)
    step.load(x)
    let loss = net.parameters.withView { step.lossAndGradient(rows: 7, $0, using: &generator) }
    expectClose(loss, try golden.number(name + ".loss"), within: 1e-14, "loss")
    expectClose(
      step.gradient.values, try parameters(name + ".grad.", golden, net.layout), within: 1e-14, "gradient")
  }

  static let rules: [(String, Int, Optimizer)] = [
    ("adam", 1, .adam(learningRate: 0.01)), ("adam", 2, .adam(learningRate: 0.01)),
    ("adam", 3, .adam(learningRate: 0.01)), ("adamw", 3, .adamW(learningRate: 0.01, weightDecay: 0.01)),
    ("momentum", 3, .sgd(learningRate: 0.1, momentum: 0.9)),
    ("nesterov", 3, .sgd(learningRate: 0.1, momentum: 0.9, nesterov: true)),
  ]

  @Test(arguments: ["gelu", "tanh"], rules) func steps(_ name: String, _ rule: (String, Int, Optimizer))
    throws
  {
    let golden = try Fixture.golden("autoencoder")
    let net = try network(name, golden)
    let x: Matrix<Double> = try golden.matrix("x")
    let step = try TrainingStep(net, capacity: 7, order: .gradient)
    var generator = SeededGenerator(seed: 0)
    step.load(x)
    let optimizer = OptimizerState<Double>(rule.2, net.layout)
    var p = net.parameters
    for _ in 0..<rule.1 {
      p.withMutableView { p in
        _ = step.lossAndGradient(rows: 7, p, using: &generator)
        optimizer.step(p, step.gradient, factor: 1)
      }
    }
    expectClose(
      p, try parameters("\(name).\(rule.0).\(rule.1).", golden, net.layout), within: 1e-13, "parameters")
  }
}
