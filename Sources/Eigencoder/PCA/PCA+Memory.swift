extension PCA {
  /// About the bytes that a fit takes beside n x d data, with products in numbers of `bytes` bytes, and for each number
  /// of the components as many as `result` in what is made of them.
  ///
  ///   covariance  sums and covariance, d x d in f64, a Gram matrix in the products' precision; eigenvectors
  ///   gram        the centred data and the n x n Gram matrix; eigenvectors; the components
  ///   svd         copies of the data in f64, their factors
  func memoryEstimate(rows n: Int, columns d: Int, bytes: Int, result: Int) -> Double {
    let (rows, columns, bytes) = (Double(n), Double(d), Double(bytes))
    let least = min(n, d)
    let wanted = if case .count(let k) = size { min(k, least) } else { least }
    let kept = Double(wanted)
    /// LAPACK's copy, vectors and workspace.
    func eigen(_ order: Double) -> Double {
      7 * kept <= order ? 8 * (order * order + 2 * kept * order) : 24 * order * order
    }
    let made = (8 + Double(result)) * kept * columns
    switch route.resolved(rows: n, columns: d) {
    case .automatic, .covariance:
      let block = Double(min(n, Moments.blockRows(width: d)))
      let sums = 8 * columns * columns + bytes * (block * columns + columns * columns)
      return max(sums, 16 * columns * columns + max(eigen(columns), made))
    case .gram:
      let products = bytes * rows * columns + 8 * rows * rows
      return products + max(bytes * rows * rows, eigen(rows), 8 * kept * columns + 8 * 1024 * rows) + made
    case .svd, .krylov: return 24 * rows * columns + 32 * columns * Double(least)
    }
  }

  /// Whether a dense fit to data that are in memory fits into what is left of it.
  func hasDenseMemory<T: Scalar>(rows: Int, columns: Int, of type: T.Type) -> Bool {
    (try? dense.requireMemory(rows: rows, columns: columns, of: T.self, data: T.self)) != nil
  }

  /// - Parameters:
  ///   - type: the precision of the products.
  ///   - data: that of the data, of which the Gram route then needs a copy.
  ///   - isFit: an encoder and a decoder are made, too.
  /// - Throws: `.invalidData` when that does not fit into what is left of the memory.
  func requireMemory<T: Scalar, U: Scalar>(
    rows: Int, columns: Int, of type: T.Type, data: U.Type, isFit: Bool = true
  )
    throws
  {
    var bytes = memoryEstimate(
      rows: rows, columns: columns, bytes: MemoryLayout<T>.stride,
      result: isFit ? 2 * MemoryLayout<U>.stride : 0)
    if T.self != U.self, route.resolved(rows: rows, columns: columns) == .gram {
      bytes += Double(MemoryLayout<T>.stride) * Double(rows) * Double(columns)
    }
    try Memory.require(bytes, "principal components of \(rows) x \(columns) numbers")
  }
}
