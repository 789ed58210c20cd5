import Eigencoder
import Foundation
import Testing

/// Rows that are read a block at a time give the components and the errors of the whole.
@Suite struct PCARowsTests {
  private func reader<T: Scalar>(_ x: Matrix<T>) throws -> RowReader {
    let header = npy(
      T.self == Float.self ? "<f4" : "<f8", "(\(x.rows), \(x.columns))",
      x.elements.withUnsafeBytes { Array($0) })
    return try RowReader(bytes: header, name: "x")
  }

  private func check(_ x: Matrix<Float>, size: PCA.Size, within tolerance: Double = 1e-5) throws {
    var passes = 0
    let streamed: PrincipalComponents<Float> = try PCA(size).fitted(
      toRowsOf: {
        passes += 1
        return try reader(x)
      })
    let whole = try PCA(size, route: .covariance).fitted(to: x)
    #expect(streamed.sampleCount == x.rows && streamed.latent == whole.latent)
    expectClose(streamed.mean, whole.mean, within: 1e-12)
    expectClose(streamed.explainedVariance, whole.explainedVariance, within: tolerance)
    expectClose(streamed.totalVariance, whole.totalVariance, within: tolerance)
    expectClose(streamed.noiseVariance, whole.noiseVariance, within: tolerance, "noise")
    expectClose(streamed.components, whole.components, within: 100 * tolerance)
    #expect(passes <= 2)

    // Products in f32 of other blocks may differ in their last bits.
    let metrics = try ReconstructionMetrics(of: whole, onRowsOf: reader(x), trainingMean: whole.mean)
    let expected = try ReconstructionMetrics(of: whole, on: x, trainingMean: whole.mean)
    for (actual, expected) in [
      (metrics.ssePerSample, expected.ssePerSample), (metrics.msePerElement, expected.msePerElement),
      (metrics.cosine, expected.cosine), (metrics.contraction, expected.contraction),
      (metrics.psnrPeak, expected.psnrPeak), (metrics.psnr ?? -1, expected.psnr ?? -1),
      (metrics.r2 ?? -1, expected.r2 ?? -1),
      (metrics.relativeFrobenius ?? -1, expected.relativeFrobenius ?? -1),
    ] { expectClose(actual, expected, within: 1e-6) }

    // With some of the rows for their neighbours.
    guard (20..<100).contains(x.rows) else { return }
    var samples = TestSamples(x)
    samples.neighbourhood = try NeighbourhoodReference(of: x)
    let near = try ReconstructionMetrics(
      of: whole, onRowsOf: reader(x), trainingMean: whole.mean, neighbours: samples)
    let all = try ReconstructionMetrics(of: whole, on: samples, trainingMean: whole.mean)
    #expect(near.recallAt10 == all.recallAt10 && near.neighbourSample == x.rows)
  }

  @Test func randomRows() throws {
    let spread: [Float] = (0..<300).map { pow(0.98, Float($0)) }
    var x = Matrix<Float>.random(7_000, 300, seed: 1, mean: 3)
    for i in 0..<x.rows { for j in 0..<x.columns { x[i, j] *= spread[j] } }
    try check(x, size: .count(5))
    try check(x, size: .explaining(0.9))
  }

  /// Products in f32 could not tell the last of these variances from rounding: a second pass is in f64.
  @Test func variancesFarApart() throws {
    var x = Matrix<Float>.random(3_000, 4, seed: 2)
    for i in 0..<x.rows { for j in 0..<4 { x[i, j] *= [1, 1, 1e-3, 1e-4][j] } }
    try check(x, size: .count(4))
    for i in 0..<x.rows { for j in 0..<4 { x[i, j] *= 1e-16 } }
    try check(x, size: .count(2))
  }

  /// Fewer rows than columns: the rows' own Gram matrix, from a header that tells the number and from text.
  @Test(arguments: [2, 30, 59, 60, 61]) func widerThanHigh(_ n: Int) throws {
    let x = Matrix<Float>.random(n, 60, seed: 4, mean: 2)
    try check(x, size: .count(1))
    let text =
      (0..<n).map { i in x.row(i).map { "\($0)" }.joined(separator: ",") }.joined(separator: "\n") + "\n"
    var passes = 0
    let streamed: PrincipalComponents<Float> = try PCA(latent: 1).fitted(
      toRowsOf: {
        passes += 1
        return try RowReader(bytes: Array(text.utf8), name: "x.csv")
      })
    let whole = try PCA(latent: 1).fitted(to: x)
    #expect(passes == 1 && streamed.sampleCount == n)
    expectClose(streamed.explainedVariance, whole.explainedVariance, within: 1e-5)
    expectClose(streamed.components, whole.components, within: 1e-3)
  }

  @Test func rowsThatAreEqual() throws {
    try check(Matrix<Float>(rows: 2_000, columns: 3, repeating: 0.1), size: .count(2))
  }

  @Test func refusals() throws {
    expectError(EigencoderError.invalidData, containing: "PCA needs at least 2 rows, got 1") {
      _ = try PCA(latent: 1).fitted(toRowsOf: { try reader(Matrix<Float>([[1, 2]])) }, as: Float.self)
    }
    expectError(EigencoderError.invalidArgument, containing: "3 components of data with 2 rows") {
      _ = try PCA(latent: 3).fitted(
        toRowsOf: { try reader(Matrix<Float>([[1, 2], [3, 5]])) }, as: Float.self)
    }
    expectError(EigencoderError.invalidData, containing: "row 3, column 1 (counted from 1) is nan") {
      let x = Matrix<Float>([[1, 2], [3, 5], [.nan, 1]])
      _ = try PCA(latent: 1).fitted(toRowsOf: { try reader(x) }, as: Float.self)
    }
    expectError(EigencoderError.invalidData, containing: "outside the range of double precision") {
      let x = Matrix<Double>([[1e300, 2], [-1e300, 5], [1e300, 1]])
      _ = try PCA(latent: 1).fitted(toRowsOf: { try reader(x) }, as: Double.self)
    }
  }
}
