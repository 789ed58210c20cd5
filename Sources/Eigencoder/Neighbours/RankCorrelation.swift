// Spearman's rank correlation: Pearson's correlation of the ranks, in which equal numbers share the mean of
// their places.

/// Ranks of numbers, around their mean.
struct CentredRanks: Sendable {
  private let ranks: [Double]
  /// Sum of squares; 0 when all the numbers are equal.
  private let square: Double

  /// O(n log n).
  init(of values: [Double]) {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      // Places start...end-1 counted from 0; the mean of all places is (n - 1) / 2.
      let shared = Double(start + end - 1) / 2 - Double(values.count - 1) / 2
      for place in start..<end { ranks[order[place]] = shared }
      start = end
    }
    self.ranks = ranks
    square = ranks.reduce(0) { $0 + $1 * $1 }
  }

  /// Spearman's correlation, in [-1, 1]; nil when either side has no spread.
  func correlation(with other: CentredRanks) -> Double? {
    precondition(ranks.count == other.ranks.count, "\(ranks.count) with \(other.ranks.count) ranks")
    guard square > 0, other.square > 0 else { return nil }
    return zip(ranks, other.ranks).reduce(0) { $0 + $1.0 * $1.1 }
      / (square.squareRoot() * other.square.squareRoot())
  }
}
