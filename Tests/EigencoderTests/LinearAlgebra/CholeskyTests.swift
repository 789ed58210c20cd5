import Eigencoder
import Foundation
import Testing

/// A = L L' and what is solved with it. Residuals are relative to |A| |X|: backward stable, whatever the
/// condition.
@Suite struct CholeskyTests {
  /// A'A + ridge I with A of 2 n rows: positive definite.
  private func positive(_ n: Int, seed: UInt64, ridge: Double = 0) -> Matrix<Double> {
    let a = Matrix<Double>.random(2 * n, n, seed: seed)
    var p = a.times(a, transposed: true)
    for i in 0..<n { p[i, i] += ridge }
    p.withMutableView { $0.symmetrize() }
    return p
  }

  private func norm(_ a: Matrix<Double>) -> Double { a.withView { $0.squaredNorm }.squareRoot() }

  @Test(arguments: [1, 2, 3, 16, 17, 65, 130]) func solves(_ n: Int) throws {
    let a = positive(n, seed: UInt64(n))
    let factor = try Cholesky(of: a)
    for m in [0, 1, 2, n, n + 7] {
      let b = Matrix<Double>.random(n, m, seed: 2)
      let x = try factor.solve(b)
      let tolerance = Double(n + 1) * Double.ulpOfOne
      expectClose(a * x, b, within: tolerance, scale: norm(a) * norm(x), "A X = B, \(m) right sides")
      let right = Matrix<Double>.random(m, n, seed: 3)
      let y = try factor.solveRight(right)
      expectClose(y * a, right, within: tolerance, scale: norm(a) * norm(y), "X A = B, \(m) left sides")
    }
  }

  /// The 10 x 10 Hilbert matrix has a condition number of 1e13; the residual does not feel it.
  @Test func illConditioned() throws {
    let n = 10
    var a = Matrix<Double>(rows: n, columns: n)
    for i in 0..<n { for j in 0..<n { a[i, j] = 1 / Double(i + j + 1) } }
    let b = Matrix<Double>.random(n, 3, seed: 4)
    let x = try Cholesky(of: a).solve(b)
    expectClose(a * x, b, within: 10 * Double.ulpOfOne, scale: norm(a) * norm(x))
  }

  @Test func onlyTheUpperTriangleIsRead() throws {
    let a = positive(9, seed: 5)
    var b = a
    for i in 0..<9 { for j in 0..<i { b[i, j] = -1e6 } }
    let right = Matrix<Double>.random(9, 2, seed: 6)
    #expect(try Cholesky(of: a).solve(right) == Cholesky(of: b).solve(right))
  }

  @Test func namesTheMinorThatFails() {
    var a = positive(8, seed: 7)
    a[4, 4] = -1
    expectError(
      EigencoderError.numericalFailure,
      containing: "8 x 8: not positive definite, the leading minor of order 5"
    ) {
      _ = try Cholesky(of: a)
    }
    expectError(EigencoderError.numericalFailure, containing: "order 1") {
      _ = try Cholesky(of: Matrix(rows: 3, columns: 3))
    }
    expectError(EigencoderError.numericalFailure, containing: "order 2") {
      _ = try Cholesky(of: Matrix([[1, 2], [2, 1]]))
    }
    for bad in [Double.nan, .infinity] {
      var b = positive(4, seed: 8)
      b[1, 2] = bad
      expectError(EigencoderError.numericalFailure, containing: "not finite") { _ = try Cholesky(of: b) }
    }
  }

  @Test(arguments: [1, 4, 30]) func logDeterminant(_ n: Int) throws {
    let a = positive(n, seed: 9)
    let eigen = try SymmetricEigen(of: a).values.reduce(0) { $0 + log($1) }
    expectClose(try Cholesky(of: a).logDeterminant, eigen, within: 1e-12)
    var diagonal = Matrix<Double>(rows: n, columns: n)
    // The determinant itself would leave the range of Double.
    for i in 0..<n { diagonal[i, i] = i % 2 == 0 ? 1e-200 : 1e-100 }
    let expected = (0..<n).reduce(0) { $0 + log($1 % 2 == 0 ? 1e-200 : 1e-100) }
    expectClose(try Cholesky(of: diagonal).logDeterminant, expected, within: 1e-14)
  }

  @Test func empty() throws {
    let factor = try Cholesky(of: Matrix(rows: 0, columns: 0))
    #expect(factor.logDeterminant == 0)
    #expect(try factor.solve(Matrix(rows: 0, columns: 3)) == Matrix(rows: 0, columns: 3))
    #expect(try factor.solveRight(Matrix(rows: 3, columns: 0)) == Matrix(rows: 3, columns: 0))
  }
}
