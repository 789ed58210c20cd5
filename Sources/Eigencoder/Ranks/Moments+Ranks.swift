extension Moments {
  /// Becomes the moments of the rows of all ranks: as `merge`, but with one sum of the scatter.
  mutating func sum(over ranks: any Communicator) {
    let d = mean.count
    let groups = ranks.gather(mean + meanRest + [Double(count)])
    scatter.withMutableView { ranks.sum($0.numbers) }
    let counts = (0..<groups.rows).map { Int(groups[$0, 2 * d]) }
    func numbers(_ rank: Int, _ columns: Range<Int>) -> [Double] { Array(groups.row(rank)[columns]) }
    // The first rank's are those that the others are merged into.
    self = Moments(
      count: counts[0], mean: numbers(0, 0..<d), meanRest: numbers(0, d..<2 * d), scatter: scatter)
    let others = 1..<groups.rows
    include(
      pilots: Matrix(rows: others.count, columns: d, others.flatMap { numbers($0, 0..<d) }),
      rests: Matrix(rows: others.count, columns: d, others.flatMap { numbers($0, d..<2 * d) }),
      counts: Array(counts[1...]))
    scatter.withMutableView { $0.symmetrize() }
  }
}
