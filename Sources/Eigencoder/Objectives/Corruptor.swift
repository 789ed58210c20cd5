/// A corruption made ready for data of one kind: holds the column statistics and the memory, so that applying
/// it again allocates nothing.
package final class Corruptor<T: Scalar> {
  private enum Step {
    case builtIn(Corruption)
    case blur(Blur<T>)
    case custom(@Sendable (inout [Double], inout SeededGenerator) -> Void)
  }

  private let statistics: ColumnStatistics<T>
  private var steps: [Step] = []
  /// The row a custom corruption works on.
  private var row: [Double] = []

  /// Traps where `corruption.validate(columns:)` throws.
  package init(_ corruption: Corruption, _ statistics: ColumnStatistics<T>) {
    self.statistics = statistics
    do { try corruption.validate(columns: statistics.mean.count) } catch { preconditionFailure("\(error)") }
    append(corruption)
  }

  private func append(_ corruption: Corruption) {
    switch corruption {
    case .sequence(let parts): for part in parts { append(part) }
    case .blur(let height, let width, let deviation):
      steps.append(.blur(Blur(height: height, width: width, deviation: deviation)))
    case .custom(_, let change):
      row = [Double](repeating: 0, count: statistics.mean.count)
      steps.append(.custom(change))
    default: steps.append(.builtIn(corruption))
    }
  }

  /// Corrupts the rows of x, in place.
  package func apply(to x: MatrixView<T>, using generator: inout SeededGenerator) {
    precondition(
      x.columns == statistics.mean.count,
      "a corruption for \(statistics.mean.count) columns, given \(x.columns)")
    for step in steps {
      switch step {
      case .builtIn(let corruption): apply(corruption, to: x, key: generator.next())
      case .blur(let blur): blur.apply(to: x)
      case .custom(let change): apply(change, to: x, using: &generator)
      }
    }
  }

  private func apply(_ corruption: Corruption, to x: MatrixView<T>, key: UInt64) {
    switch corruption {
    case .gaussian(let deviation): x.addNormals(key: key, scale: T(deviation))
    case .relativeGaussian(let factor):
      statistics.deviation.withView { x.addNormals(key: key, deviation: $0, scale: T(factor)) }
    case .masking(let p): x.mask(key: key, probability: p)
    case .meanMasking(let p): statistics.mean.withView { x.mask(key: key, probability: p, fill: $0) }
    case .saltAndPepper(let p, let low, let high):
      x.saltAndPepper(key: key, probability: p, low: T(low), high: T(high))
    case .blur, .custom, .sequence: preconditionFailure("steps of their own")
    }
  }

  private func apply(
    _ change: (inout [Double], inout SeededGenerator) -> Void, to x: MatrixView<T>,
    using generator: inout SeededGenerator
  ) {
    for i in 0..<x.rows {
      for j in 0..<x.columns { row[j] = Double(x.base[i * x.stride + j]) }
      change(&row, &generator)
      precondition(row.count == x.columns, "a custom corruption made \(row.count) of \(x.columns) columns")
      for j in 0..<x.columns { x.base[i * x.stride + j] = T(row[j]) }
    }
  }
}
