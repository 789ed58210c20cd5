extension MatrixView {
  /// Whether no element is NaN or infinite.
  var isFinite: Bool {
    isContiguous
      ? reshaped(rows: 1, columns: count).row(0).isFinite : (0..<rows).allSatisfy { row($0).isFinite }
  }

  /// Throws `.invalidData` naming the first row and column, counted from 1, that holds NaN or infinity.
  ///
  /// - Parameters:
  ///   - source: what the rows are called; nil for the data of a computation.
  ///   - firstRow: how many rows of `source` precede these.
  ///   - advice: what is added where it is NaN.
  func requireFinite(in source: String? = nil, firstRow: Int = 0, advice: String = "") throws {
    if isFinite { return }
    for i in 0..<rows where !row(i).isFinite {
      for j in 0..<columns where !self[i, j].isFinite {
        let place = "row \(firstRow + i + 1), column \(j + 1) (counted from 1)"
        throw EigencoderError.invalidData(
          (source.map {
            "\($0): \(place) is \(self[i, j]) as \(ElementType.storing(T.self)), expected finite numbers"
          }
            ?? "\(place) of the data is \(self[i, j]), expected finite numbers")
            + (self[i, j].isNaN ? advice : ""))
      }
    }
  }
}

extension Matrix {
  /// Throws `.invalidData` naming the first row and column, counted from 1, that holds NaN or infinity.
  ///
  /// - Parameter source: what the rows are called; nil for the data of a computation.
  package func requireFinite(in source: String? = nil) throws {
    try withView { try $0.requireFinite(in: source) }
  }
}
