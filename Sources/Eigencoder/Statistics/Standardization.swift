/// How a network sees its data: u = (x - mean) / scale, feature by feature.
public struct Standardization<T: Scalar>: Equatable, Sendable {
  /// d numbers.
  public let mean: [T]
  /// d positive numbers; nil when data are only centred.
  public let scale: [T]?
  package let inverseScale: [T]?

  /// Traps unless there is a positive scale for each mean, or none at all.
  public init(mean: [T], scale: [T]? = nil) {
    precondition((scale?.count ?? mean.count) == mean.count, "a scale for each of \(mean.count) means")
    precondition(scale?.allSatisfy { $0 > 0 } ?? true, "scales are positive")
    self.mean = mean
    self.scale = scale
    inverseScale = scale.map { $0.map { 1 / $0 } }
  }

  /// u = x.
  package static func none(dimension: Int) -> Self { Self(mean: [T](repeating: 0, count: dimension)) }

  /// out = (x - mean) / scale; out may be x.
  package func apply(_ x: MatrixView<T>, into out: MatrixView<T>) {
    mean.withView { x.subtract(row: $0, into: out) }
    inverseScale?.withView { out.scaleColumns(by: $0, adding: nil, into: out) }
  }

  /// out[i] = (x[indices[i]] - mean) / scale.
  package func gather(_ x: MatrixView<T>, _ indices: ArraySlice<Int64>, into out: MatrixView<T>) {
    withMean(and: inverseScale) { x.gather(indices, minus: $0, times: $1, into: out) }
  }

  /// x = u scale + mean, in place.
  package func invert(_ u: MatrixView<T>) {
    withMean(and: scale) { u.scaleColumns(by: $1, adding: $0, into: u) }
  }

  private func withMean(and factors: [T]?, _ body: (VectorView<T>, VectorView<T>?) -> Void) {
    mean.withView { mean in
      if let factors { factors.withView { body(mean, $0) } } else { body(mean, nil) }
    }
  }
}
