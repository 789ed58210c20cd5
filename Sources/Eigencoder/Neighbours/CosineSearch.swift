/// Rows among which the nearest to a query are found by cosine: exhaustive, by blocks of products in the precision of the rows.
///
/// A row of zeros has cosine 0 with every query; of equal cosines the lower index is the nearer.
public struct CosineSearch<T: Scalar>: Sendable {
  /// n x k, of length 1 or 0.
  private let rows: Matrix<T>

  /// A query's row and how near it is.
  public struct Hit: Equatable, Sendable {
    /// Counted from 0.
    public let row: Int
    /// The cosine times the query's length, so the inner product with the row over its length.
    public let score: Double
  }

  /// Among these rows, n x k, of finite numbers. O(n k).
  public init(_ rows: Matrix<T>) { self.rows = rows.normalized(if: true) }

  /// n
  public var count: Int { rows.rows }

  /// The scores of all rows for each query: <q, row> / |row|, q x n. O(q n k).
  public func scores(queries: Matrix<T>) -> Matrix<T> { queries.times(rows, otherTransposed: true) }

  /// The nearest `limit` rows (or all, if there are fewer) of each query, the nearest first.
  ///
  /// O(q n k), with memory for 16 million scores at most at a time.
  public func nearest(_ limit: Int, to queries: Matrix<T>) -> [[Hit]] {
    precondition(queries.columns == rows.columns, "queries \(queries.shape) among rows \(rows.shape)")
    let limit = min(limit, count)
    let height = max(1, min(queries.rows, (16 << 20) / max(1, count)))
    var result: [[Hit]] = []
    result.reserveCapacity(queries.rows)
    withScratch(height * count, of: T.self) { scratch in
      rows.withView { rows in
        queries.withView { queries in
          for first in stride(from: 0, to: queries.rows, by: height) {
            let part = queries.rows(first..<min(first + height, queries.rows))
            let scores = scratch.matrix(rows: part.rows, columns: count)
            scores.setProduct(part, rows, rightTransposed: true)
            for i in 0..<part.rows { result.append(Self.largest(limit, of: scores.row(i))) }
          }
        }
      }
    }
    return result
  }

  @specialized(where T == Float)
  @specialized(where T == Double)
  private static func largest(_ limit: Int, of scores: VectorView<T>) -> [Hit] {
    var best: [(score: T, row: Int)] = []
    best.reserveCapacity(limit + 1)
    guard limit > 0 else { return [] }
    for j in 0..<scores.count {
      let score = scores.base[j]
      if best.count == limit, score <= best[limit - 1].score { continue }
      var place = best.count
      while place > 0, best[place - 1].score < score { place -= 1 }
      best.insert((score, j), at: place)
      if best.count > limit { best.removeLast() }
    }
    return best.map { Hit(row: $0.row, score: $0.score.inDouble) }
  }
}
