extension SeededGenerator {
  /// `limit` of the indices 0..<count, drawn at random without replacement, ascending; all of them, and no
  /// number of the generator is used, where there are no more than that. O(count).
  package mutating func sample(_ limit: Int, of count: Int) -> [Int] {
    count <= limit ? Array(0..<count) : permutation(count).prefix(limit).map(Int.init).sorted()
  }

  /// `limit` of the indices 0..<count, each set of them as likely (Floyd's algorithm: Bentley 1987), ascending. O(limit), however
  /// many indices there are.
  package mutating func sampleOfMany(_ limit: Int, of count: Int) -> [Int] {
    var chosen = Set<Int>(minimumCapacity: limit)
    for last in count - limit..<count {
      let index = Int(next(upperBound: UInt64(last + 1)))
      if !chosen.insert(index).inserted { chosen.insert(last) }
    }
    return chosen.sorted()
  }
}
