import Eigencoder
import Testing

@Suite struct StandardizationTests {
  private func apply<T: Scalar>(_ s: Standardization<T>, _ x: Matrix<T>) -> Matrix<T> {
    Matrix(rows: x.rows, columns: x.columns) { out in x.withView { s.apply($0, into: out) } }
  }

  private func invert<T: Scalar>(_ s: Standardization<T>, _ u: Matrix<T>) -> Matrix<T> {
    var x = u
    x.withMutableView { s.invert($0) }
    return x
  }

  @Test(arguments: [1, 2, 16, 129]) func meanAndDeviation(_ d: Int) {
    func check<T: Scalar>(_: T.Type) {
      let x = Matrix<T>.random(500, d, seed: 1, mean: 30, deviation: 4)
      let all = (0..<500).map(Int64.init)
      let s = Standardization(of: x, rows: all, scales: true)
      let moments = Moments(of: x.converted(to: Double.self))
      expectClose(s.mean, moments.mean.map { T($0) }, within: 8 * Double(T.ulpOfOne))
      expectClose(s.scale ?? [], moments.variances.map { T($0.squareRoot()) }, within: 8 * Double(T.ulpOfOne))
      let u = apply(s, x)
      let after = Moments(of: u.converted(to: Double.self))
      // The mean of numbers near 30 is rounded to T, its sum in f64.
      expectClose(after.mean, [Double](repeating: 0, count: d), within: 64 * Double(T.ulpOfOne), scale: 1)
      expectClose(after.variances, [Double](repeating: 1, count: d), within: 64 * Double(T.ulpOfOne))
      expectClose(invert(s, u), x, within: 4 * Double(T.ulpOfOne))
      var inPlace = x
      inPlace.withMutableView { s.apply($0, into: $0) }
      #expect(inPlace == u)

      let centred = Standardization(of: x, rows: all, scales: false)
      #expect(centred.scale == nil && centred.mean == s.mean)
      expectClose(invert(centred, apply(centred, x)), x, within: 4 * Double(T.ulpOfOne))
      let none = Standardization<T>.none(dimension: d)
      #expect(apply(none, x) == x && invert(none, x) == x)
    }
    check(Float.self)
    check(Double.self)
  }

  /// Only the rows asked for count.
  @Test func chosenRows() {
    func check<T: Scalar>(_: T.Type) {
      let x = Matrix<T>.random(60, 5, seed: 2)
      let rows: [Int64] = [3, 4, 10, 59, 31]
      let chosen = x.selecting(rows: rows.map(Int.init))
      #expect(
        Standardization(of: x, rows: rows, scales: true)
          == Standardization(of: chosen, rows: [0, 1, 2, 3, 4], scales: true))
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func gathers() {
    func check<T: Scalar>(_: T.Type) {
      let x = Matrix<T>.random(30, 17, seed: 3, mean: 2)
      let indices: [Int64] = [5, 0, 29, 5]
      for scales in [false, true] {
        let s = Standardization(of: x, rows: (0..<30).map(Int64.init), scales: scales)
        var out = Matrix<T>(rows: 4, columns: 17, repeating: .nan)
        out.withMutableView { out in
          x.withView { x in s.gather(x, indices[...], into: out) }
        }
        expectClose(out, apply(s, x.selecting(rows: indices.map(Int.init))), within: Double(T.ulpOfOne))
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// A column without variance, or with nothing but the rounding of its own values, is not blown up.
  @Test(arguments: [0.0, 0.1, -3.7, 1e6, 1e-20]) func constantColumns(_ value: Double) {
    func check<T: Scalar>(_: T.Type) {
      var x = Matrix<T>.random(50, 3, seed: 4)
      for i in 0..<50 { x[i, 1] = T(value) }
      let s = Standardization(of: x, rows: (0..<50).map(Int64.init), scales: true)
      #expect(s.scale?[1] == 1)
      let u = apply(s, x)
      for i in 0..<50 { #expect(Double(u[i, 1].magnitude) <= 16 * Double(T.ulpOfOne) * abs(value)) }
      expectClose(invert(s, u), x, within: 4 * Double(T.ulpOfOne), scale: max(4, abs(value)))
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func extremeScales() {
    func check<T: Scalar>(_: T.Type, _ scale: Double) {
      var x = Matrix<T>.random(50, 3, seed: 5)
      x.withMutableView { $0.scale(by: T(scale)) }
      let s = Standardization(of: x, rows: (0..<50).map(Int64.init), scales: true)
      let after = Moments(of: apply(s, x).converted(to: Double.self))
      expectClose(after.variances, [1, 1, 1], within: 1e-5)
    }
    for scale in [1e-30, 1e30] {
      check(Float.self, scale)
      check(Double.self, scale)
    }
    check(Double.self, 1e-140)
    check(Double.self, 1e140)
  }

  @Test func fewRows() {
    func check<T: Scalar>(_: T.Type) {
      let x = Matrix<T>([[1, 2], [3, 2]])
      let one = Standardization(of: x, rows: [0], scales: true)
      #expect(one.mean == [1, 2] && one.scale == [1, 1])
      let none = Standardization(of: x, rows: [], scales: true)
      #expect(none.mean == [0, 0] && none.scale == [1, 1])
      let both = Standardization(of: x, rows: [0, 1], scales: true)
      #expect(both.mean == [2, 2] && both.scale == [T(2.0.squareRoot()), 1])
    }
    check(Float.self)
    check(Double.self)
  }
}

extension Standardization {
  /// The column means of the chosen rows and, when `scales`, their standard deviations, 1 for a constant column.
  fileprivate init(of data: Matrix<T>, rows: [Int64], scales: Bool) {
    let statistics = ColumnStatistics(of: data, rows: rows)
    self.init(
      mean: statistics.mean,
      scale: scales ? statistics.deviation.map { $0.isNormal && (1 / $0).isFinite ? $0 : 1 } : nil)
  }
}
