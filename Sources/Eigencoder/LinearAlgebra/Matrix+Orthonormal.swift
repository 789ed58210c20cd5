// Orthonormal rows P, P P' = I: how to make them, their signs, how far from it some rows are, and what lies outside of them.

extension Matrix<Double> {
  /// self -= self P' P, the part of each row in the span of the rows of `p`, which are orthonormal.
  ///
  /// - Returns: the coordinates of that part, self P'.
  @discardableResult
  mutating func removeProjection(on p: Matrix) -> Matrix {
    let coordinates = times(p, otherTransposed: true)
    withMutableView { x in
      coordinates.withView { z in p.withView { x.setProduct(z, $0, alpha: -1, beta: 1) } }
    }
    return coordinates
  }

  /// max |P P' - I|; infinity when an entry is not finite.
  var largestDeviationFromOrthonormal: Double {
    let gram = times(self, otherTransposed: true)
    return (0..<rows).reduce(0) { worst, i in
      (0..<rows).reduce(worst) {
        let deviation = (gram[i, $1] - (i == $1 ? 1 : 0)).magnitude
        return deviation.isFinite ? Swift.max($0, deviation) : .infinity
      }
    }
  }

  /// Turns each row so that its entry of largest absolute value (the first of equals) is positive.
  mutating func orientRows() {
    withMutableView { p in
      for i in 0..<p.rows {
        let row = p.row(i)
        var largest = 0
        for j in 1..<Swift.max(1, row.count) where row[j].magnitude > row[largest].magnitude { largest = j }
        if row[largest] < 0 { row.scale(by: -1) }
      }
    }
  }

  /// Gram & Schmidt, twice each row, from the first row on; there are at most as many rows as columns. A row
  /// that vanishes (no variance left in its direction) becomes a unit vector orthogonal to those before it.
  mutating func orthonormalizeRows() {
    precondition(rows <= columns, "\(shape) orthonormal rows")
    withMutableView { p in
      for i in 0..<p.rows {
        let row = p.row(i)
        let before = row.dot(row).squareRoot()
        p.removeRows(before: i, from: row)
        if !(row.dot(row).squareRoot() > 0.5 * before) {
          row.clear()
          row[p.axisFarthestFromRows(before: i)] = 1
          p.removeRows(before: i, from: row)
        }
        row.scale(by: 1 / row.dot(row).squareRoot())
      }
    }
  }
}

extension MatrixView<Double> {
  /// Takes from `row` its parts along the orthonormal rows before index `i`, twice.
  fileprivate func removeRows(before i: Int, from row: VectorView<Double>) {
    for _ in 0..<2 {
      for j in 0..<i { row.add(self.row(j), times: -self.row(j).dot(row)) }
    }
  }

  /// The axis with the least part in the span of the orthonormal rows before index `i`, the first of equals:
  /// at least 1 - i / columns of its square is outside.
  fileprivate func axisFarthestFromRows(before i: Int) -> Int {
    var (axis, least) = (0, Double.infinity)
    for c in 0..<columns {
      let inside = (0..<i).reduce(0.0) { $0 + self[$1, c] * self[$1, c] }
      if inside < least { (axis, least) = (c, inside) }
    }
    return axis
  }
}
