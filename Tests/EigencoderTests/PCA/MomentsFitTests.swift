import Eigencoder
import Foundation
import Testing

/// What is fitted to moments against what is fitted to the rows.
@Suite struct MomentsFitTests {
  private func data<T: Scalar>(_: T.Type) throws -> Matrix<T> { try Fixture.digits(T.self) }

  private func file<T: Scalar>(_ x: Matrix<T>, products: Precision? = nil) throws -> MomentsFile {
    let cut = x.rows / 3
    return try MomentsFile(merging: [
      MomentsFile(of: x.rows(cut..<x.rows), products: products),
      MomentsFile(of: x.rows(0..<cut), products: products),
    ])
  }

  @Test func principalComponents() throws {
    func check<T: Scalar>(_: T.Type, _ products: Precision) throws {
      let x = try data(T.self)
      let expected = try PCA(latent: 12).fitted(to: x)
      let pca = try PCA(latent: 12).fitted(to: file(x, products: products), as: T.self)
      let tolerance = products == .f32 ? 1e-6 : 1e-12
      #expect(pca.sampleCount == x.rows)
      expectClose(pca.mean, expected.mean, within: 1e-14)
      expectClose(
        pca.explainedVariance, expected.explainedVariance,
        within: max(tolerance, T.self == Float.self ? 1e-6 : 0))
      expectClose(
        pca.totalVariance, expected.totalVariance, within: max(tolerance, T.self == Float.self ? 1e-6 : 0))
      expectClose(pca.noiseVariance, expected.noiseVariance, within: T.self == Float.self ? 1e-4 : 1e-10)
      expectClose(pca.components, expected.components, within: T.self == Float.self ? 1e-4 : 1e-9)
      #expect(try PCACertificate(of: pca, on: x).passes)
      let explaining = try PCA(explaining: 0.9).fitted(to: file(x, products: products), as: T.self)
      #expect(explaining.latent == (try PCA(explaining: 0.9).fitted(to: x).latent))
    }
    try check(Float.self, .f32)
    try check(Float.self, .f64)
    try check(Double.self, .f64)
  }

  /// Products in f32 that do not resolve a variance are refused; those in f64 do.
  @Test func resolution() throws {
    var x = Matrix<Float>.random(500, 4, seed: 1)
    for i in 0..<500 { x[i, 3] *= 1e-4 }
    expectError(
      EigencoderError.invalidData,
      containing:
        "the variance of component 4 is below 0.000031 of the largest variance, which products in f32 do not resolve: make the parts with --precision f64"
    ) { _ = try PCA(latent: 4).fitted(to: file(x), as: Float.self) }
    expectError(EigencoderError.invalidData, containing: "what 3 components leave is below") {
      _ = try PCA(latent: 3).fitted(to: file(x), as: Float.self)
    }
    #expect(try PCA(latent: 2).fitted(to: file(x), as: Float.self).latent == 2)
    let pca = try PCA(latent: 4).fitted(to: file(x, products: .f64), as: Float.self)
    expectClose(pca.explainedVariance[3], try PCA(latent: 4).fitted(to: x).explainedVariance[3], within: 1e-9)
    #expect(try PCACertificate(of: pca, on: x).passes)
    expectError(EigencoderError.invalidData, containing: "the variance of component 4") {
      _ = try PCACertificate(of: pca, on: file(x))
    }
    // Below what f64 resolves.
    var y = Matrix<Double>.random(500, 3, seed: 2)
    for i in 0..<500 { y[i, 2] *= 1e-9 }
    expectError(EigencoderError.invalidData, containing: "this takes the rows themselves (--data)") {
      _ = try PCA(latent: 3).fitted(to: file(y), as: Double.self)
    }
    #expect(try PCA(latent: 2).fitted(to: file(y), as: Double.self).noiseVariance < 1e-15)
  }

  /// Constant columns have no variance, exactly; equal rows none at all; fewer rows than columns n - 1.
  @Test func degenerate() throws {
    func check<T: Scalar>(_: T.Type) throws {
      var x = Matrix<T>.random(40, 5, seed: 3)
      for i in 0..<40 { x[i, 2] = 7 }
      let pca = try PCA(latent: 5).fitted(to: file(x), as: T.self)
      #expect(pca.explainedVariance[4] <= 1e-6 * pca.explainedVariance[0])
      let equal = Matrix<T>(rows: 9, columns: 3, [T](repeating: 0.1, count: 27))
      let none = try file(equal)
      #expect(none.rowsAreEqual)
      #expect(try PCA(latent: 2).fitted(to: none, as: T.self).totalVariance < 1e-20)
      expectError(EigencoderError.invalidData, containing: "expected rows that differ, got 9") {
        _ = try ComponentSelection(of: none)
      }
      let wide = Matrix<T>.random(6, 20, seed: 4)
      let few = try PCA(latent: 5).fitted(to: file(wide), as: T.self)
      let expected = try PCA(latent: 5).fitted(to: wide)
      expectClose(
        few.explainedVariance, expected.explainedVariance, within: T.self == Float.self ? 1e-5 : 1e-12)
      expectClose(
        [few.noiseVariance], [expected.noiseVariance], within: 1e-12, scale: few.explainedVariance[0], "noise"
      )
      expectError(
        EigencoderError.invalidArgument, containing: "7 components of data with 6 rows and 20 columns"
      ) {
        _ = try PCA(latent: 7).fitted(to: file(wide), as: T.self)
      }
      expectError(EigencoderError.invalidData, containing: "PCA needs at least 2 rows, got 1") {
        _ = try PCA(latent: 1).fitted(to: MomentsFile(of: wide.rows(0..<1)), as: T.self)
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test func linearDenoiser() throws {
    func check<T: Scalar>(_: T.Type, _ products: Precision) throws {
      let x = try data(T.self)
      for corruption in [Corruption.gaussian(0.3), .masking(0.2)] {
        let denoiser = LinearDenoiser(corruption, latent: 8)
        let expected = try denoiser.fitted(to: x)
        let fitted = try denoiser.fitted(to: file(x, products: products), as: T.self)
        let tolerance = T.self == Float.self ? 1e-4 : 1e-10
        expectClose(fitted.encoderWeight, expected.encoderWeight, within: tolerance)
        expectClose(fitted.expectedError, expected.expectedError, within: tolerance)
        #expect(fitted.corruption == expected.corruption && fitted.ridge == expected.ridge)
      }
    }
    try check(Float.self, .f32)
    try check(Float.self, .f64)
    try check(Double.self, .f64)
  }

  /// The errors in closed form are those of the rows; of other rows than those of the fit, too.
  @Test func errors() throws {
    func check<T: Scalar>(_: T.Type) throws {
      let x = try data(T.self)
      let (train, test) = try x.split(holdOut: 0.3, seed: 2)
      let pca = try PCA(latent: 8).fitted(to: train)
      let denoiser = try LinearDenoiser(.masking(0.2), latent: 8).fitted(to: train)
      let tolerance = T.self == Float.self ? 2e-5 : 1e-12
      for rows in [train, test] {
        let file = try file(rows)
        for (errors, reducer) in [
          (MomentErrors(of: pca, on: file), pca as any Reducer<T>),
          (MomentErrors(of: denoiser, on: file), denoiser),
        ] {
          let metrics = try ReconstructionMetrics(of: reducer, on: rows, trainingMean: file.moments.mean)
          expectClose(errors.ssePerSample, metrics.ssePerSample, within: tolerance)
          expectClose(errors.msePerElement, metrics.msePerElement, within: tolerance)
          expectClose(try #require(errors.r2), try #require(metrics.r2), within: tolerance)
          expectClose(
            try #require(errors.relativeFrobenius), try #require(metrics.relativeFrobenius), within: tolerance
          )
          expectClose(errors.contraction, metrics.contraction, within: tolerance)
          expectClose(try #require(errors.psnr), try #require(metrics.psnr), within: tolerance)
          #expect(errors.psnrPeak == metrics.psnrPeak)
        }
      }
      let error = MomentErrors(of: pca, on: try file(train))
      let least = pca.noiseVariance * Double(64 - 8) * Double(train.rows - 1) / Double(train.rows)
      expectClose(error.ssePerSample, least, within: tolerance, "the discarded variances")
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// The certificate on moments is that on the rows, to rounding; it finds what is not their PCA.
  @Test func certificate() throws {
    func check<T: Scalar>(_: T.Type) throws {
      let x = try data(T.self)
      let pca = try PCA(latent: 10).fitted(to: x)
      let (moments, rows) = try (
        PCACertificate(of: pca, on: file(x, products: .f64)), PCACertificate(of: pca, on: x)
      )
      #expect(moments.passes && rows.passes && moments.rows.areThoseFitted)
      expectClose(moments.components.map(\.variance), rows.components.map(\.variance), within: 1e-12)
      expectClose(moments.errorPerSample, rows.errorPerSample, within: 1e-10)
      expectClose(moments.leastErrorPerSample, rows.leastErrorPerSample, within: 1e-10)
      expectClose(try #require(moments.effectiveRank), try #require(rows.effectiveRank), within: 1e-10)
      // The digits are numbers of `Float` in either.
      #expect(
        moments.roundoff == 0x1p-24
          && (T.self == Double.self || moments.residual.allowed == rows.residual.allowed))
      var turned = pca.components
      turned[1, 20] += 1e-3
      let damaged = PrincipalComponents<T>(
        sampleCount: pca.sampleCount, mean: pca.mean, components: turned,
        explainedVariance: pca.explainedVariance, totalVariance: pca.totalVariance,
        noiseVariance: pca.noiseVariance)
      #expect(!(try PCACertificate(of: damaged, on: file(x, products: .f64)).residual.passes))
      #expect(!(try PCACertificate(of: pca, on: file(x.rows(0..<900), products: .f64)).passes))
      expectError(
        EigencoderError.invalidData, containing: "expected data of 64 columns, as the model takes, got 3"
      ) {
        _ = try PCACertificate(of: pca, on: MomentsFile(of: Matrix<T>.random(90, 3, seed: 1)))
      }
    }
    try check(Float.self)
    try check(Double.self)
    // Products in f32 are a measure to their rounding.
    let x = try data(Float.self)
    let single = try PCACertificate(of: PCA(latent: 10).fitted(to: x), on: file(x))
    #expect(single.passes && single.roundoff == 0x1p-24)
  }

  /// The rules that ask the spectrum answer as they do of the rows that were fitted there.
  @Test func choice() throws {
    func check<T: Scalar>(_: T.Type) throws {
      let x = try data(T.self)
      let (train, _) = try x.split(holdOut: 0.2, seed: 1)
      let rows = try ComponentSelection(of: x, settings: .init(permutations: 1))
      let moments = try ComponentSelection(of: file(train, products: .f64))
      for rule in [ComponentSelection.Rule.variance, .minka, .hardThreshold] {
        #expect(moments[rule]?.latent == rows[rule]?.latent && moments[rule]?.note == rows[rule]?.note)
        #expect(moments[rule]?.bytesPerVector == rows[rule]?.bytesPerVector || T.self == Double.self)
      }
      for rule in [ComponentSelection.Rule.heldOutLikelihood, .parallelAnalysis] {
        #expect(moments[rule]?.latent == nil && moments[rule]?.note.hasPrefix("needs the rows") == true)
      }
      #expect(moments[.recall] == nil && moments.heldOut == 0 && moments.train == train.rows)
      #expect(moments.recommendation.latent == moments[.variance]?.latent)
      #expect(moments.recommendation.rule == .variance)
      let recall = try ComponentSelection(of: file(x), settings: .init(recall: 0.9))
      #expect(recall.recommendation.latent == nil && recall.recommendation.rule == .recall)
      #expect(recall[.recall]?.latent == nil)
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// A choice from products in f32 is one that they can fit.
  @Test func choiceThatIsNotResolved() throws {
    var x = Matrix<Float>.random(500, 4, seed: 1)
    for i in 0..<500 { x[i, 3] *= 1e-4 }
    let selection = try ComponentSelection(of: file(x), settings: .init(variance: 0.99))
    #expect(selection.recommendation.latent == nil)
    #expect(selection.recommendation.reason.hasSuffix("make the parts with --precision f64"))
    #expect(
      try ComponentSelection(of: file(x, products: .f64), settings: .init(variance: 0.99)).recommendation
        .latent == 3)
  }

  /// A method resolves its defaults from moments as from rows, and says when it needs the rows.
  @Test func methods() throws {
    let x = try data(Float.self)
    let moments = try file(x)
    let denoiser: FittedMethod<Float> = try Method.linearDenoising(latent: 4).fitted(to: moments)
    #expect(denoiser.resolved.settings == (try Method.linearDenoising(latent: 4).resolved(for: x).settings))
    let pca: FittedMethod<Float> = try Method.pca(latent: 4).fitted(to: moments)
    #expect(MomentErrors(of: pca, on: moments) != nil)
    expectError(
      EigencoderError.invalidArgument,
      containing: "autoencoder is fitted to rows: of moments, pca and linear-denoising are"
    ) { _ = try Method.autoencoder(latent: 4).fitted(to: moments, as: Float.self) }
    let input = ModelInput(of: moments)
    #expect(input.precision == .f32 && input.scale == 1 && input.columns == nil)
    expectClose(input.totalVariance, moments.moments.variances.reduce(0, +), within: 1e-15)
  }
}
