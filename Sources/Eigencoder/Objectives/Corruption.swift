/// What a denoiser has to undo: a change of the input, drawn anew every time. Mathematics, section 4.
///
/// Samples are rows. The deviation of `gaussian` is relative to the data's spread unless it is said to be in the units of the
/// data; values are in the units of the data, and a blur's deviation in pixels.
public enum Corruption: Sendable {
  /// Adds normal noise of this standard deviation, the same in every column: a multiple of the root of the columns' mean
  /// variance, or with `unit: .data` in the units of the data.
  case gaussian(Double, unit: StrengthUnit = .relative)
  /// Adds normal noise whose standard deviation is this multiple of the column's own.
  case relativeGaussian(Double)
  /// Sets each element to 0 with this probability.
  case masking(Double)
  /// Sets each element to its column's mean with this probability.
  case meanMasking(Double)
  /// Sets each element with this probability to `low` or `high`, equally likely.
  case saltAndPepper(Double, low: Double = 0, high: Double = 1)
  /// Blurs images of height x width, stored row by row, by a Gaussian of this standard deviation in pixels.
  ///
  /// The border reflects, its own pixel included: d c b a | a b c d | d c b a. The Gaussian is cut off at
  /// ceil(4 deviation) pixels and its weights are normalised, so that a constant image stays as it is.
  case blur(height: Int, width: Int, deviation: Double)
  /// A caller's own change of one row, with a name for reports. The row keeps its length.
  case custom(String, @Sendable (_ row: inout [Double], _ generator: inout SeededGenerator) -> Void)
  /// One after the other.
  case sequence([Corruption])
}

extension Corruption {
  /// - Throws: `EigencoderError.invalidArgument` when a strength is out of range, or when a blur's height and
  ///   width do not multiply to `columns`.
  public func validate(columns: Int) throws {
    try validate()
    switch self {
    case .blur(let height, let width, _):
      let (size, overflows) = height.multipliedReportingOverflow(by: width)
      guard size == columns, !overflows else {
        throw EigencoderError.invalidArgument(
          "a blur of \(height) x \(width) images needs \(overflows ? "more" : "\(size)") columns, the data have \(columns)"
        )
      }
    case .sequence(let parts): for part in parts { try part.validate(columns: columns) }
    default: break
    }
  }

  /// What can be checked without data.
  func validate() throws {
    func requireProbability(_ p: Double, _ what: String) throws {
      try requireArgument(p >= 0 && p < 1, "the probability of \(what) lies in [0, 1), got \(p)")
    }
    switch self {
    case .gaussian(let deviation, _), .relativeGaussian(let deviation):
      try requireArgument(
        deviation >= 0 && deviation.isFinite,
        "the standard deviation of noise is finite and not negative, got \(deviation)")
    case .masking(let p), .meanMasking(let p): try requireProbability(p, "masking")
    case .saltAndPepper(let p, let low, let high):
      try requireProbability(p, "salt and pepper")
      try requireArgument(
        low.isFinite && high.isFinite && low <= high,
        "salt and pepper need finite values low <= high, got low \(low), high \(high)")
    case .blur(let height, let width, let deviation):
      try requireArgument(
        height >= 1 && width >= 1, "a blur needs images of at least 1 x 1 pixels, got \(height) x \(width)")
      try requireArgument(
        deviation > 0 && deviation.isFinite,
        "the standard deviation of a blur is finite and positive, got \(deviation)")
    case .custom: break
    case .sequence(let parts):
      try requireArgument(!parts.isEmpty, "a sequence of corruptions has at least one, got none")
      for part in parts { try part.validate() }
    }
  }
}

// MARK: - Use

extension Corruption {
  /// Corrupts the rows of x, in place; traps unless the corruption is valid for x's columns.
  ///
  /// Each random kind takes one draw of the generator a call. Allocates for blur and custom corruptions only;
  /// `Corruptor` keeps their memory for the next time.
  package func apply<T: Scalar>(
    to x: MatrixView<T>, _ statistics: ColumnStatistics<T>, using generator: inout SeededGenerator
  ) {
    Corruptor(self, statistics).apply(to: x, using: &generator)
  }

  /// A corrupted copy of the rows of x; the same seed and shape give the same copy.
  ///
  /// Traps where `validate(columns:)` throws, and unless the statistics are of as many columns as x.
  public func applied<T: Scalar>(to x: Matrix<T>, statistics: ColumnStatistics<T>, seed: UInt64) -> Matrix<T>
  {
    var generator = SeededGenerator(seed: seed)
    var result = x
    result.withMutableView { apply(to: $0, statistics, using: &generator) }
    return result
  }
}
