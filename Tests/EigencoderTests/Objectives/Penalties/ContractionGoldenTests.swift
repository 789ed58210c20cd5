import Eigencoder
import Foundation
import Testing

/// Penalty and gradient against torch (jacrev in f64), for 32 encoders and two tied networks (Fixtures/README.md).
@Suite struct ContractionGoldenTests {
  private struct Case: Decodable {
    let depth: Int
    let activations: [String]
    let skip: Bool
    let dropout: Bool
    let tied: Bool
  }

  private static func cases(_ golden: SafeTensors) throws -> [String: Case] {
    let text = try #require(golden.metadata["cases"])
    return try JSONDecoder().decode([String: Case].self, from: Data(text.utf8))
  }

  private func activation(_ name: String) throws -> Activation {
    try #require(Activation(rawValue: name.replacingOccurrences(of: "_", with: "-")))
  }

  private func values(_ golden: SafeTensors, _ prefix: String, _ layout: ParameterLayout) throws -> [Double] {
    try layout.tensors.flatMap { tensor -> [Double] in
      if tensor.isBias { return try golden.vector(prefix + tensor.name, count: tensor.columns) }
      let matrix: Matrix<Double> = try golden.matrix(
        prefix + tensor.name, rows: tensor.rows, columns: tensor.columns)
      return matrix.elements
    }
  }

  @Test func encoders() throws {
    let golden = try Fixture.golden("contraction")
    let x: Matrix<Double> = try golden.matrix("x")
    var count = 0
    for (name, c) in try Self.cases(golden) where !c.tied {
      count += 1
      var layout = ParameterLayout()
      let widths = [6] + [5, 4, 4].prefix(c.depth - 1) + [3]
      let layers = try (0..<c.depth).map {
        Dense(
          "encoder.\($0)", inputs: widths[$0], outputs: widths[$0 + 1],
          activation: try activation(c.activations[$0]),
          dropout: c.dropout && $0 < c.depth - 1 ? 0.25 : 0, in: &layout)
      }
      let skip =
        c.skip
        ? Dense("skip", inputs: 6, outputs: 3, activation: .identity, hasBias: false, in: &layout) : nil
      let encoder = FeedForward(layers, skip: skip)
      let p = try values(golden, name + ".", layout)
      let probe = PenaltyProbe(layout, encoder, x)
      if c.dropout {
        for layer in 0..<c.depth - 1 {
          probe.setMask(try golden.matrix("\(name).mask.\(layer)"), ofLayer: layer)
        }
      }
      for route: ContractionRoute in [.automatic, .gram, .direct] {
        let (penalty, gradient) = try probe.gradient(p, route)
        expectClose(
          penalty, try golden.number(name + ".penalty"), within: 1e-12, "\(name) \(route.name) penalty")
        expectClose(
          gradient, try values(golden, name + ".grad.", layout), within: 1e-12,
          "\(name) \(route.name) gradient")
      }
    }
    #expect(count == 32)
  }

  /// Reconstruction and penalty together, through weights that encoder and decoder share.
  @Test(arguments: ["tied.tanh", "tied.silu"]) func tiedNetworks(_ name: String) throws {
    let golden = try Fixture.golden("contraction")
    let x: Matrix<Double> = try golden.matrix("x")
    let c = try #require(try Self.cases(golden)[name])
    let hidden = try activation(c.activations[0])
    var net = try Autoencoder<Double>(
      Architecture(
        inputs: 6, hidden: [5], latent: 3, activation: hidden,
        latentActivation: try activation(c.activations[1]),
        isTied: true))
    net.parameters = try values(golden, name + ".", net.layout)
    expectClose(net.reconstruct(x), try golden.matrix(name + ".output"), within: 1e-13)
    let step = try TrainingStep(net, capacity: 4, order: .gradient, objective: .contractive(0.1))
    var generator = SeededGenerator(seed: 0)
    step.load(x)
    let loss = net.parameters.withView { step.lossAndGradient(rows: 4, $0, using: &generator) }
    expectClose(loss, try golden.number(name + ".reconstruction"), within: 1e-13)
    expectClose(step.penaltyValues[0], try golden.number(name + ".penalty"), within: 1e-13)
    expectClose(loss + step.penalty, try golden.number(name + ".loss"), within: 1e-13)
    expectClose(step.gradient.values, try values(golden, name + ".grad.", net.layout), within: 1e-12)
  }
}
