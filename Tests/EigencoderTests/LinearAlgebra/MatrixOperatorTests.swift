import Eigencoder
import Testing

@Suite struct MatrixOperatorTests {
  @Test func againstTheDefinition() {
    againstTheDefinition(Float.self)
    againstTheDefinition(Double.self)
  }

  private func againstTheDefinition<T: Scalar>(_ type: T.Type) {
    let (a, b) = (Matrix<T>.random(5, 3, seed: 1), Matrix<T>.random(5, 3, seed: 2))
    let row = [T].random(3, seed: 3)
    let (sum, difference, double) = (a + b, a - b, 2 * a)
    let (added, subtracted) = (a.adding(row: row), a.subtracting(row: row))
    let (scaled, squares) = (a.multiplyingColumns(by: row), a.map { $0 * $0 })
    for i in 0..<5 {
      for j in 0..<3 {
        #expect(sum[i, j] == a[i, j] + b[i, j] && difference[i, j] == a[i, j] - b[i, j])
        #expect(double[i, j] == 2 * a[i, j] && squares[i, j] == a[i, j] * a[i, j])
        #expect(added[i, j] == a[i, j] + row[j] && subtracted[i, j] == a[i, j] - row[j])
        #expect(scaled[i, j] == a[i, j] * row[j])
      }
    }
    let tolerance = 8 * Double(T.ulpOfOne)
    expectClose(a.transposed() * b, a.times(b, transposed: true), within: tolerance)
    expectClose(a * b.transposed(), a.times(b, otherTransposed: true), within: tolerance)
    #expect(a.map { Double($0) } == a.converted(to: Double.self))
  }

  @Test func empty() {
    let none = Matrix<Float>(rows: 0, columns: 2)
    #expect(none + none == none && none.adding(row: [1, 2]) == none && 3 * none == none)
  }

  @Test func operandsStayAsTheyAre() {
    let a = Matrix<Double>.random(4, 4, seed: 1)
    let copy = a
    _ = a + a
    _ = a.subtracting(row: [1, 2, 3, 4])
    #expect(a == copy)
  }
}
