// A code names one codeword of each of M books; the row is their sum: u ~ sum_m C_m[b_m] (residual quantisation: Barnes et al.
// 1996; additive: Babenko & Lempitsky 2014). With B the codes as rows of M ones among 256 M zeros and C all the codewords,
// the error is |U - B C|^2, and the fit takes turns:
//   codes      beam search: book after book, the best beginnings are kept.
//   codewords  all of them at once by least squares, B'B C = B'U. B'B has M - 1 directions that change nothing (what one book
//              gains another loses), so it is solved by conjugate gradients from the codewords at hand, with the numbers
//              of uses as preconditioner; B and B' are sums of rows, no matrix.
// Before the codes are looked for, the codewords are moved by noise that falls to zero from round to round: the turns leave
// poor optima (stochastic relaxation: Martinez et al. 2018).
//
// Costs for each row: 256 M d for the products with the codewords, and beam M^2 / 2 256 additions.

/// An additive quantiser: a byte for each of at most 32 books of 256 codewords.
package struct AdditiveQuantizer: VectorQuantizer {
  package static let kind = "additive"
  private let encoder: Encoder
  /// Beginnings that the search for a code keeps.
  private let beam: Int
  private static let (narrowBeam, beam) = (3, 8)

  /// 256 M x k, book after book.
  var words: Matrix<Float> { encoder.words }
  package var latent: Int { words.columns }
  package var bytes: Int { encoder.bytes }
  package var parameterCount: Int { words.elements.count }

  package init(words: Matrix<Float>, beam: Int) {
    encoder = Encoder(words)
    self.beam = beam
  }

  /// Codewords, and what the search for codes needs of them.
  private struct Encoder {
    let words: Matrix<Float>
    /// |c|^2
    let squares: [Float]
    /// For each book its products with all codewords before.
    let cross: [Float]

    var bytes: Int { words.rows / codewordsPerBook }

    init(_ words: Matrix<Float>) {
      let (count, size) = (words.rows / codewordsPerBook, codewordsPerBook)
      precondition(words.rows % size == 0 && count <= mostBooks, "books of \(words.shape)")
      self.words = words
      squares = words.rowSquares.map { Float($0) }
      var cross = [Float](repeating: 0, count: count * (count - 1) / 2 * size * size)
      cross.withMutableView { cross in
        words.withView { w in
          for m in 1..<max(1, count) {
            cross.matrix(at: m * (m - 1) / 2 * size * size, rows: m * size, columns: size).setProduct(
              w.rows(0..<m * size), w.rows(m * size..<(m + 1) * size), rightTransposed: true)
          }
        }
      }
      self.cross = cross
    }

    /// The codes of the rows of `u`, by so many beginnings.
    func encode(_ u: Matrix<Float>, beam: Int) -> [UInt8] {
      var codes = [UInt8](repeating: 0, count: u.rows * bytes)
      let height = max(1, min(u.rows, (4 << 20) / words.rows))
      var least = [Float](repeating: 0, count: height)
      u.withView { u in
        words.withView { words in
          cross.withView { cross in
            squares.withView { squares in
              withScratch(height * words.rows, of: Float.self) { scratch in
                for first in stride(from: 0, to: u.rows, by: height) {
                  let part = u.rows(first..<min(first + height, u.rows))
                  let dots = scratch.matrix(rows: part.rows, columns: words.rows)
                  dots.setProduct(part, words, rightTransposed: true)
                  least.withMutableView {
                    dots.beamCodes(
                      cross, squares, beam: beam, into: &codes, width: bytes, firstRow: first,
                      least: $0.slice(0..<part.rows))
                  }
                }
              }
            }
          }
        }
      }
      return codes
    }
  }

  package func encode(_ u: Matrix<Float>) -> [UInt8] { encoder.encode(u, beam: beam) }

  package func decode(_ codes: [UInt8]) -> Matrix<Float> {
    Matrix(rows: codes.count / bytes, columns: latent) { out in
      words.withView { out.setSums(ofCodewords: $0, codes, width: bytes) }
    }
  }

  package func store(in file: inout SafeTensors, prefix: String) {
    file.append(prefix + "codewords", words)
    file.append(prefix + "beam", [Float(beam)])
  }

  package init(_ file: SafeTensors, prefix: String, latent: Int, bytes: Int) throws {
    guard bytes >= 1, bytes <= mostBooks else {
      throw EigencoderError.invalidData("an additive quantiser of \(bytes) bytes, expected 1 to \(mostBooks)")
    }
    let beam: Float = try file.vector(prefix + "beam", count: 1)[0]
    guard (1...32).contains(beam) else {
      throw EigencoderError.invalidData("an additive quantiser with a beam of \(beam), expected 1 to 32")
    }
    self.init(
      words: try file.matrix(prefix + "codewords", rows: bytes * codewordsPerBook, columns: latent),
      beam: Int(beam))
  }
}

// MARK: - Fit

extension AdditiveQuantizer {
  /// Fitted to the rows of `u`, n x k.
  ///
  /// - Parameters:
  ///   - bytes: M, at most 32.
  ///   - rounds: turns of codes and codewords after the first books.
  ///   - noise: of the codewords in the first round, in deviations of a book's share.
  ///   - progress: is called with the share that is done; false stops.
  /// - Throws: `.numericalFailure` where it is stopped.
  package init(
    fittedTo u: Matrix<Float>, bytes: Int, rounds: Int = 8, noise: Double = 0.3, seed: UInt64,
    progress: (Double) -> Bool = { _ in true }
  ) throws {
    precondition(bytes >= 1 && bytes <= mostBooks && u.rows > 0, "\(bytes) books for \(u.shape)")
    var generator = SeededGenerator(seed: seed)
    func report(_ share: Double) throws {
      if !progress(share) { throw EigencoderError.numericalFailure("the fit was interrupted") }
    }
    // The first books take about as long as three rounds.
    let whole = Double(rounds + 3)
    var words = try Self.residualBooks(u, bytes, using: &generator) { try report(3 * $0 / whole) }
    let deviation = u.withView { u -> [Float] in
      var squares = [Double](repeating: 0, count: u.columns)
      let zeros = squares
      squares.withMutableView { s in zeros.withView { u.addColumnSquares(around: $0, to: s) } }
      return squares.map { Float(($0 / Double(u.rows * bytes)).squareRoot()) }
    }
    for round in 0..<rounds {
      var moved = words
      let scale = noise * (1 - Double(round) / Double(rounds))
      if round > 0, scale > 0 {
        let key = generator.next()
        moved.withMutableView { w in
          deviation.withView { w.addNormals(key: key, deviation: $0, scale: Float(scale)) }
        }
      }
      // Early rounds move the codewords far, whatever the codes; the last one is worth a wider search.
      let codes = Encoder(moved).encode(u, beam: round + 1 < rounds ? Self.narrowBeam : Self.beam)
      words = Self.leastSquares(words, u, codes, bytes, iterations: 5)
      try report(Double(round + 4) / whole)
    }
    self.init(words: words, beam: Self.beam)
  }

  /// Book after book, k-means on what the books before have left.
  private static func residualBooks(
    _ u: Matrix<Float>, _ count: Int, using generator: inout SeededGenerator, report: (Double) throws -> Void
  ) throws -> Matrix<Float> {
    var residuals = u
    var words = Matrix<Float>(rows: count * codewordsPerBook, columns: u.columns)
    var codes = [UInt8](repeating: 0, count: u.rows)
    try residuals.withMutableView { r in
      try withScratch(r.count, of: Float.self) { scratch in
        let sums = scratch.matrix(rows: r.rows, columns: r.columns)
        for m in 0..<count {
          let book = Codebook(codewordsPerBook, fittedTo: r, iterations: 4, using: &generator)
          book.words.withView { w in
            r.nearestCodewords(w, into: &codes)
            sums.setSums(ofCodewords: w, codes, width: 1)
            r.add(sums, times: -1)
            words.withMutableView { w.copy(into: $0.rows(m * codewordsPerBook..<(m + 1) * codewordsPerBook)) }
          }
          try report(Double(m + 1) / Double(count))
        }
      }
    }
    return words
  }

  /// The codewords that bring |U - B C|^2 near its least: conjugate gradients on B'B C = B'U from `words`.
  package static func leastSquares(
    _ words: Matrix<Float>, _ u: Matrix<Float>, _ codes: [UInt8], _ bytes: Int, iterations: Int
  ) -> Matrix<Float> {
    var words = words
    var counts = [Float](repeating: 0, count: words.rows)
    for (i, code) in codes.enumerated() { counts[i % bytes * codewordsPerBook + Int(code)] += 1 }
    let inverse = counts.map { 1 / max(1, $0) }
    withScratch(3 * words.elements.count + u.elements.count, of: Float.self) { scratch in
      let (size, d) = (words.elements.count, words.columns)
      let r = scratch.matrix(at: 0, rows: words.rows, columns: d)
      let p = scratch.matrix(at: size, rows: words.rows, columns: d)
      let q = scratch.matrix(at: 2 * size, rows: words.rows, columns: d)
      let sums = scratch.matrix(at: 3 * size, rows: u.rows, columns: d)
      u.withView { u in
        words.withMutableView { words in
          /// r' (counts^-1) r
          func square() -> Double {
            (0..<r.rows).reduce(0) { $0 + Double(inverse[$1]) * r.row($1).dot(r.row($1)) }
          }
          // r = B'(U - B C)
          sums.setSums(ofCodewords: words, codes, width: bytes)
          sums.scale(by: -1)
          sums.add(u)
          r.setSums(ofRows: sums, codes, width: bytes)
          var before = square()
          // Beyond this, single precision has no direction to go.
          let floor = 1e-11 * before
          for _ in 0..<iterations where before > floor {
            for i in 0..<p.rows {
              p.row(i).add(r.row(i), times: inverse[i])
            }
            sums.setSums(ofCodewords: p, codes, width: bytes)
            q.setSums(ofRows: sums, codes, width: bytes)
            let alpha = Float(before / p.dot(q))
            words.add(p, times: alpha)
            r.add(q, times: -alpha)
            let after = square()
            p.scale(by: Float(after / before))
            before = after
          }
        }
      }
    }
    return words
  }
}
