/// A borrowed rectangle of memory: the one handle through which the library reads and writes numbers.
///
/// A view does not own its memory and is valid only during the call it is handed to. `stride` is the
/// distance in elements between rows, at least `columns`, so that a block of columns is a view as well.
/// Every operation on views writes into given memory and allocates nothing.
package struct MatrixView<T: Scalar> {
  let base: UnsafeMutablePointer<T>
  /// The number of rows.
  package let rows: Int
  /// The numbers of a row.
  package let columns: Int
  let stride: Int

  init(base: UnsafeMutablePointer<T>, rows: Int, columns: Int, stride: Int? = nil) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// One entry, both indices from 0. Traps outside of the view.
  package subscript(row: Int, column: Int) -> T {
    get {
      precondition(
        row >= 0 && row < rows && column >= 0 && column < columns, "[\(row), \(column)] of \(shape)")
      return base[row * stride + column]
    }
    nonmutating set {
      precondition(
        row >= 0 && row < rows && column >= 0 && column < columns, "[\(row), \(column)] of \(shape)")
      base[row * stride + column] = newValue
    }
  }

  package var shape: String { "\(rows) x \(columns)" }
  package var count: Int { rows * columns }
  package var isContiguous: Bool { stride == columns || rows <= 1 }

  /// The rows in `range`, the same memory.
  package func rows(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(shape)")
    return MatrixView(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// One row, the same memory.
  package func row(_ index: Int) -> VectorView<T> {
    precondition(index >= 0 && index < rows, "row \(index) of \(shape)")
    return VectorView(base: base + index * stride, count: columns)
  }

  /// The first `count` rows, the same memory.
  package func prefix(_ count: Int) -> MatrixView { rows(0..<count) }

  /// The columns in `range`, the same memory.
  package func columns(_ range: Range<Int>) -> MatrixView {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(shape)")
    return MatrixView(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// The same contiguous memory in another shape of as many elements.
  package func reshaped(rows newRows: Int, columns newColumns: Int) -> MatrixView {
    precondition(isContiguous && newRows * newColumns == count, "\(shape) as \(newRows) x \(newColumns)")
    return MatrixView(base: base, rows: newRows, columns: newColumns)
  }

  /// All elements, row by row, the same contiguous memory.
  var numbers: VectorView<T> {
    precondition(isContiguous, "\(shape) of stride \(stride) as one run")
    return VectorView(base: base, count: count)
  }

  /// An owned copy.
  package func copied() -> Matrix<T> {
    Matrix(rows: rows, columns: columns) { copy(into: $0) }
  }
}

/// A borrowed run of memory: a bias, a row of statistics, a flat parameter vector.
package struct VectorView<T: Scalar> {
  let base: UnsafeMutablePointer<T>
  /// The number of entries.
  package let count: Int

  init(base: UnsafeMutablePointer<T>, count: Int) {
    self.base = base
    self.count = count
  }

  /// One entry, from 0. Traps outside of the view.
  package subscript(index: Int) -> T {
    get {
      precondition(index >= 0 && index < count, "[\(index)] of \(count)")
      return base[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "[\(index)] of \(count)")
      base[index] = newValue
    }
  }

  /// Where the elements are, one after another, for libraries in C.
  package var pointer: UnsafeMutablePointer<T> { base }

  /// The elements in `range`, the same memory.
  package func slice(_ range: Range<Int>) -> VectorView {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) elements")
    return VectorView(base: base + range.lowerBound, count: range.count)
  }

  /// The elements from `offset` on as a matrix, the same memory.
  package func matrix(at offset: Int = 0, rows: Int, columns: Int) -> MatrixView<T> {
    precondition(
      offset >= 0 && offset + rows * columns <= count, "\(rows) x \(columns) at \(offset) of \(count)")
    return MatrixView(base: base + offset, rows: rows, columns: columns)
  }

  /// An owned copy.
  package func copied() -> [T] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// Memory that one object owns: a workspace, allocated once and used for every step.
///
/// Aligned to a cache line and zeroed. The views must not outlive the buffer: keep it in a property, or use
/// `withScratch`.
package final class Buffer<T: Scalar> {
  package let view: VectorView<T>

  package init(count: Int) {
    let bytes = max(1, count) * MemoryLayout<T>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    view = VectorView(base: memory.bindMemory(to: T.self, capacity: count), count: count)
  }

  deinit { UnsafeMutableRawPointer(view.base).deallocate() }
}

/// Calls `body` with zeroed memory for `count` elements, which lives until it returns.
package func withScratch<T: Scalar, R>(
  _ count: Int, of type: T.Type = T.self, _ body: (VectorView<T>) throws -> R
) rethrows -> R {
  let buffer = Buffer<T>(count: count)
  // Without this the buffer may be released after its last mention, before the view's last use.
  return try withExtendedLifetime(buffer) { try body(buffer.view) }
}

extension Array where Element: Scalar {
  /// Calls `body` with a view of the elements, to read.
  package func withView<R>(_ body: (VectorView<Element>) throws -> R) rethrows -> R {
    try withUnsafeBufferPointer { try body(VectorView(base: .reading($0), count: $0.count)) }
  }

  /// Calls `body` with a view of the elements, to write.
  package mutating func withMutableView<R>(_ body: (VectorView<Element>) throws -> R) rethrows -> R {
    try withUnsafeMutableBufferPointer {
      try body(VectorView(base: $0.baseAddress ?? .none(), count: $0.count))
    }
  }
}

extension UnsafeMutablePointer where Pointee: Scalar {
  /// The address of a buffer that is only going to be read.
  static func reading(_ buffer: UnsafeBufferPointer<Pointee>) -> Self {
    buffer.baseAddress.map { UnsafeMutablePointer(mutating: $0) } ?? .none()
  }

  /// A non-null address for no elements at all.
  static func none() -> Self { UnsafeMutablePointer(bitPattern: MemoryLayout<Pointee>.alignment)! }
}
