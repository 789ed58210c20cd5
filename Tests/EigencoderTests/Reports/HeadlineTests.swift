import Eigencoder
import Testing

@Suite struct HeadlineTests {
  private let train: Matrix<Float>
  private let test: Matrix<Float>

  init() throws { (train, test) = try Fixture.digits(Float.self).split(holdOut: 0.2, seed: 1) }

  private func pca(_ k: Int) throws -> any Reducer<Float> { try PCA(latent: k).fitted(to: train) }

  /// Reconstructions as far from the rows as PCA of another size leaves them, under the name "other".
  private struct Other: Reducer {
    let base: PrincipalComponents<Float>
    let latent: Int
    var method: String { "other" }
    var inputs: Int { base.inputs }
    var parameterCount: Int { 0 }
    func encode(_ x: Matrix<Float>) -> Matrix<Float> { base.encode(x) }
    func decode(_ codes: Matrix<Float>) -> Matrix<Float> { base.decode(codes) }
    func encoderJacobian(at x: [Float]) -> Matrix<Float> { base.encoderJacobian(at: x) }
  }

  /// It loses what one component loses, and what a search compares are the rows themselves.
  private struct Faithful: Reducer {
    let base: PrincipalComponents<Float>
    let latent = 2
    var method: String { "other" }
    var inputs: Int { base.inputs }
    var parameterCount: Int { 0 }
    func encode(_ x: Matrix<Float>) -> Matrix<Float> { base.encode(x) }
    func searchedCodes(of x: Matrix<Float>) -> Matrix<Float> { x }
    func decode(_ codes: Matrix<Float>) -> Matrix<Float> { base.decode(codes) }
    func encoderJacobian(at x: [Float]) -> Matrix<Float> { base.encoderJacobian(at: x) }
  }

  private func other(_ k: Int, as latent: Int) throws -> any Reducer<Float> {
    Other(base: try PCA(latent: k).fitted(to: train), latent: latent)
  }

  private func headline(_ reducers: [any Reducer<Float>]) throws -> String {
    try ReconstructionReport(of: reducers, train: train, test: test).headline
  }

  @Test func sentences() throws {
    let report = try ReconstructionReport(of: [pca(2), pca(8), other(8, as: 2)], train: train, test: test)
    let change = 100 * (1 - report.results[2].test.ssePerSample / report.results[0].test.ssePerSample)
    let kept = 100 * report.results[1].test.r2!
    let shares = report.results.map { (100 * $0.test.recallAt10!).fixed(0) }
    #expect(
      report.headline
        == "On 359 unseen rows, with 2 numbers a row other loses \(change.fixed(1)) % less than pca "
        + "and keeps more neighbours (\(shares[2]) % against \(shares[0]) %); "
        + "with 8 numbers pca keeps \(kept.fixed(1)) % of the variance and \(shares[1]) % of the neighbours.")
    #expect(
      try headline([pca(2), other(1, as: 2)]) == "On 359 unseen rows, with 2 numbers a row pca loses least.")
    #expect(
      try headline([pca(2), other(2, as: 2)])
        == "On 359 unseen rows, with 2 numbers a row no method beats pca beyond chance.")
    let far = try ReconstructionReport(
      of: [pca(2), Faithful(base: PCA(latent: 1).fitted(to: train))], train: train, test: test)
    let share = (100 * far.results[0].test.recallAt10!).fixed(0)
    #expect(
      far.headline
        == "On 359 unseen rows, with 2 numbers a row pca loses least, but other keeps more neighbours "
        + "(\((100 * far.results[1].test.recallAt10!).fixed(0)) % against \(share) %).")
    let alone = try headline([other(1, as: 1), other(3, as: 1)])
    #expect(alone.hasPrefix("On 359 unseen rows, with 1 number a row other loses least, 2."), "\(alone)")
  }
}
