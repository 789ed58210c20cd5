// When and how principal components come from passes over the rows rather than from a dense matrix.
//
// Dense is n d min(n, d) flops of products and 4/3 min(n, d)^3 of eigenvalues, half of which run at the speed of memory.
// Krylov is 4 n d b a pass, in f64, for some 20 passes: more where variances lie closely together, and they do where data
// are noise. So it is taken where dense does not fit, or takes 3 times as long by this account.

extension PCA {
  /// b: components, and some more. The more, the fewer passes and the more flops in each.
  static func krylovBlock(_ count: Int, columns: Int) -> Int { min(columns, count + max(8, count / 8)) }

  /// The most rows of a Krylov space: they are dense against each other, and take 1 GB unless 4 blocks take more.
  static func krylovLimit(_ count: Int, columns: Int) -> Int {
    let block = krylovBlock(count, columns: columns)
    return max(4 * block, min(24 * block, 2500, (1 << 27) / max(1, columns)))
  }

  /// The number of components, where the route `krylov` can be taken for n x d data: it has to be known, and three blocks
  /// have to fit into the space that the data span.
  func krylovCount(rows n: Int, columns d: Int) -> Int? {
    guard case .count(let k) = size, route == .krylov || route == .automatic, k >= 1, n >= 2,
      3 * Self.krylovBlock(k, columns: d) <= min(n, d)
    else { return nil }
    return k
  }

  /// The same, where that route is asked for, or is the better one.
  ///
  /// - Parameter kept: bytes of data that a dense route keeps in memory.
  package func krylovChoice<T: Scalar>(rows n: Int, columns d: Int, of type: T.Type, kept: Double = 0) -> Int?
  {
    guard let k = krylovCount(rows: n, columns: d) else { return nil }
    if route == .krylov { return k }
    let least = Double(min(n, d))
    guard least >= 2048 else { return nil }
    let bytes = PCA(size).memoryEstimate(
      rows: n, columns: d, bytes: MemoryLayout<T>.stride, result: 2 * MemoryLayout<T>.stride)
    if bytes + kept > Double(Memory.left.bytes) { return k }
    // In flops of f64 products.
    let numbers = Double(n) * Double(d)
    let dense = numbers * least * (T.isSingle ? 0.5 : 1) + 4 / 3 * 8 * least * least * least
    let krylov = 20 * 4 * numbers * Double(Self.krylovBlock(k, columns: d))
    return dense > 3 * krylov ? k : nil
  }

  /// Bytes that a fit by the route `krylov` takes beside the data.
  static func krylovMemory<T: Scalar>(_ count: Int, columns d: Int, of type: T.Type) -> Double {
    let block = krylovBlock(count, columns: d)
    let rows = Double(CovariancePasses<T>.blockRows(columns: d) * (8 + 2 * MemoryLayout<T>.stride))
    return Double(d) * (8 * Double(krylovLimit(count, columns: d) + 5 * block) + rows)
  }

  static func requireKrylovMemory<T: Scalar>(rows: Int, columns d: Int, count: Int, of type: T.Type) throws {
    try Memory.require(
      krylovMemory(count, columns: d, of: type), "\(count) principal components of \(rows) x \(d) numbers")
  }

  /// The components by passes over `rows`, so many of them at the most; converged or not.
  package func fitted<T: Scalar>(
    byPasses rows: CovariancePasses<T>, most: Int = PCA.Convergence.mostPasses
  ) throws -> PrincipalComponents<T> {
    guard case .count(let k) = size else { preconditionFailure("a fraction of the variance by passes") }
    return try PrincipalComponents(Spectrum(krylov: rows, count: k, passes: most), self)
  }

  /// This fit by a dense route.
  var dense: PCA {
    var result = self
    if route == .krylov { result.route = .automatic }
    return result
  }
}
