import Eigencoder
import Testing

/// Every elementwise operation on views against the loop it stands for, at sizes around the lanes and strips of
/// the kernels, contiguous and as a block of columns of a wider matrix.
@Suite struct ArithmeticKernelTests {
  static let sizes = [1, 2, 15, 16, 17, 31, 32, 33, 127, 128, 129, 300]

  /// A matrix of which only the columns from 2 on are in use when `strided`; the others must not change.
  private struct Block<T: Scalar> {
    var whole: Matrix<T>
    let columns: Range<Int>
    private let before: Matrix<T>

    init(_ rows: Int, _ columns: Int, strided: Bool, seed: UInt64) {
      whole = .random(rows, columns + (strided ? 5 : 0), seed: seed)
      before = whole
      self.columns = strided ? 2..<2 + columns : 0..<columns
    }

    /// The block as rows, for naive loops.
    var rows: [[T]] { (0..<whole.rows).map { Array(whole.row($0)[columns]) } }
    func read<R>(_ body: (MatrixView<T>) -> R) -> R { whole.withView { body($0.columns(columns)) } }
    mutating func write<R>(_ body: (MatrixView<T>) -> R) -> R {
      whole.withMutableView { body($0.columns(columns)) }
    }
    var marginIsUntouched: Bool {
      (0..<whole.rows).allSatisfy { i in
        (0..<whole.columns).allSatisfy { columns.contains($0) || whole[i, $0] == before[i, $0] }
      }
    }
  }

  /// Calls `body` for every size and layout: rows, columns, strided.
  private func forAll(_ body: (Int, Int, Bool) -> Void) {
    for columns in Self.sizes {
      for (rows, strided) in [(1, false), (3, true), (3, false), (17, true)] { body(rows, columns, strided) }
    }
  }

  /// Exact, or to some units in the last place of the data, where a fused multiply-add may round once.
  private func expectRows<T: Scalar>(
    _ block: Block<T>, _ expected: [[T]], ulps: Double = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectClose(
      Matrix(block.rows), Matrix(expected), within: ulps * Double(T.ulpOfOne), scale: 8,
      "\(block.whole.shape)",
      sourceLocation: sourceLocation)
    #expect(block.marginIsUntouched, sourceLocation: sourceLocation)
  }

  private func double<T: Scalar>(_ rows: [[T]]) -> [[Double]] { rows.map { $0.map { Double($0) } } }

  // MARK: - In place and from one to another

  @Test func clearFillScaleCopy() {
    func check<T: Scalar>(_: T.Type) {
      forAll { rows, columns, strided in
        let a = Block<T>(rows, columns, strided: strided, seed: 1)
        var b = a
        b.write { $0.scale(by: 3) }
        expectRows(b, a.rows.map { $0.map { 3 * $0 } })
        b.write { $0.fill(with: 5) }
        expectRows(b, a.rows.map { $0.map { _ in 5 } })
        b.write { $0.clear() }
        expectRows(b, a.rows.map { $0.map { _ in 0 } })
        var c = Block<T>(rows, columns, strided: !strided, seed: 2)
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
          let a = Block<T>(rows, columns, strided: strided, seed: 3)
          var b = Block<T>(columns, rows, strided: strided, seed: 4)
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
      forAll { rows, columns, strided in
        let a = Block<T>(rows, columns, strided: strided, seed: 5)
        let b = Block<T>(rows, columns, strided: false, seed: 6)
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
      for columns in Self.sizes {
        for group in [1, 2, 5] {
          let factors = Block<T>(3, columns, strided: true, seed: 7)
          let a = Block<T>(3 * group, columns, strided: true, seed: 8)
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
      forAll { rows, columns, strided in
        let a = Block<T>(rows, columns, strided: strided, seed: 9)
        let scale = [T].random(columns, seed: 10)
        let shift = [T].random(columns, seed: 11)
        var b = Block<T>(rows, columns, strided: !strided, seed: 12)
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
      forAll { rows, columns, strided in
        let a = Block<T>(rows, columns, strided: strided, seed: 13)
        let scale = [T].random(columns, seed: 14)
        let shift = [T].random(columns, seed: 15)
        let indices = (0..<2 * rows + 1).map { Int64(($0 * 7 + 1) % rows) }
        for (shifts, scales) in [(true, true), (true, false), (false, true), (false, false)] {
          var b = Block<T>(indices.count, columns, strided: !strided, seed: 16)
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

  // MARK: - Sums in f64

  @Test func distances() {
    func check<T: Scalar>(_: T.Type) {
      forAll { rows, columns, strided in
        let a = Block<T>(rows, columns, strided: strided, seed: 17)
        let b = Block<T>(rows, columns, strided: !strided, seed: 18)
        let differences = zip(a.rows, b.rows).map { zip($0, $1).map { $0 - $1 } }
        let each = zip(double(a.rows), double(b.rows)).map {
          zip($0, $1).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let expected = each.reduce(0, +)
        let alone = a.read { a in b.read { a.squaredDistance(to: $0) } }
        expectClose(alone, expected, within: 1e-14)
        var c = Block<T>(rows, columns, strided: strided, seed: 19)
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
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func innerProducts() {
    func check<T: Scalar>(_: T.Type) {
      forAll { rows, columns, strided in
        let a = Block<T>(rows, columns, strided: strided, seed: 20)
        let b = Block<T>(rows, columns, strided: false, seed: 21)
        let terms = zip(double(a.rows).joined(), double(b.rows).joined()).map { $0 * $1 }
        let size = terms.reduce(0) { $0 + $1.magnitude }
        expectClose(
          [a.read { a in b.read { a.dot($0) } }], [terms.reduce(0, +)], within: 1e-15 * Double(terms.count),
          scale: size)
        expectClose(
          a.read { $0.squaredNorm }, double(a.rows).joined().reduce(0) { $0 + $1 * $1 }, within: 1e-14)
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
      forAll { rows, columns, strided in
        let a = Block<T>(rows, columns, strided: strided, seed: 22)
        var sums = [Double].random(columns, seed: 23)
        let expected = (0..<columns).map { j in sums[j] + double(a.rows).reduce(0) { $0 + $1[j] } }
        sums.withMutableView { sums in a.read { $0.addColumnSums(to: sums) } }
        expectClose(sums, expected, within: 1e-15 * Double(rows + 1))

        let d = Block<T>(rows, columns, strided: false, seed: 24)
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
            T((adds ? Double(old[j]) : 0) + double(product).reduce(0) { $0 + $1[j] })
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
      for n in Self.sizes {
        let a = Block<T>(n, n, strided: n % 2 == 0, seed: 26)
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

  @Test func finiteness() {
    func check<T: Scalar>(_: T.Type) {
      for count in Self.sizes {
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
      for count in Self.sizes {
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

  // MARK: - Steps of the optimizers

  @Test func adamSteps() {
    func check<T: Scalar>(_: T.Type) {
      for count in Self.sizes {
        var (p, m, v) = (
          [T].random(count, seed: 30), [T].random(count, seed: 31),
          [T].random(count, seed: 32).map { $0 * $0 }
        )
        let g = [T].random(count, seed: 33)
        let (rate, b1, b2, epsilon, correction, decay, l2): (T, T, T, T, T, T, T) = (
          0.01, 0.9, 0.99, 1e-6, 1.5, 0.125, 0.25
        )
        var expected = (p: [T](), m: [T](), v: [T]())
        for i in 0..<count {
          let gi = g[i] + l2 * p[i]
          expected.m.append(b1 * m[i] + (1 - b1) * gi)
          expected.v.append(b2 * v[i] + (1 - b2) * gi * gi)
          expected.p.append(
            (1 - decay) * p[i] - rate * expected.m[i] / (expected.v[i].squareRoot() * correction + epsilon))
        }
        step(&p, g, &m) { p, g, m in
          v.withMutableView {
            p.stepAdam(
              g, m: m, v: $0, rate: rate, beta1: b1, beta2: b2, epsilon: epsilon,
              inverseRootCorrection: correction, decay: decay, l2: l2)
          }
        }
        expectClose(m, expected.m, within: 2 * Double(T.ulpOfOne), scale: 8)
        expectClose(v, expected.v, within: 2 * Double(T.ulpOfOne), scale: 8)
        expectClose(p, expected.p, within: 4 * Double(T.ulpOfOne), scale: 8)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: [false, true]) func descentSteps(_ nesterov: Bool) {
    func check<T: Scalar>(_: T.Type) {
      for count in Self.sizes {
        var (p, m) = ([T].random(count, seed: 34), [T].random(count, seed: 35))
        let g = [T].random(count, seed: 36)
        let (rate, momentum, l2): (T, T, T) = (0.1, 0.75, 0.5)
        let gradient = zip(g, p).map { $0 + l2 * $1 }
        let velocity = zip(m, gradient).map { momentum * $0 + $1 }
        let step = nesterov ? zip(gradient, velocity).map { $0 + momentum * $1 } : velocity
        let expected = zip(p, step).map { $0 - rate * $1 }
        self.step(&p, g, &m) { p, g, m in
          p.stepSGD(g, velocity: m, rate: rate, momentum: momentum, nesterov: nesterov, l2: l2)
        }
        expectClose(m, velocity, within: 2 * Double(T.ulpOfOne), scale: 8)
        expectClose(p, expected, within: 2 * Double(T.ulpOfOne), scale: 8)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// Calls `body` with views of parameters, gradient and moving means.
  private func step<T: Scalar>(
    _ p: inout [T], _ g: [T], _ m: inout [T],
    _ body: (VectorView<T>, VectorView<T>, VectorView<T>) -> Void
  ) {
    p.withMutableView { p in m.withMutableView { m in g.withView { body(p, $0, m) } } }
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
