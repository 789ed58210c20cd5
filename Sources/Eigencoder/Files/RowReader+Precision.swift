// Which precision holds the numbers of a file? Narrow types are `Float` whatever their numbers. Of wide ones, of text, and of
// numbers that are multiplied by a scale, only the numbers tell: they are read as `Double`, and stay `Float` until the first
// that is not one. What has been read by then is widened, which loses nothing.

extension RowReader {
  /// The precision that holds every number of this content exactly, where its type tells; nil where the numbers do.
  ///
  /// A byte has at most 256 values. Their products with a scale stay as far apart as they were, so that bytes are `Float`
  /// with any scale that keeps them in range.
  package var knownPrecision: Precision? {
    guard let type = storedType else { return nil }
    let isByte = type.size == 1 && (1e-30...1e30).contains(scale.magnitude)
    return scale == 1 || isByte ? type.precision : nil
  }

  /// All rows that are left, in the given precision or in the one that holds all of them; throws as `readAll` does.
  package func readAll(in precision: Precision? = nil) throws -> AnyMatrix {
    switch precision ?? knownPrecision {
    case .f32: return .float(try readAll())
    case .f64: return .double(try readAll())
    case nil: break
    }
    var numbers: [Float] = []
    var block = Matrix<Double>(rows: blockRows, columns: columns)
    while true {
      let count = try block.withMutableView { try next(into: $0) }
      if count == 0 { return .float(Matrix(rows: numbers.count / columns, columns: columns, numbers)) }
      let rows = count == block.rows ? block : block.rows(0..<count)
      let isFloat = rows.withView { $0.isExactlyFloat }
      if isFloat { numbers += rows.converted(to: Float.self).elements }
      try Memory.require(rows: rowsRead, columns: columns, of: Float.self, name: name)
      guard !isFloat else { continue }
      let before = Matrix(rows: numbers.count / columns, columns: columns, numbers).converted(to: Double.self)
      return .double(
        try readAll(after: Matrix(rows: rowsRead, columns: columns, before.elements + rows.elements)))
    }
  }

  /// The precision that holds all rows that are left; reads until a number tells, to the end if none does.
  package func precisionOfRows() throws -> Precision {
    if let knownPrecision { return knownPrecision }
    var block = Matrix<Double>(rows: min(blockRows, 1024), columns: columns)
    while case let count = try block.withMutableView({ try next(into: $0) }), count > 0 {
      guard block.withView({ $0.prefix(count).isExactlyFloat }) else { return .f64 }
    }
    return .f32
  }
}
