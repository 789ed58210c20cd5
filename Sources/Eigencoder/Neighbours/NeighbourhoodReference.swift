/// The neighbourhoods of a data set: what the codes of every method are compared with, computed once.
///
/// Memory O(n (d + k)) for n rows sampled of d numbers; O(n^2 d) by blocks of matrix products in f64.
public struct NeighbourhoodReference: Sendable {
  /// k
  public let neighbours: Int
  /// The rows of the data.
  public let dataRows: Int
  /// The rows that are looked at, ascending, where a limit leaves some out; among these alone neighbours are
  /// looked for.
  public let sample: [Int]?

  /// n, the rows that are looked at.
  public var rows: Int { sample?.count ?? dataRows }

  let original: DistanceRows
  /// N_i for each row in turn, k indices from near to far; nil unless k < n.
  let nearest: [Int]?
  let nearestByCosine: [Int]?
  /// The pairs whose distances are correlated.
  let pairs: (first: [Int64], second: [Int64])
  let pairRanks: CentredRanks

  /// The pairs whose distances are correlated, at most.
  static var pairLimit: Int { 100_000 }

  /// Finds the neighbourhoods of the rows of `x`.
  ///
  /// - Parameters:
  ///   - x: the rows whose codes will be judged, n x d.
  ///   - neighbours: k, at least 1.
  ///   - limit: of more rows than these, so many drawn at random without replacement are looked at.
  ///   - seed: of that sample, and of the pairs of rows whose distances are correlated.
  /// - Throws: `EigencoderError.invalidData` for an element that is not finite.
  public init<T: Scalar>(of x: Matrix<T>, neighbours: Int = 10, limit: Int = 10_000, seed: UInt64 = 1) throws
  {
    precondition(neighbours >= 1, "at least 1 neighbour, got \(neighbours)")
    precondition(limit >= 1, "a sample of at least 1 row, got \(limit)")
    try x.requireFinite()
    self.neighbours = neighbours
    dataRows = x.rows
    var generator = SeededGenerator(seed: seed)
    sample = x.rows <= limit ? nil : generator.permutation(x.rows).prefix(limit).map(Int.init).sorted()
    let x = sample.map { x.selecting(rows: $0) } ?? x
    original = DistanceRows(euclidean: x)
    nearest = neighbours < x.rows ? original.nearest(neighbours) : nil
    nearestByCosine = neighbours < x.rows ? DistanceRows(cosine: x).nearest(neighbours) : nil
    pairs = Self.pairs(of: x.rows, using: &generator)
    pairRanks = CentredRanks(of: original.squaredDistances(pairs.first, pairs.second))
  }

  /// All pairs i < j when there are at most `pairLimit`; else so many of i != j, each drawn uniformly, with
  /// replacement.
  private static func pairs(of count: Int, using generator: inout SeededGenerator) -> (
    first: [Int64], second: [Int64]
  ) {
    var (first, second): ([Int64], [Int64]) = ([], [])
    if count < 2 || (count - 1) <= 2 * pairLimit / count {
      for i in 0..<Int64(count) {
        for j in i + 1..<max(Int64(count), i + 1) {
          first.append(i)
          second.append(j)
        }
      }
    } else {
      for _ in 0..<pairLimit {
        let i = Int64(generator.next(upperBound: UInt64(count)))
        let j = Int64(generator.next(upperBound: UInt64(count - 1)))
        first.append(i)
        second.append(j < i ? j : j + 1)
      }
    }
    return (first, second)
  }
}

extension DistanceRows {
  /// The k nearest rows of each row in turn, itself excluded, from near to far: n k indices.
  func nearest(_ neighbours: Int) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(count * neighbours)
    var list = NearestList(count: neighbours)
    let height = Self.blockRows(count)
    withScratch(height * count, of: Double.self) { scratch in
      for first in stride(from: 0, to: count, by: height) {
        let range = first..<min(first + height, count)
        let keys = scratch.matrix(rows: range.count, columns: count)
        setKeys(of: range, into: keys)
        for i in range {
          list.find(in: keys.row(i - first), besides: i)
          result += list.indices
        }
      }
    }
    return result
  }
}
