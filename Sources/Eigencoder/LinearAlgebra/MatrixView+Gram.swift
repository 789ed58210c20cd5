extension MatrixView {
  /// sum += self self' when `outer`, else self' self, on and above the diagonal.
  ///
  /// Products of `block` numbers at a time are in the precision of T, their sums in f64. O(rows^2 columns),
  /// or O(rows columns^2).
  package func addUpperGram(to sum: MatrixView<Double>, outer: Bool, block: Int) {
    let (size, length) = outer ? (rows, columns) : (columns, rows)
    withScratch(size * size, of: T.self) { scratch in
      let part = scratch.matrix(rows: size, columns: size)
      for first in Swift.stride(from: 0, to: length, by: block) {
        let range = first..<min(first + block, length)
        if outer { part.setUpperOuterGram(of: columns(range)) } else { part.setUpperGram(of: rows(range)) }
        part.addUpper(to: sum)
      }
    }
  }
}
