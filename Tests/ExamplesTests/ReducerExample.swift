import Eigencoder
import Testing

// begin InAProgram
/// The first k numbers of each row, as of embeddings that were trained to be cut off, and the mean for the others.
struct FirstColumns: Reducer {
  let method = "first-columns"
  var inputs: Int { selection.columns }
  var latent: Int { selection.rows }
  var parameterCount: Int { inputs }
  private let mean: [Float]
  private let selection: Matrix<Float>  // k x d

  init(latent: Int, of x: Matrix<Float>) {
    mean = x.columnMeans.map { Float($0) }
    selection = Matrix.identity(x.columns).rows(0..<latent)
  }

  func encode(_ x: Matrix<Float>) -> Matrix<Float> {
    x.subtracting(row: mean).times(selection, otherTransposed: true)
  }
  func decode(_ codes: Matrix<Float>) -> Matrix<Float> { (codes * selection).adding(row: mean) }
  func encoderJacobian(at x: [Float]) -> Matrix<Float> { selection }
}
// end

@Suite struct ReducerExample {
  @Test func isJudgedAsTheOthers() throws {
    let (train, test) = try Example.digits().split(holdOut: 0.2, seed: 1)
    let (pca, first) = (try PCA(latent: 8).fitted(to: train), FirstColumns(latent: 8, of: train))
    // begin InAProgram
    let report = try ReconstructionReport(of: [pca, first], train: train, test: test)
    print(report.table())
    // end
    #expect(report.results.map(\.method) == ["pca", "first-columns"])
    #expect(report.results[1].test.ssePerSample > report.results[0].test.ssePerSample)
    #expect(report.results[1].test.contraction == 8)
    let row = test.row(3)
    #expect(first.encode(row: row) == first.encode(test.rows(3..<4)).elements)
    // The residual is nothing in the columns that were kept.
    let rest = (test - first.reconstruct(test)).rows(0..<1).row(0)
    #expect(rest[..<8].allSatisfy { abs($0) < 1e-6 })
  }
}
