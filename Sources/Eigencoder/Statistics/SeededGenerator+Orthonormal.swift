extension SeededGenerator {
  /// Orthonormal rows, k x d with k at most d: the span of k normal vectors is uniform among all subspaces of its dimension, and d
  /// of them are a random rotation. O(k^2 d).
  mutating func orthonormalRows(_ k: Int, of d: Int) -> Matrix<Double> {
    var vectors = Matrix<Double>(rows: k, columns: d)
    vectors.withMutableView { v in
      for i in 0..<k { fillNormal(v.row(i), deviation: 1) }
    }
    vectors.orthonormalizeRows()
    return vectors
  }
}
