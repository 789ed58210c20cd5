// Whether codes keep the neighbourhoods of the rows. Mathematics, section 8. N_i is the set of the k nearest
// rows of row i, itself excluded: N_i^X among the original rows, N_i^Z among the codes. r(i, j) is the place
// of j in the order of distance from i, and the nearest has place 1. Of equal distances the lower index is
// nearer.

/// How well codes keep the neighbourhoods of the samples they stand for.
public struct NeighbourhoodMetrics: Codable, Equatable, Sendable {
  /// k
  public let neighbours: Int
  /// n, the rows that the metrics are of: all, or the sample that a limit leaves.
  public let rows: Int
  /// mean_i |N_i^X n N_i^Z| / k by Euclidean distance on both sides: 1 keeps every neighbour, k / (n - 1) is
  /// chance. nil unless k < n.
  public let recall: Double?
  /// The same by cosine on both sides, around the origin: the share of the neighbours that a search by cosine
  /// among the codes finds. A row of zeros has cosine 0 with every other.
  public let cosineRecall: Double?
  /// recall - k / (n - 1), the local continuity meta-criterion (Chen & Buja 2009): 0 is chance.
  public let lcmc: Double?
  /// 1 - (2/G) sum_i sum over j in N_i^Z but not N_i^X of (r^X(i, j) - k), G = n k (2n - 3k - 1): 1 when no
  /// far row has become a neighbour (Venna & Kaski 2001). nil unless k < n/2.
  public let trustworthiness: Double?
  /// The same with X and Z exchanged: 1 when no neighbour has been torn away.
  public let continuity: Double?
  /// Spearman's rank correlation of |x_i - x_j| and |z_i - z_j| over pairs: over all of them up to 100,000,
  /// beyond over 100,000 drawn with replacement. nil when all distances of a side are equal.
  public let distanceCorrelation: Double?
}

extension NeighbourhoodReference {
  /// The metrics of the codes of all the rows that the reference was made of, n x k in their order.
  ///
  /// O(n^2 (d + k)) for n rows sampled, by blocks: memory O(n) beside the codes.
  /// - Throws: `EigencoderError.numericalFailure` for a code that is not finite.
  public func metrics<T: Scalar>(of codes: Matrix<T>) throws -> NeighbourhoodMetrics {
    precondition(codes.rows == dataRows, "\(codes.rows) codes of \(dataRows) rows")
    try codes.requireFiniteCodes()
    let codes = sample.map { codes.selecting(rows: $0) } ?? codes
    let euclidean = DistanceRows(euclidean: codes)
    let counts = nearest.map { count(euclidean, $0) }
    let (n, k) = (Double(rows), Double(neighbours))
    let normalizer = n * k * (2 * n - 3 * k - 1) / 2
    let ranks = CentredRanks(of: euclidean.squaredDistances(pairs.first, pairs.second))
    return NeighbourhoodMetrics(
      neighbours: neighbours, rows: rows,
      recall: counts.map { Double($0.common) / (n * k) },
      cosineRecall: try cosineRecall(of: codes),
      lcmc: counts.map { Double($0.common) / (n * k) - k / (n - 1) },
      trustworthiness: counts.flatMap { hasRanks ? 1 - Double($0.intrusion) / normalizer : nil },
      continuity: counts.flatMap { hasRanks ? 1 - Double($0.extrusion) / normalizer : nil },
      distanceCorrelation: pairRanks.correlation(with: ranks))
  }

  /// Trustworthiness and continuity are defined for k < n/2.
  private var hasRanks: Bool { 2 * neighbours < rows }

  private struct Counts {
    /// sum_i |N_i^X n N_i^Z|
    var common = 0
    /// sum (r^X(i, j) - k) over neighbours in Z alone
    var intrusion = 0
    /// sum (r^Z(i, j) - k) over neighbours in X alone
    var extrusion = 0
  }

  /// Compares the neighbours among the codes with those in `nearest`.
  private func count(_ codes: DistanceRows, _ nearest: NearestRows) -> Counts {
    var counts = Counts()
    var list = NearestList(count: neighbours)
    let height = codes.blockRows
    withScratch(2 * height * rows, of: Double.self) { scratch in
      for first in stride(from: 0, to: rows, by: height) {
        let range = first..<min(first + height, rows)
        let z = scratch.matrix(rows: range.count, columns: rows)
        let x = scratch.matrix(at: height * rows, rows: range.count, columns: rows)
        codes.setKeys(of: range, into: z)
        if hasRanks { original.setKeys(of: range, into: x) }
        for i in range {
          let before = nearest[i]
          list.find(in: z.row(i - first), besides: i)
          let common = list.indices.count { before.contains($0) }
          counts.common += common
          guard hasRanks, common < neighbours else { continue }
          for j in list.indices where !before.contains(j) {
            counts.intrusion += x.row(i - first).rank(of: j, besides: i) - neighbours
          }
          for j in before where !list.indices.contains(j) {
            counts.extrusion += z.row(i - first).rank(of: j, besides: i) - neighbours
          }
        }
      }
    }
    return counts
  }
}
