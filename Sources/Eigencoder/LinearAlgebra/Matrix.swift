/// A dense matrix, row-major, a value type with copy-on-write storage.
///
/// Samples are rows throughout the library: a data set of n samples in d dimensions is n x d. Elements are
/// `Float` (the default for data and training) or `Double` (for checks).
public struct Matrix<T: Scalar>: Equatable, Sendable {
  /// n: samples, where the matrix is data.
  public let rows: Int
  /// d: features, where the matrix is data.
  public let columns: Int
  /// The elements, row after row; `rows * columns` of them.
  public private(set) var elements: [T]

  /// A matrix whose every element is `value`.
  public init(rows: Int, columns: Int, repeating value: T = 0) {
    precondition(rows >= 0 && columns >= 0, "a matrix of \(rows) x \(columns): sizes are not negative")
    self.rows = rows
    self.columns = columns
    elements = [T](repeating: value, count: rows * columns)
  }

  /// A matrix from its elements, row after row; traps unless there are `rows * columns`.
  public init(rows: Int, columns: Int, _ elements: [T]) {
    precondition(
      elements.count == rows * columns,
      "\(rows) x \(columns) needs \(rows * columns) elements, got \(elements.count)")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix from rows of equal length; traps when they are ragged.
  public init(_ rows: [[T]]) {
    self.init(rows: rows.count, columns: rows.first?.count ?? 0, rows.flatMap { $0 })
    precondition(rows.allSatisfy { $0.count == columns }, "rows of one matrix differ in length")
  }

  /// A matrix written whole by `fill`, which must set every element.
  package init(rows: Int, columns: Int, fill: (MatrixView<T>) throws -> Void) rethrows {
    self.rows = rows
    self.columns = columns
    elements = try [T](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      count = rows * columns
      guard let base = buffer.baseAddress, count > 0 else { return }
      try fill(MatrixView(base: base, rows: rows, columns: columns))
    }
  }

  /// The size x size matrix with ones on the diagonal.
  public static func identity(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for i in 0..<size { result[i, i] = 1 }
    return result
  }

  /// One entry, both indices from 0. Traps outside of the matrix.
  public subscript(row: Int, column: Int) -> T {
    get {
      precondition(
        row >= 0 && row < rows && column >= 0 && column < columns, "[\(row), \(column)] of \(shape)")
      return elements[row * columns + column]
    }
    set {
      precondition(
        row >= 0 && row < rows && column >= 0 && column < columns, "[\(row), \(column)] of \(shape)")
      elements[row * columns + column] = newValue
    }
  }

  /// One row, as an array of `columns` elements.
  public func row(_ index: Int) -> [T] {
    precondition(index >= 0 && index < rows, "row \(index) of \(shape)")
    return Array(elements[index * columns..<(index + 1) * columns])
  }

  /// "rows x columns", for messages.
  package var shape: String { "\(rows) x \(columns)" }
}

// MARK: - Selecting and rearranging

extension Matrix {
  /// The rows in `range`, in order. O(elements copied).
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(shape)")
    return Matrix(
      rows: range.count, columns: columns,
      Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The rows named by `indices`, in that order; a row may appear more than once.
  public func selecting(rows indices: [Int]) -> Matrix {
    precondition(indices.allSatisfy { $0 >= 0 && $0 < rows }, "a row outside of \(shape)")
    return Matrix(rows: indices.count, columns: columns) { out in
      withView { $0.gather(indices.map(Int64.init), into: out) }
    }
  }

  /// The transpose, columns x rows.
  public func transposed() -> Matrix {
    Matrix(rows: columns, columns: rows) { out in withView { $0.transpose(into: out) } }
  }

  /// The elements converted to another scalar type, rounded to nearest.
  public func converted<U: Scalar>(to type: U.Type) -> Matrix<U> {
    if T.self == U.self { return unsafeBitCast(self, to: Matrix<U>.self) }
    return Matrix<U>(rows: rows, columns: columns) { out in
      withView { Convert.between($0.base, $0.count, into: out.base) }
    }
  }
}

// MARK: - Borrowing the memory

extension Matrix {
  /// Calls `body` with a view of the elements, to read.
  package func withView<R>(_ body: (MatrixView<T>) throws -> R) rethrows -> R {
    try elements.withUnsafeBufferPointer { buffer in
      try body(MatrixView(base: .reading(buffer), rows: rows, columns: columns))
    }
  }

  /// Calls `body` with a view of the elements, to write; copies first when the storage is shared.
  package mutating func withMutableView<R>(_ body: (MatrixView<T>) throws -> R) rethrows -> R {
    try elements.withUnsafeMutableBufferPointer { buffer in
      try body(MatrixView(base: buffer.baseAddress ?? .none(), rows: rows, columns: columns))
    }
  }
}

extension Matrix: CustomStringConvertible {
  /// The shape and the first elements.
  public var description: String {
    var lines = ["Matrix<\(T.self)> \(shape)"]
    for i in 0..<min(rows, 6) {
      let shown = row(i).prefix(8).map { "\($0)" }.joined(separator: " ")
      lines.append("  " + shown + (columns > 8 ? " ..." : ""))
    }
    if rows > 6 { lines.append("  ...") }
    return lines.joined(separator: "\n")
  }
}
