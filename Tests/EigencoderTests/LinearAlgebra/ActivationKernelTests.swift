import Eigencoder
import Foundation
import Testing

#if arch(x86_64)
  private typealias Wide = Float80
#else
  private typealias Wide = Double
#endif

/// The vectorised f, f' and f'' against the formulas of Mathematics, section 3, evaluated in extended precision.
///
/// Errors of f' and f'' are relative to the magnitude of the terms they are sums of, which is their own
/// magnitude except around the points where SiLU's and GELU's cross zero.
@Suite struct ActivationKernelTests {
  /// Bounds of the error of f, f', f'' in units in the last place of Float. Measured with fused multiply-adds
  /// over these numbers: elu 1.0 1.0 1.0, silu 2.8 2.6 3.3, gelu 3.6 3.1 2.7, tanh 2.5 2.2 3.8,
  /// sigmoid 2.1 2.2 3.3, softplus 2.5 2.1 2.2.
  private static let ulps: [Activation: (Double, Double, Double)] = [
    .identity: (0, 0, 0), .relu: (0, 0, 0), .leakyReLU: (0.5, 0, 0), .elu: (1.5, 1.5, 1.5),
    .silu: (4, 4, 5), .gelu: (5, 4, 4), .tanh: (3, 3, 5), .sigmoid: (3, 3, 5), .softplus: (3, 3, 3),
  ]

  @Test(arguments: Activation.allCases) func floatsAreWithinUnitsInTheLastPlace(_ f: Activation) throws {
    // Every 4099th number of either sign: all exponents, with tails and denormals, and a grid where it bends.
    var z = stride(from: UInt32(0), to: Float.infinity.bitPattern, by: 4099).flatMap {
      [Float(bitPattern: $0), -Float(bitPattern: $0)]
    }
    z += (-40_000...40_000).map { Float($0) / 2000 } + [.greatestFiniteMagnitude, -.greatestFiniteMagnitude]
    let bound = try #require(Self.ulps[f])
    expectWithin(f, z, bound) { Wide(Float($0).ulp) }
  }

  @Test(arguments: Activation.allCases) func doublesAreWithinRelativeError(_ f: Activation) {
    var z = (-80_000...80_000).map { Double($0) / 2000 } + (-30_000...30_000).map { Double($0) / 37 }
    for exponent in -1074...1023 {
      for m in [1, 1.2345, 1.9] {
        let v = m * Double(sign: .plus, exponent: exponent, significand: 1)
        z += [v, -v]
      }
    }
    z += [.greatestFiniteMagnitude, -.greatestFiniteMagnitude]
    // Measured: at most 5.9e-16 (gelu), 3.9e-16 (silu) and 5.4e-16 (sigmoid, tanh).
    expectWithin(f, z, (9e-16, 9e-16, 9e-16)) { $0 }
  }

  /// The f64 formulas that the layers' tests differentiate, against the same reference.
  @Test(arguments: Activation.allCases) func formulasAreRight(_ f: Activation) {
    for z in (-4000...4000).map({ Double($0) / 400 }) {
      let exact = reference(f, z)
      // The argument of erfc is rounded, which its tail magnifies by z^2.
      let tolerance = 1e-15 + 1e-15 * z * z
      #expect(error(f.value(z), exact.f, exact.f) <= tolerance, "\(f) at \(z)")
      #expect(error(f.derivative(z), exact.d, exact.dScale) <= tolerance, "\(f)' at \(z)")
      #expect(error(f.secondDerivative(z), exact.s, exact.sScale) <= tolerance, "\(f)'' at \(z)")
    }
  }

  @Test(arguments: Activation.allCases) func extremes(_ f: Activation) {
    func check<T: Scalar>(_: T.Type) {
      let z: [T] = [
        0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity,
        -.infinity,
      ]
      let (y, d, s) = apply(f, z)
      #expect((d + s).allSatisfy { $0.isFinite }, "\(f)")
      #expect(y[0] == T(f.value(0)) || (y[0] - T(f.value(0))).magnitude <= T.ulpOfOne)
      #expect(y[0] == y[1] && d[0] == d[1] && s[0] == s[1], "\(f) at -0")
      // Infinities go where the largest numbers go.
      #expect(y[5].isFinite ? y[5] == y[3] : y[3] >= T.greatestFiniteMagnitude * T(Activation.leakySlope))
      #expect(y[6].isFinite ? y[6] == y[4] : y[4] <= -T.greatestFiniteMagnitude * T(Activation.leakySlope))
      #expect(d[5] == d[3] && d[6] == d[4] && s[5] == s[3] && s[6] == s[4], "\(f) at infinity")
    }
    check(Float.self)
    check(Double.self)
  }

  @Test(arguments: Activation.allCases) func notANumberStays(_ f: Activation) {
    func check<T: Scalar>(_: T.Type) {
      for count in [1, 7, 16, 33] {
        for at in [0, count / 2, count - 1] {
          var z = [T].random(count, seed: 1)
          let clean = apply(f, z)
          z[at] = .nan
          let (y, d, s) = apply(f, z)
          #expect(y[at].isNaN, "\(f)")
          if !f.isPiecewiseLinear { #expect((d[at].isNaN && s[at].isNaN) || f == .elu, "\(f)") }
          for i in 0..<count where i != at {
            #expect(
              y[i] == clean.y[i] && d[i] == clean.d[i] && s[i] == clean.s[i], "\(f): neighbour \(i) of NaN")
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  /// Every remainder of the vector loops, every set of outputs, with and without a bias; what lies between the
  /// columns of a strided view stays as it was.
  @Test(arguments: Activation.allCases) func shapesStridesAndOutputs(_ f: Activation) {
    func check<T: Scalar>(_: T.Type) {
      for columns in 1...70 {
        let rows = columns % 3 + 1
        let z = Matrix<T>.random(rows, columns + 3, seed: UInt64(columns), deviation: 2)
        let bias = [T].random(columns, seed: 5)
        for hasBias in [false, true] {
          let sums = (0..<rows).flatMap { i in
            (0..<columns).map { j in z[i, j + 2] + (hasBias ? bias[j] : 0) }
          }
          let expected = apply(f, sums)
          for outputs in 0..<4 {
            var y = z
            var d = Matrix<T>(rows: rows, columns: columns + 1, repeating: 7)
            var s = Matrix<T>(rows: rows, columns: columns + 2, repeating: 7)
            y.withMutableView { y in
              d.withMutableView { d in
                s.withMutableView { s in
                  bias.withView { bias in
                    f.apply(
                      to: y.columns(2..<columns + 2), bias: hasBias ? bias : nil,
                      first: outputs & 1 != 0 ? d.columns(1..<columns + 1) : nil,
                      second: outputs & 2 != 0 ? s.columns(0..<columns) : nil)
                  }
                }
              }
            }
            // Another set of outputs or remainder may be compiled to other instructions.
            let close = 4 * Double(T.ulpOfOne)
            let what = "\(f), \(columns) columns, outputs \(outputs)"
            expectClose(
              y.withView { $0.columns(2..<columns + 2).copied().elements }, expected.y, within: close, what)
            if outputs & 1 != 0 {
              expectClose(
                d.withView { $0.columns(1..<columns + 1).copied().elements }, expected.d, within: close,
                scale: 1, what)
            }
            if outputs & 2 != 0 {
              expectClose(
                s.withView { $0.columns(0..<columns).copied().elements }, expected.s, within: close, scale: 1,
                what)
            }
            for i in 0..<rows {
              #expect(
                y[i, 0] == z[i, 0] && y[i, 1] == z[i, 1] && y[i, columns + 2] == z[i, columns + 2], "\(what)")
              #expect(d[i, 0] == 7 && s[i, columns] == 7 && s[i, columns + 1] == 7, "\(what)")
              if outputs & 1 == 0 { #expect(d.row(i).allSatisfy { $0 == 7 }) }
              if outputs & 2 == 0 { #expect(s.row(i).allSatisfy { $0 == 7 }) }
            }
          }
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  @Test func nothingToDo() {
    for f in Activation.allCases {
      for (rows, columns) in [(0, 4), (4, 0), (0, 0)] {
        var y = Matrix<Float>(rows: rows, columns: columns)
        y.withMutableView { f.apply(to: $0, bias: nil, first: $0, second: $0) }
        #expect(y.elements.isEmpty)
      }
    }
  }
}

/// f, f' and f'' of a list of numbers.
private func apply<T: Scalar>(_ f: Activation, _ z: [T]) -> (y: [T], d: [T], s: [T]) {
  var y = Matrix(rows: 1, columns: z.count, z)
  var d = y
  var s = y
  y.withMutableView { y in
    d.withMutableView { d in s.withMutableView { s in f.apply(to: y, bias: nil, first: d, second: s) } }
  }
  return (y.elements, d.elements, s.elements)
}

/// |actual - exact| over the unit of |scale|; below the normal numbers precision is absolute.
private func error<T: Scalar>(
  _ actual: T, _ exact: Wide, _ scale: Wide, unit: (Wide) -> Wide = { $0 }
) -> Double {
  guard actual.isFinite else { return .infinity }
  let size = max(scale.magnitude, Wide(T.leastNormalMagnitude))
  return Double((Wide(actual) - exact).magnitude / unit(size))
}

private func expectWithin<T: Scalar>(
  _ f: Activation, _ z: [T], _ bound: (Double, Double, Double),
  sourceLocation: SourceLocation = #_sourceLocation,
  unit: (Wide) -> Wide
) {
  let (y, d, s) = apply(f, z)
  var worst = [(0.0, T(0)), (0.0, T(0)), (0.0, T(0))]
  for i in z.indices {
    let exact = reference(f, z[i])
    let errors = [
      error(y[i], exact.f, exact.f, unit: unit), error(d[i], exact.d, exact.dScale, unit: unit),
      error(s[i], exact.s, exact.sScale, unit: unit),
    ]
    for k in 0..<3 where errors[k] > worst[k].0 { worst[k] = (errors[k], z[i]) }
  }
  for (k, limit) in [bound.0, bound.1, bound.2].enumerated() {
    #expect(
      worst[k].0 <= limit, "\(f), derivative \(k): error \(worst[k].0) at z = \(worst[k].1)",
      sourceLocation: sourceLocation)
  }
}

/// The textbook formulas in extended precision, with the magnitudes of the terms that are added.
private func reference<T: Scalar>(_ f: Activation, _ argument: T) -> (
  f: Wide, d: Wide, dScale: Wide, s: Wide, sScale: Wide
) {
  let z = Wide(argument)
  func plain(_ f: Wide, _ d: Wide, _ s: Wide) -> (Wide, Wide, Wide, Wide, Wide) { (f, d, d, s, s) }
  let e = exp(-z.magnitude)
  let sigmoid = z >= 0 ? 1 / (1 + e) : e / (1 + e)
  let complement = z >= 0 ? e / (1 + e) : 1 / (1 + e)
  let slope = Wide(T(Activation.leakySlope))
  switch f {
  case .identity: return plain(z, 1, 0)
  case .relu: return plain(max(z, 0), z > 0 ? 1 : 0, 0)
  case .leakyReLU: return plain(z > 0 ? z : slope * z, z > 0 ? 1 : slope, 0)
  case .elu: return z > 0 ? plain(z, 1, 0) : plain(expm1(z), exp(z), exp(z))
  case .silu:
    let product = sigmoid * complement
    let difference = complement - sigmoid
    return (
      z * sigmoid, sigmoid + z * product, sigmoid + z.magnitude * product,
      product * (2 + z * difference), product * (2 + (z * difference).magnitude)
    )
  case .gelu:
    let cdf = erfc(-z * Wide(0.5).squareRoot()) / 2
    let density = exp(-z * z / 2) / (2 * Wide.pi).squareRoot()
    let square = z * z * density
    return (
      z * cdf, cdf + z * density, cdf + (z * density).magnitude,
      density == 0 ? 0 : 2 * density - square, density == 0 ? 0 : 2 * density + square
    )
  case .tanh:
    let t = tanh(z)
    let e2 = exp(-2 * z.magnitude)
    let d = 4 * e2 / ((1 + e2) * (1 + e2))
    return plain(t, d, -2 * t * d)
  case .sigmoid:
    let d = sigmoid * complement
    return (sigmoid, d, d, d * -tanh(z / 2), d)
  case .softplus:
    return plain(max(z, 0) + log1p(e), sigmoid, sigmoid * complement)
  }
}
