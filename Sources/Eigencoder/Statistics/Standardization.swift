/// How a network sees its data: u = (x - mean) / scale, feature by feature.
public struct Standardization<T: Scalar>: Equatable, Sendable {
  /// d numbers.
  public let mean: [T]
  /// d positive numbers; nil when data are only centred.
  public let scale: [T]?
  package let inverseScale: [T]?

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
    let d = data.columns
    var pilot = [T](repeating: 0, count: d)
    var sums = [Double](repeating: 0, count: d)
    var squares = [Double](repeating: 0, count: d)
    // Two passes over the rows: the sums, then the squares around the mean.
    data.withView { x in
      sums.withMutableView { sums in
        for row in rows { x.rows(Int(row)..<Int(row) + 1).addColumnSums(to: sums) }
        sums.scale(by: 1 / Double(max(1, rows.count)))
      }
      for j in 0..<d { pilot[j] = T(sums[j]) }
      guard scales else { return }
      for row in rows {
        for j in 0..<d {
          let difference = Double(x.base[Int(row) * x.stride + j]) - sums[j]
          squares[j] += difference * difference
        }
      }
    }
    guard scales else {
      self.init(mean: pilot)
      return
    }
    let noise = 4 * Double(T.ulpOfOne)
    self.init(
      mean: pilot,
      scale: (0..<d).map { j in
        let deviation = (squares[j] / Double(max(1, rows.count - 1))).squareRoot()
        let scale = T(deviation)
        return deviation > noise * sums[j].magnitude && scale.isNormal && (1 / scale).isFinite ? scale : 1
      })
  }

  /// out = (x - mean) / scale; out may be x.
  package func apply(_ x: MatrixView<T>, into out: MatrixView<T>) {
    mean.withView { x.subtract(row: $0, into: out) }
    inverseScale?.withView { out.scaleColumns(by: $0, adding: nil, into: out) }
  }

  /// out[i] = (x[indices[i]] - mean) / scale.
  package func gather(_ x: MatrixView<T>, _ indices: UnsafeBufferPointer<Int64>, into out: MatrixView<T>) {
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
