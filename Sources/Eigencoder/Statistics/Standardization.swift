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

  /// The column means of the chosen rows and, when `scales`, their standard deviations (denominator n - 1).
  ///
  /// A column whose deviation is rounding noise next to its mean is constant: its scale is 1.
  package init(of data: Matrix<T>, rows: [Int64], scales: Bool) {
    let statistics = ColumnStatistics(of: data, rows: rows)
    self.init(
      mean: statistics.mean,
      scale: scales
        ? statistics.deviation.map { $0.isNormal && (1 / $0).isFinite ? $0 : 1 } : nil)
  }

  /// out = (x - mean) / scale; out may be x.
  package func apply(_ x: MatrixView<T>, into out: MatrixView<T>) {
    mean.withView { x.subtract(row: $0, into: out) }
    inverseScale?.withView { out.scaleColumns(by: $0, adding: nil, into: out) }
  }

  /// out[i] = (x[indices[i]] - mean) / scale.
  package func gather(_ x: MatrixView<T>, _ indices: ArraySlice<Int64>, into out: MatrixView<T>) {
    mean.withView { mean in
      if let inverseScale {
        inverseScale.withView { x.gather(indices, minus: mean, times: $0, into: out) }
      } else {
        x.gather(indices, minus: mean, into: out)
      }
    }
  }

  /// x = u scale + mean, in place.
  package func invert(_ u: MatrixView<T>) {
    mean.withView { mean in
      if let scale {
        scale.withView { u.scaleColumns(by: $0, adding: mean, into: u) }
      } else {
        u.scaleColumns(by: nil, adding: mean, into: u)
      }
    }
  }
}
