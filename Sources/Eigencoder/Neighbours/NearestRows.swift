/// The k nearest rows of every row of a data set, or of the first ones, itself excluded, from near to far.
struct NearestRows: Sendable {
  /// k
  let neighbours: Int
  /// k indices for each row in turn.
  private let indices: [Int]

  /// Finds them by blocks of rows: O(q n d) for the first q of n rows of d numbers, memory O(n) for each row of a block.
  ///
  /// - Parameters:
  ///   - neighbours: k, below the number of rows.
  ///   - queries: q, the first rows whose nearest are found among all; nil for all.
  init(_ neighbours: Int, of rows: DistanceRows, queries: Int? = nil) {
    self.neighbours = neighbours
    let (count, height) = (rows.count, rows.blockRows)
    let queries = queries ?? count
    var indices: [Int] = []
    indices.reserveCapacity(queries * neighbours)
    var list = NearestList(count: neighbours)
    withScratch(height * count, of: Double.self) { scratch in
      for first in stride(from: 0, to: queries, by: height) {
        let range = first..<min(first + height, queries)
        let keys = scratch.matrix(rows: range.count, columns: count)
        rows.setKeys(of: range, into: keys)
        for i in range {
          list.find(in: keys.row(i - first), besides: i)
          indices += list.indices
        }
      }
    }
    self.indices = indices
  }

  /// The nearest of one row.
  subscript(row: Int) -> ArraySlice<Int> { indices[row * neighbours..<(row + 1) * neighbours] }

  /// mean_i |N_i n M_i| / k, M_i the nearest rows of row i in `other`.
  func recall(of other: NearestRows) -> Double {
    precondition(other.neighbours == neighbours && other.indices.count == indices.count)
    let common = (0..<indices.count / neighbours).reduce(0) { sum, i in
      let found = other[i]
      return sum + self[i].count { found.contains($0) }
    }
    return Double(common) / Double(indices.count)
  }
}
