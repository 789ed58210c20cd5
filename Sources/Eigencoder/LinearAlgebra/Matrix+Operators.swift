// What a method of a caller's own is written with. Each makes a new matrix; inside the library, views write into given memory.

extension Matrix {
  /// The matrix product, rows x other.columns. Traps when the inner sizes differ. rows * columns * other.columns.
  public static func * (left: Matrix, right: Matrix) -> Matrix { left.times(right) }

  /// op(self) op(other), where op transposes what it is asked to, without a copy of it. Traps when the inner sizes differ.
  public func times(_ other: Matrix, transposed transposeSelf: Bool = false, otherTransposed: Bool = false)
    -> Matrix
  {
    Matrix(
      rows: transposeSelf ? columns : rows, columns: otherTransposed ? other.rows : other.columns
    ) { out in
      withView { a in
        other.withView { b in
          out.setProduct(a, transposed: transposeSelf, b, rightTransposed: otherTransposed)
        }
      }
    }
  }

  /// The sum of two matrices of one shape; traps on others.
  public static func + (left: Matrix, right: Matrix) -> Matrix {
    left.modified { sum in right.withView { sum.add($0) } }
  }

  /// The difference of two matrices of one shape; traps on others.
  public static func - (left: Matrix, right: Matrix) -> Matrix {
    left.modified { difference in right.withView { difference.add($0, times: -1) } }
  }

  /// Every element times a number.
  public static func * (factor: T, matrix: Matrix) -> Matrix { matrix.modified { $0.scale(by: factor) } }

  /// `row`, `columns` numbers, added to each row. Traps on another count.
  public func adding(row: [T]) -> Matrix {
    requireRow(row)
    return modified { x in row.withView { x.scaleColumns(by: nil, adding: $0, into: x) } }
  }

  /// `row`, `columns` numbers such as the columns' means, subtracted from each row. Traps on another count.
  public func subtracting(row: [T]) -> Matrix {
    requireRow(row)
    return modified { x in row.withView { x.subtract(row: $0, into: x) } }
  }

  /// Each column multiplied by its number of `factors`. Traps on another count.
  public func multiplyingColumns(by factors: [T]) -> Matrix {
    requireRow(factors)
    return modified { x in factors.withView { x.scaleColumns(by: $0, adding: nil, into: x) } }
  }

  /// The matrix of `transform` of every element.
  public func map<U: Scalar>(_ transform: (T) throws -> U) rethrows -> Matrix<U> {
    Matrix<U>(rows: rows, columns: columns, try elements.map(transform))
  }

  private func requireRow(_ row: [T]) {
    precondition(row.count == columns, "a row of \(row.count) numbers for \(shape)")
  }
}
