import Eigencoder

/// What a large square product reaches here: the limit that steps are measured against, in flops per second.
func gemmLimit() -> Double {
  let n = 1536
  let a = Matrix<Float>.noise(n, n, seed: 1)
  let b = Matrix<Float>.noise(n, n, seed: 2)
  var c = Matrix<Float>(rows: n, columns: n)
  let seconds = medians(repetitions: 15) {
    a.withView { a in b.withView { b in c.withMutableView { $0.setProduct(a, b) } } }
  }
  precondition(c[3, 5].isFinite)
  return 2 * Double(n * n * n) / seconds
}

func medians(repetitions: Int, _ body: () -> Void) -> Double {
  withoutActuallyEscaping(body) { medians(repetitions: repetitions, [$0])[0] }
}

extension Matrix<Float> {
  /// Standard normal numbers.
  static func noise(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var generator = SeededGenerator(seed: seed)
    var result = Matrix(rows: rows, columns: columns)
    result.withMutableView { view in
      for i in 0..<rows {
        for j in 0..<columns { view[i, j] = Float(generator.normalPair().0) }
      }
    }
    return result
  }
}
