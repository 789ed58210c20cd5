/// The rows that something is fitted to, in memory or in a file.
package enum Samples<T: Scalar>: Sendable {
  case memory(Matrix<T>)
  case file(RowFile)

  package var rows: Int {
    switch self {
    case .memory(let x): x.rows
    case .file(let file): file.rows
    }
  }

  package var columns: Int {
    switch self {
    case .memory(let x): x.columns
    case .file(let file): file.columns
    }
  }

  /// Those that share the rows; nil for none.
  var ranks: (any Communicator)? {
    switch self {
    case .memory: nil
    case .file(let file): file.ranks
    }
  }

  /// d means, in f64. O(n d); of a file one pass.
  func columnMeans() throws -> [Double] {
    switch self {
    case .memory(let x): x.columnMeans
    case .file(let file): try ColumnSums(ofRowsOf: file.reader(), as: Double.self).mean
    }
  }

  /// Calls `body` with all rows in f64, some at a time.
  func forEachBlockInDouble(_ body: (Matrix<Double>) throws -> Void) throws {
    switch self {
    case .memory(let x):
      for first in stride(from: 0, to: x.rows, by: 512) {
        try body(x.rows(first..<min(first + 512, x.rows)).converted(to: Double.self))
      }
    case .file(let file): try file.reader().forEachBlock(as: Double.self, body)
    }
  }

  /// O(n d); of a file one pass.
  func columnStatistics() throws -> ColumnStatistics<T> {
    switch self {
    case .memory(let x): ColumnStatistics(of: x)
    case .file(let file): try ColumnSums(ofRowsOf: file.reader(), as: T.self).statistics()
    }
  }

  func principalComponents(_ pca: PCA) throws -> PrincipalComponents<T> {
    switch self {
    case .memory(let x): try pca.fitted(to: x)
    case .file(let file): try pca.fitted(toRowsOf: { try file.reader() })
    }
  }

  package func componentSelection(
    _ settings: ComponentSelection.Settings, _ rules: Set<ComponentSelection.Rule>
  ) throws
    -> ComponentSelection
  {
    switch self {
    case .memory(let x): try ComponentSelection(of: x, settings: settings, rules: rules)
    case .file(let file): try ComponentSelection(ofRowsOf: file, as: T.self, settings: settings, rules: rules)
    }
  }
}
