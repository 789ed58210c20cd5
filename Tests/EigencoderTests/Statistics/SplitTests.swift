import Eigencoder
import Testing

@Suite struct SplitTests {
  @Test(arguments: [2, 3, 10, 101, 1000]) func partsAreDisjointAndWhole(_ count: Int) throws {
    for fraction in [0.001, 0.2, 0.25, 0.5, 0.999] {
      let parts = try HoldOut(count: count, fraction: fraction, seed: 1)
      #expect((parts.train + parts.test).sorted() == Array(0..<count))
      #expect(parts.train == parts.train.sorted() && parts.test == parts.test.sorted())
      let held = min(max(1, Int((fraction * Double(count)).rounded())), count - 1)
      #expect(parts.test.count == held, "\(fraction) of \(count)")
      #expect(!parts.train.isEmpty && !parts.test.isEmpty)
    }
  }

  @Test func theSeedDecides() throws {
    let a = try HoldOut(count: 50, fraction: 0.3, seed: 1)
    #expect(try a == HoldOut(count: 50, fraction: 0.3, seed: 1))
    #expect(try a != HoldOut(count: 50, fraction: 0.3, seed: 2))
    // The rows are held out all over the data.
    #expect(a.test != Array(0..<15) && a.test != Array(35..<50))
  }

  /// Each row is held out as often as any other, within 5 sigma.
  @Test func everyRowHasItsChance() throws {
    var counts = [Int](repeating: 0, count: 10)
    let n = 4000
    for seed in 0..<n {
      for row in try HoldOut(count: 10, fraction: 0.3, seed: UInt64(seed)).test { counts[row] += 1 }
    }
    let sigma = (Double(n) * 0.3 * 0.7).squareRoot()
    for count in counts { #expect(abs(Double(count) - 0.3 * Double(n)) < 5 * sigma) }
  }

  @Test func matrices() throws {
    func check<T: Scalar>(_: T.Type) throws {
      let x = Matrix<T>.random(40, 3, seed: 2)
      let (train, test) = try x.split(holdOut: 0.25, seed: 7)
      let rows = try HoldOut(count: 40, fraction: 0.25, seed: 7)
      #expect(train == x.selecting(rows: rows.train) && test == x.selecting(rows: rows.test))
      #expect(train.rows == 30 && test.rows == 10)
    }
    try check(Float.self)
    try check(Double.self)
  }

  @Test func errors() {
    for fraction in [0, 1, -0.1, 1.5, .nan, .infinity] {
      expectError(EigencoderError.invalidArgument, containing: "between 0 and 1, got \(fraction)") {
        _ = try HoldOut(count: 10, fraction: fraction, seed: 0)
      }
    }
    for count in [0, 1] {
      expectError(
        EigencoderError.invalidData, containing: "at least 2 rows are needed to hold some out, got \(count)"
      ) {
        _ = try Matrix<Float>(rows: count, columns: 2).split(holdOut: 0.5, seed: 0)
      }
    }
  }
}
