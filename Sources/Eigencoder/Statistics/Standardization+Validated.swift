extension Standardization {
  /// Means and scales from outside: the initializer for numbers that may be anything.
  ///
  /// - Throws: `EigencoderError.invalidData` unless there is a positive scale for each mean, or none at all, and all numbers
  ///   and 1 / scale are finite.
  public static func validated(mean: [T], scale: [T]? = nil) throws -> Self {
    guard (scale?.count ?? mean.count) == mean.count else {
      throw EigencoderError.invalidData("\(scale?.count ?? 0) scales for \(mean.count) means")
    }
    if let index = mean.firstIndex(where: { !$0.isFinite }) {
      throw EigencoderError.invalidData("mean \(index + 1) (counted from 1) is \(mean[index])")
    }
    if let scale, let index = scale.firstIndex(where: { !($0 > 0 && $0.isFinite && (1 / $0).isFinite) }) {
      throw EigencoderError.invalidData(
        "scale \(index + 1) (counted from 1) is \(scale[index]), expected a positive number with a finite inverse"
      )
    }
    return Self(mean: mean, scale: scale)
  }
}
