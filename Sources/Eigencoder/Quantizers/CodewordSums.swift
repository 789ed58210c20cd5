// Every quantiser but the trellis is a sum of codewords, one of each book: those of a product quantiser lie in spaces of their own
// groups, those of rotated numbers on lines. So a search that adds up tables, a lookup for each book, serves all of them.

/// Codes as sums of codewords.
package struct CodewordSums {
  /// By so many bits a code names a word of each book.
  package var bits: [Int]
  /// Book after book, 2^bits rows of k numbers each.
  package var words: Matrix<Float>
  /// The word of each book, code after code.
  package var indices: [UInt8]

  package init(bits: [Int], words: Matrix<Float>, indices: [UInt8]) {
    self.bits = bits
    self.words = words
    self.indices = indices
  }

  /// The books of both, for the same rows.
  func appending(_ other: Self, rows: Int) -> Self {
    let (m, n) = (bits.count, other.bits.count)
    var merged: [UInt8] = []
    merged.reserveCapacity(rows * (m + n))
    for i in 0..<rows {
      merged += indices[i * m..<(i + 1) * m]
      merged += other.indices[i * n..<(i + 1) * n]
    }
    let count = words.rows + other.words.rows
    return Self(
      bits: bits + other.bits,
      words: Matrix(rows: count, columns: words.columns, words.elements + other.words.elements),
      indices: merged)
  }
}

extension AdditiveQuantizer {
  package func sums(_ codes: [UInt8]) -> CodewordSums? {
    CodewordSums(bits: [Int](repeating: 8, count: bytes), words: words, indices: codes)
  }
}

extension ProductQuantizer {
  package func sums(_ codes: [UInt8]) -> CodewordSums? {
    let size = words.columns
    let bits = wordsPerGroup.trailingZeroBitCount
    let books = (0..<groups).flatMap { g in
      words.rows(g * wordsPerGroup..<(g + 1) * wordsPerGroup)
        .times(rotation.rows(g * size..<(g + 1) * size)).elements
    }
    return CodewordSums(
      bits: [Int](repeating: bits, count: groups),
      words: Matrix(rows: words.rows, columns: latent, books), indices: unpack(codes))
  }
}

extension ScalarQuantizer {
  package func sums(_ codes: [UInt8]) -> CodewordSums? {
    CodewordSums(
      bits: [Int](repeating: bits, count: latent),
      words: Matrix(rows: latent * levels.count, columns: latent) { words in
        for i in 0..<words.rows {
          rotation.withView { $0.row(i / levels.count).copy(into: words.row(i)) }
          words.row(i).scale(by: levels[i % levels.count])
        }
      },
      indices: indices(of: codes))
  }
}
