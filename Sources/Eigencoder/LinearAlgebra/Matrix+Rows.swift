// What rows are measured and chosen by.

extension Matrix {
  /// Whether no element is NaN or infinite. O(elements).
  package var isFinite: Bool { elements.withView { $0.isFinite } }

  /// The mean of each column, in f64. Zero for no rows. O(elements).
  public var columnMeans: [Double] {
    var means = [Double](repeating: 0, count: columns)
    withView { x in
      means.withMutableView {
        x.addColumnSums(to: $0)
        $0.scale(by: 1 / Double(max(1, rows)))
      }
    }
    return means
  }

  /// |x_i|^2 of each row, in f64. O(elements).
  package var rowSquares: [Double] {
    var squares = [Double](repeating: 0, count: rows)
    withView { x in squares.withMutableView { x.rowSquaredNorms(into: $0) } }
    return squares
  }

  /// Multiplies each row by the inverse of its length, zero rows excepted; returns the lengths. O(elements).
  @discardableResult
  package mutating func normalizeRows() -> [Double] {
    let lengths = rowSquares.map { $0.squareRoot() }
    withMutableView { x in
      for i in 0..<x.rows {
        let inverse = T(1 / lengths[i])
        x.row(i).scale(by: inverse.isFinite ? inverse : 0)
      }
    }
    return lengths
  }

  /// Of rows that are made a block at a time, so that making them takes memory for a block alone.
  package init(rows: Int, columns: Int, inBlocks block: (Range<Int>) throws -> Matrix) rethrows {
    self.init(rows: rows, columns: columns)
    for first in stride(from: 0, to: rows, by: 16_384) {
      let range = first..<min(first + 16_384, rows)
      let part = try block(range)
      withMutableView { all in part.withView { $0.copy(into: all.rows(range)) } }
    }
  }

  /// At most `limit` of the rows, from the first on at equal distances.
  package func evenlySpaced(_ limit: Int) -> Matrix {
    precondition(limit >= 1 || rows == 0, "a limit of at least 1 row, got \(limit)")
    guard rows > limit else { return self }
    return selecting(rows: (0..<limit).map { $0 * rows / limit })
  }
}
