import Eigencoder
import Testing

@Suite struct QuantizationTests {
  private let codes = Matrix<Float>.random(50, 11, seed: 1, mean: 0.4)

  @Test func bytes() {
    #expect(CodeType.allCases.map { $0.bytes(latent: 11) } == [44, 22, 11, 2])
    #expect(CodeType.binary.columns(latent: 16) == 2 && CodeType.int8.columns(latent: 16) == 16)
  }

  /// Within half a step inside the range, and whole numbers in the file.
  @Test func int8() {
    let rule = Quantization(of: codes)
    let stored = rule.stored(codes, as: .int8)
    #expect(stored.elements.allSatisfy { $0 == $0.rounded() && abs($0) <= 127 })
    #expect(stored.elements.contains(127) && stored.elements.contains(-127))
    let back = rule.rounded(codes, to: .int8)
    for i in 0..<codes.rows {
      for j in 0..<codes.columns {
        #expect(abs(back[i, j] - codes[i, j]) <= 0.5001 * rule.scale[j])
        #expect(back[i, j] == rule.codes(stored: stored, as: .int8)[i, j])
      }
    }
    // Far outside of the range it was fitted to, the nearest end.
    let far = rule.stored(Matrix(rows: 1, columns: 11, repeating: 1e30), as: .int8)
    #expect(far.elements.allSatisfy { $0 == 127 })
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

  /// A dimension without any range comes back as it was.
  @Test func constantDimension() {
    let flat = Matrix<Double>(rows: 4, columns: 3, repeating: 0.3)
    let rule = Quantization(of: flat)
    for type in [CodeType.int8, .binary] { #expect(rule.rounded(flat, to: type) == flat) }
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
