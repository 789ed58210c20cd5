import Eigencoder
import Foundation
import Testing

/// The penalties on similarities: beside the naive formulas, by central differences, and where they are degenerate.
@Suite struct SimilaritiesTests {
  enum Kind: CustomTestStringConvertible {
    case strain(Penalty.Similarity)
    case neighbourhood(Double, codes: Double? = nil)

    var testDescription: String {
      switch self {
      case .strain(let similarity): "strain of \(similarity.rawValue)"
      case .neighbourhood(let rows, let codes):
        "neighbourhood at \(rows)" + (codes.map { " and \($0)" } ?? "")
      }
    }
  }

  static let kinds: [Kind] = [
    .strain(.cosine), .strain(.product), .neighbourhood(0.02), .neighbourhood(0.3), .neighbourhood(1000),
    .neighbourhood(0.1, codes: 0.4),
  ]

  /// The value and the gradient with respect to z; the workspace has seen another batch before.
  private func evaluate<T: Scalar>(_ kind: Kind, _ z: Matrix<T>, _ x: Matrix<T>, weight: Double = 1) -> (
    value: Double, gradient: Matrix<T>
  ) {
    let terms = Similarities<T>(batch: z.rows + 3, inputs: x.columns, latent: z.columns)
    Matrix<T>.random(z.rows + 3, x.columns, seed: 90).withView { terms.load($0) }
    func value(_ z: MatrixView<T>, _ x: MatrixView<T>, _ bar: MatrixView<T>?) -> Double {
      switch kind {
      case .strain(let similarity):
        terms.strain(of: similarity, z, centred: x, weight, addingTo: bar)
      case .neighbourhood(let temperature, let codes):
        terms.neighbourhood(z, temperatures: (temperature, codes ?? temperature), weight, addingTo: bar)
      }
    }
    let other = Matrix<T>.random(z.rows + 3, z.columns, seed: 91)
    _ = other.withView { other in
      Matrix<T>.random(z.rows + 3, x.columns, seed: 92).withView { value(other, $0, nil) }
    }
    // The gradient is added to what is there.
    var bar = Matrix<T>(rows: z.rows, columns: z.columns, repeating: 1)
    let result = x.withView { x in
      terms.load(x)
      return z.withView { z in bar.withMutableView { value(z, x, $0) } }
    }
    let alone = x.withView { x in
      terms.load(x)
      return z.withView { value($0, x, nil) }
    }
    #expect(alone == result)
    return (result, Matrix(rows: z.rows, columns: z.columns, bar.elements.map { $0 - 1 }))
  }

  // MARK: - The formulas as they stand

  private func similarities(_ a: Matrix<Double>, normalized: Bool) -> [[Double]] {
    func dot(_ i: Int, _ j: Int) -> Double { inner(a.row(i), a.row(j)) }
    return (0..<a.rows).map { i in
      (0..<a.rows).map { j in
        let length = (dot(i, i) * dot(j, j)).squareRoot()
        return normalized ? (length > 0 ? dot(i, j) / length : 0) : dot(i, j)
      }
    }
  }

  private func naive(_ kind: Kind, _ z: Matrix<Double>, _ x: Matrix<Double>) -> Double {
    let n = z.rows
    switch kind {
    case .strain(let similarity):
      let isCosine = similarity == .cosine
      let pairs = zip(
        similarities(z, normalized: isCosine).flatMap { $0 },
        similarities(x, normalized: isCosine).flatMap { $0 })
      return pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(n * n)
    case .neighbourhood(let rows, let codes):
      func logSoftmax(_ a: Matrix<Double>, _ temperature: Double) -> [[Double]] {
        similarities(a, normalized: true).enumerated().map { i, row in
          let s = row.map { $0 / temperature }
          let most = s.enumerated().filter { $0.offset != i }.map(\.element).max() ?? 0
          let sum = s.enumerated().reduce(0) { $1.offset == i ? $0 : $0 + exp($1.element - most) }
          return s.map { $0 - most - log(sum) }
        }
      }
      let (p, q) = (logSoftmax(x, rows), logSoftmax(z, codes ?? rows))
      var sum = 0.0
      for i in 0..<n {
        for j in 0..<n where j != i { sum += exp(p[i][j]) * (p[i][j] - q[i][j]) }
      }
      return sum / Double(n)
    }
  }

  @Test(arguments: kinds) func isTheNaiveFormula(_ kind: Kind) {
    for (n, k, d) in [(1, 2, 3), (2, 1, 2), (3, 2, 5), (16, 3, 4), (17, 4, 9), (40, 5, 8), (130, 7, 12)] {
      let x = Matrix<Double>.random(n, d, seed: 1, mean: 0.3)
      let z = Matrix<Double>.random(n, k, seed: 2, mean: 0.3)
      let expected = naive(kind, z, x)
      let scale = 1 + expected
      expectClose([evaluate(kind, z, x).value], [expected], within: 1e-13, scale: scale, "\(n) x \(k)")
      let single = evaluate(kind, z.converted(to: Float.self), x.converted(to: Float.self))
      // A cosine has an error of eps, an exponent one of eps over the temperature.
      var tolerance = 2e-6
      if case .neighbourhood(let temperature, _) = kind { tolerance *= max(1, 1 / temperature) }
      expectClose([single.value], [expected], within: tolerance, scale: scale, "f32, \(n) x \(k)")
    }
  }

  @Test(arguments: kinds) func gradientIsThatOfCentralDifferences(_ kind: Kind) {
    for (n, k) in [(2, 3), (5, 1), (9, 3), (33, 2)] {
      let x = Matrix<Double>.random(n, 6, seed: 3, mean: 0.2)
      let z = Matrix<Double>.random(n, k, seed: 4, mean: 0.4)
      let gradient = evaluate(kind, z, x, weight: 0.7).gradient
      let h = 1e-6
      let differences = z.elements.indices.map { i -> Double in
        var (up, down) = (z.elements, z.elements)
        up[i] += h
        down[i] -= h
        func value(_ elements: [Double]) -> Double { naive(kind, Matrix(rows: n, columns: k, elements), x) }
        return 0.7 * (value(up) - value(down)) / (2 * h)
      }
      expectClose(
        gradient.elements, differences, within: 1e-7,
        scale: 1 + differences.reduce(0) { max($0, abs($1)) }, "\(n) x \(k)")
      let single = evaluate(kind, z.converted(to: Float.self), x.converted(to: Float.self), weight: 0.7)
      expectClose(
        single.gradient.converted(to: Double.self), gradient, within: 1e-4,
        scale: 1 + gradient.elements.reduce(0) { max($0, abs($1)) }, "f32, \(n) x \(k)")
    }
  }

  /// A cosine does not see lengths: the gradient is orthogonal to each code, and shrinks as the code grows.
  @Test(arguments: [Kind.strain(.cosine), .neighbourhood(0.1)]) func lengthsDoNotMatter(_ kind: Kind) {
    let x = Matrix<Double>.random(12, 5, seed: 5)
    let z = Matrix<Double>.random(12, 3, seed: 6)
    let scales = (0..<12).map { Double(sign: .plus, exponent: 3 * $0 - 15, significand: 1) }
    let stretched = Matrix((0..<12).map { i in z.row(i).map { $0 * scales[i] } })
    let (plain, other) = (evaluate(kind, z, x), evaluate(kind, stretched, x))
    expectClose(other.value, plain.value, within: 1e-14)
    for i in 0..<12 {
      #expect(abs(inner(plain.gradient.row(i), z.row(i))) < 1e-15)
      // `evaluate` adds the gradient to ones.
      expectClose(other.gradient.row(i).map { $0 * scales[i] }, plain.gradient.row(i), within: 1e-7, scale: 1)
    }
  }

  // MARK: - Degenerate batches

  @Test(arguments: kinds) func oneRowAndEqualRows(_ kind: Kind) {
    let one = evaluate(kind, Matrix([[3.0, 4.0]]), Matrix([[1.0, 2.0, 2.0]]))
    if case .strain(.product) = kind {
      #expect(one.value == (25 - 9) * (25 - 9))
    } else {
      #expect(abs(one.value) < 1e-15 && one.gradient.elements.allSatisfy { abs($0) < 1e-15 })
    }
    // The code that is the data keeps all at one temperature, also where rows are the same.
    var rows = [[Double]](repeating: [1, 2, -1], count: 7)
    rows[3] = [0, 1, 4]
    let same = evaluate(kind, Matrix(rows), Matrix(rows))
    if case .neighbourhood(_, .some) = kind {
      #expect(same.value > 0)
    } else {
      #expect(abs(same.value) < 1e-14)
      #expect(same.gradient.elements.allSatisfy { abs($0) < 1e-13 })
    }
    // Equal codes of different rows: every neighbour alike.
    let x = Matrix<Double>.random(7, 3, seed: 8)
    let flat = evaluate(kind, Matrix([[Double]](repeating: [1, 2], count: 7)), x)
    #expect(flat.value > 0 && flat.gradient.elements.allSatisfy(\.isFinite))
  }

  @Test(arguments: kinds) func rowsOfZeros(_ kind: Kind) {
    func check<T: Scalar>(_: T.Type, tiny: T) {
      for small in [0, tiny] {
        var x = Matrix<T>.random(6, 4, seed: 9)
        var z = Matrix<T>.random(6, 2, seed: 10)
        for j in 0..<4 { x[1, j] = small }
        for j in 0..<2 { z[4, j] = small }
        let result = evaluate(kind, z, x)
        #expect(result.value.isFinite && result.gradient.elements.allSatisfy(\.isFinite))
        if case .strain(.product) = kind { continue }
        // A direction that is not defined has no gradient.
        #expect(result.gradient.row(4) == [0, 0])
        expectClose(
          [result.value], [naive(kind, zeroing(z, 4), zeroing(x, 1))], within: 1e-4, scale: 1 + result.value)
      }
    }
    func zeroing<T: Scalar>(_ a: Matrix<T>, _ row: Int) -> Matrix<Double> {
      var a = a.converted(to: Double.self)
      for j in 0..<a.columns { a[row, j] = 0 }
      return a
    }
    check(Float.self, tiny: .leastNonzeroMagnitude)
    check(Double.self, tiny: .leastNonzeroMagnitude)
  }

  /// From the hardest softmax to one that is uniform to the last digit: nothing overflows or turns into NaN.
  @Test(arguments: [1e-6, 1e-4, 1, 1e6, 1e30]) func temperatures(_ temperature: Double) {
    func check<T: Scalar>(_: T.Type) {
      let x = Matrix<T>.random(40, 6, seed: 11)
      let z = Matrix<T>.random(40, 2, seed: 12)
      let result = evaluate(.neighbourhood(temperature), z, x)
      #expect(result.value.isFinite && result.value >= -1e-12)
      let gradient = result.gradient.elements
      #expect(gradient.withView { $0.isFinite })
      if temperature >= 1e6 { #expect(abs(result.value) < 1e-6) }
      // A single nearest neighbour each: what is lost is linear in 1 / tau.
      if temperature <= 1e-4 { #expect(result.value > 0.1 / temperature) }
    }
    check(Float.self)
    check(Double.self)
  }

  // MARK: - Normalisation alone

  @Test func normalizationAndItsPullback() {
    let z = Matrix<Double>.random(6, 4, seed: 13)
    let (zDot, znBar) = (Matrix<Double>.random(6, 4, seed: 14), Matrix<Double>.random(6, 4, seed: 15))
    func normalized(_ z: Matrix<Double>) -> (Matrix<Double>, [Double]) {
      var norms = [Double](repeating: 0, count: 6)
      let zn = Matrix<Double>(rows: 6, columns: 4) { zn in
        z.withView { z in norms.withMutableView { RowNormalization.apply(z, into: zn, inverseNorms: $0) } }
      }
      return (zn, norms)
    }
    let (zn, norms) = normalized(z)
    for i in 0..<6 {
      expectClose(inner(zn.row(i), zn.row(i)), 1, within: 1e-15)
      expectClose(norms[i], 1 / inner(z.row(i), z.row(i)).squareRoot(), within: 1e-15)
    }
    var (bar, zBar) = (znBar, Matrix<Double>(rows: 6, columns: 4, repeating: 2))
    zBar.withMutableView { zBar in
      bar.withMutableView { bar in
        zn.withView { zn in
          norms.withView { RowNormalization.pullback(bar, zn, inverseNorms: $0, addingTo: zBar) }
        }
      }
    }
    let pulled = zBar.elements.map { $0 - 2 }
    // The explicit Jacobian (I - zn zn') / |z|, row by row; it is symmetric.
    let explicit = (0..<6).flatMap { i -> [Double] in
      let along = inner(zn.row(i), znBar.row(i))
      return zip(znBar.row(i), zn.row(i)).map { ($0 - $1 * along) * norms[i] }
    }
    expectClose(pulled, explicit, within: 1e-15, scale: 1)
    // <znb, J zd> = <J' znb, zd>, J zd by central differences.
    let h = 1e-6
    func moved(_ t: Double) -> [Double] {
      normalized(Matrix(rows: 6, columns: 4, zip(z.elements, zDot.elements).map { $0 + t * $1 })).0.elements
    }
    let znDot = zip(moved(h), moved(-h)).map { ($0 - $1) / (2 * h) }
    expectClose(inner(znBar.elements, znDot), inner(pulled, zDot.elements), within: 1e-8)
  }
}
