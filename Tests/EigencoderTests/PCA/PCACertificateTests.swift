import Eigencoder
import Foundation
import Testing

@Suite struct PCACertificateTests {
  private func model<T: Scalar>(_ pca: PrincipalComponents<T>, components: Matrix<Double>)
    -> PrincipalComponents<
      T
    >
  {
    PrincipalComponents(
      sampleCount: pca.sampleCount, mean: pca.mean, components: components,
      explainedVariance: pca.explainedVariance, totalVariance: pca.totalVariance,
      noiseVariance: pca.noiseVariance)
  }

  /// Every route, both types, tall and wide, k up to min(n, d): exact, and fitted to these rows.
  @Test(arguments: [
    (200, 12, 4), (200, 12, 12), (2000, 40, 10), (30, 60, 5), (30, 60, 29), (20, 20, 20), (9, 1, 1),
  ])
  func exactFits(_ n: Int, _ d: Int, _ k: Int) throws {
    func check<T: Scalar>(_ type: T.Type) throws {
      // Variances from 1 down to 1e-4, means of up to 30 deviations.
      var x = Matrix<T>.random(n, d, seed: UInt64(n + d), mean: 30)
      for i in 0..<n {
        for j in 0..<d { x[i, j] *= T(exp2(-6.5 * Double(j) / Double(d))) }
      }
      for route in PCA.Route.allCases {
        let certificate = try PCACertificate(of: PCA(latent: k, route: route).fitted(to: x), on: x)
        #expect(certificate.passes, "\(T.self) \(n) x \(d), k \(k), \(route): \(certificate)")
        #expect(certificate.rows.areThoseFitted, "\(T.self) \(n) x \(d), \(route): \(certificate.rows)")
        #expect(certificate.components.count == k)
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// White noise, where rounding is largest beside the variances and the gaps are small.
  @Test func whiteNoise() throws {
    let x = Matrix<Float>.random(3000, 200, seed: 8)
    #expect(try PCACertificate(of: PCA(latent: 60, route: .covariance).fitted(to: x), on: x).passes)
  }

  @Test func digitsInDouble() throws {
    let digits: Matrix<Double> = try Fixture.digits()
    let certificate = try PCACertificate(of: PCA(latent: 64).fitted(to: digits), on: digits)
    let golden = try Fixture.golden("pca")
    let l: [Double] = try golden.vector("digits64.explained_variance")
    expectClose(certificate.components.map(\.variance), l, within: 1e-13)
    let shares = l.map { $0 / l.reduce(0, +) }
    expectClose(
      try #require(certificate.effectiveRank), exp(-shares.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }),
      within: 1e-10)
    expectClose(
      try #require(certificate.participationRatio), 1 / shares.reduce(0) { $0 + $1 * $1 }, within: 1e-12)
    // Three pixels never change: their directions are told apart by nothing.
    #expect(certificate.inseparable == [[61, 62, 63]])
    #expect((0..<64).filter { !certificate.isDetermined($0) } == [61, 62, 63])
    #expect(certificate.smallestGap <= 1e-15 && (61...63).contains(certificate.smallestGapIndex))
    let gap = (l[7] - l[8]) / l[0]
    expectClose(certificate.components[7].relativeGap, min(gap, (l[6] - l[7]) / l[0]), within: 1e-10)
    expectClose(
      certificate.components[7].angleBound, asin(Double.ulpOfOne / certificate.components[7].relativeGap),
      within: 1e-12)
  }

  /// A component turned by a known angle out of the subspace: the angle is measured, and the excess error is
  /// sin^2 (l_k - l_m).
  @Test(arguments: [1e-3, 1e-2, 0.5]) func turnedComponent(_ angle: Double) throws {
    let digits: Matrix<Double> = try Fixture.digits()
    let all = try PCA(latent: 20).fitted(to: digits)
    let pca = try PCA(latent: 5).fitted(to: digits)
    var components = pca.components
    for j in 0..<64 {
      components[4, j] = cos(angle) * pca.components[4, j] + sin(angle) * all.components[11, j]
    }
    let certificate = try PCACertificate(of: model(pca, components: components), on: digits)
    #expect(certificate.orthonormality.passes && certificate.rows.areThoseFitted)
    #expect(!certificate.residual.passes && !certificate.subspaceAngle.passes && !certificate.passes)
    expectClose(certificate.subspaceAngle.value, angle, within: 1e-9)
    let excess =
      sin(angle) * sin(angle) * (all.explainedVariance[4] - all.explainedVariance[11]) / all.totalVariance
    #expect(abs(certificate.excessError.value - excess) < 1e-13 + 1e-9 * excess)
    #expect(certificate.excessError.passes == (excess < certificate.excessError.allowed))
  }

  /// Within the subspace nothing is lost, but the rows are no components.
  @Test func mixedComponents() throws {
    let digits: Matrix<Double> = try Fixture.digits()
    let pca = try PCA(latent: 5).fitted(to: digits)
    var components = pca.components
    for j in 0..<64 {
      let (a, b) = (pca.components[0, j], pca.components[1, j])
      (components[0, j], components[1, j]) = (0.8 * a + 0.6 * b, 0.8 * b - 0.6 * a)
    }
    let certificate = try PCACertificate(of: model(pca, components: components), on: digits)
    #expect(
      certificate.orthonormality.passes && certificate.subspaceAngle.passes && certificate.excessError.passes)
    #expect(!certificate.residual.passes && !certificate.passes)
  }

  @Test func damagedComponents() throws {
    let digits: Matrix<Double> = try Fixture.digits()
    let pca = try PCA(latent: 5).fitted(to: digits)
    var components = pca.components
    for j in 0..<64 { components[2, j] *= 1.01 }
    var certificate = try PCACertificate(of: model(pca, components: components), on: digits)
    expectClose(certificate.orthonormality.value, 1.01 * 1.01 - 1, within: 1e-12)
    #expect(!certificate.orthonormality.passes && !certificate.passes)
    // The rows still span the same.
    #expect(certificate.subspaceAngle.value < 1e-12)
    components[2, 7] = .nan
    certificate = try PCACertificate(of: model(pca, components: components), on: digits)
    #expect(
      !certificate.orthonormality.passes && !certificate.residual.passes && !certificate.excessError.passes)
    #expect(!certificate.passes)
  }

  @Test func otherRows() throws {
    let digits: Matrix<Float> = try Fixture.digits()
    let pca = try PCA(latent: 8).fitted(to: digits.rows(0..<1000))
    let certificate = try PCACertificate(of: pca, on: digits.rows(797..<1797))
    #expect(certificate.rows.samples == 1000 && certificate.rows.modelSamples == 1000)
    #expect(!certificate.rows.areThoseFitted && !certificate.rows.meanDifference.passes)
    #expect(!certificate.passes)
    // A row fewer.
    let fewer = try PCACertificate(of: pca, on: digits.rows(0..<999))
    #expect(!fewer.rows.areThoseFitted && !fewer.passes)
    // In another order they are the same rows.
    let reversed = digits.selecting(rows: (0..<1000).reversed())
    let same = try PCACertificate(of: pca, on: reversed)
    #expect(same.rows.areThoseFitted && same.passes)
  }

  /// Equal variances: which vectors span them is a matter of rounding.
  @Test func equalVariances() throws {
    // +-e_j s_j for each j: variances s_j^2 up to a common factor, exactly.
    let s: [Double] = [4, 2, 2, 2, 1, 1, 0.5]
    var x = Matrix<Double>(rows: 14, columns: 7)
    for (j, value) in s.enumerated() { (x[2 * j, j], x[2 * j + 1, j]) = (value, -value) }
    var certificate = try PCACertificate(of: PCA(latent: 4).fitted(to: x), on: x)
    #expect(certificate.passes)
    #expect(certificate.inseparable == [[1, 2, 3]])
    #expect((0..<4).map(certificate.isDetermined) == [true, false, false, false])
    // Cut through a group: not even the subspace is determined.
    certificate = try PCACertificate(of: PCA(latent: 3).fitted(to: x), on: x)
    #expect(certificate.passes)
    #expect(certificate.inseparable == [[1, 2, 3]])
    #expect(certificate.subspaceAngle.allowed == .pi / 2)
    // Any other member of the group serves as well.
    let pca = try PCA(latent: 3).fitted(to: x)
    var components = Matrix<Double>(rows: 3, columns: 7)
    for (i, j) in [0, 3, 1].enumerated() { components[i, j] = 1 }
    #expect(try PCACertificate(of: model(pca, components: components), on: x).passes)
    components[1, 3] = 0
    components[1, 4] = 1
    #expect(try !PCACertificate(of: model(pca, components: components), on: x).passes)
  }

  @Test func json() throws {
    let x = Matrix<Double>.random(30, 4, seed: 2)
    let certificate = try PCACertificate(of: PCA(latent: 2).fitted(to: x), on: x)
    let text = try JSONEncoder().encode(certificate)
    #expect(try JSONDecoder().decode(PCACertificate.self, from: text) == certificate)
  }

  @Test func errors() throws {
    let x = Matrix<Float>.random(10, 3, seed: 1)
    let pca = try PCA(latent: 3).fitted(to: x)
    func certify(_ x: Matrix<Float>) throws { _ = try PCACertificate(of: pca, on: x) }
    expectError(EigencoderError.invalidData, containing: "data of 3 columns, as the model takes, got 2") {
      try certify(Matrix.random(10, 2, seed: 1))
    }
    expectError(EigencoderError.invalidData, containing: "at least 3 rows to verify 3 components, got 2") {
      try certify(x.rows(0..<2))
    }
    expectError(EigencoderError.invalidData, containing: "expected rows that differ") {
      try certify(Matrix(rows: 5, columns: 3, repeating: 1))
    }
    var damaged = x
    damaged[0, 2] = .infinity
    expectError(EigencoderError.invalidData, containing: "row 1, column 3") { try certify(damaged) }
  }

  /// Columns that follow each other far from the origin, and columns of very different units: right models pass.
  @Test func farAndGradedData() throws {
    let z = Matrix<Double>.random(200, 1, seed: 3)
    let far = Matrix(z.elements.map { [5.4e8 + 0.56 * $0, 5.4e8 + 0.97 * 0.56 * $0] })
    #expect(try PCACertificate(of: PCA(latent: 2).fitted(to: far), on: far).passes)
    for scale in [1e-60, 1e-90, 1e-120, 1e-140] {
      let x = Matrix<Double>.random(40, 2, seed: 4).elements
      let graded = Matrix((0..<40).map { [x[2 * $0], scale * x[2 * $0 + 1]] })
      #expect(try PCACertificate(of: PCA(latent: 2).fitted(to: graded), on: graded).passes, "\(scale)")
    }
  }

  /// What the components leave is stated too.
  @Test func noiseVariance() throws {
    let x = Matrix<Double>.random(60, 5, seed: 5)
    let pca = try PCA(latent: 2).fitted(to: x)
    let other = try PrincipalComponents<Double>.validated(
      sampleCount: 60, mean: pca.mean, components: pca.components, explainedVariance: pca.explainedVariance,
      totalVariance: pca.totalVariance, noiseVariance: 1.001 * pca.noiseVariance)
    #expect(try PCACertificate(of: pca, on: x).rows.areThoseFitted)
    #expect(try !PCACertificate(of: other, on: x).rows.areThoseFitted)
  }
}
