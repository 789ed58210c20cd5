import Eigencoder
import Testing

/// Against scikit-learn, numpy and scipy (Fixtures/README.md, selection_golden).
@Suite struct ComponentSelectionGoldenTests {
  private static func rows<T: Scalar>(_ name: String, _ type: T.Type) throws -> (
    golden: SafeTensors, train: Matrix<T>, heldOut: Matrix<T>
  ) {
    let golden = try Fixture.golden("selection")
    guard name == "digits" else {
      let train: Matrix<Double> = try golden.matrix(name + ".train")
      let heldOut: Matrix<Double> = try golden.matrix(name + ".held_out")
      return (golden, train.converted(to: T.self), heldOut.converted(to: T.self))
    }
    let digits: Matrix<T> = try Fixture.digits()
    return (golden, digits.rows(0..<1400), digits.rows(1400..<digits.rows))
  }

  /// PCA(k).score of held-out rows for every k that leaves noise; the digits are exact in f32, the others
  /// rounded.
  @Test(arguments: ["digits", "factors", "wide"]) func scores(_ name: String) throws {
    try scores(name, Double.self, within: 1e-9)
    try scores(name, Float.self, within: name == "digits" ? 1e-9 : 1e-5)
  }

  private func scores<T: Scalar>(_ name: String, _ type: T.Type, within tolerance: Double) throws {
    let (golden, train, heldOut) = try Self.rows(name, type)
    let ks = (try golden.vector(name + ".k") as [Double]).map { Int($0) }
    let expected: [Double] = try golden.vector(name + ".score")
    let likelihood = try HeldOutLikelihood(train: train, heldOut: heldOut)
    #expect(likelihood.logLikelihood.count == min(train.rows, train.columns) + 1)
    for (k, score) in zip(ks, expected) {
      expectClose(
        try #require(likelihood.logLikelihood[k]), score, within: tolerance, "\(name) \(T.self) k \(k)")
    }
    // Where scikit-learn divides by rounding noise there is no likelihood.
    for k in likelihood.logLikelihood.indices where k > 0 && !ks.contains(k) {
      #expect(likelihood.logLikelihood[k] == nil, "\(name), k \(k)")
    }
    #expect(likelihood.best == ks[expected.indices.max { expected[$0] < expected[$1] }!])
  }

  @Test(arguments: ["digits", "factors"]) func evidenceOfHeldOutSplits(_ name: String) throws {
    let (golden, train, _) = try Self.rows(name, Double.self)
    try evidence(of: train, golden.vector(name + ".minka_log_evidence"))
  }

  @Test(arguments: ["digits", "planted_rank_3"]) func evidenceIn50Digits(_ name: String) throws {
    let golden = try Fixture.golden("pca")
    let data: Matrix<Double> = name == "digits" ? try Fixture.digits() : try golden.matrix(name + ".data")
    let minka = try evidence(of: data, golden.vector(name + ".minka_log_evidence"))
    // The digits leave nothing but rounding after 61, which is what scikit-learn's "mle" gives too.
    #expect(minka.exactRank == (name == "digits" ? 61 : nil))
    if name != "digits" { #expect(Double(minka.best!) == (try golden.number(name + ".minka_k"))) }
  }

  @discardableResult
  private func evidence(of data: Matrix<Double>, _ expected: [Double]) throws -> MinkaEvidence {
    let values = try SymmetricEigen.values(of: Moments(of: data).covariance).map { max(0, $0) }
    let minka = MinkaEvidence(variances: values, samples: data.rows, noiseFloor: 1e-13 * values[0])
    #expect(minka.logEvidence.count == data.columns - 1)
    expectClose(minka.logEvidence.prefix(expected.count).map { $0 ?? .nan }, expected, within: 1e-11)
    #expect(minka.logEvidence.dropFirst(expected.count).allSatisfy { $0 == nil })
    #expect(minka.best == minka.exactRank ?? 1 + expected.indices.max { expected[$0] < expected[$1] }!)
    return minka
  }

  /// The percentiles agree with numpy's to the Monte Carlo error of 400 draws.
  @Test func chance() throws {
    let (golden, train, _) = try Self.rows("factors", Double.self)
    var generator = SeededGenerator(seed: 5)
    let analysis = try ParallelAnalysis(of: train, permutations: 400, using: &generator)
    expectClose(analysis.chance, try golden.vector("factors.chance"), within: 0.02)
    #expect(analysis.components == 4)
    expectClose(
      analysis.variances, try SymmetricEigen.values(of: Moments(of: train).covariance), within: 1e-13)
  }

  @Test func hardThreshold() throws {
    let golden = try Fixture.golden("selection")
    let ratios: [Double] = try golden.vector("threshold.ratio")
    expectClose(
      ratios.map { SingularValueThreshold.coefficient(aspectRatio: $0) },
      try golden.vector("threshold.coefficient"), within: 1e-8)
  }
}
