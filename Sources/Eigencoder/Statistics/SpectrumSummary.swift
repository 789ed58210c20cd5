/// What a spectrum of variances l_1 >= l_2 >= ... >= 0 says in a few numbers; p_j = l_j / sum l.
///
/// For a matrix the l_j are its squared singular values.
public struct SpectrumSummary: Codable, Equatable, Sendable {
  /// How many l_j there are.
  public let count: Int
  /// l_1; 0 for no variances.
  public let largest: Double
  /// The last l_j; 0 for no variances.
  public let smallest: Double
  /// exp(-sum p_j log p_j): the number of equal variances with the same entropy (Roy & Vetterli 2007). 0 without any
  /// variance.
  public let effectiveRank: Double
  /// (sum l)^2 / sum l^2: the number of equal variances with the same sum of squares. 0 without any variance.
  public let participationRatio: Double
  /// The least number of the largest that hold 95 % of the sum.
  public let holding95: Int

  /// - Parameter variances: in any order; those below 0, which only rounding makes, count as 0.
  public init(_ variances: [Double]) {
    let sorted = variances.map { max(0, $0) }.sorted(by: >)
    count = sorted.count
    largest = sorted.first ?? 0
    smallest = sorted.last ?? 0
    let sum = sorted.reduce(0, +)
    guard sum > 0 else {
      (effectiveRank, participationRatio, holding95) = (0, 0, 0)
      return
    }
    let shares = sorted.map { $0 / sum }
    effectiveRank = Double.exp(shares.reduce(0) { $0 - ($1 > 0 ? $1 * Double.log($1) : 0) })
    participationRatio = 1 / shares.reduce(0) { $0 + $1 * $1 }
    var kept = 0.0
    holding95 =
      (shares.firstIndex {
        kept += $0; return kept >= 0.95
      } ?? sorted.count - 1) + 1
  }
}
