import Eigencoder
import Testing

/// Whole objectives, through whole networks: the gradient is that of the loss plus the weighted penalties.
@Suite struct ObjectiveTests {
  struct Setting: CustomTestStringConvertible {
    let name: String
    let architecture: Architecture
    let objective: Objective
    var testDescription: String { name }
  }

  static func architecture(
    _ hidden: [Int], _ activation: Activation = .tanh, code: Activation = .identity, tied: Bool = false,
    skip: Bool = false, dropout: Double = 0
  ) -> Architecture {
    Architecture(
      inputs: 6, hidden: hidden, latent: 3, activation: activation, latentActivation: code, isTied: tied,
      hasSkip: skip,
      dropout: dropout)
  }

  static let settings: [Setting] = [
    Setting(name: "plain", architecture: architecture([5]), objective: .reconstruction),
    Setting(
      name: "contraction, tied", architecture: architecture([5, 4], .gelu, tied: true),
      objective: .contractive(0.3)),
    Setting(
      name: "contraction, tied, skip, dropout",
      architecture: architecture([5, 4], .silu, code: .tanh, tied: true, skip: true, dropout: 0.3),
      objective: .contractive(0.3)),
    Setting(
      name: "smoothness, two layers", architecture: architecture([5]),
      objective: .penalized(.smoothness(0.7, deviation: 0.3))),
    Setting(
      name: "smoothness and contraction, deep, skip, dropout",
      architecture: architecture([5, 4, 4], .softplus, code: .sigmoid, skip: true, dropout: 0.2),
      objective: .penalized(.smoothness(0.7, deviation: 0.3)) + .contractive(0.2)),
    Setting(
      name: "smoothness, one layer", architecture: architecture([], code: .sigmoid),
      objective: .penalized(.smoothness(0.7, deviation: 0.3)) + .contractive(0.2)),
    Setting(
      name: "sparsity", architecture: architecture([5], code: .tanh), objective: .penalized(.sparsity(0.1))),
    Setting(
      name: "activity", architecture: architecture([5], code: .sigmoid),
      objective: .penalized(.activity(0.2, target: 0.1))),
    Setting(
      name: "orthogonality", architecture: architecture([], .identity),
      objective: .penalized(.orthogonality(0.4))),
    Setting(
      name: "strain of cosines", architecture: architecture([5], .gelu),
      objective: .penalized(.strain(0.6))),
    Setting(
      name: "strain of products, tied", architecture: architecture([5], tied: true, skip: true),
      objective: .penalized(.strain(0.3, of: .product))),
    Setting(
      name: "neighbourhood, linear", architecture: architecture([], .identity),
      objective: .penalized(.neighbourhood(0.5, temperature: 0.2, codeTemperature: 0.3))),
    Setting(
      name: "neighbourhood and strain, deep, skip, dropout, denoising",
      architecture: architecture([5, 4], .silu, code: .tanh, skip: true, dropout: 0.2),
      objective: .denoising(.gaussian(0.1)) + .penalized(.neighbourhood(0.5, temperature: 0.1))
        + .penalized(.strain(0.2))),
    Setting(
      name: "everything", architecture: architecture([5], .elu, tied: true, skip: true),
      objective: .denoising(.gaussian(0.2)) + .denoising(.masking(0.2)) + .contractive(0.3)
        + .penalized(.smoothness(0.1, deviation: 0.2)) + .penalized(.sparsity(0.05))
        + .penalized(.orthogonality(0.1)) + .penalized(.neighbourhood(0.2))
        + .penalized(.strain(0.1, of: .product))),
  ]

  @Test(arguments: settings) func gradientIsThatOfCentralDifferences(_ setting: Setting) throws {
    let net = try Autoencoder<Double>(setting.architecture, seed: 3)
    let x = Matrix<Double>.random(7, 6, seed: 1)
    let rows = (0..<7).map { Int64($0) }
    // The same generator from the same state: the same corruption, masks and noise each time.
    func evaluate(_ p: [Double]) throws -> (Double, [Double]) {
      let step = try TrainingStep(
        net, capacity: 9, order: .gradient, objective: setting.objective, statistics: ColumnStatistics(of: x))
      var generator = SeededGenerator(seed: 11)
      let loss = x.withView { x in
        p.withView { p in
          step.load(x, rows[...], net.standardization, using: &generator)
          return step.lossAndGradient(rows: 7, p, using: &generator)
        }
      }
      return (loss + step.penalty, step.gradient.values)
    }
    let gradient = try evaluate(net.parameters).1
    let h = 1e-5
    let differences = try net.parameters.indices.map { i -> Double in
      var (up, down) = (net.parameters, net.parameters)
      up[i] += h
      down[i] -= h
      return try (evaluate(up).0 - evaluate(down).0) / (2 * h)
    }
    expectClose(
      gradient, differences, within: 1e-7, scale: 1 + gradient.reduce(0) { max($0, abs($1)) })
  }

  @Test func historyHasAColumnForEachPenalty() throws {
    let data = Matrix<Float>.random(60, 6, seed: 1)
    var net = try Autoencoder<Float>(Self.architecture([5]), seed: 1)
    let history = try Trainer(
      epochs: 3, batchSize: 16, objective: .contractive(0.1) + .penalized(.sparsity(0.01)),
      validationFraction: 0.2
    ).fit(&net, to: data)
    for epoch in history.epochs { #expect(epoch.penalties.keys.sorted() == ["contraction", "sparsity"]) }
    #expect(history.contractionRoute == "two-layer")
    #expect(history.epochs.last!.penalties["contraction"]! < history.epochs[1].penalties["contraction"]!)
  }

  @Test func unfittingObjectivesAreRefused() throws {
    var net = try Autoencoder<Float>(Self.architecture([5]), seed: 1)
    let data = Matrix<Float>.random(20, 6, seed: 1)
    func expect(_ fragment: String, _ objective: Objective) {
      expectError(EigencoderError.invalidArgument, containing: fragment) {
        try Trainer(epochs: 1, objective: objective).fit(&net, to: data)
      }
    }
    expect("weight of the contraction is not negative, got -1.0", .contractive(-1))
    expect("weight of the contraction is not negative, got nan", .contractive(.nan))
    expect("deviation above 0", .penalized(.smoothness(1, deviation: 0)))
    expect("lies between 0 and 1, got 1.5", .penalized(.activity(1, target: 1.5)))
    expect("needs a sigmoid code", .penalized(.activity(1, target: 0.1)))
    expect("weight of the strain is not negative, got -2.0", .penalized(.strain(-2)))
    expect(
      "temperature of the neighbourhood is at least 1e-6, got 0.0",
      .penalized(.neighbourhood(1, temperature: 0)))
    expect(
      "temperature of the neighbourhood is at least 1e-6, got nan",
      .penalized(.neighbourhood(1, temperature: .nan)))
    expect(
      "temperature of the neighbourhood is at least 1e-6, got -1.0",
      .penalized(.neighbourhood(1, codeTemperature: -1)))
    expect("named twice", .contractive(1) + .contractive(2))
    expect("lies in [0, 1), got 1.0", .denoising(.masking(1)))
    expect("needs 4 columns, the data have 6", .denoising(.blur(height: 2, width: 2, deviation: 1)))
    expectError(EigencoderError.invalidArgument, containing: "dropout") {
      _ = try Autoencoder<Float>(Self.architecture([5], dropout: 1))
    }
  }
}
