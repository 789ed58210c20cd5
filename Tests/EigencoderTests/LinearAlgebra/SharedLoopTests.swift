import Dispatch
import Eigencoder
import Testing

/// Loops and products that a team of threads shares, called by several threads of the caller's at once: one of them has
/// the team, the others do all parts themselves, and all get the same bits.
@Suite struct SharedLoopTests {
  @Test func callersAtTheSameTimeGetTheSameBits() {
    let a = Matrix<Float>.random(300, 200, seed: 1)
    let b = Matrix<Float>.random(200, 250, seed: 2)
    let product = a * b
    let norm = a.withView { $0.squaredNorm }
    let mismatches = UnsafeMutableBufferPointer<Int>.allocate(capacity: 200)
    defer { mismatches.deallocate() }
    nonisolated(unsafe) let counts = mismatches
    DispatchQueue.concurrentPerform(iterations: 200) { i in
      counts[i] = (a * b == product ? 0 : 1) + (a.withView { $0.squaredNorm } == norm ? 0 : 1)
    }
    #expect(mismatches.reduce(0, +) == 0)
  }

  /// Against the sum written out, at sizes around those where products and loops begin to be shared.
  @Test(arguments: [1, 15, 16, 17, 31, 33, 64, 100, 257]) func edges(_ n: Int) {
    let a = Matrix<Double>.random(n, n + 3, seed: UInt64(n))
    let b = Matrix<Double>.random(n + 3, 2 * n, seed: 7)
    var expected = Matrix<Double>(rows: n, columns: 2 * n)
    for i in 0..<n {
      for j in 0..<2 * n { expected[i, j] = (0..<n + 3).reduce(0) { $0 + a[i, $1] * b[$1, j] } }
    }
    expectClose(a * b, expected, within: 1e-13, "product")
    var gram = Matrix<Double>(rows: n + 3, columns: n + 3)
    a.withView { a in
      gram.withMutableView {
        $0.setUpperGram(of: a)
        $0.symmetrize()
      }
    }
    expectClose(gram, a.times(a, transposed: true), within: 1e-13, "Gram matrix")
    let sum = a.elements.reduce(0) { $0 + $1 * $1 }
    expectClose([a.withView { $0.squaredNorm }], [sum], within: 1e-13, "norm")
  }

  /// A projection centres before it multiplies, whatever the number of components, rows and columns.
  @Test(arguments: [
    (1, 1, 1), (11, 7, 3), (12, 784, 32), (13, 50, 16), (100, 33, 17), (37, 65, 48), (30, 40, 64),
    (5, 2048, 9),
    (5, 2049, 9), (3, 5000, 70),
  ])
  func projections(_ rows: Int, _ d: Int, _ k: Int) {
    func check<T: Scalar>(_ type: T.Type) {
      let x = Matrix<T>.random(rows, d, seed: 3)
      let p = Matrix<T>.random(k, d, seed: 4)
      let mean = Matrix<T>.random(1, d, seed: 5).elements.map { $0 + 1000 }
      let shift = Matrix<T>.random(1, k, seed: 6).elements
      var near = x
      for i in 0..<rows { for j in 0..<d { near[i, j] += mean[j] } }
      var out = Matrix<T>(rows: rows, columns: k)
      let projection = Projection(on: p, minus: mean, plus: shift)
      near.withView { x in out.withMutableView { projection.apply(x, into: $0) } }
      // A row alone is the same, to the last bit where components are packed.
      for i in 0..<rows {
        var row = Matrix<T>(rows: 1, columns: k)
        near.withView { x in row.withMutableView { projection.apply(x.rows(i..<i + 1), into: $0) } }
        expectClose(
          row.elements, out.row(i), within: 4 * Double(d) * Double(T.ulpOfOne), scale: 1 + Double(d))
      }
      for i in 0..<rows {
        for c in 0..<k {
          let expected = (0..<d).reduce(Double(shift[c])) {
            $0 + (Double(near[i, $1]) - Double(mean[$1])) * Double(p[c, $1])
          }
          #expect(abs(Double(out[i, c]) - expected) <= 8 * Double(d) * Double(T.ulpOfOne), "\(i), \(c)")
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
