import Eigencoder
import Testing

@Suite struct SeededGeneratorTests {
  /// The first numbers and the thousandth, from an independent transcription of the published algorithms
  /// (splitmix64, then xoshiro256++) into Python's unbounded integers.
  @Test func referenceNumbers() {
    let reference: [(UInt64, [UInt64], UInt64)] = [
      (
        0, [0x5317_5D61_490B_23DF, 0x61DA_6F3D_C380_D507, 0x5C0F_DF91_EC9A_7BFC, 0x02EE_BF8C_3BBE_5E1A],
        0x3763_00FA_032F_6483
      ),
      (
        1, [0xCFC5_D07F_6F03_C29B, 0xBF42_4132_963F_E08D, 0x19A3_7D57_57AA_F520, 0xBF08_119F_05CD_56D6],
        0x92D5_2100_F9E1_DA0D
      ),
      (
        42, [0xD076_4D4F_4476_689F, 0x519E_4174_576F_3791, 0xFBE0_7CFB_0C24_ED8C, 0xB37D_9F60_0CD8_35B8],
        0xA3ED_059C_1CC3_8790
      ),
      (
        .max, [0x56CC_F8CE_948E_27B2, 0xE685_8843_2E5A_5B90, 0xE3E9_B5A4_8119_CA8B, 0x460F_1949_5532_AE73],
        0x6E67_F58F_11F3_5060
      ),
    ]
    for (seed, first, thousandth) in reference {
      var generator = SeededGenerator(seed: seed)
      let numbers = (0..<1000).map { _ in generator.next() }
      #expect(Array(numbers.prefix(4)) == first, "seed \(seed)")
      #expect(numbers[999] == thousandth, "seed \(seed)")
    }
  }

  @Test func sameSeedSameNumbers() {
    var (a, b, c) = (SeededGenerator(seed: 7), SeededGenerator(seed: 7), SeededGenerator(seed: 8))
    #expect(a == b && a != c)
    #expect((0..<100).allSatisfy { _ in a.next() == b.next() })
    #expect(a == b)
    var copy = a
    #expect(a.next() == copy.next())
    _ = b.next()
    #expect((0..<10).contains { _ in b.next() != c.next() })
    #expect([Float].random(9, seed: 3) == [Float].random(9, seed: 3))
  }

  /// In [0, 1), a multiple of 2^-53, with the moments and the counts of a uniform number within 5 sigma.
  @Test func uniform() {
    var generator = SeededGenerator(seed: 1)
    let n = 200_000
    var (sum, squares) = (0.0, 0.0)
    var bins = [Int](repeating: 0, count: 20)
    for _ in 0..<n {
      let u = generator.uniform()
      #expect(u >= 0 && u < 1 && (u * 0x1p53).rounded() == u * 0x1p53)
      sum += u
      squares += (u - 0.5) * (u - 0.5)
      bins[Int(u * 20)] += 1
    }
    let root = Double(n).squareRoot()
    #expect(abs(sum / Double(n) - 0.5) < 5 * (1.0 / 12).squareRoot() / root)
    #expect(abs(squares / Double(n) - 1.0 / 12) < 5 * (1.0 / 180).squareRoot() / root)
    for count in bins {
      #expect(abs(Double(count) - Double(n) / 20) < 5 * (Double(n) * 0.05 * 0.95).squareRoot())
    }
  }

  /// Mean, variance, skewness and kurtosis within 5 sigma, the halves of a pair uncorrelated.
  @Test func normal() {
    var generator = SeededGenerator(seed: 2)
    let n = 200_000
    var powers = [0.0, 0, 0, 0]
    var product = 0.0
    for _ in 0..<n / 2 {
      let (a, b) = generator.normalPair()
      #expect(a.isFinite && b.isFinite)
      product += a * b
      for v in [a, b] {
        powers[0] += v
        powers[1] += v * v
        powers[2] += v * v * v
        powers[3] += v * v * v * v
      }
    }
    let root = Double(n).squareRoot()
    #expect(abs(powers[0] / Double(n)) < 5 / root)
    #expect(abs(powers[1] / Double(n) - 1) < 5 * 2.0.squareRoot() / root)
    #expect(abs(powers[2] / Double(n)) < 5 * 15.0.squareRoot() / root)
    #expect(abs(powers[3] / Double(n) - 3) < 5 * 96.0.squareRoot() / root)
    #expect(abs(product / Double(n / 2)) < 5 * 2.0.squareRoot() / root)
  }

  @Test func fills() {
    func check<T: Scalar>(_: T.Type) {
      for count in [0, 1, 2, 7, 50_001] {
        var generator = SeededGenerator(seed: 3)
        var x = [T](repeating: .nan, count: count)
        x.withMutableView { generator.fillNormal($0, deviation: 2) }
        #expect(x.allSatisfy { $0.isFinite })
        var u = [T](repeating: .nan, count: count)
        u.withMutableView { generator.fillUniform($0, bound: 0.5) }
        // Rounding to T may reach the bound itself.
        #expect(u.allSatisfy { $0.magnitude <= 0.5 })
        guard count > 1000 else { continue }
        let n = Double(count)
        #expect(abs(inner(x, x) / n - 4) < 5 * 4 * (2 / n).squareRoot())
        #expect(abs(x.reduce(0.0) { $0 + Double($1) } / n) < 5 * 2 / n.squareRoot())
        #expect(abs(inner(u, u) / n - 1.0 / 12) < 5 * (1.0 / 180 / n).squareRoot())
        #expect(abs(u.reduce(0.0) { $0 + Double($1) } / n) < 5 * (1.0 / 12 / n).squareRoot())
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: [0, 1, 2, 3, 10, 1000]) func permutations(_ count: Int) {
    var generator = SeededGenerator(seed: 4)
    let order = generator.permutation(count)
    #expect(order.sorted() == (0..<count).map(Int64.init))
    var again = SeededGenerator(seed: 4)
    #expect(again.permutation(count) == order)
    var shuffled = order
    generator.shuffle(&shuffled)
    #expect(shuffled.sorted() == order.sorted())
    if count >= 10 { #expect(shuffled != order && order != order.sorted()) }
  }

  /// Each of the 24 orders of 4 is as frequent as the others, within 5 sigma.
  @Test func permutationsAreFair() {
    var generator = SeededGenerator(seed: 5)
    let n = 48_000
    var counts: [[Int64]: Int] = [:]
    for _ in 0..<n { counts[generator.permutation(4), default: 0] += 1 }
    #expect(counts.count == 24)
    let sigma = (Double(n) / 24 * 23 / 24).squareRoot()
    for (order, count) in counts { #expect(abs(Double(count) - Double(n) / 24) < 5 * sigma, "\(order)") }
  }
}
