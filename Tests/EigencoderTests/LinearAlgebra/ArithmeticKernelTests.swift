import Eigencoder
import Testing

/// Every elementwise operation on views against the loop it stands for, contiguous and as a block of columns of a wider
/// matrix.
@Suite struct ArithmeticKernelTests {
  @Test func clearFillScaleCopy() {
    func check<T: Scalar>(_: T.Type) {
      KernelLayout.forEach { rows, columns, strided in
        let a = KernelBlock<T>(rows, columns, strided: strided, seed: 1)
        var b = a
        b.write { $0.scale(by: 3) }
        expectRows(b, a.rows.map { $0.map { 3 * $0 } })
        b.write { $0.fill(with: 5) }
        expectRows(b, a.rows.map { $0.map { _ in 5 } })
        b.write { $0.clear() }
        expectRows(b, a.rows.map { $0.map { _ in 0 } })
        var c = KernelBlock<T>(rows, columns, strided: !strided, seed: 2)
        c.write { out in a.read { $0.copy(into: out) } }
        expectRows(c, a.rows)
        #expect(a.read { $0.copied() } == Matrix(a.rows))
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func transposition() {
    func check<T: Scalar>(_: T.Type) {
      for (rows, columns) in [(1, 1), (1, 40), (40, 1), (31, 33), (32, 64), (65, 100)] {
        for strided in [false, true] {
          let a = KernelBlock<T>(rows, columns, strided: strided, seed: 3)
          var b = KernelBlock<T>(columns, rows, strided: strided, seed: 4)
          b.write { out in a.read { $0.transpose(into: out) } }
          expectRows(b, (0..<columns).map { j in (0..<rows).map { a.rows[$0][j] } })
          #expect(a.whole.transposed().transposed() == a.whole)
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func sumsAndProducts() {
    func check<T: Scalar>(_: T.Type) {
      KernelLayout.forEach { rows, columns, strided in
        let a = KernelBlock<T>(rows, columns, strided: strided, seed: 5)
        let b = KernelBlock<T>(rows, columns, strided: false, seed: 6)
        var c = a
        c.write { c in b.read { c.add($0, times: -1.5) } }
        expectRows(c, zip(a.rows, b.rows).map { zip($0, $1).map { $0 - 1.5 * $1 } }, ulps: 1)
        let product = zip(a.rows, b.rows).map { zip($0, $1).map { $0 * $1 } }
        c.write { c in a.read { a in b.read { c.setElementwiseProduct(a, $0) } } }
        expectRows(c, product)
        // Onto either operand.
        c = a
        c.write { c in b.read { c.setElementwiseProduct(c, $0) } }
        expectRows(c, product)
        c = a
        c.write { c in b.read { c.setElementwiseProduct($0, c) } }
        expectRows(c, product)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func groupsOfRows() {
    func check<T: Scalar>(_: T.Type) {
      for columns in KernelLayout.sizes {
        for group in [1, 2, 5] {
          let factors = KernelBlock<T>(3, columns, strided: true, seed: 7)
          let a = KernelBlock<T>(3 * group, columns, strided: true, seed: 8)
          var b = a
          b.write { b in factors.read { b.setGroupProduct(b, $0) } }
          expectRows(
            b, a.rows.enumerated().map { i, row in zip(row, factors.rows[i / group]).map { $0 * $1 } })
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func rowsAndColumns() {
    func check<T: Scalar>(_: T.Type) {
      KernelLayout.forEach { rows, columns, strided in
        let a = KernelBlock<T>(rows, columns, strided: strided, seed: 9)
        let scale = [T].random(columns, seed: 10)
        let shift = [T].random(columns, seed: 11)
        var b = KernelBlock<T>(rows, columns, strided: !strided, seed: 12)
        b.write { out in a.read { a in shift.withView { a.subtract(row: $0, into: out) } } }
        expectRows(b, a.rows.map { zip($0, shift).map { $0 - $1 } })
        for (scales, shifts) in [(true, true), (true, false), (false, true), (false, false)] {
          let expected = a.rows.map { row in
            (0..<columns).map { row[$0] * (scales ? scale[$0] : 1) + (shifts ? shift[$0] : 0) }
          }
          func run(_ a: MatrixView<T>, _ out: MatrixView<T>) {
            scale.withView { scale in
              shift.withView { shift in
                a.scaleColumns(by: scales ? scale : nil, adding: shifts ? shift : nil, into: out)
              }
            }
          }
          b.write { out in a.read { run($0, out) } }
          expectRows(b, expected, ulps: 1)
          var c = a
          c.write { run($0, $0) }
          expectRows(c, expected, ulps: 1)
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func gathering() {
    func check<T: Scalar>(_: T.Type) {
      KernelLayout.forEach { rows, columns, strided in
        let a = KernelBlock<T>(rows, columns, strided: strided, seed: 13)
        let scale = [T].random(columns, seed: 14)
        let shift = [T].random(columns, seed: 15)
        let indices = (0..<2 * rows + 1).map { Int64(($0 * 7 + 1) % rows) }
        for (shifts, scales) in [(true, true), (true, false), (false, true), (false, false)] {
          var b = KernelBlock<T>(indices.count, columns, strided: !strided, seed: 16)
          b.write { out in
            a.read { a in
              scale.withView { scale in
                shift.withView { shift in
                  a.gather(indices[...], minus: shifts ? shift : nil, times: scales ? scale : nil, into: out)
                }
              }
            }
          }
          let expected = indices.map { i in
            (0..<columns).map { (a.rows[Int(i)][$0] - (shifts ? shift[$0] : 0)) * (scales ? scale[$0] : 1) }
          }
          expectRows(b, expected, ulps: 1)
        }
      }
      let a = Matrix<T>.random(5, 3, seed: 1)
      #expect(a.selecting(rows: [4, 0, 4]) == Matrix([a.row(4), a.row(0), a.row(4)]))
      #expect(a.selecting(rows: []) == Matrix(rows: 0, columns: 3))
      #expect(a.rows(1..<3) == Matrix([a.row(1), a.row(2)]))
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func finiteness() {
    func check<T: Scalar>(_: T.Type) {
      for count in KernelLayout.sizes {
        var a = [T](repeating: .greatestFiniteMagnitude, count: count)
        #expect(a.withView { $0.isFinite })
        for at in Set([0, count / 2, count - 1]) {
          for bad in [T.nan, .infinity, -.infinity] {
            let old = a[at]
            a[at] = bad
            #expect(!a.withView { $0.isFinite }, "\(bad) at \(at) of \(count)")
            a[at] = old
          }
        }
      }
      #expect([T]().withView { $0.isFinite })
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func vectors() {
    func check<T: Scalar>(_: T.Type) {
      for count in KernelLayout.sizes {
        let x = [T].random(count, seed: 28)
        var y = [T].random(count, seed: 29)
        let expected = zip(x, y).map { $1 + 2 * $0 }
        y.withMutableView { y in x.withView { y.add($0, times: 2) } }
        #expect(y == expected)
        y.withMutableView { $0.scale(by: 0.5) }
        #expect(y == expected.map { $0 / 2 })
        var z = y
        z.withMutableView { z in x.withView { $0.copy(into: z) } }
        #expect(z == x)
        z.withMutableView { $0.slice(0..<count / 2).fill(with: 4) }
        #expect(z == [T](repeating: 4, count: count / 2) + x.dropFirst(count / 2))
        z.withMutableView { $0.clear() }
        #expect(z == [T](repeating: 0, count: count))
        #expect(x.withView { $0.row.copied() } == Matrix([x]))
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func nothingToDo() {
    var a = Matrix<Float>(rows: 0, columns: 3)
    var b = Matrix<Float>(rows: 3, columns: 0)
    var sums = [Double](repeating: 1, count: 3)
    a.withMutableView { a in
      a.scale(by: 2)
      a.clear()
      a.add(a)
      #expect(a.squaredDistance(to: a, difference: a) == 0)
      #expect(a.squaredNorm == 0)
      sums.withMutableView { a.addColumnSums(to: $0) }
    }
    b.withMutableView { b in
      b.fill(with: 1)
      b.setElementwiseProduct(b, b)
      #expect(b.squaredNorm == 0)
    }
    #expect(sums == [1, 1, 1])
    #expect(a.transposed() == Matrix(rows: 3, columns: 0) && b.transposed() == Matrix(rows: 0, columns: 3))
  }
}
