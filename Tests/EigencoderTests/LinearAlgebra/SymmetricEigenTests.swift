import Eigencoder
import Testing

/// A = V' L V with orthonormal rows of V, largest eigenvalue first.
@Suite struct SymmetricEigenTests {
  static let epsilon = Double.ulpOfOne

  /// All identities that a result of k pairs satisfies; errors are relative to the norm of A.
  private func expectDecomposes(
    _ a: Matrix<Double>, _ eigen: SymmetricEigen, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (n, k) = (a.rows, eigen.values.count)
    let tolerance = 10 * Self.epsilon * Double(max(n, 4))
    let norm = max(a.elements.reduce(0) { max($0, $1.magnitude) }, eigen.values.first?.magnitude ?? 0)
    #expect(eigen.vectors.rows == k && eigen.vectors.columns == n, sourceLocation: sourceLocation)
    expectClose(
      eigen.vectors.times(eigen.vectors, otherTransposed: true), .identity(k), within: tolerance, "V V'",
      sourceLocation: sourceLocation)
    var scaled = eigen.vectors
    for i in 0..<k {
      for j in 0..<n { scaled[i, j] *= eigen.values[i] }
    }
    expectClose(
      eigen.vectors * a, scaled, within: tolerance, scale: norm * Double(n).squareRoot(), "V A = L V",
      sourceLocation: sourceLocation)
    #expect(
      zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 >= $1 }, sourceLocation: sourceLocation)
    if k == n {
      let trace = (0..<n).reduce(0) { $0 + a[$1, $1] }
      expectClose(
        [eigen.values.reduce(0, +)], [trace], within: tolerance * Double(n), scale: norm, "trace",
        sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [1, 2, 3, 5, 10, 31, 64, 100]) func identities(_ n: Int) throws {
    let a = symmetric(n, seed: UInt64(n))
    expectDecomposes(a, try SymmetricEigen(of: a))
    for k in Set([0, 1, 2, n / 3, n / 2, n / 2 + 1, n - 1, n]) where k <= n {
      let some = try SymmetricEigen(of: a, largest: k)
      #expect(some.values.count == k)
      expectDecomposes(a, some)
    }
  }

  @Test func onlyTheUpperTriangleIsRead() throws {
    let a = symmetric(20, seed: 1)
    var b = a
    for i in 0..<20 {
      for j in 0..<i { b[i, j] = 1e3 }
    }
    for k in [20, 3] {
      let (x, y) = (try SymmetricEigen(of: a, largest: k), try SymmetricEigen(of: b, largest: k))
      #expect(x.values == y.values && x.vectors == y.vectors)
    }
  }

  /// Q' L Q with chosen L: the values come back to eps |L|, the vectors to eps |L| / gap.
  @Test func plantedSpectra() throws {
    let n = 24
    let q = try SymmetricEigen(of: symmetric(n, seed: 2)).vectors
    let spectra: [[Double]] = [
      (0..<n).map { Double(n - $0) },
      (0..<n).map { 1 / Double(1 << $0) },
      (0..<n).map { Double(n / 2 - $0) },
      (0..<n).map { $0 < 5 ? Double(5 - $0) : 0 },
      (0..<n).map { $0 < 12 ? 2 : 1 },
    ]
    for (which, values) in spectra.enumerated() {
      let a = planted(values, q)
      for k in [n, 5] {
        let eigen = try SymmetricEigen(of: a, largest: k)
        expectDecomposes(a, eigen)
        expectClose(eigen.values, Array(values.prefix(k)), within: 20 * Self.epsilon, "spectrum \(which)")
        guard which != 4 else { continue }
        for i in 0..<5 {
          let above = i == 0 ? Double.infinity : values[i - 1] - values[i]
          let gap = min(above, values[i] - values[i + 1]) / values[0]
          let cosine = inner(eigen.vectors.row(i), q.row(i)).magnitude
          #expect(1 - cosine <= 1e-14 / gap, "spectrum \(which), vector \(i)")
        }
      }
    }
  }

  /// Projections onto the span agree between the route for all pairs and the one for the largest.
  @Test(arguments: [10, 40, 101]) func routesAgree(_ n: Int) throws {
    let a = symmetric(n, seed: 3)
    let all = try SymmetricEigen(of: a)
    for k in [1, 2, n / 4, n / 2] {
      let some = try SymmetricEigen(of: a, largest: k)
      expectClose(some.values, Array(all.values.prefix(k)), within: 10 * Self.epsilon * Double(n))
      let top = all.vectors.rows(0..<k)
      expectClose(
        some.vectors.times(some.vectors, transposed: true), top.times(top, transposed: true), within: 1e-11,
        scale: 1, "projection on \(k) of \(n)")
    }
  }

  @Test func specialMatrices() throws {
    for n in [1, 2, 7, 30] {
      for k in Set([1, n / 2, n]) where k > 0 {
        let zero = try SymmetricEigen(of: Matrix(rows: n, columns: n), largest: k)
        #expect(zero.values == [Double](repeating: 0, count: k))
        expectDecomposes(Matrix(rows: n, columns: n), zero)
        let one = try SymmetricEigen(of: .identity(n), largest: k)
        expectClose(one.values, [Double](repeating: 1, count: k), within: 1e-14)
        expectDecomposes(.identity(n), one)
      }
    }
    let number = try SymmetricEigen(of: Matrix([[-3]]))
    #expect(number.values == [-3] && number.vectors[0, 0].magnitude == 1)
    let empty = try SymmetricEigen(of: Matrix(rows: 0, columns: 0))
    #expect(empty.values.isEmpty && empty.vectors.rows == 0)
    let none = try SymmetricEigen(of: .identity(4), largest: 0)
    #expect(none.values.isEmpty && none.vectors.columns == 4)
    // Negative eigenvalues are kept, and come last.
    let mixed = try SymmetricEigen(of: Matrix([[0, 1], [1, 0]]))
    expectClose(mixed.values, [1, -1], within: 1e-15)
  }

  @Test(arguments: [1e-300, 1e-150, 1e-30, 1e30, 1e150, 1e300]) func scales(_ scale: Double) throws {
    let n = 12
    let base = symmetric(n, seed: 4)
    let unit = try SymmetricEigen(of: base)
    var a = base
    a.withMutableView { $0.scale(by: scale) }
    for k in [n, 3] {
      let eigen = try SymmetricEigen(of: a, largest: k)
      expectClose(eigen.values.map { $0 / scale }, Array(unit.values.prefix(k)), within: 1e-13)
      expectClose(eigen.vectors.times(eigen.vectors, otherTransposed: true), .identity(k), within: 1e-13)
    }
  }

  @Test func notFiniteThrows() {
    for bad in [Double.nan, .infinity, -.infinity] {
      for k in [1, 6] {
        var a = symmetric(6, seed: 5)
        a[2, 4] = bad
        expectError(EigencoderError.numericalFailure, containing: "not finite") {
          _ = try SymmetricEigen(of: a, largest: k)
        }
      }
    }
  }

  @Test func repeatable() throws {
    let a = symmetric(80, seed: 6)
    for k in [80, 10] {
      let (x, y) = (try SymmetricEigen(of: a, largest: k), try SymmetricEigen(of: a, largest: k))
      #expect(x.values == y.values && x.vectors == y.vectors)
    }
  }
}

/// A random symmetric matrix.
func symmetric(_ n: Int, seed: UInt64) -> Matrix<Double> {
  var a = Matrix<Double>.random(n, n, seed: seed)
  a.withMutableView { $0.symmetrize() }
  return a
}

/// q' diag(values) q, exactly symmetric.
func planted(_ values: [Double], _ q: Matrix<Double>) -> Matrix<Double> {
  var scaled = q
  for i in values.indices {
    for j in 0..<q.columns { scaled[i, j] *= values[i] }
  }
  var a = q.times(scaled, transposed: true)
  a.withMutableView { $0.symmetrize() }
  return a
}
