extension EmbeddingSearch.Outcome {
  /// How well the outcome does on rows that the search has not seen, n x d: first the two baselines, then the
  /// pipeline with every type of stored numbers that holds its codes. O(n^2 (d + k)).
  ///
  /// - Parameters:
  ///   - rows: of more than 10,000, recall is measured among so many.
  ///   - seed: decides which.
  /// - Throws: `.invalidData` for entries that are not finite, `.numericalFailure` for codes that are not.
  public func evaluated(on rows: Matrix<T>, seed: UInt64 = 1) throws -> [EmbeddingSearch.Trial] {
    let test = try HeldOutRows(rows, seed: seed)
    let name = pipeline.reduction.method
    return [
      try test.trial(EmbeddingSearch.Candidate.centredPCA.name, baseline),
      try test.trial(EmbeddingSearch.Candidate.meanKeptPCA.name, meanKeptBaseline),
    ]
      + (try CodeType.allCases.compactMap { type in
        // f16 does not hold codes beyond 65504; the type in use must.
        type == pipeline.type
          ? try test.trial(name, pipeline) : try? test.trial(name, pipeline.stored(as: type))
      })
  }
}

/// Rows that no fit has seen, to measure pipelines on: by their codes as they are read from the bytes of a file.
struct HeldOutRows<T: Scalar> {
  private let rows: Matrix<T>
  private let recall: CosineRecall

  init(_ rows: Matrix<T>, seed: UInt64 = 1) throws {
    try rows.requireFinite()
    self.rows = rows
    recall = CosineRecall(of: rows, limit: 10_000, seed: seed)
  }

  func trial(_ name: String, _ pipeline: EmbeddingPipeline<T>, seconds: Double = 0) throws
    -> EmbeddingSearch.Trial
  {
    let stored = try pipeline.storedCodes(of: rows)
    return EmbeddingSearch.Trial(
      name: name, latent: pipeline.latent, type: pipeline.type, recall: try recall(of: stored.searched) ?? 0,
      ssePerSample: pipeline.squaredError(on: rows, codes: stored.codes),
      bytesPerVector: pipeline.bytesPerVector,
      seconds: seconds)
  }
}
