import Eigencoder
import Testing

/// A = U diag(s) V, thin, with V by rows; and R of QR.
@Suite struct SingularValuesTests {
  private func expectDecomposes(
    _ a: Matrix<Double>, _ svd: SingularValues, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let r = min(a.rows, a.columns)
    #expect(svd.values.count == r, sourceLocation: sourceLocation)
    #expect(zip(svd.values, svd.values.dropFirst()).allSatisfy { $0 >= $1 }, sourceLocation: sourceLocation)
    #expect(svd.values.allSatisfy { $0 >= 0 }, sourceLocation: sourceLocation)
    let tolerance = 8 * Double.ulpOfOne * Double(max(a.rows, a.columns, 4)).squareRoot()
    expectClose(
      svd.left.times(svd.left, transposed: true), .identity(r), within: 4 * tolerance, "U'U",
      sourceLocation: sourceLocation)
    expectClose(
      svd.right.times(svd.right, otherTransposed: true), .identity(r), within: 4 * tolerance, "V V'",
      sourceLocation: sourceLocation)
    var scaled = svd.right
    for i in 0..<r { for j in 0..<a.columns { scaled[i, j] *= svd.values[i] } }
    expectClose(
      svd.left * scaled, a, within: tolerance, scale: svd.values.first ?? 0, "U S V",
      sourceLocation: sourceLocation)
    let square = a.withView { $0.squaredNorm }
    expectClose(
      svd.values.reduce(0) { $0 + $1 * $1 }, square, within: 4 * tolerance, "|A|^2",
      sourceLocation: sourceLocation)
  }

  static let shapes = [(1, 1), (1, 9), (9, 1), (5, 5), (40, 7), (7, 40), (64, 65), (200, 3), (3, 200)]

  @Test(arguments: shapes) func reconstruction(_ shape: (Int, Int)) throws {
    let a = Matrix<Double>.random(shape.0, shape.1, seed: 1)
    let svd = try SingularValues(of: a)
    expectDecomposes(a, svd)
    let mirrored = try SingularValues(of: a.transposed())
    expectDecomposes(a.transposed(), mirrored)
    expectClose(mirrored.values, svd.values, within: 1e-14)
  }

  /// Products of thin factors: the values beyond the rank are zero to eps s_1.
  @Test(arguments: [(30, 12, 4), (12, 30, 4), (20, 20, 1)]) func rankDeficient(_ size: (Int, Int, Int)) throws
  {
    let (m, n, rank) = size
    let a = Matrix<Double>.random(m, rank, seed: 2) * Matrix<Double>.random(rank, n, seed: 3)
    let svd = try SingularValues(of: a)
    expectDecomposes(a, svd)
    #expect(svd.values[rank - 1] > 0.1)
    #expect(svd.values[rank] <= 1e-14 * svd.values[0])
  }

  @Test func zeroAndEmpty() throws {
    for (m, n) in [(4, 4), (7, 2), (2, 7), (1, 1)] {
      let zero = try SingularValues(of: Matrix(rows: m, columns: n))
      #expect(zero.values == [Double](repeating: 0, count: min(m, n)))
      expectDecomposes(Matrix(rows: m, columns: n), zero)
    }
    for (m, n) in [(0, 3), (3, 0), (0, 0)] {
      let empty = try SingularValues(of: Matrix(rows: m, columns: n))
      #expect(empty.values.isEmpty && empty.left.rows == m && empty.right.columns == n)
    }
  }

  /// Small values to eps s_1, where the eigenvalues of A'A would stop at sqrt(eps) s_1.
  @Test func smallValues() throws {
    let n = 10
    let u = try SymmetricEigen(of: symmetric(n, seed: 4)).vectors
    let v = try SymmetricEigen(of: symmetric(n, seed: 5)).vectors
    let values = (0..<n).map { i in (0..<i).reduce(1.0) { s, _ in s * 0.03 } }
    var scaled = v
    for i in 0..<n { for j in 0..<n { scaled[i, j] *= values[i] } }
    let svd = try SingularValues(of: u.transposed() * scaled)
    expectClose(svd.values, values, within: 2e-15)
  }

  @Test(arguments: [1e-200, 1e200]) func scales(_ scale: Double) throws {
    var a = Matrix<Double>.random(9, 5, seed: 6)
    let unit = try SingularValues(of: a)
    a.withMutableView { $0.scale(by: scale) }
    expectClose(try SingularValues(of: a).values.map { $0 / scale }, unit.values, within: 1e-14)
  }

  @Test func notFiniteThrows() {
    for bad in [Double.nan, .infinity] {
      var a = Matrix<Double>.random(6, 3, seed: 7)
      a[5, 1] = bad
      expectError(EigencoderError.numericalFailure, containing: "not finite") {
        _ = try SingularValues(of: a)
      }
      expectError(EigencoderError.numericalFailure, containing: "not finite") {
        _ = try QR.triangularFactor(of: a)
      }
    }
  }

  // MARK: - R of QR

  @Test(arguments: [(1, 1), (5, 5), (9, 1), (40, 7), (200, 64)]) func triangularFactor(_ shape: (Int, Int))
    throws
  {
    let a = Matrix<Double>.random(shape.0, shape.1, seed: 8)
    let r = try QR.triangularFactor(of: a)
    #expect(r.rows == shape.1 && r.columns == shape.1)
    for i in 0..<r.rows { for j in 0..<i { #expect(r[i, j] == 0) } }
    expectClose(r.times(r, transposed: true), a.times(a, transposed: true), within: 1e-14)
    expectClose(try SingularValues(of: r).values, try SingularValues(of: a).values, within: 1e-14)
  }

  @Test func triangularFactorOfDegenerateMatrices() throws {
    #expect(try QR.triangularFactor(of: Matrix(rows: 5, columns: 0)) == Matrix(rows: 0, columns: 0))
    #expect(try QR.triangularFactor(of: Matrix(rows: 5, columns: 3)) == Matrix(rows: 3, columns: 3))
    let a = Matrix<Double>.random(20, 2, seed: 9) * Matrix<Double>.random(2, 6, seed: 10)
    let r = try QR.triangularFactor(of: a)
    expectClose(r.times(r, transposed: true), a.times(a, transposed: true), within: 1e-14)
  }
}
