import Eigencoder
import Testing

/// Streamed moments against the textbook's two passes in f64.
@Suite struct MomentsTests {
  /// The mean, then the sum of outer products of what is left, in compensated f64.
  private func twoPass<T: Scalar>(_ x: Matrix<T>) -> (mean: [Double], scatter: Matrix<Double>) {
    let (n, d) = (x.rows, x.columns)
    let rows = (0..<n).map { x.row($0).map { Double($0) } }
    // Around the first row, so that large means do not cost digits.
    let pilot = rows.first ?? [Double](repeating: 0, count: d)
    let shift = (0..<d).map { j in n == 0 ? 0 : rows.reduce(0) { $0 + ($1[j] - pilot[j]) } / Double(n) }
    var scatter = Matrix<Double>(rows: d, columns: d)
    for row in rows {
      let c = (0..<d).map { row[$0] - pilot[$0] - shift[$0] }
      for i in 0..<d {
        for j in 0..<d { scatter[i, j] += c[i] * c[j] }
      }
    }
    return (zip(pilot, shift).map { $0 + $1 }, scatter)
  }

  private func frobenius(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Double {
    let difference = zip(a.elements, b.elements).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (difference / b.withView { $0.squaredNorm }).squareRoot()
  }

  private func expectMoments<T: Scalar>(
    _ moments: Moments, of x: Matrix<T>, within tolerance: Double, meanWithin: Double? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let expected = twoPass(x)
    #expect(moments.count == x.rows, sourceLocation: sourceLocation)
    expectClose(moments.mean, expected.mean, within: meanWithin ?? 1e-14, sourceLocation: sourceLocation)
    let error = frobenius(moments.scatter, expected.scatter)
    #expect(
      error <= tolerance, "scatter of \(x.rows) x \(x.columns) \(T.self)", sourceLocation: sourceLocation)
    #expect(moments.scatter == moments.scatter.transposed(), "symmetry", sourceLocation: sourceLocation)
  }

  /// Correlated columns: a random mixing, with a mean that differs from column to column.
  private func correlated<T: Scalar>(_ n: Int, _ d: Int, mean: Double, seed: UInt64, as: T.Type) -> Matrix<T>
  {
    let mixing = Matrix<Double>.random(d, d, seed: seed &+ 100)
    var x = Matrix<Double>.random(n, d, seed: seed) * mixing
    for i in 0..<n {
      for j in 0..<d { x[i, j] = x[i, j] / Double(d).squareRoot() + mean * (1 + Double(j) / Double(d)) }
    }
    return x.converted(to: T.self)
  }

  private func tolerance<T: Scalar>(_: T.Type) -> Double { T.self == Float.self ? 1e-6 : 1e-14 }

  @Test(arguments: [2, 3, 1023, 1024, 1025, 2049, 5000]) func againstTwoPasses(_ n: Int) {
    func check<T: Scalar>(_: T.Type) {
      for d in [1, 7, 40] {
        let x = correlated(n, d, mean: 1, seed: UInt64(n + d), as: T.self)
        let moments = Moments(of: x)
        expectMoments(moments, of: x, within: tolerance(T.self))
        var covariance = moments.scatter
        covariance.withMutableView { $0.scale(by: 1 / Double(n - 1)) }
        #expect(moments.covariance == covariance)
        expectClose(moments.variances, (0..<d).map { covariance[$0, $0] }, within: 1e-15)
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func fewOrNoSamples() {
    func check<T: Scalar>(_: T.Type) {
      var moments = Moments(dimension: 3)
      #expect(moments.count == 0 && moments.mean == [0, 0, 0])
      moments.add(Matrix<T>(rows: 0, columns: 3))
      #expect(moments.count == 0)
      moments.add(Matrix<T>([[1, 2, 3]]))
      #expect(moments.count == 1 && moments.mean == [1, 2, 3])
      #expect(moments.scatter == Matrix(rows: 3, columns: 3))
      moments.add(Matrix<T>([[3, 2, 7]]))
      #expect(moments.count == 2 && moments.mean == [2, 2, 5])
      #expect(moments.covariance == Matrix([[2, 0, 4], [0, 0, 0], [4, 0, 8]]))
      var none = Moments(dimension: 0)
      none.add(Matrix<T>(rows: 4, columns: 0))
      #expect(none.count == 4 && none.mean.isEmpty)
    }
    check(Float.self)
    check(Double.self)
  }

  /// Parts merged are the whole, wherever they are cut, in either order, with empty parts as well.
  @Test func mergingIsAddingAllAtOnce() {
    func check<T: Scalar>(_: T.Type) {
      let n = 2500
      let x = correlated(n, 9, mean: 50, seed: 3, as: T.self)
      let tolerance = T.self == Float.self ? 2e-6 : 1e-13
      let whole = Moments(of: x)
      for cut in [0, 1, 2, 700, 1024, 1025, n - 1, n] {
        let (a, b) = (Moments(of: x.rows(0..<cut)), Moments(of: x.rows(cut..<n)))
        for (first, second) in [(a, b), (b, a)] {
          var merged = first
          merged.merge(second)
          expectMoments(merged, of: x, within: tolerance)
        }
        var streamed = a
        streamed.add(x.rows(cut..<n))
        expectMoments(streamed, of: x, within: tolerance)
        var withEmpty = whole
        withEmpty.merge(Moments(dimension: 9))
        #expect(withEmpty.scatter == whole.scatter && withEmpty.mean == whole.mean)
      }
      var pieces = Moments(dimension: 9)
      for i in stride(from: 0, to: n, by: 10) { pieces.merge(Moments(of: x.rows(i..<i + 10))) }
      expectMoments(pieces, of: x, within: tolerance)
      var rows = Moments(dimension: 9)
      for i in 0..<n { rows.add(x.rows(i..<i + 1)) }
      expectMoments(rows, of: x, within: tolerance)
    }
    check(Float.self)
    check(Double.self)
  }

  /// Data whose blocks have means far apart: sorted, drifting, and one block far off.
  @Test func sortedAndDriftingData() {
    func check<T: Scalar>(_: T.Type) {
      let n = 5000
      var sorted = Matrix<T>.random(n, 4, seed: 4)
      let order = (0..<n).sorted { sorted[$0, 0] < sorted[$1, 0] }
      sorted = sorted.selecting(rows: order)
      expectMoments(Moments(of: sorted), of: sorted, within: tolerance(T.self), meanWithin: 1e-11)
      var drifting = Matrix<T>.random(n, 4, seed: 5)
      for i in 0..<n {
        for j in 0..<4 { drifting[i, j] += T(i) * T(0.01) * T(j) }
      }
      expectMoments(Moments(of: drifting), of: drifting, within: tolerance(T.self))
      var jumping = Matrix<T>.random(n, 4, seed: 6)
      for i in 2048..<3072 { for j in 0..<4 { jumping[i, j] += 1000 } }
      expectMoments(Moments(of: jumping), of: jumping, within: tolerance(T.self))
    }
    check(Float.self)
    check(Double.self)
  }

  /// Means a thousand (f32) and a million (f64) deviations from zero. X'X - n mu mu' would keep nothing here.
  @Test func largeMeans() {
    let floats = correlated(5000, 30, mean: 1e3, seed: 7, as: Float.self)
    let f32 = frobenius(Moments(of: floats).scatter, twoPass(floats).scatter)
    #expect(f32 <= 1e-6, "measured 1.1e-7")
    let doubles = correlated(5000, 30, mean: 1e6, seed: 8, as: Double.self)
    let f64 = frobenius(Moments(of: doubles).scatter, twoPass(doubles).scatter)
    #expect(f64 <= 1e-14, "measured 2e-15")
    // Float data converted lose nothing more than the sums in Float do.
    let widened = frobenius(Moments(of: floats.converted(to: Double.self)).scatter, twoPass(floats).scatter)
    #expect(widened <= 1e-14)
    for (x, y) in zip(Moments(of: floats).mean, twoPass(floats).mean) { #expect(abs(x - y) <= 1e-9) }
  }

  /// n identical rows have no scatter beyond the rounding of the mean; exactly none in Float.
  @Test(arguments: [0.1, 1e6, -1e-6]) func constantData(_ value: Double) {
    func check<T: Scalar>(_: T.Type) {
      let x = Matrix<T>(rows: 3000, columns: 5, repeating: T(value))
      let moments = Moments(of: x)
      expectClose(moments.mean, [Double](repeating: Double(T(value)), count: 5), within: 1e-13)
      let bound = T.self == Float.self ? 0 : 3000 * 1e-26 * value * value
      #expect(moments.scatter.elements.allSatisfy { $0.magnitude <= bound })
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func repeatable() {
    let x = correlated(3000, 20, mean: 5, seed: 9, as: Float.self)
    let (a, b) = (Moments(of: x), Moments(of: x))
    #expect(a.mean == b.mean && a.scatter == b.scatter)
  }
}
