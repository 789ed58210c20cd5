/// Recall by cosine: what a search among codes finds of what it finds among the rows that they stand for.
///
/// The recall of a row is the share of its k nearest other rows that are among the k nearest of its code.
/// Rows and codes are taken as they are, around the origin; of equal cosines the lower index is the nearer.
struct CosineRecall: Sendable {
  private let dataRows: Int
  private let neighbours: Int
  /// The first rows, whose neighbours are looked for among all; nil for all.
  private let queries: Int?
  /// The rows that are looked at, where a limit leaves some out.
  private let sample: [Int]?
  /// Of the rows; nil unless k < n.
  private let nearest: NearestRows?

  /// Finds the k nearest of the rows of `x`, n x d, or of the first q. O(q n d).
  ///
  /// - Parameters:
  ///   - x: rows of finite numbers.
  ///   - neighbours: k, at least 1.
  ///   - queries: q; nil for all rows. With it, no limit.
  ///   - limit: of more rows than these, so many drawn at random by the seed are looked at.
  init<T: Scalar>(
    of x: Matrix<T>, neighbours: Int = 10, queries: Int? = nil, limit: Int = .max, seed: UInt64 = 1
  ) {
    precondition(queries == nil || x.rows <= limit, "queries of a sample")
    var generator = SeededGenerator(seed: seed)
    sample = x.rows <= limit ? nil : generator.sample(limit, of: x.rows)
    let rows = sample.map { x.selecting(rows: $0) } ?? x
    nearest =
      neighbours < rows.rows ? NearestRows(neighbours, of: DistanceRows(cosine: rows), queries: queries) : nil
    dataRows = x.rows
    self.neighbours = neighbours
    self.queries = queries
  }

  /// The mean recall of the queries by the codes of all the rows, in their order; nil unless k < n.
  ///
  /// - Throws: `EigencoderError.numericalFailure` for a code that is not finite.
  func callAsFunction<T: Scalar>(of codes: Matrix<T>) throws -> Double? {
    precondition(codes.rows == dataRows, "\(codes.rows) codes of \(dataRows) rows")
    try codes.requireFiniteCodes()
    let codes = sample.map { codes.selecting(rows: $0) } ?? codes
    return nearest?.recall(of: NearestRows(neighbours, of: DistanceRows(cosine: codes), queries: queries))
  }
}

extension Matrix {
  /// Neighbours are found among finite codes only.
  func requireFiniteCodes() throws {
    guard elements.withView({ $0.isFinite }) else {
      throw EigencoderError.numericalFailure("a code is not finite: the data are out of the model's range")
    }
  }
}
