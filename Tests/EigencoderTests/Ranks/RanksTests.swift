import Eigencoder
import Foundation
import Testing

/// What ranks compute together is what one process computes of all rows.
@Suite struct RanksTests {
  private func largest<T: Scalar>(_ a: Matrix<T>, _ b: Matrix<T>) -> Double {
    zip(a.elements, b.elements).map { abs(Double($0) - Double($1)) }.max() ?? 0
  }

  /// Planted components, in data far from the origin.
  private func data<T: Scalar>(_ n: Int, _ d: Int, as type: T.Type = T.self) -> Matrix<T> {
    var x = Matrix<T>.random(n, d, seed: 7, mean: 100)
    x.withMutableView { x in
      for j in 0..<d { x.columns(j..<j + 1).scale(by: T(1 + 8.0 / Double(1 + j))) }
    }
    return x
  }

  @Test(arguments: [1, 2, 3, 5], [PCA.Route.automatic, .covariance, .gram, .svd, .krylov])
  func principalComponents(ranks: Int, route: PCA.Route) throws {
    func check<T: Scalar>(_ type: T.Type, _ n: Int, _ d: Int, within tolerance: Double) throws {
      let x = data(n, d, as: T.self)
      let stored = try FileOfRows(x)
      let file = try stored.rows().leavingOut([0, 5, n - 1])
      let pca = PCA(latent: 3, route: route)
      let expected: PrincipalComponents<T> = try pca.fitted(toRowsOf: file.reader)
      let found = try ThreadRank.run(ranks) { rank in
        let shared = try file.shared(among: rank)
        let fitted: PrincipalComponents<T> = try pca.fitted(toRowsOf: shared.reader)
        let metrics = try ReconstructionMetrics(
          of: fitted, onRowsOf: shared.reader(), trainingMean: fitted.mean)
        return (fitted, metrics)
      }
      let metrics = try ReconstructionMetrics(
        of: expected, onRowsOf: file.reader(), trainingMean: expected.mean)
      for (fitted, errors) in found {
        #expect(fitted.sampleCount == n - 3)
        #expect(largest(fitted.components, expected.components) < 100 * tolerance)
        for (a, b) in zip(fitted.explainedVariance, expected.explainedVariance) {
          #expect(abs(a - b) < tolerance * expected.explainedVariance[0])
        }
        #expect(fitted.components == found[0].0.components)
        #expect(abs(errors.ssePerSample / metrics.ssePerSample - 1) < 1000 * tolerance)
        #expect(errors == found[0].1)
        #expect(errors.psnrPeak == metrics.psnrPeak)
      }
    }
    try check(Float.self, 90, 12, within: 1e-6)
    try check(Double.self, 90, 12, within: 1e-13)
    // Fewer rows than columns.
    if route != .krylov { try check(Double.self, 20, 30, within: 1e-13) }
  }

  /// Variances that products in the precision of the rows do not resolve take a second pass, and a third by QR.
  @Test func smallVariances() throws {
    func check<T: Scalar>(_ type: T.Type, spread: Double) throws {
      var x = Matrix<T>.random(60, 4, seed: 3)
      x.withMutableView { x in
        for j in 0..<4 { x.columns(j..<j + 1).scale(by: T(pow(spread, Double(-j)))) }
      }
      let stored = try FileOfRows(x)
      let file = try stored.rows()
      let pca = PCA(latent: 4)
      let expected: PrincipalComponents<T> = try pca.fitted(toRowsOf: file.reader)
      let found = try ThreadRank.run(3) { rank -> [Double] in
        let fitted: PrincipalComponents<T> = try pca.fitted(toRowsOf: file.shared(among: rank).reader)
        return fitted.explainedVariance
      }
      for variances in found {
        for (a, b) in zip(variances, expected.explainedVariance) { #expect(abs(a / b - 1) < 1e-6) }
      }
    }
    try check(Float.self, spread: 30)
    try check(Double.self, spread: 1e4)
  }

  @Test func equalRows() throws {
    let stored = try FileOfRows(Matrix<Double>(rows: 9, columns: 2, [Double](repeating: 0.1, count: 18)))
    let file = try stored.rows()
    let totals = try ThreadRank.run(2) { rank in
      let fitted: PrincipalComponents<Double> = try PCA(latent: 1).fitted(
        toRowsOf: file.shared(among: rank).reader)
      return fitted.totalVariance
    }
    #expect(totals == [0, 0])
  }

  /// Rows that are equal at one rank and not at another, and a rank of one row.
  @Test(arguments: [2, 3, 4]) func rowsThatAreEqualAtOneRank(ranks: Int) throws {
    var x = Matrix<Double>.random(12, 3, seed: 1)
    x.withMutableView { $0.rows(6..<12).fill(with: 0) }
    let (padded, small) = (try FileOfRows(x), try FileOfRows(x.rows(0..<5)))
    for stored in [padded, small] {
      let file = try stored.rows()
      for route in [PCA.Route.automatic, .krylov] {
        let pca = PCA(latent: 1, route: route)
        let expected: PrincipalComponents<Double> = try pca.fitted(toRowsOf: file.reader)
        let found = try ThreadRank.run(ranks) { rank in
          let fitted: PrincipalComponents<Double> = try pca.fitted(toRowsOf: file.shared(among: rank).reader)
          return fitted.explainedVariance[0]
        }
        for variance in found { #expect(abs(variance / expected.explainedVariance[0] - 1) < 1e-12) }
      }
    }
  }

  @Test func otherFilesAreRefused() throws {
    let (first, second) = (
      try FileOfRows(data(9, 2, as: Double.self)), try FileOfRows(Matrix<Double>.random(9, 2, seed: 2))
    )
    let rows = [try first.rows(), try second.rows()]
    _ = withExtendedLifetime((first, second)) {
      #expect { try ThreadRank.run(2) { _ = try rows[$0.rank].shared(among: $0) } } throws: {
        "\($0)".contains("the processes see different files")
      }
    }
  }

  @Test func moreRanksThanRows() throws {
    let stored = try FileOfRows(data(3, 2, as: Double.self))
    let file = try stored.rows()
    #expect(throws: EigencoderError.self) {
      try ThreadRank.run(4) { rank in
        _ = try file.shared(among: rank).reader()
      }
    }
  }

  /// The rows of a batch are those that one process has in it, each at one of the ranks.
  @Test(arguments: [1, 2, 3]) func batches(ranks: Int) throws {
    let x = Matrix<Float>.random(110, 4096, seed: 4)
    let stored = try FileOfRows(x)
    let file = try stored.rows().leavingOut([3, 4, 40])
    @Sendable func batches(_ file: RowFile) throws -> [Set<Float>] {
      let rows = try FileRows<Float>(file, batch: 5, window: 52 * 4096)
      var generator = SeededGenerator(seed: 1)
      var batches: [Set<Float>] = []
      for _ in 0..<2 {
        try rows.forEachBatch(of: 5, using: &generator) { view, batch, _ in
          batches.append(Set(batch.rows.map { view[Int($0), 0] }))
          return true
        }
      }
      return batches
    }
    let expected = try batches(file)
    let found = try ThreadRank.run(ranks) { try batches(file.shared(among: $0)) }
    for (i, batch) in expected.enumerated() {
      #expect(found.map { $0[i].count }.reduce(0, +) == batch.count)
      #expect(found.reduce(into: Set()) { $0.formUnion($1[i]) } == batch)
    }
  }

  @Test(arguments: [1, 2, 3]) func training(ranks: Int) throws {
    func check<T: Scalar>(_ type: T.Type, within tolerance: Double) throws {
      let x = Matrix<T>.random(203, 8, seed: 5, mean: 2)
      let stored = try FileOfRows(x)
      let file = try stored.rows()
      for objective in [Objective.reconstruction, .reconstruction + .contractive(1e-2)] {
        let trainer = Trainer(
          epochs: 4, batchSize: 32, objective: objective, validationFraction: 0.1, seed: 3)
        @Sendable func trained(_ file: RowFile) throws -> (Autoencoder<T>, [History.Epoch], Int) {
          var network = try Autoencoder<T>(inputs: 8, hidden: [6], latent: 2, seed: 1)
          let history = try trainer.fit(&network, toRowsOf: file)
          return (network, history.epochs, history.bestEpoch)
        }
        let (network, epochs, best) = try trained(file)
        let found = try ThreadRank.run(ranks) { try trained(file.shared(among: $0)) }
        for (own, history, ownBest) in found {
          #expect(ownBest == best)
          #expect(own.parameters == found[0].0.parameters)
          for (a, b) in zip(history, epochs) {
            #expect(abs(a.train / b.train - 1) < tolerance)
            #expect(abs(a.validation! / b.validation! - 1) < tolerance)
            for (name, value) in b.penalties { #expect(abs(a.penalties[name]! / value - 1) < 10 * tolerance) }
          }
          for (a, b) in zip(own.parameters, network.parameters) {
            #expect(abs(Double(a) - Double(b)) < 100 * tolerance)
          }
        }
      }
    }
    try check(Float.self, within: 1e-5)
    try check(Double.self, within: 1e-12)
  }

  /// Noise is drawn by each rank, and is not the same.
  @Test func corruption() throws {
    let stored = try FileOfRows(Matrix<Double>.random(200, 8, seed: 5))
    let file = try stored.rows()
    let trainer = Trainer(epochs: 3, batchSize: 32, objective: .denoising(.gaussian(0.3)), seed: 3)
    @Sendable func losses(_ file: RowFile) throws -> [Double] {
      var network = try Autoencoder<Double>(inputs: 8, hidden: [6], latent: 2, seed: 1)
      return try trainer.fit(&network, toRowsOf: file).epochs.map(\.train)
    }
    let alone = try losses(file)
    let found = try ThreadRank.run(2) { try losses(file.shared(among: $0)) }
    #expect(found[0] == found[1])
    for (a, b) in zip(found[0], alone) { #expect(a != b && abs(a / b - 1) < 0.1) }
  }

  /// One that is told to stop stops all, after the same step.
  @Test func stopping() throws {
    let stored = try FileOfRows(Matrix<Double>.random(200, 8, seed: 5))
    let file = try stored.rows()
    let trainer = Trainer(epochs: 50, batchSize: 32, seed: 3)
    let found = try ThreadRank.run(3) { rank in
      var network = try Autoencoder<Double>(inputs: 8, hidden: [6], latent: 2, seed: 1)
      var batches = 0
      let history = try trainer.fit(
        &network, toRowsOf: file.shared(among: rank),
        progress: { _ in
          batches += 1
          return rank.rank != 1 || batches < 17
        })
      return (history.ending, history.epochs.count, network.parameters)
    }
    for (ending, epochs, parameters) in found {
      #expect(ending == .interrupted && epochs == 3 && parameters == found[0].2)
    }
  }

  @Test func linearDenoiser() throws {
    let stored = try FileOfRows(data(80, 6, as: Double.self))
    let file = try stored.rows()
    let denoiser = LinearDenoiser(.gaussian(0.5), latent: 2)
    let expected: FittedLinearDenoiser<Double> = try denoiser.fitted(toRowsOf: file)
    let found = try ThreadRank.run(3) { rank -> FittedLinearDenoiser<Double> in
      try denoiser.fitted(toRowsOf: file.shared(among: rank))
    }
    let x = data(5, 6, as: Double.self)
    for fitted in found { #expect(largest(fitted.encode(x), expected.encode(x)) < 1e-8) }
  }
}
