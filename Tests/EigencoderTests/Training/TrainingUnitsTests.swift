import Eigencoder
import Testing

/// One learning rate for data of any units.
@Suite struct TrainingUnitsTests {
  /// Without the constant columns, whose weights Adam moves by the sign of rounding.
  private func scaled(_ factor: Double) throws -> Matrix<Double> {
    let digits = try Fixture.digits(Double.self).rows(0..<300)
    let varied = (0..<64).filter { j in Set((0..<300).map { digits[$0, j] }).count > 8 }
    var x = digits.transposed().selecting(rows: varied).transposed()
    x.withMutableView { $0.scale(by: factor) }
    return x
  }

  private static let objectives: [Objective] = [
    .reconstruction, .denoising(.relativeGaussian(0.3)), .denoising(.masking(0.2)),
    .denoising(.gaussian(0.1)) + .contractive(1e-3) + .penalized(.sparsity(1e-3)),
  ]

  /// Data times a power of two: the same network in the other units, to rounding. The components of PCA differ in their
  /// last bits, which Adam's division by small gradients makes larger.
  @Test(arguments: [-40.0, -3, 5, 60], [false, true]) func unitsOfTheDataDoNotMatter(
    _ exponent: Double, startsAsPCA: Bool
  ) throws {
    for objective in Self.objectives {
      func trained(_ factor: Double) throws -> (Autoencoder<Double>, History, Matrix<Double>) {
        let x = try scaled(factor)
        let rule = startsAsPCA ? Initializer.pca(try PCA(latent: 4).fitted(to: x)) : .automatic
        var net = try Autoencoder<Double>(
          Architecture(inputs: x.columns, hidden: [24], latent: 4, hasSkip: startsAsPCA), initializer: rule,
          seed: 1)
        let history = try Trainer(
          epochs: 15, batchSize: 32, objective: objective, validationFraction: 0.2, seed: 2
        ).fit(&net, to: x)
        return (net, history, x)
      }
      let unit = Double(sign: .plus, exponent: Int(exponent), significand: 1)
      let (net, history, x) = try trained(1)
      let (other, otherHistory, y) = try trained(unit)
      #expect(history.bestEpoch == otherHistory.bestEpoch)
      #expect(history.bestEpoch > 0 || objective.corruption != nil)
      let rounding = startsAsPCA ? 1e-5 : 1e-9
      expectClose(other.encode(y).elements.map { $0 / unit }, net.encode(x).elements, within: rounding)
      expectClose(
        other.reconstruct(y).elements.map { $0 / unit }, net.reconstruct(x).elements, within: rounding)
      expectClose(
        otherHistory.epochs.map { $0.validation! / (unit * unit) }, history.epochs.map { $0.validation! },
        within: rounding)
      expectClose(
        otherHistory.epochs.map { $0.train / (unit * unit) }, history.epochs.map { $0.train },
        within: rounding)
    }
  }

  /// A term of cosines has no units: its weight is in those of the squared error.
  @Test func weightsOfCosinesAreInSquaredUnits() throws {
    func trained(_ factor: Double) throws -> Matrix<Double> {
      let x = try scaled(factor)
      let pca = try PCA(latent: 4).fitted(to: x)
      var net = try Autoencoder<Double>(
        Architecture(inputs: x.columns, hidden: [], latent: 4), initializer: .pca(pca, keepsMean: true))
      try Trainer(
        epochs: 10, batchSize: 100,
        objective: .penalized(.neighbourhood(0.1 * factor * factor, unit: .data))
          + .penalized(.strain(factor * factor, unit: .data))
      ).fit(&net, to: x)
      let codes = net.encode(x)
      return Matrix(rows: codes.rows, columns: 4, codes.elements.map { $0 / factor })
    }
    expectClose(try trained(0x1p20), try trained(1), within: 1e-5)
  }

  /// Entering and leaving rounds nothing.
  @Test func noEpochsNoChange() throws {
    let x = try scaled(0.013)
    let pca = try PCA(latent: 4).fitted(to: x)
    for skip in [false, true] {
      let start = try Autoencoder<Double>(
        Architecture(inputs: x.columns, hidden: [24], latent: 4, hasSkip: skip), initializer: .pca(pca))
      var net = start
      try Trainer(epochs: 0).fit(&net, to: x)
      #expect(net.parameters == start.parameters)
      #expect(net.standardization == start.standardization)
    }
  }

  /// The penalties keep their meaning: the history's epoch 0 is the objective in the units of the data.
  @Test func penaltiesAreInTheUnitsOfTheData() throws {
    let x = try scaled(0.01)
    let pca = try PCA(latent: 4).fitted(to: x)
    let objective = Objective(penalties: [
      .contraction(1e-6, unit: .data), .sparsity(1e-5, unit: .data),
      .hessian(1e-6, deviation: 1e-3, unit: .data), .neighbourhood(1e-4, temperature: 0.1, unit: .data),
      .strain(1e3, of: .product, unit: .data),
    ])
    var histories: [History] = []
    for scaling in [Trainer.Scaling.none, .common] {
      var net = try Autoencoder<Double>(
        Architecture(inputs: x.columns, hidden: [24], latent: 4, hasSkip: true), initializer: .pca(pca))
      histories.append(
        try Trainer(epochs: 0, objective: objective, validationFraction: 0.2, scaling: scaling).fit(
          &net, to: x))
    }
    let (plain, common) = (histories[0].epochs[0], histories[1].epochs[0])
    let (plainValidation, validation) = (try #require(plain.validation), try #require(common.validation))
    expectClose(common.train, plain.train, within: 1e-12)
    expectClose(validation, plainValidation, within: 1e-9)
    expectClose(try #require(common.penalties["contraction"]), 4, within: 1e-12)
    for name in ["sparsity", "neighbourhood", "strain"] {
      let value = try #require(plain.penalties[name])
      #expect(value > 0)
      expectClose(try #require(common.penalties[name]), value, within: 1e-12, name)
    }
  }

  /// What does no better than PCA on rows held out stays PCA: on normal data nothing can.
  @Test func staysPCAWhereNothingIsBetter() throws {
    var x = Matrix<Double>.random(300, 12, seed: 5)
    for i in 0..<300 {
      for j in 0..<12 { x[i, j] /= Double(j + 1) }
    }
    let (train, test) = try x.split(holdOut: 0.3, seed: 1)
    let pca = try PCA(latent: 3).fitted(to: train)
    let shape = Architecture.suggested(inputs: 12, latent: 3, rows: train.rows)
    var net = try Autoencoder<Double>(shape, initializer: .pca(pca), seed: 1)
    try Trainer.suggested(for: shape, rows: train.rows, seed: 1).fit(&net, to: train)
    let mean = train.columnMeans
    let ours = try ReconstructionMetrics(of: net, on: test, trainingMean: mean).ssePerSample
    let theirs = try ReconstructionMetrics(of: pca, on: test, trainingMean: mean).ssePerSample
    #expect(ours < 1.02 * theirs)
  }
}
