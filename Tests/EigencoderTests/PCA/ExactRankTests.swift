import Eigencoder
import Testing

/// Data of an exact rank: after it there is nothing but rounding.
@Suite struct ExactRankTests {
  /// n x d of this rank, of random factors; the last columns are sums of the first.
  private func data<T: Scalar>(_ n: Int, _ d: Int, rank: Int, mean: Double = 0, _ type: T.Type) -> Matrix<T> {
    let x = Matrix<Double>.random(n, rank, seed: UInt64(10 * d + rank))
    let mix = Matrix<Double>.random(rank, d - rank, seed: UInt64(rank))
    let rest = x * mix
    return Matrix(
      rows: n, columns: d,
      (0..<n).flatMap { i in
        ((0..<rank).map { x[i, $0] } + (0..<d - rank).map { rest[i, $0] }).map { T($0 + mean) }
      })
  }

  /// scikit-learn's PCA("mle") gives each rank.
  @Test(arguments: 1...9) func minkaAndLikelihood(_ rank: Int) throws {
    func check<T: Scalar>(_ type: T.Type) throws {
      for mean in [0.0, 20] {
        let x = data(1000, 10, rank: rank, mean: mean, type)
        let selection = try ComponentSelection(of: x)
        #expect(selection.rank == rank, "\(T.self), mean \(mean)")
        #expect(selection[.minka]?.latent == rank, "\(T.self), mean \(mean)")
        #expect(selection[.heldOutLikelihood]?.latent == rank, "\(T.self), mean \(mean)")
      }
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// The data: the last column is the mean of the others.
  @Test func meanOfTheOthers() throws {
    var x = Matrix<Double>.random(1000, 10, seed: 3)
    for i in 0..<1000 { x[i, 9] = (0..<9).reduce(0) { $0 + x[i, $1] } / 9 }
    #expect(try ComponentSelection(of: x)[.minka]?.latent == 9)
    #expect(try ComponentSelection(of: x.converted(to: Float.self))[.minka]?.latent == 9)
  }

  /// Scale changes no rank, unlike an absolute floor.
  @Test(arguments: [1e-9, 1, 1e9]) func scale(_ scale: Double) throws {
    var x = data(200, 6, rank: 4, Double.self)
    x = Matrix(rows: 200, columns: 6, x.elements.map { $0 * scale })
    #expect(try ComponentSelection(of: x)[.minka]?.latent == 4)
  }

  /// k up to min(n, d), constant and repeated columns, d = n, n = 2: fitted and certified.
  @Test func certified() throws {
    func check<T: Scalar>(_ type: T.Type) throws {
      let two = Matrix<T>.random(2, 5, seed: 1, mean: 3)
      let square = Matrix<T>.random(12, 12, seed: 2)
      var constant = Matrix<T>.random(60, 6, seed: 3)
      var repeated = constant
      for i in 0..<60 {
        constant[i, 2] = T(0.1)
        repeated[i, 4] = repeated[i, 1]
      }
      for (x, k) in [(two, 2), (square, 12), (constant, 6), (repeated, 6), (data(50, 8, rank: 3, type), 8)] {
        let certificate = try PCACertificate(of: PCA(latent: k).fitted(to: x), on: x)
        #expect(certificate.passes, "\(T.self) \(x.rows) x \(x.columns): \(certificate)")
      }
    }
    try check(Float.self)
    try check(Double.self)
  }
}
