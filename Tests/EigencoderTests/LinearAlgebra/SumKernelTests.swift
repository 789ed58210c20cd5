import Eigencoder
import Testing

/// Sums of views, which are in f64 whatever the elements, against the loops they stand for.
@Suite struct SumKernelTests {
  @Test func distances() {
    func check<T: Scalar>(_: T.Type) {
      KernelLayout.forEach { rows, columns, strided in
        let a = KernelBlock<T>(rows, columns, strided: strided, seed: 17)
        let b = KernelBlock<T>(rows, columns, strided: !strided, seed: 18)
        let differences = zip(a.rows, b.rows).map { zip($0, $1).map { $0 - $1 } }
        let each = zip(inDouble(a.rows), inDouble(b.rows)).map {
          zip($0, $1).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let expected = each.reduce(0, +)
        let alone = a.read { a in b.read { a.squaredDistance(to: $0) } }
        expectClose(alone, expected, within: 1e-14)
        var c = KernelBlock<T>(rows, columns, strided: strided, seed: 19)
        let withOutput = c.write { c in
          a.read { a in b.read { a.squaredDistance(to: $0, difference: c, scale: 0.25) } }
        }
        expectClose(withOutput, expected, within: 1e-14)
        expectRows(c, differences.map { $0.map { 0.25 * $0 } })
        var inPlace = a
        let onto = inPlace.write { a in b.read { a.squaredDistance(to: $0, difference: a, scale: 2) } }
        expectClose(onto, expected, within: 1e-14)
        expectRows(inPlace, differences.map { $0.map { 2 * $0 } })

        var rowByRow = [Double](repeating: 7, count: rows)
        rowByRow.withMutableView { out in
          a.read { a in b.read { a.rowSquaredDistances(to: $0, into: out) } }
        }
        expectClose(rowByRow, each, within: 1e-14)
        rowByRow.withMutableView { out in a.read { $0.rowSquaredNorms(into: out) } }
        expectClose(
          rowByRow, inDouble(a.rows).map { $0.reduce(0) { $0 + $1 * $1 } }, within: 1e-14)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func rowErrors() {
    func check<T: Scalar>(_: T.Type) {
      KernelLayout.forEach { rows, columns, strided in
        let x = KernelBlock<T>(rows, columns, strided: strided, seed: 22)
        let e = KernelBlock<T>(rows, columns, strided: !strided, seed: 23)
        var (errors, cosines) = ([Double](repeating: 7, count: rows), [Double](repeating: 7, count: rows))
        errors.withMutableView { errors in
          cosines.withMutableView { cosines in
            x.read { x in e.read { x.rowErrors($0, into: errors, cosines: cosines) } }
          }
        }
        expectClose(errors, inDouble(e.rows).map { $0.reduce(0) { $0 + $1 * $1 } }, within: 1e-14)
        let expected = zip(inDouble(x.rows), inDouble(e.rows)).map { x, e in
          let y = zip(x, e).map { $0 - $1 }
          func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
          return dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
        }
        expectClose(cosines, expected, within: 1e-13, scale: 1)
      }
    }
    check(Float.self)
    check(Double.self)
    // Zero rows: alone, together, and a reconstruction that is zero.
    let x = Matrix<Float>(rows: 3, columns: 2, [0, 0, 0, 0, 3, 4])
    let e = Matrix<Float>(rows: 3, columns: 2, [0, 0, 1, 0, 3, 4])
    var (errors, cosines) = ([Double](repeating: 7, count: 3), [Double](repeating: 7, count: 3))
    x.withView { x in
      e.withView { e in
        errors.withMutableView { errors in
          cosines.withMutableView { x.rowErrors(e, into: errors, cosines: $0) }
        }
      }
    }
    #expect(errors == [0, 1, 25] && cosines == [1, 0, 0])
  }

  @Test func innerProducts() {
    func check<T: Scalar>(_: T.Type) {
      KernelLayout.forEach { rows, columns, strided in
        let a = KernelBlock<T>(rows, columns, strided: strided, seed: 20)
        let b = KernelBlock<T>(rows, columns, strided: false, seed: 21)
        let terms = zip(inDouble(a.rows).joined(), inDouble(b.rows).joined()).map { $0 * $1 }
        let size = terms.reduce(0) { $0 + $1.magnitude }
        expectClose(
          [a.read { a in b.read { a.dot($0) } }], [terms.reduce(0, +)], within: 1e-15 * Double(terms.count),
          scale: size)
        expectClose(
          a.read { $0.squaredNorm }, inDouble(a.rows).joined().reduce(0) { $0 + $1 * $1 }, within: 1e-14)
        let (u, v) = (a.rows[0], b.rows[0])
        let pairs = zip(u, v).map { Double($0) * Double($1) }
        expectClose(
          [u.withView { u in v.withView { u.dot($0) } }], [pairs.reduce(0, +)], within: 1e-14, scale: size)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// A million times 0.1 in Float: partial sums in Float would lose four digits.
  @Test func sumsOfFloatsAreInDouble() {
    let a = Matrix<Float>(rows: 1000, columns: 1000, repeating: 0.1)
    var sums = [Double](repeating: 1, count: 1000)
    sums.withMutableView { sums in a.withView { $0.addColumnSums(to: sums) } }
    expectClose(sums, [Double](repeating: 1 + 1000 * Double(Float(0.1)), count: 1000), within: 1e-12)
    expectClose(a.withView { $0.squaredNorm }, 1e6 * Double(Float(0.1)) * Double(Float(0.1)), within: 1e-12)
  }

  @Test func columnSumsAndPullbacks() {
    func check<T: Scalar>(_: T.Type) {
      KernelLayout.forEach { rows, columns, strided in
        let a = KernelBlock<T>(rows, columns, strided: strided, seed: 22)
        var sums = [Double].random(columns, seed: 23)
        let expected = (0..<columns).map { j in sums[j] + inDouble(a.rows).reduce(0) { $0 + $1[j] } }
        sums.withMutableView { sums in a.read { $0.addColumnSums(to: sums) } }
        expectClose(sums, expected, within: 1e-15 * Double(rows + 1))

        let d = KernelBlock<T>(rows, columns, strided: false, seed: 24)
        for (multiplies, adds, hasSums) in [
          (true, false, true), (true, true, true), (false, true, true), (true, false, false),
        ] {
          var g = a
          let old = [T].random(columns, seed: 25)
          var bias = old
          d.read { d in
            bias.withMutableView { sums in
              g.write {
                $0.pullBack(through: multiplies ? d : nil, sums: hasSums ? sums : nil, adding: adds)
              }
            }
          }
          let product = zip(a.rows, d.rows).map { a, d in multiplies ? zip(a, d).map { $0 * $1 } : a }
          expectRows(g, product)
          let total = (0..<columns).map { j in
            T((adds ? Double(old[j]) : 0) + inDouble(product).reduce(0) { $0 + $1[j] })
          }
          if hasSums {
            expectClose(bias, total, within: 2 * Double(T.ulpOfOne))
          } else {
            #expect(bias == old)
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func upperTriangles() {
    func check<T: Scalar>(_: T.Type) {
      for n in KernelLayout.sizes {
        let a = KernelBlock<T>(n, n, strided: n % 2 == 0, seed: 26)
        let start = Matrix<Double>.random(n, n, seed: 27)
        var sum = start
        sum.withMutableView { sum in a.read { $0.addUpper(to: sum) } }
        let values = a.rows
        #expect(
          sum
            == Matrix(
              (0..<n).map { i in (0..<n).map { start[i, $0] + ($0 >= i ? Double(values[i][$0]) : 0) } }))
        sum.withMutableView { $0.symmetrize() }
        #expect(sum == sum.transposed())
      }
    }
    check(Float.self)
    check(Double.self)
  }
}
