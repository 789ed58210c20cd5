// What training hands over; and how `Double` rows are trained on in `Float`.
//
// A network needs no more digits of a row's deviation from the mean than `Float` has: its weights are learned from batches,
// with errors far above 2^-24. The mean itself may need more. So it is subtracted in f64, the network learns from what is
// left, rounded to `Float`, and its f64 twin, which sees u = x - mean, encodes and decodes the rows as they are.

/// A network after its training.
struct TrainedNetwork<T: Scalar> {
  var network: Autoencoder<T>
  /// nil where training diverged.
  var history: History?
  /// Why training ended before its time.
  var warning: String?
  /// What a user should know of how it was trained.
  var note: String?
}

/// Rows less their mean, in `Float`.
struct SingleDeviations {
  /// n x d
  let rows: Samples<Float>
  /// Of these rows.
  let summary: DataSummary
  /// d numbers; zeros where rows are compared by their cosines, for which the origin matters.
  let mean: [Double]
  /// That digits were rounded away, if they were.
  let note: String?

  /// Deviations outside of this range have no safe squares in `Float`.
  private static let range = 1e-12...1e12
  private static let rounding =
    "the network trains in f32 on the deviations from the mean; their further digits are rounded away"

  /// nil where a network has to be trained in f64: where the deviations are out of range, or what corrupts the rows depends
  /// on where the origin is.
  init?<T: Scalar>(of x: Samples<T>, for settings: Method.Settings) throws {
    guard settings.corruption?.ignoresOrigin ?? true else { return nil }
    let origin = settings.comparesRows ? [Double](repeating: 0, count: x.columns) : nil
    mean = try origin ?? x.columnMeans()
    switch x {
    case .memory(let x):
      let x = x.converted(to: Double.self)
      let deviations = x.centred(around: mean)
      guard Self.range.contains(deviations.withView({ $0.largestMagnitude })) else { return nil }
      let single = deviations.converted(to: Float.self)
      rows = .memory(single)
      summary = DataSummary(of: single)
      note = deviations.withView({ $0.isExactlyFloat }) ? nil : Self.rounding
    case .file(let file):
      let deviations = file.around(mean)
      var largest = 0.0
      var isExact = true
      try deviations.reader().forEachBlock(as: Double.self) { block in
        block.withView { view in
          largest = max(largest, view.largestMagnitude)
          isExact = isExact && view.isExactlyFloat
        }
      }
      if let ranks = file.ranks { (largest, isExact) = (ranks.largest(largest), ranks.all(isExact)) }
      guard Self.range.contains(largest) else { return nil }
      rows = .file(deviations)
      summary = DataSummary(of: try rows.columnStatistics(), rows: file.rows)
      note = isExact ? nil : Self.rounding
    }
  }
}

extension Corruption {
  /// Whether it does the same to rows that are moved by a constant.
  fileprivate var ignoresOrigin: Bool {
    switch self {
    case .gaussian, .relativeGaussian, .meanMasking: true
    case .masking, .saltAndPepper, .blur, .custom: false
    case .sequence(let parts): parts.allSatisfy(\.ignoresOrigin)
    }
  }
}

extension TrainedNetwork {
  /// The same for rows of which these were the deviations from `mean`.
  func around<U: Scalar>(_ mean: [Double], note: String?) throws -> TrainedNetwork<U> {
    let notes = [self.note, note].compactMap { $0 }
    return TrainedNetwork<U>(
      network: try network.converted(to: U.self, around: mean), history: history, warning: warning,
      note: notes.isEmpty ? nil : notes.joined(separator: "; ")
    )
  }
}

extension Autoencoder {
  /// The same network in another precision, for rows of which its own are the deviations from `mean`, d numbers.
  func converted<U: Scalar>(to type: U.Type, around mean: [Double]) throws -> Autoencoder<U> {
    var result = try Autoencoder<U>(architecture)
    result.parameters = parameters.map { U($0) }
    result.method = method
    result.bestEpoch = bestEpoch
    result.standardize(
      as: Standardization(
        mean: zip(mean, standardization.mean).map { U($0 + Double($1)) },
        scale: standardization.scale.map { $0.map { U($0) } }))
    return result
  }
}
