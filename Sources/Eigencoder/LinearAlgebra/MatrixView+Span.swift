// A caller's own memory, borrowed as a row.

/// Calls `body` with a row to read and a row to write, each a matrix of one row.
func withViews<T: Scalar>(
  _ row: Span<T>, _ out: inout MutableSpan<T>, _ body: (MatrixView<T>, MatrixView<T>) -> Void
) {
  row.withUnsafeBufferPointer { row in
    out.withUnsafeMutableBufferPointer { out in
      body(
        MatrixView(base: .reading(row), rows: 1, columns: row.count),
        MatrixView(base: out.baseAddress ?? .none(), rows: 1, columns: out.count))
    }
  }
}

extension Matrix {
  /// One row, copied.
  init(row: Span<T>) {
    self.init(rows: 1, columns: row.count) { out in
      row.withUnsafeBufferPointer {
        MatrixView(base: .reading($0), rows: 1, columns: $0.count).copy(into: out)
      }
    }
  }
}
