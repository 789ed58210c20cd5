import Eigencoder
import Testing

/// Data whose answer is known.
@Suite struct ComponentSelectionTests {
  /// n rows of `rank` factors of standard deviation 3 in d columns of white noise, far from the origin.
  static func factors<T: Scalar>(_ n: Int, _ d: Int, rank: Int, seed: UInt64, _ type: T.Type = T.self)
    -> Matrix<
      T
    >
  {
    let axes = Matrix<Double>.random(rank, d, seed: seed + 1, deviation: 3 / Double(d).squareRoot())
    var x = Matrix<Double>.random(n, rank, seed: seed + 2) * axes
    let noise = Matrix<Double>.random(n, d, seed: seed + 3, mean: 2, deviation: 0.5)
    x = Matrix(rows: n, columns: d, zip(x.elements, noise.elements).map { $0 + $1 })
    return x.converted(to: T.self)
  }

  @Test(arguments: [1, 3, 6]) func factorsAreFound(_ rank: Int) throws {
    try factorsAreFound(rank, Float.self)
    try factorsAreFound(rank, Double.self)
  }

  private func factorsAreFound<T: Scalar>(_ rank: Int, _ type: T.Type) throws {
    let x: Matrix<T> = Self.factors(1000, 24, rank: rank, seed: 20)
    let selection = try ComponentSelection(of: x)
    #expect(selection.rules.map(\.rule) == ComponentSelection.Rule.allCases.filter { $0 != .recall })
    for rule in [ComponentSelection.Rule.minka, .heldOutLikelihood, .parallelAnalysis, .hardThreshold] {
      #expect(selection[rule]?.latent == rank, "\(T.self) \(rule)")
    }
    // The noise holds more than 5 % of the variance: the share alone would take some of it too.
    #expect(try #require(selection[.variance]?.latent) > rank)
    #expect(selection.recommendation.latent == rank)
    #expect(selection.recommendation.rule == .heldOutLikelihood)
    #expect(selection[.minka]?.bytesPerVector == rank * MemoryLayout<T>.size)
    #expect(
      selection.train == 800 && selection.heldOut == 200 && selection.columns == 24 && selection.rank == 24)
  }

  /// Without noise the likelihood has no bound at the rank: the last component is not useless.
  @Test(arguments: [2, 3, 5]) func factorsWithoutNoise(_ rank: Int) throws {
    try factorsWithoutNoise(rank, Float.self)
    try factorsWithoutNoise(rank, Double.self)
  }

  private func factorsWithoutNoise<T: Scalar>(_ rank: Int, _ type: T.Type) throws {
    // Equal variances: one component fewer loses 1 / rank of it.
    var axes = Matrix<Double>(rows: rank, columns: 12)
    for i in 0..<rank { (axes[i, 2 * i], axes[i, 2 * i + 1]) = (2, -1) }
    let x = (Matrix<Double>.random(300, rank, seed: 90) * axes).converted(to: T.self)
    let recommendation = try ComponentSelection(of: x).recommendation
    #expect(recommendation.latent == rank, "\(T.self)")
    #expect(recommendation.rule == .variance, "\(T.self)")
  }

  /// More columns than rows: the routes through the Gram matrix of the rows.
  @Test func factorsOfWideData() throws {
    let x: Matrix<Double> = Self.factors(100, 150, rank: 3, seed: 30)
    let selection = try ComponentSelection(of: x, settings: .init(holdOut: 0.2, seed: 4))
    #expect(selection[.parallelAnalysis]?.latent == 3)
    #expect(selection[.heldOutLikelihood]?.latent == 3)
    #expect(selection[.minka]?.latent == nil)
    #expect(selection[.minka]?.note == "needs as many training rows as columns")
    #expect(selection.rank == 79)
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func whiteNoiseHasNone(_ seed: UInt64) throws {
    let selection = try ComponentSelection(
      of: Matrix<Float>.random(600, 20, seed: 40 + seed), settings: .init(permutations: 100, seed: seed))
    #expect(selection[.parallelAnalysis]?.latent == 0)
    #expect(selection[.parallelAnalysis]?.varianceKept == 0)
    #expect(selection[.parallelAnalysis]?.note.hasPrefix("no component exceeds") == true)
    #expect(selection[.heldOutLikelihood]?.latent == 0)
    #expect(selection[.hardThreshold]?.latent == 0)
    #expect(selection.recommendation.latent == nil)
    #expect(selection.recommendation.reason.hasPrefix("nothing to shorten: no component stands out"))
    // The same where the other rules are not asked.
    let few = try ComponentSelection(
      of: Matrix<Float>.random(600, 20, seed: 40 + seed), settings: .init(permutations: 100, seed: seed),
      rules: [])
    #expect(few.recommendation == selection.recommendation)
  }

  /// The rate of what white noise seems to have, and the reason for standard errors: the largest likelihood
  /// alone finds components in about a tenth.
  @Test func chanceOfTheLikelihood() throws {
    var (best, fewest) = (0, 0)
    for seed in 0..<100 as Range<UInt64> {
      let (train, heldOut) = try Matrix<Double>.random(600, 20, seed: 1000 + seed).split(
        holdOut: 0.2, seed: seed)
      let likelihood = try HeldOutLikelihood(train: train, heldOut: heldOut)
      if likelihood.best != 0 { best += 1 }
      if likelihood.fewest != 0 { fewest += 1 }
    }
    #expect(fewest <= 2 && best > fewest, "\(best), \(fewest)")
  }

  /// The standard error is that of the differences of `logLikelihoods(of:)`, row by row.
  @Test func standardErrors() throws {
    let x: Matrix<Double> = Self.factors(120, 8, rank: 3, seed: 70)
    let (train, heldOut) = (x.rows(0..<80), x.rows(80..<120))
    let likelihood = try HeldOutLikelihood(train: train, heldOut: heldOut)
    let rows = try (1...8).map { try PCA(latent: $0).fitted(to: train).logLikelihoods(of: heldOut) }
    let best = try #require(likelihood.best)
    for k in 1...8 {
      expectClose(try #require(likelihood.logLikelihood[k]), rows[k - 1].reduce(0, +) / 40, within: 1e-12)
      let difference = zip(rows[k - 1], rows[best - 1]).map { $0 - $1 }
      let mean = difference.reduce(0, +) / 40
      let variance = difference.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39
      #expect(abs(try #require(likelihood.standardError[k]) - (variance / 40).squareRoot()) < 1e-12)
    }
    let one = try HeldOutLikelihood(train: train, heldOut: heldOut.rows(0..<1))
    #expect(one.standardError.allSatisfy { $0 == nil } && one.fewest == one.best)
  }

  /// All numbers of a verdict from the fit and the held-out rows themselves.
  @Test func verdictsOfTheDigits() throws {
    let digits: Matrix<Double> = try Fixture.digits()
    let selection = try ComponentSelection(of: digits, settings: .init(seed: 1))
    let (train, heldOut) = try digits.split(holdOut: 0.2, seed: 1)
    #expect(selection[.variance]?.latent == (try PCA(explaining: 0.95).fitted(to: train).latent))
    for verdict in selection.rules {
      let k = try #require(verdict.latent)
      let pca = try PCA(latent: k).fitted(to: train)
      expectClose(try #require(verdict.varianceKept), pca.explainedVarianceRatio.reduce(0, +), within: 1e-12)
      let metrics = try ReconstructionMetrics(of: pca, on: heldOut, trainingMean: pca.mean)
      expectClose(try #require(verdict.heldOutR2), try #require(metrics.r2), within: 1e-12, "\(verdict.rule)")
    }
    #expect(selection.recommendation.latent == selection[.variance]?.latent)
    #expect(selection.recommendation.rule == .variance)
    // The same seed, the same selection; nothing else decides.
    #expect(try ComponentSelection(of: digits, settings: .init(seed: 1)) == selection)
    let few = try ComponentSelection(of: digits, settings: .init(seed: 1), rules: [])
    #expect(few.rules.map(\.rule) == [.variance, .heldOutLikelihood])
    #expect(few.recommendation == selection.recommendation)
  }

  /// k reaches the target and k - 1 does not, by neighbours counted one by one from the codes as they are fitted.
  @Test(arguments: [0.6, 0.9]) func recall(_ target: Double) throws {
    let x: Matrix<Double> = Self.factors(400, 16, rank: 12, seed: 50)
    let selection = try ComponentSelection(of: x, settings: .init(recall: target, holdOut: 0.25, seed: 3))
    let k = try #require(selection[.recall]?.latent)
    #expect(selection.recommendation.latent == k && selection.recommendation.rule == .recall)
    let (train, heldOut) = try x.split(holdOut: 0.25, seed: 3)
    func measured(_ k: Int, keepsMean: Bool) throws -> Double {
      guard k > 0 else { return 0 }
      // Those of the held-out rows among all rows, the training rows too.
      let all = Matrix(rows: 400, columns: 16, heldOut.elements + train.elements)
      let codes = try PCA(latent: k, keepsMean: keepsMean).fitted(to: train).encode(all)
      let (a, b) = (nearest(all).prefix(100), nearest(codes).prefix(100))
      return Double(zip(a, b).reduce(0) { $0 + $1.0.intersection($1.1).count }) / Double(10 * heldOut.rows)
    }
    let kept = try #require(selection[.recall]?.keepsMean as Bool?)
    #expect(selection.recommendation.keepsMean == kept)
    #expect(try measured(k, keepsMean: kept) >= target)
    #expect(try measured(k - 1, keepsMean: true) < target)
    #expect(try measured(k - 1, keepsMean: false) < target)
    let found = fixed(try measured(k, keepsMean: kept))
    #expect(
      selection[.recall]?.note.hasPrefix(
        "recall@10 \(found) of 100 held-out rows among 400 by the cosine of the codes, ")
        == true)
  }

  private func fixed(_ value: Double) -> String { value.fixed(3) }

  /// The 10 nearest other rows by cosine.
  private func nearest(_ x: Matrix<Double>) -> [Set<Int>] {
    (0..<x.rows).map { i in
      func cosine(_ j: Int) -> Double {
        let (a, b) = (x.row(i), x.row(j))
        return inner(a, b) / (inner(a, a) * inner(b, b)).squareRoot()
      }
      let order = (0..<x.rows).filter { $0 != i }.map { ($0, cosine($0)) }.sorted { $0.1 > $1.1 }
      return Set(order.prefix(10).map(\.0))
    }
  }

  /// Directions in which the training rows are constant cannot come back.
  @Test func recallOutOfReach() throws {
    var x = Matrix<Double>.random(100, 6, seed: 60)
    let heldOut = try HoldOut(count: 100, fraction: 0.3, seed: 1).test
    for i in 0..<100 where !heldOut.contains(i) {
      for j in 2..<6 { x[i, j] = 0 }
    }
    let selection = try ComponentSelection(of: x, settings: .init(recall: 0.95, holdOut: 0.3, seed: 1))
    #expect(selection[.recall]?.latent == nil)
    #expect(selection[.recall]?.note.hasPrefix("no k reaches 0.95: all 2 components keep 0.") == true)
    #expect(selection.recommendation.latent == nil)
    #expect(selection.rank == 2)
    #expect(selection[.hardThreshold]?.latent == nil)
  }

  /// Units change nothing, even where squares leave the range of Float; nor does one column show more than
  /// itself.
  @Test func scales() throws {
    let x: Matrix<Float> = Self.factors(300, 10, rank: 2, seed: 80)
    let plain = try ComponentSelection(of: x)
    // Not 2: a strong first factor spreads over the columns, and so over the second place by chance.
    #expect(plain[.parallelAnalysis]?.latent == 1)
    #expect(plain[.heldOutLikelihood]?.latent == 2)
    for scale in [0x1p-80, 0x1p80] as [Float] {
      let scaled = try ComponentSelection(
        of: Matrix(rows: x.rows, columns: x.columns, x.elements.map { $0 * scale }))
      #expect(scaled.rules.map(\.latent) == plain.rules.map(\.latent), "\(scale)")
      #expect(scaled.recommendation == plain.recommendation)
    }
    for seed in 0..<20 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let column = Matrix<Float>.random(50, 1, seed: 90 + seed, mean: 3)
      #expect(try ParallelAnalysis(of: column, permutations: 3, using: &generator).components == 0)
    }
  }

  /// Laplace's method does not apply to variances that agree.
  @Test func evidenceOfEqualVariances() {
    let minka = MinkaEvidence(variances: [5, 3, 3, 1, 0.5], samples: 100, noiseFloor: 1e-12)
    #expect(minka.logEvidence.map { $0 == nil } == [false, true, true, true])
    #expect(minka.best == 1)
    #expect(MinkaEvidence(variances: [2], samples: 9).logEvidence.isEmpty)
    #expect(MinkaEvidence(variances: [2, 1], samples: 9, noiseFloor: 3).best == nil)
  }

  @Test func errors() throws {
    let x = Matrix<Float>.random(10, 3, seed: 1)
    func choose(_ x: Matrix<Float>, _ settings: ComponentSelection.Settings = .init()) throws {
      _ = try ComponentSelection(of: x, settings: settings)
    }
    expectError(EigencoderError.invalidArgument, containing: "between 0 and 1, got 1.0") {
      try choose(x, .init(variance: 1))
    }
    expectError(EigencoderError.invalidArgument, containing: "recall above 0 and up to 1, got 1.5") {
      try choose(x, .init(recall: 1.5))
    }
    expectError(EigencoderError.invalidArgument, containing: "between 0 and 1, got 0.0") {
      try choose(x, .init(holdOut: 0))
    }
    expectError(EigencoderError.invalidArgument, containing: "at least 1 permutation, got 0") {
      try choose(x, .init(permutations: 0))
    }
    expectError(EigencoderError.invalidData, containing: "at least 21 held-out rows") {
      try choose(x, .init(recall: 0.9))
    }
    expectError(EigencoderError.invalidData, containing: "at least 3 rows") { try choose(x.rows(0..<2)) }
    expectError(EigencoderError.invalidData, containing: "at least 1 column") {
      try choose(Matrix(rows: 5, columns: 0))
    }
    expectError(EigencoderError.invalidData, containing: "that are equal to rounding") {
      try choose(Matrix(rows: 5, columns: 2, repeating: 0.1))
    }
    var damaged = x
    damaged[4, 1] = .nan
    expectError(EigencoderError.invalidData, containing: "row 5, column 2") { try choose(damaged) }
    expectError(EigencoderError.invalidData, containing: "held-out rows of 3 columns, got 2") {
      _ = try HeldOutLikelihood(train: x, heldOut: Matrix(rows: 2, columns: 2))
    }
  }

  /// The evidence tells the same number in any unit.
  @Test(arguments: [-480, -300, -270, 260, 480]) func evidenceHasNoUnit(_ exponent: Int) throws {
    let variances = [9, 7, 4, 1.2, 1.1, 1, 0.9, 0.8]
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    let plain = MinkaEvidence(variances: variances, samples: 300)
    let scaled = MinkaEvidence(variances: variances.map { $0 * unit * unit }, samples: 300)
    #expect(plain.best == 3 && scaled.best == 3)
    let shifts = zip(plain.logEvidence, scaled.logEvidence).map { $1! - $0! }
    expectClose(shifts, shifts.map { _ in shifts[0] }, within: 1e-9)
  }
}

/// The rules on a file are those on the same rows in memory.
@Suite struct FileSelectionTests {
  @Test(arguments: [(600, 24), (20, 60)]) func sameRules(_ n: Int, _ d: Int) throws {
    try check(ComponentSelectionTests.factors(n, d, rank: 3, seed: 7, Float.self))
    try check(ComponentSelectionTests.factors(n, d, rank: 3, seed: 7, Double.self))
  }

  private func check<T: Scalar>(_ x: Matrix<T>) throws {
    let stored = try FileOfRows(x)
    var settings = ComponentSelection.Settings()
    if x.rows > 200 { settings.recall = 0.8 }
    let expected = try ComponentSelection(of: x, settings: settings)
    let selection = try ComponentSelection(ofRowsOf: stored.rows(), as: T.self, settings: settings)
    #expect(selection.train == expected.train && selection.heldOut == expected.heldOut)
    #expect(selection.rank == expected.rank)
    #expect(selection.recommendation == expected.recommendation)
    for (a, b) in zip(selection.rules, expected.rules) {
      #expect(a.rule == b.rule && a.latent == b.latent && a.note == b.note, "\(T.self)")
    }
  }

  @Test func tooFewRows() throws {
    let stored = try FileOfRows(Matrix<Float>([[1, 2], [3, 4]]))
    #expect {
      try ComponentSelection(ofRowsOf: stored.rows(), as: Float.self)
    } throws: {
      "\($0)".contains("expected at least 3 rows")
    }
  }
}
