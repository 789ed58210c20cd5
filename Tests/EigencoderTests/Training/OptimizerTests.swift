import Eigencoder
import Testing

@Suite struct OptimizerTests {
  @Test func namesAndDefaults() throws {
    #expect(Optimizer.names == ["adam", "adamw", "sgd", "nesterov"])
    func named(_ name: String, _ rate: Double? = nil, _ decay: Double? = nil) throws -> Optimizer {
      try .named(name, learningRate: rate, suggested: 0.003, decay: decay)
    }
    #expect(try named("adam") == .adam(learningRate: 0.003))
    #expect(try named("adam", 0.1, 0.2) == .adam(learningRate: 0.1, l2: 0.2))
    #expect(try named("adamw") == .adamW(learningRate: 0.003, weightDecay: 0.01))
    #expect(try named("adamw", 0.1, 0.2) == .adamW(learningRate: 0.1, weightDecay: 0.2))
    #expect(try named("sgd") == .sgd(learningRate: 0.05))
    #expect(try named("nesterov", 0.1, 0.2) == .sgd(learningRate: 0.1, nesterov: true, l2: 0.2))
    for name in Optimizer.names { #expect(try named(name).name == name) }
    #expect(try named("adamw").decay == 0.01 && named("sgd").decay == 0)
    #expect(Optimizer.adam() != .adamW(weightDecay: 0))
    expectError(
      EigencoderError.invalidArgument,
      containing: "--optimizer is one of adam, adamw, sgd, nesterov; got 'newton'"
    ) { _ = try named("newton") }
  }

  /// Larger batches, networks, numbers and penalties take more.
  @Test func memoryEstimateGrows() {
    let small = Architecture(inputs: 100, hidden: [50], latent: 10)
    let large = Architecture(inputs: 100, hidden: [500], latent: 10)
    let plain = Trainer(batchSize: 64)
    let base = plain.memoryEstimate(for: small, rows: 1000, bytesPerNumber: 4)
    // Seven copies of the parameters at least.
    #expect(base > 4 * 7 * 2 * 5500)
    #expect(plain.memoryEstimate(for: small, rows: 1000, bytesPerNumber: 8) == 2 * base)
    #expect(plain.memoryEstimate(for: large, rows: 1000, bytesPerNumber: 4) > base)
    #expect(Trainer(batchSize: 500).memoryEstimate(for: small, rows: 1000, bytesPerNumber: 4) > base)
    func with(_ penalty: Penalty) -> Double {
      Trainer(batchSize: 64, objective: .penalized(penalty))
        .memoryEstimate(for: small, rows: 1000, bytesPerNumber: 4)
    }
    #expect(with(.contraction(1)) == base)
    for penalty in [
      Penalty.hessian(1, deviation: 1), .strain(1), .neighbourhood(1), .orthogonality(1),
      .contraction(1, route: .probes(100)),
    ] { #expect(with(penalty) > base) }
  }
}
