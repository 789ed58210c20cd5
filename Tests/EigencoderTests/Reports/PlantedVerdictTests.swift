import Eigencoder
import Foundation
import Testing

/// The verdict against PCA where the right one is known beforehand.
@Suite struct PlantedVerdictTests {
  /// The rows of `plane`, n x m, in 20 dimensions: times a random m x 20 matrix, and normal noise.
  private func embedded(_ plane: Matrix<Float>, noise: Double) -> Matrix<Float> {
    var x = plane * Matrix<Float>.random(plane.columns, 20, seed: 11)
    let rest = Matrix<Float>.random(x.rows, 20, seed: 12, deviation: noise)
    x.withMutableView { x in rest.withView { x.add($0) } }
    return x
  }

  private func uniform(_ rows: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<rows).map { _ in generator.uniform() }
  }

  private func circle() -> Matrix<Float> {
    embedded(
      Matrix(
        uniform(800, seed: 1).map { t in
          [Float(cos(2 * .pi * t)), Float(sin(2 * .pi * t))]
        }), noise: 0.02)
  }

  private func swissRoll() -> Matrix<Float> {
    let heights = uniform(800, seed: 3)
    return embedded(
      Matrix(
        zip(uniform(800, seed: 2), heights).map { t, h in
          let angle = 1.5 * .pi * (1 + 2 * t)
          return [Float(angle * cos(angle) / 10), Float(angle * sin(angle) / 10), Float(2 * h)]
        }), noise: 0.02)
  }

  private func verdict(_ x: Matrix<Float>, latent: Int) throws -> PairedComparison {
    let (train, test) = try x.split(holdOut: 0.25, seed: 1)
    let pca = try PCA(latent: latent).fitted(to: train)
    let shape = Architecture.suggested(inputs: 20, latent: latent, rows: train.rows)
    var network = try Autoencoder<Float>(shape, initializer: .pca(pca), seed: 1)
    try Trainer.suggested(for: shape, rows: train.rows, seed: 1).fit(&network, to: train)
    let report = try ReconstructionReport(of: [pca, network], train: train, test: test)
    return try #require(report.results[1].againstPCA)
  }

  @Test func curvedDataAreBeaten() throws {
    for (x, latent) in [(circle(), 1), (swissRoll(), 2)] {
      let comparison = try verdict(x, latent: latent)
      #expect(comparison.verdict == .beats)
      #expect(comparison.difference < 0)
    }
  }

  /// Nothing beats PCA on normal data: what training finds there is no better on new rows.
  @Test(arguments: [1, 3]) func normalDataAreNot(_ latent: Int) throws {
    let x = embedded(.random(800, 6, seed: 7), noise: 0.1)
    #expect(try verdict(x, latent: latent).verdict != .beats)
  }

  @Test func aMethodTiesWithItself() throws {
    struct Other: Reducer {
      let pca: PrincipalComponents<Float>
      var method: String { "other" }
      var inputs: Int { pca.inputs }
      var latent: Int { pca.latent }
      var parameterCount: Int { pca.parameterCount }
      func encode(_ x: Matrix<Float>) -> Matrix<Float> { pca.encode(x) }
      func decode(_ codes: Matrix<Float>) -> Matrix<Float> { pca.decode(codes) }
      func residuals(of x: Matrix<Float>, codes: Matrix<Float>) -> Matrix<Float> {
        pca.residuals(of: x, codes: codes)
      }
      func encoderJacobian(at x: [Float]) -> Matrix<Float> { pca.encoderJacobian(at: x) }
    }
    let (train, test) = try circle().split(holdOut: 0.25, seed: 1)
    let pca = try PCA(latent: 2).fitted(to: train)
    let report = try ReconstructionReport(of: [pca, Other(pca: pca)], train: train, test: test)
    let comparison = try #require(report.results[1].againstPCA)
    #expect(comparison.verdict == .ties && comparison.difference == 0)
  }
}
