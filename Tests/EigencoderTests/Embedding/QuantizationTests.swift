import Eigencoder
import Foundation
import Testing

@Suite struct QuantizationTests {
  private let codes = Matrix<Float>.random(50, 11, seed: 1, mean: 0.4)

  @Test func bytes() {
    #expect(CodeType.allCases.map { $0.bytes(latent: 11) } == [44, 22, 11, 2])
    #expect(CodeType.binary.columns(latent: 16) == 2 && CodeType.int8.columns(latent: 16) == 16)
  }

  /// One scale for all: within half a step inside the range, and whole numbers in the file.
  @Test func int8() {
    let rule = Quantization(of: codes)
    let stored = rule.stored(codes, as: .int8)
    #expect(stored.elements.allSatisfy { $0 == $0.rounded() && abs($0) <= 127 })
    let back = rule.rounded(codes, to: .int8)
    expectClose(back.elements, stored.elements.map { $0 * rule.scale }, within: 1e-7)
    for (a, b) in zip(back.elements, codes.elements) where abs(b) < 127 * rule.scale {
      #expect(abs(a - b) <= 0.5001 * rule.scale)
    }
    #expect(rule.searched(stored: stored, as: .int8) == stored)
    // Far outside of the range it was fitted to, the nearest end.
    let far = rule.stored(Matrix(rows: 1, columns: 11, repeating: 1e30), as: .int8)
    #expect(far.elements.allSatisfy { $0 == 127 })
  }

  /// Against the least of a fine grid, each code by its own length: within 2 % of its loss.
  @Test(arguments: [3, 40]) func scaleLosesLeast(_ k: Int) {
    scaleLosesLeast(k, Float.self)
    scaleLosesLeast(k, Double.self)
  }

  private func scaleLosesLeast<T: Scalar>(_ k: Int, _ type: T.Type) {
    let codes = Matrix<T>.random(300, k, seed: 7, mean: 0.2)
    func loss(_ scale: Double) -> Double {
      (0..<300).reduce(0.0) { sum, i in
        let row = codes.row(i).map { Double($0) }
        let errors = row.map { z in
          let q = max(-127, min(127, (z / scale).rounded(.toNearestOrEven)))
          return (z - q * scale) * (z - q * scale)
        }
        return sum + errors.reduce(0, +) / inner(row, row)
      }
    }
    let least = (1...800).map { loss(0.0001 * Double($0)) }.min()!
    #expect(loss(Double(Quantization(of: codes).scale)) <= 1.02 * least)
  }

  /// One code of 900 that is 50 times as long takes nothing from the others: their scale is that without it.
  @Test func oneLongCode() {
    var codes = Matrix<Float>.random(900, 32, seed: 3)
    let plain = Quantization(of: codes).scale
    for j in 0..<32 { codes[450, j] *= 50 }
    let scale = Quantization(of: codes).scale
    #expect(scale < 1.5 * plain && scale > plain / 1.5, "\(scale), \(plain)")
  }

  /// No trap and no NaN, whatever the codes.
  @Test func extremes() {
    extremes(Float.self, [0, .leastNonzeroMagnitude, 1e-38, 1e38, Float.greatestFiniteMagnitude])
    extremes(Double.self, [0, .leastNonzeroMagnitude, 1e-300, 1e300])
  }

  private func extremes<T: Scalar>(_ type: T.Type, _ values: [T]) {
    for a in values {
      for b in values {
        let codes = Matrix<T>(rows: 4, columns: 2, [a, -b, b, a, -a, -a, 0, 0])
        let rule = Quantization(of: codes)
        #expect(rule.scale > 0 && rule.scale.isFinite, "\(a) \(b)")
        let back = rule.rounded(codes, to: .int8)
        #expect(back.elements.allSatisfy { $0.isFinite }, "\(a) \(b)")
        #expect(rule.stored(codes, as: .binary).elements.allSatisfy { $0.isFinite })
      }
    }
    let damaged = Matrix<T>(rows: 2, columns: 2, [.nan, 1, .infinity, 2])
    #expect(Int8Scale.best(for: damaged) == 1)
  }

  /// Bits as 1 and -1: distances are 4 times Hamming's, and ties stay ties in every search.
  @Test func hamming() throws {
    let rule = Quantization(of: codes)
    let stored = rule.stored(codes, as: .binary)
    let bits = rule.searched(stored: stored, as: .binary)
    #expect(bits.elements.allSatisfy { abs($0) == 1 })
    func hamming(_ i: Int, _ j: Int) -> Int {
      zip(stored.row(i), stored.row(j)).reduce(0) { $0 + (UInt8($1.0) ^ UInt8($1.1)).nonzeroBitCount }
    }
    func nearest(_ key: (Int, Int) -> Double) -> [Set<Int>] {
      // Of equal distances the first row, as a stable sort has them.
      (0..<50).map { i in
        Set((0..<50).filter { $0 != i }.sorted { (key(i, $0), $0) < (key(i, $1), $1) }.prefix(10))
      }
    }
    func recall(_ a: [Set<Int>], _ b: [Set<Int>]) -> Double {
      Double(zip(a, b).reduce(0) { $0 + $1.0.intersection($1.1).count }) / 500
    }
    let x = codes.converted(to: Double.self)
    func cosine(_ i: Int, _ j: Int) -> Double {
      inner(x.row(i), x.row(j)) / (inner(x.row(i), x.row(i)) * inner(x.row(j), x.row(j))).squareRoot()
    }
    func distance(_ i: Int, _ j: Int) -> Double {
      zip(x.row(i), x.row(j)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let byBits = nearest { Double(hamming($0, $1)) }
    let metrics = try NeighbourhoodReference(of: codes).metrics(of: bits)
    #expect(metrics.cosineRecall == recall(nearest { -cosine($0, $1) }, byBits))
    #expect(metrics.recall == recall(nearest(distance), byBits))
  }

  /// What is measured has been bytes: those of the file.
  @Test(arguments: CodeType.allCases) func throughBytes(_ type: CodeType) throws {
    let rule = Quantization(of: codes)
    let stored = try StoredCodes(codes, as: type, rule)
    #expect(stored.codes == rule.rounded(codes, to: type))
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).npy")
    defer { try? FileManager.default.removeItem(at: url) }
    let file = try OutputFile(replacing: url)
    let columns = type.columns(latent: 11)
    let sink = try FileFormat.npy.sink(to: file, columns: columns, rows: 50, as: type.elementType)
    try sink.append(rule.stored(codes, as: type))
    try sink.finish()
    #expect(try Matrix<Float>(contentsOf: url) == stored.numbers)
    expectError(EigencoderError.numericalFailure, containing: "the code of row 1 has the number 70000.0") {
      _ = try StoredCodes(Matrix<Float>(rows: 1, columns: 11, repeating: 70000), as: .f16, rule)
    }
  }

  @Test func binary() {
    let rule = Quantization(of: codes)
    let stored = rule.stored(codes, as: .binary)
    #expect(stored.columns == 2)
    let back = rule.rounded(codes, to: .binary)
    for i in 0..<codes.rows {
      for j in 0..<codes.columns {
        let isAbove = codes[i, j] > rule.threshold[j]
        #expect((Int(stored[i, j / 8]) >> (7 - j % 8) & 1 == 1) == isAbove)
        #expect(back[i, j] == rule.threshold[j] + (isAbove ? rule.spread[j] : -rule.spread[j]))
      }
    }
    // The columns that fill the last byte are 0.
    #expect(stored.elements.indices.allSatisfy { $0 % 2 == 0 || Int(stored.elements[$0]) & 31 == 0 })
  }

  /// A dimension without any range comes back as it was, to rounding.
  @Test func constantDimension() {
    let flat = Matrix<Double>(rows: 4, columns: 3, repeating: 0.3)
    let rule = Quantization(of: flat)
    for type in [CodeType.int8, .binary] { expectClose(rule.rounded(flat, to: type), flat, within: 0.005) }
    let zeros = Quantization(of: Matrix<Float>(rows: 4, columns: 3))
    #expect(zeros.rounded(Matrix(rows: 1, columns: 3), to: .int8).elements == [0, 0, 0])
  }

  /// Half precision against the exact nearest of its numbers, of ties the even one.
  @Test func halfPrecision() {
    func exact(_ x: Double) -> Double {
      guard x != 0 else { return x }
      let exponent = max(-14, x.magnitude.exponent)
      let step = Double(sign: .plus, exponent: Int(exponent) - 10, significand: 1)
      let value = (x / step).rounded(.toNearestOrEven) * step
      return value.magnitude > 65504 ? (x < 0 ? -.infinity : .infinity) : value
    }
    var values: [Float] = [
      0, 1, -1, 65504, 65519, 65520, 1e30, 6e-8, 2.9e-8, 3e-8, 6.1e-5, 6.09e-5, 2049, 2051,
    ]
    for exponent in -30...20 {
      for significand in [Float](arrayLiteral: 1, 1.0004882, 1.00048828125, 1.3, 1.9999, 1.0014648) {
        values.append(Float(sign: .minus, exponent: exponent, significand: significand))
        values.append(Float(sign: .plus, exponent: exponent, significand: significand))
      }
    }
    let x = Matrix(rows: 1, columns: values.count, values)
    let rule = Quantization<Float>(of: x)
    let rounded = rule.rounded(x, to: .f16)
    for (actual, value) in zip(rounded.elements, values) {
      #expect(Double(actual) == exact(Double(value)), "\(value)")
    }
    let double = Quantization<Double>(of: x.converted(to: Double.self)).rounded(
      x.converted(to: Double.self), to: .f16)
    #expect(double == rounded.converted(to: Double.self))
  }
}
