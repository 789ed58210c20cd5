/// The neighbourhoods of a data set, computed once: the codes of every method are compared with them.
///
/// For n sampled rows of d numbers: memory O(n (d + k)), and O(n^2 d) by blocks of matrix products in f64.
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
  /// N_i by Euclidean distance; nil unless k < n.
  let nearest: NearestRows?
  let cosineRecall: CosineRecall
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
  ///   - limit: when there are more rows, this many are drawn at random without replacement.
  ///   - seed: of that sample, and of the pairs of rows whose distances are correlated.
  /// - Throws: `EigencoderError.invalidData` for an element that is not finite, and for what does not fit into memory.
  public init<T: Scalar>(of x: Matrix<T>, neighbours: Int = 10, limit: Int = 10_000, seed: UInt64 = 1) throws
  {
    precondition(neighbours >= 1, "at least 1 neighbour, got \(neighbours)")
    precondition(limit >= 1, "a sample of at least 1 row, got \(limit)")
    try x.requireFinite()
    self.neighbours = neighbours
    dataRows = x.rows
    var generator = SeededGenerator(seed: seed)
    sample = x.rows <= limit ? nil : generator.sample(limit, of: x.rows)
    // Copies in f64, for distances and for cosines, and the one that is being made.
    try Memory.require(
      24 * Double(min(limit, x.rows)) * Double(x.columns), "neighbours of \(x.rows) x \(x.columns) numbers")
    let x = sample.map { x.selecting(rows: $0) } ?? x
    original = DistanceRows(euclidean: x)
    nearest = neighbours < x.rows ? NearestRows(neighbours, of: original) : nil
    cosineRecall = CosineRecall(of: x, neighbours: neighbours)
    pairs = Self.pairs(of: x.rows, using: &generator)
    pairRanks = CentredRanks(of: original.squaredDistances(pairs.first, pairs.second))
  }

  /// All pairs i < j when there are at most `pairLimit`; else `pairLimit` pairs i != j, drawn uniformly with
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
