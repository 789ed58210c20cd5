/// Numbers that a conversion did not keep: how many, and where the first of them is.
public struct NumberLoss: Equatable, Sendable {
  /// Where a number stands.
  public struct Place: Equatable, Sendable {
    /// From 0.
    public let row: Int
    /// From 0.
    public let column: Int

    /// The place of row and column, both from 0.
    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  /// How many numbers.
  public private(set) var count = 0
  /// nil while there is none.
  public private(set) var first: Place?

  /// Adds `count` of them, of which the first is at `row` and `column`, after all that were added before.
  mutating func add(_ count: Int = 1, row: Int, column: Int) {
    guard count > 0 else { return }
    first = first ?? Place(row: row, column: column)
    self.count += count
  }

  /// Adds those of other rows, or of a later step on the same ones.
  mutating func add(_ other: NumberLoss) {
    count += other.count
    guard let place = other.first else { return }
    if let own = first, (own.row, own.column) <= (place.row, place.column) { return }
    first = place
  }
}

/// What numbers lost on their way from a file or into one, beyond the rounding that their type implies.
public struct ConversionLosses: Equatable, Sendable {
  /// Numbers other than 0 that became 0: nearer to it than the type reaches.
  public internal(set) var vanished = NumberLoss()
  /// Whole numbers, written or stored as such, that became another number: they have more digits than the type.
  public internal(set) var rounded = NumberLoss()

  /// Nothing.
  public init() {}

  mutating func add(_ other: ConversionLosses) {
    vanished.add(other.vanished)
    rounded.add(other.rounded)
  }
}
