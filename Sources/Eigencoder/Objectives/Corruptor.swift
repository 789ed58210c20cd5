/// A corruption made ready for data of one kind: holds the column statistics and the memory, so that applying
/// it again allocates nothing.
package final class Corruptor<T: Scalar> {
  private typealias Step = (_ x: MatrixView<T>, _ generator: inout SeededGenerator) -> Void

  private let statistics: ColumnStatistics<T>
  private var steps: [Step] = []

  /// Traps where `corruption.validate(columns:)` throws.
  package init(_ corruption: Corruption, _ statistics: ColumnStatistics<T>) {
    self.statistics = statistics
    do { try corruption.validate(columns: statistics.mean.count) } catch { preconditionFailure("\(error)") }
    append(corruption)
  }

  private func append(_ corruption: Corruption) {
    let (mean, deviations) = (statistics.mean, statistics.deviation)
    switch corruption {
    case .gaussian(let strength, let unit):
      let deviation = unit == .data ? strength : strength * statistics.meanVariance().squareRoot()
      steps.append { x, generator in x.addNormals(key: generator.next(), scale: T(deviation)) }
    case .relativeGaussian(let factor):
      steps.append { x, generator in
        let key = generator.next()
        deviations.withView { x.addNormals(key: key, deviation: $0, scale: T(factor)) }
      }
    case .masking(let p):
      steps.append { x, generator in x.mask(key: generator.next(), probability: p) }
    case .meanMasking(let p):
      steps.append { x, generator in
        let key = generator.next()
        mean.withView { x.mask(key: key, probability: p, fill: $0) }
      }
    case .saltAndPepper(let p, let low, let high):
      steps.append { x, generator in
        x.saltAndPepper(key: generator.next(), probability: p, low: T(low), high: T(high))
      }
    case .blur(let height, let width, let deviation):
      let blur = Blur<T>(height: height, width: width, deviation: deviation)
      steps.append { x, _ in blur.apply(to: x) }
    case .custom(_, let change):
      var row = [Double](repeating: 0, count: mean.count)
      steps.append { x, generator in Self.apply(change, to: x, through: &row, using: &generator) }
    case .sequence(let parts): for part in parts { append(part) }
    }
  }

  /// Corrupts the rows of x, in place.
  package func apply(to x: MatrixView<T>, using generator: inout SeededGenerator) {
    precondition(
      x.columns == statistics.mean.count,
      "a corruption for \(statistics.mean.count) columns, given \(x.columns)")
    for step in steps { step(x, &generator) }
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  private static func apply(
    _ change: (inout [Double], inout SeededGenerator) -> Void, to x: MatrixView<T>,
    through row: inout [Double], using generator: inout SeededGenerator
  ) {
    for i in 0..<x.rows {
      let xi = x.row(i)
      for j in 0..<xi.count { row[j] = Double(xi[j]) }
      change(&row, &generator)
      precondition(row.count == xi.count, "a custom corruption made \(row.count) of \(xi.count) columns")
      for j in 0..<xi.count { xi[j] = T(row[j]) }
    }
  }
}
