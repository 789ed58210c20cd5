extension Matrix {
  /// Splits the rows at random into a training part and a held-out test part.
  ///
  /// The held-out part has round(holdOut * rows) rows, at least one and at most rows - 1. Both parts keep the
  /// rows in their order in the data. The same seed and number of rows give the same split.
  /// - Parameters:
  ///   - holdOut: the fraction of the rows to hold out, in (0, 1).
  ///   - seed: of the choice.
  /// - Throws: `EigencoderError.invalidArgument` for a fraction outside (0, 1) and
  ///   `EigencoderError.invalidData` for fewer than two rows, or when both parts do not fit into memory beside the
  ///   data.
  public func split(holdOut: Double, seed: UInt64) throws -> (train: Matrix, test: Matrix) {
    let parts = try HoldOut(count: rows, fraction: holdOut, seed: seed)
    // Both parts, and half as much for what is made of them: near the limit, no allocation is sure.
    try Memory.require(
      1.5 * Double(rows) * Double(columns) * Double(MemoryLayout<T>.stride),
      "the two parts of a split of \(rows) x \(columns) numbers")
    return (selecting(rows: parts.train), selecting(rows: parts.test))
  }
}

extension Matrix {
  /// At most `limit` of the rows, drawn at random, in their order.
  func sample(_ limit: Int, seed: UInt64) -> Matrix {
    guard rows > limit else { return self }
    var generator = SeededGenerator(seed: seed)
    return selecting(rows: generator.sampleOfMany(limit, of: rows))
  }
}

/// Which rows train and which are held out.
public struct HoldOut: Equatable, Sendable {
  /// Row indices, ascending; together they are 0..<count.
  public let train: [Int]
  /// The rows held out, ascending.
  public let test: [Int]

  /// round(fraction * count) of 0..<count at random, at least one and at most count - 1.
  /// - Throws: as `Matrix.split(holdOut:seed:)`.
  public init(count: Int, fraction: Double, seed: UInt64) throws {
    test = try Self.heldOut(count: count, fraction: fraction, seed: seed)
    var isHeldOut = [Bool](repeating: false, count: count)
    for row in test { isHeldOut[row] = true }
    train = (0..<count).filter { !isHeldOut[$0] }
  }

  /// The rows to hold out alone, ascending: the same, but no more than `limit`.
  /// - Throws: as `init(count:fraction:seed:)`.
  package static func heldOut(count: Int, fraction: Double, seed: UInt64, atMost limit: Int = .max) throws
    -> [Int]
  {
    guard fraction > 0, fraction < 1 else {
      throw EigencoderError.invalidArgument("a held-out fraction lies between 0 and 1, got \(fraction)")
    }
    guard count >= 2 else {
      throw EigencoderError.invalidData("at least 2 rows are needed to hold some out, got \(count)")
    }
    let held = min(max(1, Int((fraction * Double(count)).rounded())), count - 1)
    var generator = SeededGenerator(seed: seed)
    guard held > limit else { return generator.permutation(count).prefix(held).map(Int.init).sorted() }
    return generator.sampleOfMany(limit, of: count)
  }

  /// Rows that are enough to judge by where there are many: their mean error is known to some three digits.
  package static let enough = 65_536
}
