extension MatrixView<Double> {
  /// Whether `Float` holds every element exactly.
  var isExactlyFloat: Bool {
    for i in 0..<rows {
      let row = base + i * stride
      // Sums over a part of the row, so that the loop is vectorised and yet ends soon.
      for first in Swift.stride(from: 0, to: columns, by: 4096) {
        var differences = 0
        for j in first..<min(first + 4096, columns) {
          differences &+= Double(Float(row[j])) == row[j] ? 0 : 1
        }
        if differences > 0 { return false }
      }
    }
    return true
  }
}
