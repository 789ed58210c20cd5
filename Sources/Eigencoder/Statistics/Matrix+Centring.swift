extension Matrix {
  /// The data less their column means, and the means in f64.
  func centred() -> (Matrix, mean: [Double]) {
    let mean = columnMeans
    let pilot = mean.map { T($0) }
    var result = Matrix(rows: rows, columns: columns) { out in
      withView { x in pilot.withView { x.subtract(row: $0, into: out) } }
    }
    // What rounding the mean to T has left; for Double, what rounding its sum has left.
    let rest =
      T.self == Double.self ? result.columnMeans : zip(mean, pilot).map { $0 - Double($1) }
    result.withMutableView { x in rest.map { T($0) }.withView { x.subtract(row: $0, into: x) } }
    return (result, zip(pilot, rest).map { Double($0) + $1 })
  }

  /// The data less `mean`, in f64.
  func centred(around mean: [Double]) -> Matrix<Double> {
    var result = converted(to: Double.self)
    result.subtract(mean)
    return result
  }

  /// x - 1 row', in place.
  mutating func subtract(_ row: [T]) {
    withMutableView { x in row.withView { x.subtract(row: $0, into: x) } }
  }

  /// Whether no row differs from the first.
  var hasEqualRows: Bool {
    withView { x in
      (1..<Swift.max(1, rows)).allSatisfy { i in (0..<columns).allSatisfy { x[i, $0] == x[0, $0] } }
    }
  }

  /// (self - 1 (high + low)') - z p, n x d, with z n x k and p k x d, or its transpose. The mean has two parts, of which `low` is
  /// what rounding left of `high`.
  func residuals(around high: [T], _ low: [T], decoded z: Matrix, by p: Matrix, transposed: Bool = false)
    -> Matrix
  {
    Matrix(rows: rows, columns: columns) { out in
      withView { x in high.withView { x.subtract(row: $0, into: out) } }
      if low.contains(where: { $0 != 0 }) { low.withView { out.subtract(row: $0, into: out) } }
      z.withView { z in p.withView { out.setProduct(z, $0, rightTransposed: transposed, alpha: -1, beta: 1) }
      }
    }
  }
}
