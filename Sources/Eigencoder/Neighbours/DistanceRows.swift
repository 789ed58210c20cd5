// Rows of pairwise distances by matrix products in f64, as keys to order by.
//
//   Euclidean  |a_i - a_j|^2 = |a_i|^2 + |a_j|^2 - 2 <a_i, a_j>; |a_i|^2 is the same for all j, so that the
//              key |a_j|^2 - 2 <a_i, a_j> has the order of the distances from row i.
//   cosine     -<u_i, u_j> with u = a / |a|: the largest cosine is the smallest key.
//
// For Euclidean distances the first row is subtracted from all, so that data far from the origin do not
// cancel. Scales change by powers of two only: distances between multiples of 1/8, or between pixels counted
// in sixteenths, are exact. Equal rows get equal keys, whatever the rounding of the products.
//
// Cost: n^2 d for all rows; memory n d, and n for each row of a block.

/// The rows of a data set, to be ordered by their distance from each of them.
struct DistanceRows: Sendable {
  private let rows: Matrix<Double>
  /// |a_j|^2; nil for cosines.
  private let squares: [Double]?
  /// Rows that are equal to an earlier one, with the first such.
  private let repeats: [(row: Int, first: Int)]

  var count: Int { rows.rows }

  /// Euclidean distances. The scale is changed by a power of two so that squares stay in range.
  init<T: Scalar>(euclidean x: Matrix<T>) {
    var rows = x.converted(to: Double.self)
    if x.rows > 0 {
      rows.scaleByPowerOfTwo()
      let first = rows.row(0)
      first.withView { first in rows.withMutableView { $0.subtract(row: first, into: $0) } }
      rows.scaleByPowerOfTwo()
    }
    squares = rows.rowSquares
    repeats = rows.repeatedRows
    self.rows = rows
  }

  /// Cosines of the rows as they are, around the origin. A row of zeros has cosine 0 with every other.
  init<T: Scalar>(cosine x: Matrix<T>) {
    var rows = x.converted(to: Double.self)
    repeats = rows.repeatedRows
    rows.scaleByPowerOfTwo()
    rows.divideRowsByNorms()
    squares = nil
    self.rows = rows
  }

  /// Rows at a time: at most 512, and 32 MB of keys, but at least one row. A product packs all n rows anew
  /// for each block.
  var blockRows: Int { min(512, max(1, (4 << 20) / max(1, count)), max(1, count)) }

  /// keys[i, j] orders the j by their distance from row `range`[i].
  func setKeys(of range: Range<Int>, into keys: MatrixView<Double>) {
    rows.withView { rows in
      keys.setProduct(rows.rows(range), rows, rightTransposed: true, alpha: squares == nil ? -1 : -2)
    }
    squares?.withView { keys.scaleColumns(by: nil, adding: $0, into: keys) }
    for i in 0..<keys.rows {
      for pair in repeats { keys[i, pair.row] = keys[i, pair.first] }
    }
  }

  /// |a_i - a_j|^2 of the pairs (i, j), from the differences, times one factor that is the same for all
  /// pairs.
  func squaredDistances(_ i: [Int64], _ j: [Int64]) -> [Double] {
    precondition(squares != nil && i.count == j.count)
    var result = [Double](repeating: 0, count: i.count)
    let height = min(2048, max(1, (4 << 20) / max(1, rows.columns)))
    var (left, right) = (
      Matrix<Double>(rows: min(height, i.count), columns: rows.columns),
      Matrix<Double>(rows: min(height, i.count), columns: rows.columns)
    )
    for start in stride(from: 0, to: i.count, by: height) {
      let range = start..<min(start + height, i.count)
      rows.withView { rows in
        left.withMutableView { left in
          right.withMutableView { right in
            let (a, b) = (left.prefix(range.count), right.prefix(range.count))
            rows.gather(Array(i[range]), into: a)
            rows.gather(Array(j[range]), into: b)
            result.withMutableView { a.rowSquaredDistances(to: b, into: $0.slice(range)) }
          }
        }
      }
    }
    return result
  }
}

extension Matrix<Double> {
  /// Divides by the power of two that brings the largest magnitude into [1, 2).
  fileprivate mutating func scaleByPowerOfTwo() {
    guard let extent = withView({ $0.extent() }) else { return }
    let largest = Swift.max(extent.upperBound.magnitude, extent.lowerBound.magnitude)
    guard largest > 0, largest.isFinite else { return }
    // In two steps: the inverse of the least exponents is out of range.
    let exponent = largest.exponent
    withMutableView {
      $0.scale(by: Double(sign: .plus, exponent: -exponent / 2, significand: 1))
      $0.scale(by: Double(sign: .plus, exponent: -exponent - (-exponent / 2), significand: 1))
    }
  }

  fileprivate var rowSquares: [Double] {
    withView { view in (0..<rows).map { view.row($0).dot(view.row($0)) } }
  }

  /// Each row over its norm; zero rows stay.
  fileprivate mutating func divideRowsByNorms() {
    let norms = rowSquares.map { $0.squareRoot() }
    withMutableView { view in
      for i in 0..<view.rows where norms[i] > 0 {
        // Divided, not multiplied by the inverse: with one column a row is +-1 exactly.
        for j in 0..<view.columns { view[i, j] /= norms[i] }
      }
    }
  }

  /// The rows that are equal, element by element, to an earlier one. O(elements): only rows are compared
  /// whose products with one fixed random vector are equal.
  fileprivate var repeatedRows: [(row: Int, first: Int)] {
    var generator = SeededGenerator(seed: 1)
    let weights = (0..<columns).map { _ in 1 + generator.uniform() }
    let products = withView { x in weights.withView { w in (0..<rows).map { x.row($0).dot(w) } } }
    var firsts: [Double: [Int]] = [:]
    var result: [(row: Int, first: Int)] = []
    for i in 0..<rows {
      let row = elements[i * columns..<(i + 1) * columns]
      if let first = firsts[products[i]]?.first(where: { elements[$0 * columns..<($0 + 1) * columns] == row })
      {
        result.append((i, first))
      } else {
        firsts[products[i], default: []].append(i)
      }
    }
    return result
  }
}
