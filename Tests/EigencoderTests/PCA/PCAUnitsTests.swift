import Eigencoder
import Testing

/// Data far from the origin, and in units far from 1.
@Suite struct PCAUnitsTests {
  /// Whole numbers whose covariance numpy has found around 0.
  private func integers(_ offset: Double, times unit: Double = 1) -> Matrix<Double> {
    let digits = (0..<40).flatMap { i -> [Int] in [(i * 7) % 11, (i * 5) % 13, (i * i) % 17] }
    return Matrix(rows: 40, columns: 3, digits.map { (offset + Double($0)) * unit })
  }

  /// numpy.linalg.svd of the centred numbers, squared, over 39.
  private let variances = [33.14855754817147, 15.39496330785404, 9.776991964487316]

  @Test(arguments: [0, 1e6, 1_099_511_627_776, -4.5e12] as [Double], PCA.Route.allCases)
  func offsets(_ offset: Double, _ route: PCA.Route) throws {
    let x = integers(offset)
    let pca = try PCA(latent: 2, route: route).fitted(to: x)
    expectClose(pca.explainedVariance, Array(variances.prefix(2)), within: 1e-13)
    expectClose(pca.noiseVariance, variances[2], within: 1e-12)
    let certificate = try PCACertificate(of: pca, on: x)
    #expect(certificate.passes && certificate.rows.areThoseFitted)
  }

  /// The same over blocks that are merged one after another.
  @Test func mergedFarFromTheOrigin() throws {
    let x = integers(1_099_511_627_776.0 / 3)
    var moments = Moments(dimension: 3)
    for first in stride(from: 0, to: 40, by: 3) { moments.add(x.rows(first..<min(first + 3, 40))) }
    let exact = Moments(of: integers(0))
    expectClose(moments.scatter, exact.scatter, within: 1e-13)
    var halves = Moments(of: x.rows(0..<17))
    halves.merge(Moments(of: x.rows(17..<40)))
    expectClose(halves.scatter, exact.scatter, within: 1e-13)
  }

  @Test(arguments: [1e-150, 1e-60, 1e60, 1e150], [0.0, 1e6])
  func units(_ unit: Double, _ offset: Double) throws {
    let x = integers(offset, times: unit)
    let pca = try PCA(latent: 3).fitted(to: x)
    expectClose(pca.explainedVariance.map { $0 / unit / unit }, variances, within: 1e-9)
    let certificate = try PCACertificate(of: pca, on: x)
    #expect(certificate.passes && certificate.rows.areThoseFitted)
    expectClose(certificate.components.map { $0.variance / unit / unit }, variances, within: 1e-9)
    let metrics = try ReconstructionMetrics(
      of: PCA(latent: 2).fitted(to: x), on: x, trainingMean: x.columnMeans)
    expectClose(metrics.ssePerSample / unit / unit, variances[2] * 39 / 40, within: 1e-6)
    // Beyond this, no number holds the variance.
    expectError(EigencoderError.invalidData, containing: "outside the range of double precision") {
      _ = try PCA(latent: 2).fitted(to: integers(0, times: unit < 1 ? 1e-200 : 1e200))
    }
  }

  /// Rows that are .05 apart are others, however far they are from the origin; so are rounded ones.
  @Test func otherRows() throws {
    let x = Matrix<Double>.random(300, 4, seed: 3, mean: 1e6, deviation: 0.05)
    let pca = try PCA(latent: 2).fitted(to: x)
    #expect(try PCACertificate(of: pca, on: x).passes)
    let moved = Matrix(rows: 300, columns: 4, x.elements.map { $0 + 0.05 })
    #expect(try !PCACertificate(of: pca, on: moved).rows.areThoseFitted)
    #expect(try !PCACertificate(of: pca, on: moved).passes)
  }
}
