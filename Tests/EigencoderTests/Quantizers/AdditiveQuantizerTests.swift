import Eigencoder
import Testing

@Suite struct AdditiveQuantizerTests {
  /// Beam search as it is described: residuals of the best beginnings, a book after another.
  private func beamCodes(_ x: [Float], _ words: Matrix<Float>, beam: Int) -> [UInt8] {
    var best: [(path: [UInt8], rest: [Double])] = [([], x.map(Double.init))]
    func square(_ v: [Double]) -> Double { v.reduce(0) { $0 + $1 * $1 } }
    for m in 0..<words.rows / 256 {
      let next = best.flatMap { beginning in
        (0..<256).map { j in
          (
            path: beginning.path + [UInt8(j)],
            rest: zip(beginning.rest, words.row(256 * m + j)).map { $0 - Double($1) }
          )
        }
      }
      best = Array(next.sorted { square($0.rest) < square($1.rest) }.prefix(beam))
    }
    return best[0].path
  }

  @Test(arguments: [(1, 1), (2, 1), (3, 4), (6, 3)]) func searchByProductsIsThatByResiduals(
    _ books: Int, _ beam: Int
  ) {
    let words = Matrix<Float>.random(256 * books, 5, seed: 1)
    let x = Matrix<Float>.random(20, 5, seed: 2, deviation: 2)
    let quantizer = AdditiveQuantizer(words: words, beam: beam)
    let codes = quantizer.encode(x)
    #expect(quantizer.bytes == books && codes.count == 20 * books)
    for i in 0..<x.rows {
      #expect(Array(codes[i * books..<(i + 1) * books]) == beamCodes(x.row(i), words, beam: beam), "row \(i)")
    }
    // What comes back is the sum of the words.
    let back = quantizer.decode(codes)
    for i in 0..<x.rows {
      let sum = (0..<books).reduce([Float](repeating: 0, count: 5)) { sum, m in
        zip(sum, words.row(256 * m + Int(codes[i * books + m]))).map { $0 + $1 }
      }
      expectClose(back.row(i), sum, within: 1e-6)
    }
  }

  /// At the least squares B'(U - B C) is 0; with one book the words are the means of their rows.
  @Test(arguments: [1, 2, 4]) func leastSquares(_ books: Int) {
    let u = Matrix<Float>.random(900, 7, seed: 3)
    let words = Matrix<Float>.random(256 * books, 7, seed: 4)
    let quantizer = AdditiveQuantizer(words: words, beam: 2)
    let codes = quantizer.encode(u)
    func error(_ words: Matrix<Float>) -> Double {
      let rest = u - AdditiveQuantizer(words: words, beam: 2).decode(codes)
      return rest.withView { $0.dot($0) }
    }
    let few = AdditiveQuantizer.leastSquares(words, u, codes, books, iterations: 3)
    let many = AdditiveQuantizer.leastSquares(words, u, codes, books, iterations: 200)
    #expect(error(many) <= error(few) * (1 + 1e-5) && error(few) < error(words))
    let rest = u - AdditiveQuantizer(words: many, beam: 2).decode(codes)
    var sums = Matrix<Double>(rows: 256 * books, columns: 7)
    var scale = 0.0
    for i in 0..<u.rows {
      for m in 0..<books {
        for j in 0..<7 {
          sums[256 * m + Int(codes[i * books + m]), j] += Double(rest[i, j])
          scale = max(scale, Double(u[i, j].magnitude))
        }
      }
    }
    #expect(
      sums.elements.allSatisfy { $0.magnitude < 1e-3 * scale }, "\(sums.elements.map(\.magnitude).max()!)")
  }

  /// The fit learns what rows have in common: of sums of two words each, hardly anything is left with two bytes.
  @Test func planted() throws {
    let words = Matrix<Float>.random(12, 8, seed: 5)
    var generator = SeededGenerator(seed: 6)
    let x = Matrix<Float>(
      (0..<1500).map { _ in
        let (a, b) = (Int(generator.uniform() * 6), 6 + Int(generator.uniform() * 6))
        return zip(words.row(a), words.row(b)).map { $0 + $1 }
      })
    let quantizer = try AdditiveQuantizer(fittedTo: x, bytes: 2, seed: 1)
    let rest = x - quantizer.rounded(x)
    #expect(rest.withView { $0.dot($0) } < 1e-6 * x.withView { $0.dot($0) })
  }

  @Test func fewRowsAndStopping() throws {
    let x = Matrix<Float>.random(3, 4, seed: 7)
    let quantizer = try AdditiveQuantizer(fittedTo: x, bytes: 1, seed: 1)
    expectClose(quantizer.rounded(x), x, within: 1e-5)
    expectError(EigencoderError.numericalFailure, containing: "interrupted") {
      _ = try AdditiveQuantizer(fittedTo: x, bytes: 2, seed: 1) { $0 < 0.5 }
    }
  }
}
