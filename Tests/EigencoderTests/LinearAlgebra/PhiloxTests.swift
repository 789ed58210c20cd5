import Eigencoder
import Foundation
import Testing

/// Philox4x32-10 written plainly from the paper.
enum PlainPhilox {
  static func block(_ counter: [UInt32], key: [UInt32]) -> [UInt32] {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) * UInt64(c[0])
      let p1 = UInt64(0xCD9E_8D57) * UInt64(c[2])
      c = [
        UInt32(p1 >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: p1),
        UInt32(p0 >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: p0),
      ]
      k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
    }
    return c
  }

  static func words(key: UInt64, count: Int) -> [UInt32] {
    let key = [UInt32(truncatingIfNeeded: key), UInt32(key >> 32)]
    return (0..<(count + 3) / 4).flatMap { block([UInt32($0), 0, 0, 0], key: key) }.prefix(count).map { $0 }
  }
}

@Suite("Philox and the random kernels")
struct PhiloxTests {
  /// The three vectors of `philox4x32 10` that the authors' Random123 library is tested with.
  @Test func knownAnswers() {
    #expect(
      PlainPhilox.block([0, 0, 0, 0], key: [0, 0]) == [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8])
    let ones = UInt32.max
    #expect(
      PlainPhilox.block([ones, ones, ones, ones], key: [ones, ones])
        == [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD])
    #expect(
      PlainPhilox.block(
        [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], key: [0xA409_3822, 0x299F_31D0])
        == [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1])
  }

  @Test(arguments: [0, 1, 3, 4, 63, 64, 65, 127, 1000, 4099])
  func wordsEqualPlainOnes(count: Int) {
    for key in [0, 1, 0xFFFF_FFFF, 0x1_0000_0000, 0xDEAD_BEEF_CAFE_F00D, .max] as [UInt64] {
      #expect(Philox.words(key: key, count: count) == PlainPhilox.words(key: key, count: count))
    }
  }

  /// The uniform stage reaches the elements as defined, for both precisions.
  @Test(arguments: [(1, 1), (3, 5), (7, 64), (2, 513), (31, 33), (1, 2000), (600, 1), (0, 4), (4, 0)])
  func masksFollowTheWords(rows: Int, columns: Int) {
    func check<T: Scalar>(_ type: T.Type) {
      let p = 0.37
      let key: UInt64 = 0x0123_4567_89AB_CDEF
      let hit = Philox.words(key: key, count: rows * columns).map { Double($0) < (p * 0x1p32).rounded() }
      let x = Matrix<T>.random(rows, columns, seed: 3)
      let fill = [T].random(columns, seed: 4)

      var masked = x
      masked.withMutableView { $0.mask(key: key, probability: p) }
      #expect(masked.elements == x.elements.indices.map { hit[$0] ? 0 : x.elements[$0] })

      var filled = x
      filled.withMutableView { view in
        fill.withView { view.mask(key: key, probability: p, fill: $0) }
      }
      #expect(filled.elements == x.elements.indices.map { hit[$0] ? fill[$0 % columns] : x.elements[$0] })

      var factors = x
      factors.withMutableView { $0.setDropout(key: key, probability: p) }
      #expect(factors.elements == hit.map { $0 ? 0 : T(1 / (1 - p)) })

      let half = (p * 0x1p31).rounded()
      let words = Philox.words(key: key, count: rows * columns).map { Double($0) }
      var salted = x
      salted.withMutableView { $0.saltAndPepper(key: key, probability: p, low: -2, high: 3) }
      #expect(
        salted.elements
          == x.elements.indices.map { words[$0] < half ? -2 : words[$0] < 2 * half ? 3 : x.elements[$0] })
    }
    check(Float.self)
    check(Double.self)
  }

  /// Box-Muller from the words, in f64 with plain functions.
  private func plainNormals<T: Scalar>(_ type: T.Type, key: UInt64, count: Int) -> [Double] {
    let isFloat = type == Float.self
    let block = isFloat ? 64 : 32
    let padded = (count + block - 1) / block * block
    let words = PlainPhilox.words(key: key, count: isFloat ? padded : 2 * padded)
    var z = [Double](repeating: 0, count: padded)
    for first in stride(from: 0, to: padded, by: block) {
      for l in first..<first + block / 2 {
        func bits(_ i: Int) -> UInt64 {
          isFloat ? UInt64(words[i]) : UInt64(words[2 * i]) | UInt64(words[2 * i + 1]) << 32
        }
        let (a, b) = (bits(l), bits(l + block / 2))
        let u =
          isFloat
          ? Double(Float(a >> 1) * 0x1p-31 + 0x1p-32) : Double(a >> 12) * 0x1p-52 + 0x1p-53
        let t =
          isFloat ? (Double(b >> 9) + 0.5) * 0x1p-23 : (Double(b >> 12) + 0.5) * 0x1p-52
        let radius = (-2 * log(u)).squareRoot()
        let (s, c) = (sin(.pi / 4 * t), cos(.pi / 4 * t))
        let (x, y) = b & 4 != 0 ? (s, c) : (c, s)
        z[l] = radius * (b & 1 != 0 ? -x : x)
        z[l + block / 2] = radius * (b & 2 != 0 ? -y : y)
      }
    }
    return Array(z.prefix(count))
  }

  @Test func normalsEqualBoxMuller() {
    func check<T: Scalar>(_ type: T.Type) {
      for count in [1, 31, 64, 65, 1000, 100_003] {
        var x = Matrix<T>(rows: 1, columns: count)
        x.withMutableView { $0.addNormals(key: 99, scale: 1) }
        let expected = plainNormals(type, key: 99, count: count).map { T($0) }
        expectClose(x.elements, expected, within: 4 * Double(T.ulpOfOne), scale: 2, "normals")
        let ratio = zip(x.elements, expected).reduce(0.0) {
          max($0, abs(Double($1.0) - Double($1.1)) / abs(Double($1.1)))
        }
        #expect(ratio <= 8 * Double(T.ulpOfOne))
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// A view into wider rows gives the numbers of a matrix of its own and leaves the rest alone.
  @Test func stridedViews() {
    func check<T: Scalar>(_ type: T.Type) {
      let (rows, columns) = (37, 29)
      let deviation = [T].random(columns, seed: 8).map { $0.magnitude }
      let operations: [(MatrixView<T>) -> Void] = [
        { $0.addNormals(key: 5, scale: 0.5) },
        { x in deviation.withView { x.addNormals(key: 5, deviation: $0, scale: 0.5) } },
        { $0.mask(key: 5, probability: 0.5) },
        { x in deviation.withView { x.mask(key: 5, probability: 0.5, fill: $0) } },
        { $0.saltAndPepper(key: 5, probability: 0.5, low: 4, high: 5) },
        { $0.setDropout(key: 5, probability: 0.5) },
      ]
      for operation in operations {
        let x = Matrix<T>.random(rows, columns + 9, seed: 7)
        var (whole, own) = (x, x.withView { $0.columns(4..<4 + columns).copied() })
        whole.withMutableView { operation($0.columns(4..<4 + columns)) }
        own.withMutableView { operation($0) }
        #expect(whole.withView { $0.columns(4..<4 + columns).copied() } == own)
        #expect(own != x.withView { $0.columns(4..<4 + columns).copied() })
        for i in 0..<rows {
          #expect(whole.row(i).prefix(4) == x.row(i).prefix(4))
          #expect(whole.row(i).suffix(5) == x.row(i).suffix(5))
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func probabilitiesAtTheEnds() {
    var x = Matrix<Float>(rows: 100, columns: 100, repeating: 1)
    x.withMutableView {
      $0.mask(key: 1, probability: 0)
      $0.saltAndPepper(key: 1, probability: 0, low: 5, high: 6)
    }
    #expect(x == Matrix(rows: 100, columns: 100, repeating: 1))
    x.withMutableView { $0.mask(key: 1, probability: (1.0).nextDown) }
    #expect(x == Matrix(rows: 100, columns: 100))
  }
}
