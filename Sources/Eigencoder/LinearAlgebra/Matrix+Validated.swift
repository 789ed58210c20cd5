extension Matrix {
  /// Rows from outside, as of a request: `init(_:)` for rows that may be of any lengths.
  ///
  /// - Throws: `EigencoderError.invalidData` naming the first row that is not as long as the first one, or the first number
  ///   that is not finite.
  public static func validated(_ rows: [[T]]) throws -> Matrix {
    let columns = rows.first?.count ?? 0
    if let index = rows.firstIndex(where: { $0.count != columns }) {
      throw EigencoderError.invalidData(
        "row \(index + 1) (counted from 1) has \(rows[index].count) numbers, expected \(columns) as in row 1")
    }
    let matrix = Matrix(rows)
    try matrix.requireFinite()
    return matrix
  }

  /// Elements from outside, row after row: `init(rows:columns:_:)` for any number of them.
  ///
  /// - Throws: `EigencoderError.invalidData` unless there are `rows * columns`, all of them finite.
  public static func validated(rows: Int, columns: Int, _ elements: [T]) throws -> Matrix {
    let (count, isTooMany) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !isTooMany, count == elements.count else {
      throw EigencoderError.invalidData(
        "\(elements.count) numbers, expected those of \(rows) x \(columns)")
    }
    let matrix = Matrix(rows: rows, columns: columns, elements)
    try matrix.requireFinite()
    return matrix
  }
}
