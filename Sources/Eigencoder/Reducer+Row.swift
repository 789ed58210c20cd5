// One sample at a time, as a server has them.

extension Reducer {
  /// The code of one sample of d numbers: k numbers. Traps on another count.
  ///
  /// - Complexity: that of `encode(row:into:)`, and an array.
  public func encode(row: [Element]) -> [Element] {
    [Element](unsafeUninitializedCapacity: latent) { memory, count in
      memory.initialize(repeating: 0)
      count = latent
      var code = memory.mutableSpan
      encode(row: row.span, into: &code)
    }
  }

  public func encode(row: Span<Element>, into code: inout MutableSpan<Element>) {
    requireRow(row, code)
    let codes = encode(Matrix(row: row))
    withViews(row, &code) { _, code in codes.withView { $0.copy(into: code) } }
  }

  /// Traps unless the row has d numbers and the code k.
  func requireRow(_ row: Span<Element>, _ code: borrowing MutableSpan<Element>) {
    precondition(
      row.count == inputs && code.count == latent,
      "encode a row of \(row.count) numbers into \(code.count), needed \(inputs) and \(latent)")
  }
}
