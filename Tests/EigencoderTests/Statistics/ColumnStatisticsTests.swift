import Eigencoder
import Testing

@Suite struct ColumnStatisticsTests {
  @Test func equalTheFormula() {
    func check<T: Scalar>(_ type: T.Type) {
      let x = Matrix<T>.random(57, 131, seed: 1, mean: 3, deviation: 2)
      let some = [Int64](arrayLiteral: 3, 50, 7, 7, 0)
      for rows in [nil, some] {
        let statistics = ColumnStatistics(of: x, rows: rows)
        let chosen = rows.map { x.selecting(rows: $0.map { Int($0) }) } ?? x
        for j in 0..<131 {
          let column = (0..<chosen.rows).map { Double(chosen[$0, j]) }
          let mean = column.reduce(0, +) / Double(column.count)
          let squares = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
          #expect(abs(Double(statistics.mean[j]) - mean) <= 1e-6)
          #expect(
            abs(Double(statistics.deviation[j]) - (squares / Double(column.count - 1)).squareRoot()) <= 1e-6)
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func constantColumnsDoNotDeviate() {
    let x = Matrix<Float>((0..<1000).map { [0.1, Float($0), 0, 1e30 * Float($0 % 2)] })
    let deviation = ColumnStatistics(of: x).deviation
    #expect(deviation[0] == 0)
    #expect(deviation[1] > 288 && deviation[1] < 289)
    #expect(deviation[2] == 0)
    #expect(deviation[3] > 4.9e29 && deviation[3] < 5.1e29)
  }

  @Test func fewRows() {
    let one = ColumnStatistics(of: Matrix<Double>([[1, 2]]))
    #expect(one == ColumnStatistics(mean: [1, 2], deviation: [0, 0]))
    #expect(ColumnStatistics(of: Matrix<Double>(rows: 0, columns: 2)).deviation == [0, 0])
  }
}
