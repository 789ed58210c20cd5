extension SeededGenerator {
  /// `limit` of the indices 0..<count, drawn at random without replacement, ascending; all of them, and no
  /// number of the generator is used, where there are no more than that. O(count).
  package mutating func sample(_ limit: Int, of count: Int) -> [Int] {
    count <= limit ? Array(0..<count) : permutation(count).prefix(limit).map(Int.init).sorted()
  }
}
