import Eigencoder
import Foundation
import Testing

/// The route `krylov` against dense decompositions, and against formulas written out.
@Suite struct KrylovTests {
  /// Rows of normal numbers with these standard deviations along random orthonormal directions, around `mean`.
  private static func planted<T: Scalar>(
    _ n: Int, _ d: Int, _ deviations: [Double], seed: UInt64, mean: Double = 0, as type: T.Type = T.self
  ) -> Matrix<T> {
    var z = Matrix<Double>.random(n, deviations.count, seed: seed)
    for i in 0..<n { for j in deviations.indices { z[i, j] *= deviations[j] } }
    var directions = Matrix<Double>.random(deviations.count, d, seed: seed + 1)
    orthonormalize(&directions)
    var x = z * directions
    for i in 0..<n { for j in 0..<d { x[i, j] += mean } }
    return x.converted(to: T.self)
  }

  /// Gram & Schmidt, twice.
  private static func orthonormalize(_ rows: inout Matrix<Double>) {
    for i in 0..<rows.rows {
      var row = rows.row(i)
      for _ in 0..<2 {
        for j in 0..<i {
          let other = rows.row(j)
          let part = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
          for c in row.indices { row[c] -= part * other[c] }
        }
      }
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for c in row.indices { rows[i, c] = row[c] / norm }
    }
  }

  /// The covariance by its definition, in f64.
  private static func covariance<T: Scalar>(_ x: Matrix<T>) -> Matrix<Double> {
    let (n, d) = (x.rows, x.columns)
    var centred = x.converted(to: Double.self)
    for j in 0..<d {
      // Twice: the first mean of numbers far from the origin is rounded.
      for _ in 0..<2 {
        let mean = (0..<n).reduce(0) { $0 + centred[$1, j] } / Double(n)
        for i in 0..<n { centred[i, j] -= mean }
      }
    }
    return (1 / Double(n - 1)) * centred.times(centred, transposed: true)
  }

  /// max |C p - l p| / l_1, written out.
  private static func residual<T: Scalar>(_ pca: PrincipalComponents<T>, _ c: Matrix<Double>) -> Double {
    let product = pca.components * c
    let norms = (0..<pca.latent).map { i in
      (0..<pca.inputs).reduce(0.0) {
        let entry = product[i, $1] - pca.explainedVariance[i] * pca.components[i, $1]
        return $0 + entry * entry
      }.squareRoot()
    }
    return (norms.max() ?? 0) / (pca.explainedVariance.first ?? 1)
  }

  /// sin of the largest angle between two subspaces: what is left of one's rows outside of the other, by Frobenius.
  private static func outside(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Double {
    let inside = a.times(b, otherTransposed: true) * b
    return (a - inside).elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private static func reader<T: Scalar>(_ x: Matrix<T>) throws -> RowReader {
    try RowReader(
      bytes: npy(
        T.self == Float.self ? "<f4" : "<f8", "(\(x.rows), \(x.columns))",
        x.elements.withUnsafeBytes { Array($0) }), name: "x")
  }

  /// What must hold of every fit by passes, in memory and from a reader.
  @discardableResult
  private static func check<T: Scalar>(
    _ x: Matrix<T>, _ k: Int, _ what: String, gap: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> PrincipalComponents<T> {
    let pca = try PCA(latent: k, route: .krylov).fitted(to: x)
    let convergence = try #require(pca.convergence, "\(what): a dense route", sourceLocation: sourceLocation)
    #expect(convergence.isReached && convergence.residual <= 1e-10, "\(what)", sourceLocation: sourceLocation)
    let wide = x.converted(to: Double.self)
    let exact = try PCA(latent: k, route: .svd).fitted(to: wide)
    expectClose(
      pca.explainedVariance, exact.explainedVariance, within: 1e-10, "\(what): variances",
      sourceLocation: sourceLocation)
    expectClose(
      [pca.totalVariance, pca.noiseVariance], [exact.totalVariance, exact.noiseVariance], within: 1e-10,
      "\(what): total", sourceLocation: sourceLocation)
    expectClose(pca.mean, exact.mean, within: 1e-13, "\(what): mean", sourceLocation: sourceLocation)
    expectClose(
      pca.components.times(pca.components, otherTransposed: true), .identity(k), within: 1e-12,
      "\(what): orthonormal", sourceLocation: sourceLocation)
    let measured = residual(pca, covariance(x))
    #expect(
      (measured - convergence.residual).magnitude <= 1e-11,
      "\(what): \(measured), said \(convergence.residual)",
      sourceLocation: sourceLocation)
    if gap {
      #expect(
        outside(pca.components, exact.components) < 1e-7, "\(what): subspace", sourceLocation: sourceLocation)
    }
    let streamed: PrincipalComponents<T> = try PCA(latent: k, route: .krylov).fitted(toRowsOf: {
      try reader(x)
    })
    #expect(streamed.components == pca.components, "\(what): streamed", sourceLocation: sourceLocation)
    #expect(streamed.convergence == pca.convergence, "\(what)", sourceLocation: sourceLocation)
    return pca
  }

  // MARK: - Spectra

  /// A geometric decay, more rows than columns and fewer.
  @Test(arguments: [(400, 90), (90, 400), (150, 150)]) func geometric(_ shape: (Int, Int)) throws {
    let deviations = (0..<80).map { pow(0.93, Double($0)) }
    try Self.check(Self.planted(shape.0, shape.1, deviations, seed: 1, as: Float.self), 6, "\(shape)")
    try Self.check(Self.planted(shape.0, shape.1, deviations, seed: 1, as: Double.self), 6, "\(shape)")
  }

  /// A few large variances over a flat tail.
  @Test func flatTail() throws {
    let deviations = [9.0, 7, 5, 4] + [Double](repeating: 1, count: 196)
    try Self.check(Self.planted(600, 200, deviations, seed: 3, as: Double.self), 4, "tail")
    // Nothing but noise: what separates the wanted variances from the others is small.
    try Self.check(Matrix<Double>.random(500, 120, seed: 5), 5, "noise")
  }

  /// Leading variances that are equal: rows +-a e_j are their own eigenvectors' multiples, each direction twice.
  @Test(arguments: [1, 3, 7, 12]) func repeated(_ multiplicity: Int) throws {
    let d = 100
    var x = Matrix<Double>(rows: 2 * d, columns: d)
    for j in 0..<d {
      let size = j < multiplicity ? 4.0 : 2.0 * pow(0.97, Double(j))
      x[2 * j, j] = size
      x[2 * j + 1, j] = -size
    }
    let k = max(multiplicity, 2)
    let pca = try Self.check(x, k, "\(multiplicity)")
    expectClose(
      Array(pca.explainedVariance.prefix(multiplicity)),
      [Double](repeating: 32 / Double(2 * d - 1), count: multiplicity), within: 1e-12)
    // Fewer than the multiplicity: any of them.
    if multiplicity > 2 { try Self.check(x, multiplicity - 1, "\(multiplicity) - 1", gap: false) }
  }

  /// The space ends before the number of components that is asked for.
  @Test(arguments: [0, 1, 4]) func lowRank(_ rank: Int) throws {
    let deviations = (0..<rank).map { 3 - Double($0) / 2 }
    let x: Matrix<Double> =
      rank == 0 ? Matrix(rows: 80, columns: 90, repeating: 0.1) : Self.planted(80, 90, deviations, seed: 7)
    let pca = try PCA(latent: 6, route: .krylov).fitted(to: x)
    #expect(pca.convergence?.isReached == true && pca.latent == 6)
    let exact = try PCA(latent: 6, route: .svd).fitted(to: x)
    expectClose(pca.explainedVariance, exact.explainedVariance, within: 1e-13, scale: 9, "\(rank)")
    expectClose(
      pca.components.times(pca.components, otherTransposed: true), .identity(6), within: 1e-12, "\(rank)")
    if rank > 0, rank < 6 {
      expectError(EigencoderError.invalidData, containing: "ask for at most \(rank)") {
        _ = try PCA(latent: 6, route: .krylov, whitens: true).fitted(to: x)
      }
    }
  }

  // MARK: - Units and columns

  @Test func constantColumns() throws {
    var x: Matrix<Float> = Self.planted(120, 80, (0..<40).map { pow(0.9, Double($0)) }, seed: 9)
    for i in 0..<x.rows { for j in stride(from: 0, to: 80, by: 3) { x[i, j] = Float(j) } }
    let pca = try Self.check(x, 5, "constant")
    for i in 0..<5 {
      for j in stride(from: 0, to: 80, by: 3) { #expect(pca.components[i, j].magnitude < 1e-12) }
    }
  }

  @Test func farFromTheOrigin() throws {
    let deviations = (0..<60).map { pow(0.9, Double($0)) }
    let plain: Matrix<Double> = Self.planted(200, 100, deviations, seed: 11)
    // What an offset leaves of the numbers is what they are: the same rows, seen from afar.
    let far = plain.map { $0 + 1e6 }
    let near = far.map { $0 - 1e6 }
    let a = try Self.check(far, 5, "far")
    let b = try PCA(latent: 5, route: .krylov).fitted(to: near)
    expectClose(a.explainedVariance, b.explainedVariance, within: 1e-12)
    expectClose(a.components, b.components, within: 1e-10)
    // The first block is far from the others.
    var sorted = Matrix<Float>.random(9000, 40, seed: 12)
    for i in 0..<5000 { for j in 0..<40 { sorted[i, j] += 1000 } }
    try Self.check(sorted, 3, "sorted")
  }

  @Test(arguments: [1e-30, 1e30]) func scales(_ scale: Double) throws {
    let deviations = (0..<50).map { pow(0.9, Double($0)) }
    let x: Matrix<Double> = Self.planted(150, 70, deviations, seed: 13)
    let plain = try PCA(latent: 4, route: .krylov).fitted(to: x)
    let scaled = try PCA(latent: 4, route: .krylov).fitted(to: x.map { $0 * scale })
    expectClose(scaled.explainedVariance, plain.explainedVariance.map { $0 * scale * scale }, within: 1e-12)
    expectClose(scaled.components, plain.components, within: 1e-8)
    let floats = try PCA(latent: 4, route: .krylov).fitted(to: x.map { Float($0 * scale) })
    expectClose(floats.explainedVariance, scaled.explainedVariance, within: 1e-6)
    // Their squares leave the range: brought to size 1 in a pass of its own.
    let factor = scale > 1 ? 1e170 : 1e-170
    expectError(EigencoderError.invalidData, containing: "outside the range") {
      _ = try PCA(latent: 4, route: .krylov).fitted(to: x.map { $0 * factor })
    }
    let large = scale > 1 ? 1e110 : 1e-110
    let far = try PCA(latent: 4, route: .krylov).fitted(to: x.map { $0 * large })
    expectClose(
      far.explainedVariance.map { $0 / large / large }, plain.explainedVariance, within: 1e-12, "\(large)")
  }

  // MARK: - The algorithm

  /// The passes of a matrix in blocks give the covariance times vectors, whatever the mean of the first block.
  @Test func product() throws {
    var x = Matrix<Float>.random(5000, 30, seed: 15, mean: 3)
    for i in 0..<4096 { for j in 0..<30 { x[i, j] -= 7 } }
    let q = Matrix<Double>.random(4, 30, seed: 16)
    let passes = CovariancePasses(x)
    let c = Self.covariance(x)
    for pass in 1...2 { expectClose(try passes.product(q), q * c, within: 1e-13, "pass \(pass)") }
    #expect(passes.passes == 2 && passes.samples == 5000 && passes.varyingColumns == 30)
    expectClose(passes.totalVariance, (0..<30).reduce(0) { $0 + c[$1, $1] }, within: 1e-13)
    expectClose(passes.mean, x.columnMeans, within: 1e-13)
  }

  /// Few rows are allowed: several thick restarts, and the same eigenpairs with their residuals.
  @Test func restarts() throws {
    let n = 300
    var c = Matrix<Double>(rows: n, columns: n)
    for i in 0..<n { c[i, i] = 1 / (1 + Double(i) / 10) }
    // A rotation, so that no axis is special.
    var u = Matrix<Double>.random(n, n, seed: 17)
    Self.orthonormalize(&u)
    c = u.times(c, transposed: true) * u
    var start = Matrix<Double>.random(8, n, seed: 18)
    Self.orthonormalize(&start)
    var space = KrylovSpace(start: start, limit: 32)
    var steps = 0
    while steps < 60 {
      let product = space.next * c
      try space.include(product, count: 4)
      steps += 1
      let ritz = space.vectors(4)
      let moved = ritz * c
      for i in 0..<4 {
        let naive = (0..<n).reduce(0.0) {
          let entry = moved[i, $1] - space.values[i] * ritz[i, $1]
          return $0 + entry * entry
        }.squareRoot()
        #expect((naive - space.residuals[i]).magnitude < 1e-12, "step \(steps)")
      }
      if space.residuals.allSatisfy({ $0 < 1e-12 }) { break }
    }
    #expect(steps > 6 && steps < 60, "\(steps) steps")
    expectClose(space.values, (0..<4).map { 1 / (1 + Double($0) / 10) }, within: 1e-12)
  }

  /// After the last pass that is allowed, what has been reached is said.
  @Test func passesThatDoNotSuffice() throws {
    let x = Matrix<Double>.random(500, 200, seed: 19)
    let pca = try PCA(latent: 3).fitted(byPasses: CovariancePasses(x), most: 4)
    let convergence = try #require(pca.convergence)
    #expect(convergence.passes == 4 && !convergence.isReached && convergence.residual > 1e-10)
    expectClose(Self.residual(pca, Self.covariance(x)), convergence.residual, within: 1e-6)
    // Such a model tells it, and its certificate does not pass.
    let read = try Model<Double>(bytes: Model.pca(pca).bytes())
    guard case .pca(let same) = read else {
      Issue.record("not a PCA")
      return
    }
    #expect(same.convergence == convergence)
    let certificate = try PCACertificate(of: same, on: x)
    #expect(!certificate.passes && !certificate.residual.passes && certificate.fit == convergence)
  }

  /// The same numbers with one thread and with two.
  @Test func threads() throws {
    let x: Matrix<Float> = Self.planted(700, 500, (0..<100).map { pow(0.95, Double($0)) }, seed: 21)
    let threads = BLAS.threads
    defer { BLAS.threads = threads }
    let results = try [1, 2, 1].map { count in
      BLAS.threads = count
      return try PCA(latent: 9, route: .krylov).fitted(to: x)
    }
    #expect(results[0].components == results[1].components && results[0].components == results[2].components)
    #expect(results[0].explainedVariance == results[1].explainedVariance)
  }

  // MARK: - When

  /// Where three blocks do not fit, and for a fraction of the variance, the dense route of the shape.
  @Test func denseInstead() throws {
    let x: Matrix<Float> = Self.planted(60, 50, (0..<50).map { pow(0.9, Double($0)) }, seed: 23)
    for k in [10, 30, 50] {
      let pca = try PCA(latent: k, route: .krylov).fitted(to: x)
      #expect(pca.convergence == nil)
      #expect(try pca.components == PCA(latent: k).fitted(to: x).components)
    }
    #expect(try PCA(explaining: 0.5, route: .krylov).fitted(to: x).convergence == nil)
    #expect(try PCA(latent: 8, route: .krylov).fitted(to: x).convergence != nil)
  }

  @Test func refusals() throws {
    for x in [Matrix<Float>(rows: 1, columns: 100), Matrix<Float>.random(1, 100, seed: 1)] {
      expectError(EigencoderError.invalidData, containing: "at least 2 rows, got 1") {
        _ = try PCA(latent: 1, route: .krylov).fitted(to: x)
      }
      expectError(EigencoderError.invalidData, containing: "at least 2 rows, got 1") {
        let _: PrincipalComponents<Float> = try PCA(latent: 1, route: .krylov).fitted(
          toRowsOf: { try Self.reader(x) })
      }
    }
    var x = Matrix<Double>.random(90, 80, seed: 25)
    x[40, 7] = .nan
    expectError(EigencoderError.invalidData, containing: "row 41") {
      _ = try PCA(latent: 2, route: .krylov).fitted(to: x)
    }
    // Text tells the number of rows at its end only.
    let text = "1,2,3\n"
    expectError(EigencoderError.invalidData, containing: "at least 2 rows, got 1") {
      let _: PrincipalComponents<Float> = try PCA(latent: 1, route: .krylov).fitted(
        toRowsOf: { try RowReader(bytes: Array(text.utf8), name: "x.csv") })
    }
    // A file that grows while it is read.
    var count = 90
    expectError(EigencoderError.invalidData, containing: "the data changed while they were read") {
      let _: PrincipalComponents<Float> = try PCA(latent: 2, route: .krylov).fitted(
        toRowsOf: {
          count += 1
          return try Self.reader(Matrix<Float>.random(count, 80, seed: 26))
        })
    }
  }

  /// Wide by the account of flops: passes in the fit and in the certificate, which has no whole spectrum.
  @Test func automatic() throws {
    let choice = { (k: Int, n: Int, d: Int) in
      PCA(latent: k).krylovChoice(rows: n, columns: d, of: Float.self)
    }
    #expect(
      choice(256, 20_000, 3_072) == nil && choice(50, 60_000, 784) == nil && choice(8, 1_797, 64) == nil)
    #expect(choice(50, 20_000, 20_000) == 50 && choice(50, 200_000, 20_000) == 50)
    #expect(choice(50, 1_000, 100_000) == nil)
    #expect(
      PCA(latent: 50, route: .covariance).krylovChoice(rows: 20_000, columns: 20_000, of: Float.self) == nil)
  }

  /// The certificate by passes agrees with the dense one, and refuses what that refuses.
  @Test func certificate() throws {
    let x: Matrix<Float> = Self.planted(300, 150, (0..<60).map { pow(0.9, Double($0)) }, seed: 27, mean: 2)
    let pca = try PCA(latent: 5, route: .krylov).fitted(to: x)
    let passes = try PCACertificate(of: pca, byPasses: CovariancePasses(x), count: 6)
    let dense = try PCACertificate(of: pca, on: x)
    #expect(
      passes.passes && dense.passes && passes.convergence?.isReached == true && dense.convergence == nil)
    #expect(passes.effectiveRank == nil && dense.effectiveRank != nil && passes.fit == pca.convergence)
    expectClose(
      passes.components.map(\.variance), dense.components.map(\.variance), within: 1e-10, "variances")
    expectClose(
      passes.components.map(\.relativeGap), dense.components.map(\.relativeGap), within: 1e-9, "gaps")
    expectClose(
      [passes.errorPerSample, passes.leastErrorPerSample], [dense.errorPerSample, dense.leastErrorPerSample],
      within: 1e-11)
    let other = try PCA(latent: 5).fitted(to: x.rows(0..<200))
    let refused = try PCACertificate(of: other, byPasses: CovariancePasses(x), count: 6)
    #expect(!refused.passes && !refused.residual.passes && !refused.subspaceAngle.passes)
    #expect(!refused.rows.areThoseFitted && !refused.excessError.passes)
  }
}
