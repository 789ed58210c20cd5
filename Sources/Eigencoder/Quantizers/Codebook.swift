// k-means (Lloyd 1982): each codeword is the mean of the rows that are nearest to it.
//
// In many dimensions k-means from rows drawn at random ends in a poor optimum. So the first means are found in the first few
// coordinates alone, which for principal components hold most of the variance; then in 4 times as many, from there, and
// so on (as faiss's progressive dimensions do).

/// At most 256 codewords of d numbers.
struct Codebook {
  /// codewords x d
  private(set) var words: Matrix<Float>

  /// k-means on the rows of `x`.
  ///
  /// - Parameters:
  ///   - count: codewords, at most 256.
  ///   - iterations: in each number of coordinates.
  init(
    _ count: Int, fittedTo x: MatrixView<Float>, iterations: Int, using generator: inout SeededGenerator
  ) {
    precondition(count >= 1 && count <= codewordsPerBook && x.rows > 0, "\(count) codewords for \(x.shape)")
    let d = x.columns
    words = Matrix(rows: count, columns: d)
    // Of fewer rows than codewords some are drawn twice.
    let drawn =
      x.rows >= count
      ? generator.sample(count, of: x.rows) : (0..<count).map { $0 % x.rows }
    words.withMutableView { x.gather(drawn.map(Int64.init), into: $0) }
    var codes = [UInt8](repeating: 0, count: x.rows)
    var width = 8
    while width < d {
      refine(x, width, iterations, &codes)
      width *= 4
    }
    refine(x, d, iterations, &codes)
  }

  /// Lloyd's iterations where distances are those of the first `width` coordinates; the means are whole rows.
  private mutating func refine(
    _ x: MatrixView<Float>, _ width: Int, _ iterations: Int, _ codes: inout [UInt8]
  ) {
    var sums = Matrix<Float>(rows: codewordsPerBook, columns: x.columns)
    for _ in 0..<iterations {
      let least = words.withView {
        x.columns(0..<width).nearestCodewords($0.columns(0..<width), into: &codes)
      }
      sums.withMutableView { $0.setSums(ofRows: x, codes, width: 1) }
      var counts = [Int](repeating: 0, count: words.rows)
      for code in codes { counts[Int(code)] += 1 }
      var farthest: [Int] = []
      words.withMutableView { words in
        sums.withMutableView { sums in
          for j in 0..<words.rows {
            if counts[j] > 0 {
              let row = sums.row(j)
              row.scale(by: 1 / Float(counts[j]))
              row.copy(into: words.row(j))
            } else {
              // A word that nobody has becomes one of the rows that are worst served.
              if farthest.isEmpty { farthest = Self.farthest(x, width, least, words.rows) }
              x.row(farthest.removeFirst()).copy(into: words.row(j))
            }
          }
        }
      }
    }
  }

  /// The rows of largest distance from their codeword, the worst first.
  private static func farthest(_ x: MatrixView<Float>, _ width: Int, _ least: [Float], _ count: Int) -> [Int]
  {
    let part = x.columns(0..<width)
    let errors = (0..<x.rows).map { least[$0] + Float(part.row($0).dot(part.row($0))) }
    let order = errors.indices.sorted { errors[$0] > errors[$1] || (errors[$0] == errors[$1] && $0 < $1) }
    return (0..<count).map { order[$0 % order.count] }
  }
}
