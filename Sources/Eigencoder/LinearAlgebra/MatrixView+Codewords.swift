internal import CKernels

// What vector quantisers do with rows of Float: nearest codewords, sums of codewords and of the rows that have them, the search
// for several at once, and paths through a trellis. A codebook has 256 codewords; codes are bytes, `width` for each row.

/// Codewords of a codebook of 8 bits.
let codewordsPerBook = 256
/// Codebooks of which one code has a word each.
let mostBooks = Int(EK_MOST_BOOKS)

extension MatrixView<Float> {
  /// Of each row x of self the nearest row c of `words`, at most 256, into byte `column` of its code. O(rows words d).
  ///
  /// - Returns: |x - c|^2 - |x|^2 of each row.
  @discardableResult
  func nearestCodewords(
    _ words: MatrixView, into codes: inout [UInt8], width: Int = 1, column: Int = 0
  ) -> [Float] {
    precondition(
      words.columns == columns && words.rows <= codewordsPerBook && rows * width <= codes.count
        && column < width,
      "codes that do not fit \(shape) and \(words.shape) words")
    var least = [Float](repeating: 0, count: rows)
    guard rows > 0 else { return least }
    let squares = words.rowSquares
    // The products of a block are still in the cache when they are compared.
    let height = min(rows, 2048)
    withScratch(height * words.rows, of: Float.self) { scratch in
      codes.withUnsafeMutableBufferPointer { codes in
        for first in Swift.stride(from: 0, to: rows, by: height) {
          let part = self.rows(first..<min(first + height, rows))
          let dots = scratch.matrix(rows: part.rows, columns: words.rows)
          dots.setProduct(part, words, rightTransposed: true)
          least.withMutableView {
            ek_nearest_codewords(
              dots.base, dots.stride, squares, part.rows, words.rows,
              codes.baseAddress! + first * width + column,
              width, $0.base + first)
          }
        }
      }
    }
    return least
  }

  /// |c|^2 of each row.
  private var rowSquares: [Float] {
    var squares = [Double](repeating: 0, count: rows)
    squares.withMutableView { rowSquaredNorms(into: $0) }
    return squares.map { Float($0) }
  }

  /// self[i] = the sum of the codewords of code i: those of `books`, 256 rows for each byte. O(rows bytes d).
  func setSums(ofCodewords books: MatrixView, _ codes: [UInt8], width: Int) {
    let count = books.rows / codewordsPerBook
    precondition(
      isContiguous && books.isContiguous && books.columns == columns, "codes that do not fit \(shape)")
    precondition(count <= width && rows * width <= codes.count, "codes that do not fit \(shape)")
    guard rows > 0 else { return }
    ek_sum_codewords(books.base, count, columns, codes, width, rows, base)
  }

  /// self = for each codeword the sum of the rows of `x` that have it: the adjoint of `setSums`.
  func setSums(ofRows x: MatrixView, _ codes: [UInt8], width: Int) {
    let count = rows / codewordsPerBook
    precondition(
      isContiguous && x.isContiguous && x.columns == columns && count <= width
        && x.rows * width <= codes.count,
      "codes that do not fit \(shape)")
    ek_sum_rows_by_code(x.base, columns, codes, width, x.rows, count, base)
  }

  /// One codeword of each book for every row of self, which holds <x_i, c>: by the best `beam` beginnings.
  ///
  /// - Parameters:
  ///   - cross: for each book in turn its products with all the codewords before it, one row of 256 for each of them.
  ///   - squares: |c|^2.
  ///   - least: |x_i - sum|^2 - |x_i|^2.
  func beamCodes(
    _ cross: VectorView<Float>, _ squares: VectorView<Float>, beam: Int, into codes: inout [UInt8],
    width: Int,
    firstRow: Int, least: VectorView<Float>
  ) {
    let count = columns / codewordsPerBook
    precondition(
      isContiguous && squares.count == columns && least.count == rows && count <= mostBooks,
      "codes that do not fit \(shape)")
    precondition(
      cross.count == count * (count - 1) / 2 * codewordsPerBook * codewordsPerBook,
      "codes that do not fit \(shape)")
    precondition(
      beam >= 1 && beam <= Int(EK_MOST_BEAM) && (firstRow + rows) * width <= codes.count,
      "codes that do not fit \(shape)")
    guard rows > 0 else { return }
    codes.withUnsafeMutableBufferPointer {
      ek_beam_codes(
        base, cross.base, squares.base, rows, count, beam, $0.baseAddress! + firstRow * width, width,
        least.base)
    }
  }

  /// The states of the paths of least squared error through a trellis, one for each step of every row.
  ///
  /// - Parameters:
  ///   - values: columns x states, what a state stands for at each number.
  ///   - bits: new bits of each step; together at least log2(states).
  ///   - each: the numbers of each step, together the columns.
  func trellisPaths(_ values: MatrixView, bits: [UInt8], each: [UInt8]) -> [UInt16] {
    let (steps, states) = (bits.count, values.columns)
    var start: [UInt32] = []
    var end = 0
    for count in each {
      start.append(UInt32(end))
      end += Int(count)
    }
    precondition(
      isContiguous && values.isContiguous && values.rows == columns && each.count == steps && end == columns
        && states <= 1 << 16, "a trellis of \(values.shape) values and \(steps) steps for \(shape)")
    BLAS.prepare()
    return [UInt16](unsafeUninitializedCapacity: rows * steps) { paths, initialized in
      initialized = rows * steps
      guard initialized > 0 else { return }
      let workers = BLAS.threads
      withScratch(ek_trellis_scratch(steps, states) / 4 * workers, of: Float.self) {
        ek_trellis_paths(
          base, rows, columns, values.base, bits, each, start, steps, states, $0.base, Int32(workers),
          paths.baseAddress!)
      }
    }
  }
}
