extension Array where Element == Double {
  /// The mean of the numbers, 0 of none.
  package var mean: Double { reduce(0, +) / Double(Swift.max(1, count)) }
}
