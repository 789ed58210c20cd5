// How short may a code be for a search by cosine to find the same neighbours? By recall@10 (`CosineRecall`) of held-out rows among
// all rows of the data, since the more rows there are, the harder it is to find the nearest; of the codes as `fit pca` and
// `encode` write them, in the precision of the data:
//   centred    z = P (x - mu)
//   mean kept  z = P x
// A cosine is taken around the origin, so that codes around the mean lose neighbours of rows that have a mean, and those that
// keep its projection approach the rows' own cosines as k grows. Which kind needs fewer numbers is measured.
//
// The recall rises with k, but for accidents. Bisection finds a k that reaches the target while k - 1 does not, in about log2 d
// searches for each kind. A search costs q m k products and q m comparisons for q of m rows.

/// Recall@10 of the PCA codes of held-out rows among all rows, at any k.
struct RecallSearch<T: Scalar> {
  /// The held-out rows whose neighbours are looked for, and all the rows among which that is done.
  let queries: Int
  let rows: Int
  private let recall: CosineRecall
  /// P x for all r components, m x r.
  private let projections: Matrix<Double>
  /// P mu.
  private let meanCode: [Double]

  /// - Parameter spectrum: of the training rows, whole.
  init(_ spectrum: Spectrum, train: Matrix<T>, heldOut: Matrix<T>, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let queries = heldOut.selecting(rows: generator.sample(RecallRule.mostQueries, of: heldOut.rows))
    let others = train.selecting(
      rows: generator.sample(RecallRule.mostRows - queries.rows, of: train.rows))
    let vectors = Matrix(
      rows: queries.rows + others.rows, columns: train.columns, queries.elements + others.elements
    ).converted(to: Double.self)
    (self.queries, rows) = (queries.rows, vectors.rows)
    recall = CosineRecall(of: vectors, neighbours: RecallRule.neighbours, queries: queries.rows)
    projections = vectors.times(spectrum.components, otherTransposed: true)
    let mean = Matrix(rows: 1, columns: spectrum.mean.count, spectrum.mean)
    meanCode = mean.times(spectrum.components, otherTransposed: true).elements
  }

  /// Recall by the cosine of codes of k numbers.
  func ofCodes(_ k: Int, keepingMean: Bool) throws -> Double {
    let codes = Matrix(rows: projections.rows, columns: k) { out in
      projections.withView { p in
        guard !keepingMean else { return p.columns(0..<k).copy(into: out) }
        meanCode.withView { p.columns(0..<k).subtract(row: $0.slice(0..<k), into: out) }
      }
    }
    return try recall(of: codes.converted(to: T.self)) ?? 0
  }

  /// A k from 1 to `limit` whose recall reaches `target` while that of k - 1 does not (that of 0 never does); nil when `limit`
  /// itself does not reach it.
  func smallest(reaching target: Double, limit: Int, keepingMean: Bool) throws -> Int? {
    guard limit >= 1, try ofCodes(limit, keepingMean: keepingMean) >= target else { return nil }
    var (low, high) = (0, limit)
    while high - low > 1 {
      let middle = (low + high) / 2
      if try ofCodes(middle, keepingMean: keepingMean) >= target { high = middle } else { low = middle }
    }
    return high
  }
}

/// On which rows recall is measured.
enum RecallRule {
  static let neighbours = 10
  /// With fewer rows chance alone would find more than half.
  static let leastRows = 2 * neighbours + 1
  /// Of more held-out rows, and of more rows in all, so many are drawn by the seed.
  static let mostQueries = 1024
  static let mostRows = 16_384
}
