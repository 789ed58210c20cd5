extension Matrix<Double> {
  /// self x, in f64 with x of any precision, rows x x.columns: x is converted some columns at a time, and never whole.
  func times<U: Scalar>(converting x: Matrix<U>) -> Matrix {
    precondition(columns == x.rows, "product of \(shape) and \(x.shape)")
    guard U.self != Double.self else { return times(x.converted(to: Double.self)) }
    let width = min(1024, max(1, x.columns))
    return Matrix(rows: rows, columns: x.columns) { out in
      withView { a in
        x.withView { x in
          withScratch(x.rows * width, of: Double.self) { scratch in
            for first in Swift.stride(from: 0, to: x.columns, by: width) {
              let range = first..<min(first + width, x.columns)
              let part = scratch.matrix(rows: x.rows, columns: range.count)
              for i in 0..<x.rows {
                let row = x.row(i)
                Convert.between(row.base + range.lowerBound, range.count, into: part.row(i).base)
              }
              out.columns(range).setProduct(a, part)
            }
          }
        }
      }
    }
  }
}
