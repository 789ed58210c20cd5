import Eigencoder
import Testing

/// Products through BLAS against the triple loop in f64; errors are relative to the sum of the magnitudes of
/// the terms, which for unit normal entries is about the inner size.
@Suite struct ProductTests {
  private func naive<T: Scalar>(_ a: Matrix<T>, _ ta: Bool, _ b: Matrix<T>, _ tb: Bool) -> Matrix<Double> {
    let a = (ta ? a.transposed() : a).converted(to: Double.self)
    let b = (tb ? b.transposed() : b).converted(to: Double.self)
    var c = Matrix<Double>(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for j in 0..<b.columns {
        for k in 0..<a.columns { c[i, j] += a[i, k] * b[k, j] }
      }
    }
    return c
  }

  private func tolerance<T: Scalar>(_: T.Type) -> Double { 8 * Double(T.ulpOfOne) }

  @Test(arguments: [
    (1, 1, 1), (2, 3, 4), (1, 17, 5), (17, 1, 9), (33, 16, 31), (64, 65, 7), (5, 4, 129), (70, 40, 50),
  ])
  func transposesAndScales(_ size: (Int, Int, Int)) {
    func check<T: Scalar>(_: T.Type) {
      let (m, n, k) = size
      for ta in [false, true] {
        for tb in [false, true] {
          let a = Matrix<T>.random(ta ? k : m, ta ? m : k, seed: 1)
          let b = Matrix<T>.random(tb ? n : k, tb ? k : n, seed: 2)
          let c = Matrix<T>.random(m, n, seed: 3)
          let product = naive(a, ta, b, tb)
          for (alpha, beta) in [(1.0, 0.0), (1, 1), (-2, 0.5), (0.5, -1), (0, 2)] {
            var actual = c
            actual.withMutableView { c in
              a.withView { a in
                b.withView { b in
                  c.setProduct(a, transposed: ta, b, rightTransposed: tb, alpha: T(alpha), beta: T(beta))
                }
              }
            }
            let expected = zip(product.elements, c.elements).map { alpha * $0 + beta * Double($1) }
            expectClose(
              actual.elements.map { Double($0) }, expected, within: tolerance(T.self),
              scale: Double(k + 2) * 2,
              "\(size) \(ta) \(tb) \(alpha) \(beta)")
          }
          #expect(a.times(b, transposed: ta, otherTransposed: tb).rows == m)
          if !ta, !tb { #expect(a * b == a.times(b)) }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// With beta = 0 the old contents are not read.
  @Test func nothingIsReadFromTheResult() {
    func check<T: Scalar>(_: T.Type) {
      let a = Matrix<T>.random(9, 5, seed: 4)
      let b = Matrix<T>.random(5, 7, seed: 5)
      var c = Matrix<T>(rows: 9, columns: 7, repeating: .nan)
      c.withMutableView { c in a.withView { a in b.withView { c.setProduct(a, $0) } } }
      #expect(c == a * b)
      var y = [T](repeating: .nan, count: 9)
      let x = [T].random(5, seed: 6)
      y.withMutableView { y in a.withView { a in x.withView { y.setProduct(a, $0) } } }
      #expect(y.allSatisfy { $0.isFinite })
      var gram = Matrix<T>(rows: 5, columns: 5, repeating: .nan)
      gram.withMutableView { gram in
        a.withView { gram.setUpperGram(of: $0) }
        gram.symmetrize()
      }
      #expect(gram.elements.allSatisfy { $0.isFinite })
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func blocksOfWiderMatrices() {
    func check<T: Scalar>(_: T.Type) {
      let a = Matrix<T>.random(20, 30, seed: 7)
      let b = Matrix<T>.random(30, 25, seed: 8)
      var c = Matrix<T>(rows: 20, columns: 26, repeating: 7)
      c.withMutableView { c in
        a.withView { a in
          b.withView { b in
            c.rows(3..<14).columns(4..<17).setProduct(
              a.rows(5..<16).columns(2..<11), b.rows(20..<29).columns(12..<25))
          }
        }
      }
      let expected =
        a.withView { $0.rows(5..<16).columns(2..<11).copied() }
        * b.withView { $0.rows(20..<29).columns(12..<25).copied() }
      expectClose(
        c.withView { $0.rows(3..<14).columns(4..<17).copied() }, expected, within: tolerance(T.self), scale: 9
      )
      for i in 0..<20 {
        for j in 0..<26 where !(3..<14).contains(i) || !(4..<17).contains(j) { #expect(c[i, j] == 7) }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func emptySizes() {
    func check<T: Scalar>(_: T.Type) {
      for (m, n, k) in [(0, 3, 2), (3, 0, 2), (0, 0, 0), (3, 2, 0)] {
        let product = Matrix<T>(rows: m, columns: k) * Matrix<T>(rows: k, columns: n)
        #expect(product == Matrix<T>(rows: m, columns: n))
        for (beta, left) in [(0, 0), (1, 7), (2, 14)] as [(T, T)] {
          var c = Matrix<T>(rows: m, columns: n, repeating: 7)
          c.withMutableView { c in
            Matrix<T>(rows: m, columns: k).withView { a in
              Matrix<T>(rows: k, columns: n).withView { c.setProduct(a, $0, beta: beta) }
            }
          }
          if k == 0 { #expect(c == Matrix(rows: m, columns: n, repeating: left)) }
        }
      }
      for (beta, left) in [(0, 0), (1, 7), (2, 14)] as [(T, T)] {
        // The product with no columns is zero, so only beta acts.
        var y = [T](repeating: 7, count: 3)
        y.withMutableView { y in
          Matrix<T>(rows: 3, columns: 0).withView { a in [T]().withView { y.setProduct(a, $0, beta: beta) } }
        }
        #expect(y == [T](repeating: left, count: 3), "beta \(beta)")
        var gram = Matrix<T>(rows: 3, columns: 3, repeating: 7)
        gram.withMutableView { gram in
          Matrix<T>(rows: 0, columns: 3).withView { gram.setUpperGram(of: $0, beta: beta) }
          gram.symmetrize()
        }
        #expect(gram == Matrix(rows: 3, columns: 3, repeating: left), "beta \(beta)")
        gram = Matrix<T>(rows: 3, columns: 3, repeating: 7)
        gram.withMutableView { gram in
          Matrix<T>(rows: 3, columns: 0).withView { gram.setUpperOuterGram(of: $0, beta: beta) }
          gram.symmetrize()
        }
        #expect(gram == Matrix(rows: 3, columns: 3, repeating: left), "beta \(beta)")
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: [(1, 1), (3, 5), (16, 17), (129, 40)]) func matrixTimesVector(_ size: (Int, Int)) {
    func check<T: Scalar>(_: T.Type) {
      let a = Matrix<T>.random(size.0, size.1 + 3, seed: 9)
      for transposed in [false, true] {
        let x = [T].random(transposed ? size.0 : size.1, seed: 10)
        var y = [T].random(transposed ? size.1 : size.0, seed: 11)
        let block = a.withView { $0.columns(1..<size.1 + 1).copied() }
        let product = naive(block, transposed, Matrix(rows: x.count, columns: 1, x), false).elements
        let expected = zip(product, y).map { -1.5 * $0 + 0.5 * Double($1) }
        y.withMutableView { y in
          a.withView { a in
            x.withView {
              y.setProduct(a.columns(1..<size.1 + 1), transposed: transposed, $0, alpha: -1.5, beta: 0.5)
            }
          }
        }
        expectClose(y.map { Double($0) }, expected, within: tolerance(T.self), scale: 2 * Double(x.count + 1))
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// Both Gram matrices, of a block and into a block; the lower triangle is left alone.
  @Test(arguments: [(1, 1), (3, 5), (40, 17), (16, 64), (300, 9)]) func gramMatrices(_ size: (Int, Int)) {
    func check<T: Scalar>(_: T.Type) {
      let (rows, columns) = size
      let whole = Matrix<T>.random(rows, columns + 2, seed: 12)
      let a = whole.withView { $0.columns(1..<columns + 1).copied() }
      for outer in [false, true] {
        let n = outer ? rows : columns
        let product = naive(a, !outer, a, outer)
        let start = Matrix<T>.random(n, n + 3, seed: 13)
        var c = start
        c.withMutableView { c in
          whole.withView { whole in
            let (a, c) = (whole.columns(1..<columns + 1), c.columns(2..<n + 2))
            if outer {
              c.setUpperOuterGram(of: a, alpha: 2, beta: -1)
            } else {
              c.setUpperGram(of: a, alpha: 2, beta: -1)
            }
          }
        }
        for i in 0..<n {
          for j in 0..<n + 3 {
            let inside = j >= 2 && j < n + 2 && j - 2 >= i
            let expected = inside ? 2 * product[i, j - 2] - Double(start[i, j]) : Double(start[i, j])
            let size = inside ? 4 * Double(outer ? columns : rows) + 4 : 0
            #expect(
              abs(Double(c[i, j]) - expected) <= tolerance(T.self) * size,
              "\(size) outer \(outer) [\(i), \(j)]")
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// A product large enough to be shared, twice: the same bits.
  @Test func repeatable() {
    let a = Matrix<Float>.random(300, 257, seed: 14)
    let b = Matrix<Float>.random(257, 310, seed: 15)
    let first = a * b
    #expect(a * b == first)
    expectClose(
      first.converted(to: Double.self), naive(a, false, b, false), within: tolerance(Float.self), scale: 257)
  }
}
