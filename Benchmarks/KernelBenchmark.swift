import Eigencoder

/// What do the passes over elements cost, beside the products?
///
/// Each at two sizes: one that the second-level cache holds or nearly, one that no cache holds.
enum KernelSize: String, CaseIterable {
  case small, large

  /// Rows of 1,024 numbers.
  var rows: Int { self == .small ? 256 : 16_384 }
  static let columns = 1_024
}

/// y = f(y + bias) in place with f' beside it, as in a forward pass of training; checked against `Activation.value`.
struct ActivationBenchmark: Benchmark {
  let activation: Activation
  let size: KernelSize

  static let all = Activation.allCases.flatMap { activation in
    KernelSize.allCases.map { ActivationBenchmark(activation: activation, size: $0) }
  }

  var name: String { "kernels/\(activation.rawValue) with derivative, \(size)" }

  func run(_ timing: Timing, checks: Bool) throws -> [Measurement] {
    let bias = noise(1, KernelSize.columns, seed: 1).elements
    let z = noise(size.rows, KernelSize.columns, seed: 2)
    var y = z
    var slope = z
    func copy() { z.withView { z in y.withMutableView { z.copy(into: $0) } } }
    func apply() {
      y.withMutableView { y in
        slope.withMutableView { slope in bias.withView { activation.apply(to: y, bias: $0, first: slope) } }
      }
    }
    var quality: [String: Double] = [:]
    if checks {
      apply()
      quality = try check(z, bias, y, slope)
    }
    // Fed back again and again, values would become zero, subnormal or huge: each time from z, less the copying.
    let both = timing.median {
      copy()
      apply()
    }
    let seconds = max(both - timing.median(copy), 1e-9)
    let count = y.elements.count
    return [
      Measurement(name: name, seconds: seconds, bytes: 12 * Double(count), elements: count, quality: quality)
    ]
  }

  /// The largest error of value and derivative, where a number above 1 counts by its own size, in units of 2^-24.
  private func check(_ z: Matrix<Float>, _ bias: [Float], _ y: Matrix<Float>, _ slope: Matrix<Float>) throws
    -> [String: Double]
  {
    var worst = 0.0
    for i in z.elements.indices {
      let argument = Double(z.elements[i] + bias[i % bias.count])
      let pairs = [
        (Double(y.elements[i]), activation.value(argument)),
        (Double(slope.elements[i]), activation.derivative(argument)),
      ]
      for (got, expected) in pairs { worst = max(worst, abs(got - expected) / max(1, abs(expected))) }
    }
    guard worst < 8 * 0x1p-24 else {
      throw EigencoderError.numericalFailure("\(name) is wrong by \(worst)")
    }
    return ["roundoffs": worst * 0x1p24]
  }
}

/// One step of Adam on all parameters of a network; the first is checked against its formula.
struct OptimizerBenchmark: Benchmark {
  let widths: [Int]

  static let all = [[784, 1000, 500, 250, 30], [784, 128, 32], [64, 32, 8]].map {
    OptimizerBenchmark(widths: $0)
  }

  var name: String { "kernels/adam " + widths.map(String.init).joined(separator: "-") }

  func run(_ timing: Timing, checks: Bool) throws -> [Measurement] {
    let network = try Autoencoder<Float>(
      inputs: widths[0], hidden: Array(widths[1..<widths.count - 1]), latent: widths.last!, seed: 1)
    let rate = 1e-3
    let optimizer = OptimizerState<Float>(.adam(learningRate: rate), network.layout)
    let gradient = Gradient<Float>(network.layout)
    noise(1, network.parameterCount, seed: 2).elements.withView { $0.copy(into: gradient.view) }
    var p = network.parameters
    func step() { p.withMutableView { optimizer.step($0, gradient, factor: 1) } }
    var quality: [String: Double] = [:]
    if checks {
      step()
      // m = (1 - b1) g and v = (1 - b2) g^2, both divided by their corrections: g / (|g| + epsilon).
      let g = gradient.view.copied()
      var worst = 0.0
      for i in p.indices {
        let expected = Double(network.parameters[i]) - rate * Double(g[i]) / (Double(g[i].magnitude) + 1e-8)
        worst = max(worst, abs(Double(p[i]) - expected))
      }
      guard worst < 1e-6 else { throw EigencoderError.numericalFailure("\(name) is wrong by \(worst)") }
      quality = ["error": worst]
    }
    let seconds = timing.median(step)
    return [
      Measurement(
        name: name, seconds: seconds, bytes: 28 * Double(p.count), elements: p.count, quality: quality)
    ]
  }
}
