extension EmbeddingPipeline {
  /// A pipeline around a reduction and rows that may be anything: the initializer for rows from outside.
  ///
  /// The parameters are the initializer's.
  /// - Throws: `EigencoderError.invalidData` for no rows, rows of another width, numbers or codes that are not finite, and a
  ///   power other than 0 for a variance of 0.
  public static func validated(
    _ reduction: Reduction, codesOf rows: Matrix<T>, keepsMean: Bool = true, power: Double = 0,
    normalizesInput: Bool = false, normalizesCode: Bool = false
  ) throws -> Self {
    guard rows.rows > 0 else {
      throw EigencoderError.invalidData("a pipeline needs the codes of at least 1 row")
    }
    try rows.requireRows(of: reduction.reducer.inputs, what: "samples")
    if case .pca(let pca) = reduction, power != 0,
      let index = pca.explainedVariance.firstIndex(where: { !($0 > 0) })
    {
      throw EigencoderError.invalidData(
        "component \(index + 1) has the variance \(pca.explainedVariance[index]), of which no power \(-power) is taken"
      )
    }
    let pipeline = Self(
      reduction, codesOf: rows, keepsMean: keepsMean, power: power, normalizesInput: normalizesInput,
      normalizesCode: normalizesCode)
    _ = try pipeline.codes(of: rows)
    return pipeline
  }
}
