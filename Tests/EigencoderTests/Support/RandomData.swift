import Eigencoder

extension Matrix {
  /// Standard normal elements from a seed.
  static func random(_ rows: Int, _ columns: Int, seed: UInt64, mean: Double = 0, deviation: Double = 1)
    -> Matrix
  {
    var generator = SeededGenerator(seed: seed)
    var result = Matrix(rows: rows, columns: columns)
    result.withMutableView { view in
      for i in 0..<rows {
        for j in 0..<columns { view[i, j] = T(mean + deviation * generator.normalPair().0) }
      }
    }
    return result
  }
}

extension Array where Element: Scalar {
  /// Standard normal elements from a seed.
  static func random(_ count: Int, seed: UInt64, deviation: Double = 1) -> [Element] {
    Matrix<Element>.random(1, count, seed: seed, deviation: deviation).elements
  }
}
