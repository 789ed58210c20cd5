import Eigencoder
import Testing

/// Relative strengths ask for the same thing of data in any units.
@Suite struct StrengthUnitTests {
  private static let relative: [Penalty] = [
    .contraction(0.02), .hessian(0.03, deviation: 0.1), .sparsity(0.05), .orthogonality(0.07),
    .strain(0.11), .strain(0.13, of: .product), .neighbourhood(0.17, temperature: 0.1),
  ]

  /// The same in the units of data of deviation s.
  private static func inUnits(_ s: Double) -> [Penalty] {
    [
      .contraction(0.02 * s * s, unit: .data), .hessian(0.03 * s * s, deviation: 0.1 * s, unit: .data),
      .sparsity(0.05 * s, unit: .data), .orthogonality(0.07 * s * s, unit: .data),
      .strain(0.11 * s * s, unit: .data), .strain(0.13 / (s * s), of: .product, unit: .data),
      .neighbourhood(0.17 * s * s, temperature: 0.1, unit: .data),
    ]
  }

  /// Rows whose columns have the mean variance 1.
  private func unitRows<T: Scalar>(_ type: T.Type) -> Matrix<T> {
    var x = Matrix<T>.random(64, 6, seed: 3)
    let deviations = ColumnStatistics(of: x).deviation
    let variance = deviations.reduce(0.0) { $0 + Double($1) * Double($1) } / 6
    x.withMutableView { $0.scale(by: T(1 / variance.squareRoot())) }
    return x
  }

  /// The objective of the first epoch, before any step.
  private func start<T: Scalar>(
    _ penalty: Penalty, _ x: Matrix<T>, _ scaling: Trainer.Scaling = .common
  ) throws -> Double {
    var net = try Autoencoder<T>(
      Architecture(inputs: 6, hidden: [], latent: 2), initializer: .pca(PCA(latent: 2).fitted(to: x)))
    let trainer = Trainer(epochs: 0, objective: .penalized(penalty), scaling: scaling)
    return try #require(try trainer.fit(&net, to: x, validation: x).epochs[0].validation)
  }

  @Test(arguments: relative.indices) func relativeIsTheSameInAnyUnits(_ index: Int) throws {
    try relativeIsTheSameInAnyUnits(index, Float.self, within: 1e-4)
    try relativeIsTheSameInAnyUnits(index, Double.self, within: 1e-9)
  }

  private func relativeIsTheSameInAnyUnits<T: Scalar>(
    _ index: Int, _ type: T.Type, within tolerance: Double
  ) throws {
    let x = unitRows(T.self)
    let penalty = Self.relative[index]
    let one = try start(penalty, x)
    expectClose(try start(Self.inUnits(1)[index], x), one, within: tolerance, penalty.name)
    for s in [0.001, 300.0] {
      var y = x
      y.withMutableView { $0.scale(by: T(s)) }
      for scaling in [Trainer.Scaling.common, .none] {
        let relative = try start(penalty, y, scaling)
        let inUnits = try start(Self.inUnits(s)[index], y, scaling)
        expectClose(inUnits, relative, within: tolerance, "\(penalty.name) \(s)")
        expectClose(relative / (s * s), one, within: tolerance, "\(penalty.name) \(s)")
      }
    }
  }

  /// Where each column is divided by its deviation, strengths count in those: the mean variance is the share of the columns
  /// that vary.
  @Test func relativeToStandardizedColumns() throws {
    var x = Matrix<Double>.random(64, 6, seed: 3)
    for i in 0..<64 {
      for j in 0..<6 { x[i, j] *= j < 3 ? 100 : 0 }
    }
    func start(_ penalty: Penalty) throws -> Double {
      var net = try Autoencoder<Double>(Architecture(inputs: 6, hidden: [5], latent: 2), seed: 1)
      let trainer = Trainer(epochs: 0, objective: .penalized(penalty), scaling: .perFeature)
      return try #require(try trainer.fit(&net, to: x, validation: x).epochs[0].validation)
    }
    expectClose(try start(.contraction(0.2)), try start(.contraction(0.1, unit: .data)), within: 1e-12)
  }

  /// Rows that do not vary have no spread to count in: nothing is asked of them.
  @Test(arguments: relative) func ofConstantRows(_ penalty: Penalty) throws {
    let x = Matrix<Double>(rows: 5, columns: 6, repeating: 2)
    var net = try Autoencoder<Double>(Architecture(inputs: 6, hidden: [], latent: 2), seed: 1)
    let trainer = Trainer(epochs: 1, objective: .denoising(.gaussian(0.1)) + .penalized(penalty))
    let history = try trainer.fit(&net, to: x)
    #expect(history.epochs.allSatisfy { $0.train.isFinite })
  }

  /// The objective of the README beats PCA in any units. In those of the data its noise would be 36 times the deviation of
  /// the columns here.
  @Test(arguments: [1, 0.01]) func theReadmesObjectiveBeatsPCA(_ units: Double) throws {
    var x = try Fixture.digits(Float.self)
    x.withMutableView { $0.scale(by: Float(units)) }
    let (train, test) = try x.split(holdOut: 0.2, seed: 1)
    let pca = try PCA(latent: 8).fitted(to: train)
    var net = try Autoencoder<Float>(
      Architecture(inputs: 64, hidden: [128], latent: 8), initializer: .pca(pca), seed: 1)
    let objective = Objective.denoising(.gaussian(0.1)) + .contractive(1e-4)
    try Trainer(epochs: 8, objective: objective, validationFraction: 0.1, seed: 1).fit(&net, to: train)
    func error(_ reducer: any Reducer<Float>) throws -> Double {
      try ReconstructionMetrics(of: reducer, on: test, trainingMean: train.columnMeans).ssePerSample
    }
    let (ours, theirs) = (try error(net), try error(pca))
    #expect(ours < 0.85 * theirs, "\(ours), \(theirs)")
  }
}
