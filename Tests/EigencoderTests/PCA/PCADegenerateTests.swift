import Eigencoder
import Testing

/// Data at the edges: few rows, no variance, extreme scales, means far from zero, and requests that cannot be met.
@Suite struct PCADegenerateTests {
  private func expectSound<T: Scalar>(
    _ pca: PrincipalComponents<T>, _ x: Matrix<T>, rank: Int, within tolerance: Double, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let k = pca.latent
    expectClose(
      pca.components.times(pca.components, otherTransposed: true), .identity(k), within: 1e-12,
      "P P' \(what)",
      sourceLocation: sourceLocation)
    #expect(
      pca.explainedVariance.allSatisfy { $0 >= 0 && $0.isFinite }, "\(what)", sourceLocation: sourceLocation)
    #expect(
      pca.noiseVariance >= 0 && pca.noiseVariance.isFinite && pca.totalVariance.isFinite, "\(what)",
      sourceLocation: sourceLocation)
    let largest = pca.explainedVariance[0]
    for i in rank..<max(rank, k) {
      #expect(
        pca.explainedVariance[i] <= max(tolerance * largest, 1e-20), "variance \(i) of rank \(rank) \(what)",
        sourceLocation: sourceLocation)
    }
    if k >= rank {
      let scale = x.elements.reduce(0.0) { max($0, Double($1.magnitude)) }
      expectClose(
        pca.reconstruct(x), x, within: 4 * tolerance, scale: scale, "reconstruction \(what)",
        sourceLocation: sourceLocation)
    }
  }

  private func tolerance<T: Scalar>(_: T.Type) -> Double { 40 * Double(T.ulpOfOne) }

  /// Two points: one direction, their difference, with half its square as the variance.
  @Test(arguments: PCA.Route.allCases, [1, 2, 3, 50]) func twoRows(_ route: PCA.Route, _ d: Int) throws {
    func check<T: Scalar>(_: T.Type) throws {
      let x = Matrix<T>.random(2, d, seed: 1, mean: 2)
      for k in 1...min(2, d) {
        let pca = try PCA(latent: k, route: route).fitted(to: x)
        expectSound(pca, x, rank: 1, within: tolerance(T.self))
        let difference = (0..<d).map { Double(x[0, $0]) - Double(x[1, $0]) }
        expectClose(pca.explainedVariance[0], inner(difference, difference) / 2, within: tolerance(T.self))
        expectClose(
          inner(pca.components.row(0), difference).magnitude, inner(difference, difference).squareRoot(),
          within: tolerance(T.self))
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// One direction with 10^4 times the deviation of the others, across all columns: products of f32 lose the others.
  @Test(arguments: PCA.Route.allCases, [9, 300]) func dominantDirection(_ route: PCA.Route, _ rows: Int)
    throws
  {
    let d = 12
    var small = Matrix<Double>.random(rows, d, seed: 3)
    for i in 0..<rows {
      for j in 0..<d { small[i, j] *= [1e4, 1, 0.5][min(j, 2)] / Double(1 + j / 3) }
    }
    let basis = try SingularValues(of: .random(d, d, seed: 4)).left
    let x = (small * basis).converted(to: Float.self)
    let wide = x.converted(to: Double.self)
    for k in [1, 2, 5] {
      let pca = try PCA(latent: k, route: route).fitted(to: x)
      let exact = try PCA(latent: k, route: .svd).fitted(to: wide)
      for j in 0..<k {
        expectClose(
          pca.explainedVariance[j], exact.explainedVariance[j], within: 1e-5, "variance \(j) of \(k)")
      }
      expectClose(pca.noiseVariance, exact.noiseVariance, within: 1e-5, "noise, \(k)")
      let lost = try ReconstructionMetrics(
        of: PrincipalComponents<Double>(
          sampleCount: rows, mean: pca.mean, components: pca.components,
          explainedVariance: pca.explainedVariance, totalVariance: pca.totalVariance,
          noiseVariance: pca.noiseVariance), on: wide, trainingMean: pca.mean)
      let least = try ReconstructionMetrics(of: exact, on: wide, trainingMean: exact.mean)
      expectClose(lost.ssePerSample, least.ssePerSample, within: 1e-5, "error, \(k)")
    }
  }

  @Test(arguments: PCA.Route.allCases) func oneColumn(_ route: PCA.Route) throws {
    func check<T: Scalar>(_: T.Type) throws {
      let x = Matrix<T>([[1], [2], [6]])
      let pca = try PCA(latent: 1, route: route).fitted(to: x)
      #expect(pca.components == Matrix([[1]]))
      expectClose(pca.explainedVariance, [7], within: 1e-14)
      expectClose(pca.mean, [3], within: 1e-15)
      #expect(pca.noiseVariance == 0)
      expectClose(pca.encode(x), Matrix<T>([[-2], [-1], [3]]), within: tolerance(T.self))
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// As many components as rows, or more than the rank: the rest are orthonormal directions without variance.
  @Test(arguments: PCA.Route.allCases, [(10, 10), (12, 13), (20, 21), (30, 31), (6, 100), (100, 6)])
  func moreThanTheRank(_ route: PCA.Route, _ shape: (Int, Int)) throws {
    func check<T: Scalar>(_: T.Type) throws {
      let (n, d) = shape
      for seed in 0..<4 as Range<UInt64> {
        let full: Matrix<T> = correlated(n, d, seed: seed)
        for k in Set([min(n - 1, d), min(n, d)]) {
          let pca = try PCA(latent: k, route: route).fitted(to: full)
          expectSound(pca, full, rank: min(n - 1, d), within: tolerance(T.self), "full \(shape)")
        }
        for rank in [1, 3] {
          let x =
            (Matrix<Double>.random(n, rank, seed: seed) * Matrix<Double>.random(rank, d, seed: seed + 9))
            .converted(to: T.self)
          for k in Set([rank, rank + 1, min(n, d)]) {
            let pca = try PCA(latent: k, route: route).fitted(to: x)
            expectSound(pca, x, rank: rank, within: tolerance(T.self), "rank \(rank) \(shape)")
          }
        }
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test(arguments: PCA.Route.allCases) func constantColumns(_ route: PCA.Route) throws {
    func check<T: Scalar>(_: T.Type) throws {
      for (n, d) in [(60, 6), (8, 20)] {
        var x = Matrix<T>.random(n, d, seed: 3)
        for i in 0..<n {
          x[i, 1] = T(0.1)
          x[i, 4] = T(-1e4)
        }
        let rank = min(n - 1, d - 2)
        let pca = try PCA(latent: min(n, d), route: route).fitted(to: x)
        expectSound(pca, x, rank: rank, within: tolerance(T.self))
        for i in 0..<rank {
          #expect(pca.components[i, 1].magnitude <= 1e-7 && pca.components[i, 4].magnitude <= 1e-7)
        }
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// All rows equal: no variance anywhere, codes of zero, and the row itself as the reconstruction.
  @Test(arguments: PCA.Route.allCases, [0.0, 0.1, -7e5, 1e-30]) func equalRows(
    _ route: PCA.Route, _ value: Double
  ) throws {
    func check<T: Scalar>(_: T.Type) throws {
      for (n, d) in [(2, 2), (300, 4), (1000, 3), (4, 30)] {
        let x = Matrix<T>(rows: n, columns: d, repeating: T(value))
        for k in [1, 2] {
          let pca = try PCA(latent: k, route: route).fitted(to: x)
          let what = "\(n) x \(d) k \(k)"
          expectSound(pca, x, rank: 0, within: tolerance(T.self), what)
          #expect(pca.totalVariance <= 1e-26 * value * value, "\(what)")
          #expect(
            pca.encode(x).elements.allSatisfy { Double($0.magnitude) <= 1e-12 * abs(value) }, "codes \(what)")
        }
        let some = try PCA(explaining: 0.9, route: route).fitted(to: x)
        #expect(some.latent >= 1 && some.latent <= min(n, d))
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// Every row three times: the same components and n - 1 in the denominator.
  @Test(arguments: PCA.Route.allCases) func duplicateRows(_ route: PCA.Route) throws {
    func check<T: Scalar>(_: T.Type) throws {
      for (n, d) in [(40, 5), (6, 30)] {
        let x = Matrix<T>.random(n, d, seed: 4)
        let tripled = x.selecting(rows: (0..<3 * n).map { $0 % n })
        let k = min(4, n - 1)
        let (once, thrice) = (
          try PCA(latent: k, route: route).fitted(to: x),
          try PCA(latent: k, route: route).fitted(to: tripled)
        )
        let factor = Double(3 * (n - 1)) / Double(3 * n - 1)
        expectClose(
          thrice.explainedVariance, once.explainedVariance.map { factor * $0 }, within: tolerance(T.self))
        expectClose(thrice.components, once.components, within: 1000 * Double(T.ulpOfOne))
        let all = try PCA(latent: min(3 * n, d), route: route).fitted(to: tripled)
        expectSound(all, tripled, rank: min(n - 1, d), within: tolerance(T.self))
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  // MARK: - Scales and means

  private func expectScaled<T: Scalar>(
    _ x: Matrix<T>, by scale: Double, _ route: PCA.Route, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let plain = try PCA(latent: 3, route: route).fitted(to: x)
    var y = x
    y.withMutableView { $0.scale(by: T(scale)) }
    let exact = Double(T(scale))
    let pca = try PCA(latent: 3, route: route).fitted(to: y)
    let close = 200 * Double(T.ulpOfOne)
    expectClose(
      pca.explainedVariance.map { $0 / exact / exact }, plain.explainedVariance, within: close,
      "\(scale) \(route)",
      sourceLocation: sourceLocation)
    expectClose(
      pca.components, plain.components, within: 100 * close, "\(scale) \(route)",
      sourceLocation: sourceLocation)
    expectClose(
      pca.reconstruct(y).elements.map { Double($0) / exact },
      plain.reconstruct(x).elements.map { Double($0) }, within: close, sourceLocation: sourceLocation)
    let white = try PCA(latent: 3, route: route, whitens: true).fitted(to: y)
    let codes = Moments(of: white.encode(y).converted(to: Double.self))
    expectClose(codes.variances, [1, 1, 1], within: 100 * close, sourceLocation: sourceLocation)
  }

  @Test(arguments: PCA.Route.allCases) func extremeScales(_ route: PCA.Route) throws {
    for (n, d) in [(100, 5), (10, 30)] {
      for scale in [1e-30, 1e-15, 1e-10, 1e10, 1e15, 1e30] {
        try expectScaled(correlated(n, d, seed: 5) as Matrix<Float>, by: scale, route)
        try expectScaled(correlated(n, d, seed: 5) as Matrix<Double>, by: scale, route)
      }
      for scale in [1e-130, 1e-100, 1e100, 1e140] {
        try expectScaled(correlated(n, d, seed: 5) as Matrix<Double>, by: scale, route)
      }
    }
  }

  /// Squares that leave the range of Double: a clean error, never a wrong answer.
  @Test(arguments: PCA.Route.allCases, [1e-200, 1e200, 1e300, 1e-300]) func outOfRange(
    _ route: PCA.Route, _ scale: Double
  ) {
    for (n, d) in [(100, 5), (10, 30)] {
      var x: Matrix<Double> = correlated(n, d, seed: 6)
      x.withMutableView { $0.scale(by: scale) }
      expectError(EigencoderError.invalidData, containing: "outside the range of double precision") {
        _ = try PCA(latent: 2, route: route).fitted(to: x)
      }
    }
  }

  /// The mean a million deviations from zero, in f64; a thousand in Float.
  @Test(arguments: PCA.Route.allCases) func largeMeans(_ route: PCA.Route) throws {
    func check<T: Scalar>(_: T.Type, _ mean: Double, _ within: Double) throws {
      for (n, d) in [(2000, 6), (20, 40)] {
        var x: Matrix<T> = correlated(n, d, seed: 7, mean: 0)
        for i in 0..<n { for j in 0..<d { x[i, j] += T(mean * (1 + Double(j % 3))) } }
        // The same rounded numbers without their mean, exactly.
        var centred = x.converted(to: Double.self)
        for i in 0..<n { for j in 0..<d { centred[i, j] -= mean * (1 + Double(j % 3)) } }
        let reference = try PCA(latent: 4, route: .svd).fitted(to: centred)
        let pca = try PCA(latent: 4, route: route).fitted(to: x)
        expectClose(pca.explainedVariance, reference.explainedVariance, within: within, "\(route) \(n)")
        expectClose(pca.components, reference.components, within: 100 * within, "\(route) \(n)")
        // The codes as well: the mean is not rounded to the precision of the data.
        let codes = pca.encode(x).converted(to: Double.self)
        expectClose(codes, reference.encode(centred), within: 100 * within, "codes \(route) \(n)")
      }
    }
    try check(Float.self, 1e3, 2e-6)
    try check(Float.self, 1e6, 2e-5)
    try check(Double.self, 1e6, 1e-12)
  }

  // MARK: - Requests that cannot be met

  @Test(arguments: PCA.Route.allCases) func errors(_ route: PCA.Route) {
    func check<T: Scalar>(_: T.Type) {
      let x = Matrix<T>.random(8, 5, seed: 8)
      for k in [0, -1] {
        expectError(EigencoderError.invalidArgument, containing: "at least 1, got \(k)") {
          _ = try PCA(latent: k, route: route).fitted(to: x)
        }
      }
      expectError(
        EigencoderError.invalidArgument,
        containing: "6 components of data with 8 rows and 5 columns: at most 5"
      ) {
        _ = try PCA(latent: 6, route: route).fitted(to: x)
      }
      expectError(EigencoderError.invalidArgument, containing: "at most 5") {
        _ = try PCA(latent: 6, route: route).fitted(to: x.transposed())
      }
      for fraction in [0, 1, -0.5, 2, .nan] {
        expectError(EigencoderError.invalidArgument, containing: "between 0 and 1, got \(fraction)") {
          _ = try PCA(explaining: fraction, route: route).fitted(to: x)
        }
      }
      for rows in [0, 1] {
        expectError(EigencoderError.invalidData, containing: "at least 2 rows, got \(rows)") {
          _ = try PCA(latent: 1, route: route).fitted(to: x.rows(0..<rows))
        }
      }
      expectError(EigencoderError.invalidData, containing: "at least 1 column") {
        _ = try PCA(latent: 1, route: route).fitted(to: Matrix<T>(rows: 8, columns: 0))
      }
      for (n, d) in [(40, 5), (5, 40)] {
        for bad in [T.nan, .infinity, -.infinity] {
          var y = Matrix<T>.random(n, d, seed: 9)
          y[3, 4] = bad
          y[4, 1] = bad
          expectError(
            EigencoderError.invalidData, containing: "row 4, column 5 (counted from 1) of the data is \(bad)"
          ) {
            _ = try PCA(latent: 2, route: route).fitted(to: y)
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
    expectError(EigencoderError.invalidData, containing: "at least 2 rows, got 1") {
      _ = try PCA(latent: 1).fitted(to: Moments(of: Matrix<Float>([[1, 2]])), as: Float.self)
    }
    expectError(EigencoderError.invalidArgument, containing: "at most 2") {
      _ = try PCA(latent: 3).fitted(
        to: Moments(of: Matrix<Float>([[1, 2], [3, 4], [5, 7]])), as: Float.self)
    }
    expectError(EigencoderError.invalidData, containing: "outside the range of double precision") {
      var x = Matrix<Double>.random(9, 3, seed: 10)
      x.withMutableView { $0.scale(by: 1e200) }
      _ = try PCA(latent: 2).fitted(to: Moments(of: x), as: Double.self)
    }
  }
}
