/// Rows among which the nearest to a query are found by cosine: exhaustive, by blocks of products in the precision of the rows; in
/// f64 where the rows all point in nearly the same direction, so that their cosines differ by little.
///
/// A row of zeros has cosine 0 with every query; of equal cosines the lower index is the nearer.
public struct CosineSearch<T: Scalar>: Sendable {
  /// n x k, of length 1 or 0.
  private let rows: Matrix<T>
  /// The same where single precision does not tell them apart.
  private let precise: Matrix<Double>?

  /// A query's row and how near it is.
  public struct Hit: Equatable, Sendable {
    /// Counted from 0.
    public let row: Int
    /// The cosine times the query's length, so the inner product with the row over its length.
    public let score: Double
  }

  /// The recall of each query: the share of its true hits that are among the first `limit` found, 0 without any.
  package static func recalls(of found: [[Hit]], truth: [[Hit]], among limit: Int) -> [Double] {
    zip(found, truth).map { found, truth in
      let near = Set(found.prefix(limit).map(\.row))
      return Double(truth.count { near.contains($0.row) }) / Double(max(1, truth.count))
    }
  }

  /// Among these rows, n x k, of finite numbers. O(n k).
  public init(_ rows: consuming Matrix<T>) {
    count = rows.rows
    // Of rows of length 1 the mean is shorter by their spread.
    if T.isSingle, rows.meanDirection.reduce(0, { $0 + $1 * $1 }) > 0.9 {
      precise = rows.converted(to: Double.self).normalized(if: true)
      self.rows = Matrix(rows: 0, columns: rows.columns)
    } else {
      precise = nil
      rows.normalizeRows()
      self.rows = rows
    }
  }

  /// n
  public let count: Int

  /// The scores of all rows for each query: <q, row> / |row|, q x n. O(q n k).
  public func scores(queries: Matrix<T>) -> Matrix<T> {
    guard let precise else { return queries.times(rows, otherTransposed: true) }
    return queries.converted(to: Double.self).times(precise, otherTransposed: true).converted(to: T.self)
  }

  /// The nearest `limit` rows (or all, if there are fewer) of each query, the nearest first.
  ///
  /// O(q n k), with memory for 16 million scores at most at a time.
  public func nearest(_ limit: Int, to queries: Matrix<T>) -> [[Hit]] {
    precondition(queries.columns == rows.columns, "queries \(queries.shape) among rows \(rows.shape)")
    guard let precise else { return Self.nearestByProduct(limit, among: rows, to: queries) }
    return Self.nearestByProduct(limit, among: precise, to: queries.converted(to: Double.self))
  }

  /// The same by <q, row> of rows of any length.
  static func nearestByProduct<U: Scalar>(_ limit: Int, among rows: Matrix<U>, to queries: Matrix<U>)
    -> [[Hit]]
  {
    let count = rows.rows
    let limit = min(limit, count)
    let height = max(1, min(queries.rows, (16 << 20) / max(1, count)))
    var result: [[Hit]] = []
    result.reserveCapacity(queries.rows)
    withScratch(height * count, of: U.self) { scratch in
      rows.withView { rows in
        queries.withView { queries in
          for first in stride(from: 0, to: queries.rows, by: height) {
            let part = queries.rows(first..<min(first + height, queries.rows))
            let scores = scratch.matrix(rows: part.rows, columns: count)
            scores.setProduct(part, rows, rightTransposed: true)
            for i in 0..<part.rows {
              result.append(scores.row(i).largest(limit).map { Hit(row: $0.row, score: $0.score.inDouble) })
            }
          }
        }
      }
    }
    return result
  }
}

extension Matrix {
  /// The mean of the rows divided by their lengths.
  fileprivate var meanDirection: [Double] {
    var sum = [Double](repeating: 0, count: columns)
    for first in stride(from: 0, to: rows, by: 4096) {
      let part = self.rows(first..<min(first + 4096, rows))
      for (j, mean) in part.normalized(if: true).columnMeans.enumerated() {
        sum[j] += mean * Double(part.rows) / Double(rows)
      }
    }
    return sum
  }
}

extension VectorView {
  /// The largest `limit` numbers with their places, the largest first; of equal ones the lower place first.
  @specialized(where T == Float)
  @specialized(where T == Double)
  fileprivate func largest(_ limit: Int) -> [(score: T, row: Int)] {
    var best: [(score: T, row: Int)] = []
    best.reserveCapacity(limit + 1)
    guard limit > 0 else { return [] }
    for j in 0..<count {
      let score = base[j]
      if best.count == limit, score <= best[limit - 1].score { continue }
      var place = best.count
      while place > 0, best[place - 1].score < score { place -= 1 }
      best.insert((score, j), at: place)
      if best.count > limit { best.removeLast() }
    }
    return best
  }
}
