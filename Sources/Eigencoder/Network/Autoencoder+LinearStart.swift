// A nonlinear network that equals a linear code z = A (x - mu) + c, xh = B (z - c) + mu before its first step.
// Mathematics, section 6. Two ways:
//   pairs  f(y) - f(-y) = s y: with P = [I; -I], P' f(P y) = s y, so hidden layers c P A, P P' / s, ... carry the
//          code and P' / (c s) ends them. Units beyond the 2k have random incoming weights and none going out.
//   skip   e = A (x - mu) + g(x), decoder z -> B z + mu + h(z), with the last layers of g and h zero.
// Either way the free units see inputs of known variance: their incoming weights are scaled so that what reaches them
// has deviation `gain`, and they learn from the first step.

extension Autoencoder {
  /// Sets the parameters so that the network is `code`.
  mutating func start(as code: LinearCode, using generator: inout SeededGenerator) throws {
    try architecture.requireRoom(for: code)
    let (k, d) = (code.latent, inputs)
    let rounded = code.mean.map { T($0) }
    standardize(as: Standardization(mean: rounded))
    var start = LinearStart<T>(
      values: [T](repeating: 0, count: layout.count), codeCount: k, activation: architecture.activation,
      generator: generator)
    if let encoderSkip = encoder.skip, let decoderSkip = decoder.skip {
      start.set(encoderSkip, rows: k, columns: d) { code.encoding[$0, $1] }
      if !decoderSkip.isTied { start.set(decoderSkip, rows: d, columns: k) { code.decoding[$0, $1] } }
      start.fillFree(encoder.layers, inputVariance: code.dataVariance)
      if !architecture.isTied { start.fillFree(decoder.layers, inputVariance: code.codeVariance) }
    } else {
      let identity = Matrix<Double>.identity(k)
      start.fillPairs(
        encoder.layers, entering: code.encoding, leaving: identity, inputVariance: code.dataVariance,
        codeVariance: code.codeVariance)
      if !architecture.isTied {
        start.fillPairs(
          decoder.layers, entering: identity, leaving: code.decoding, inputVariance: code.codeVariance,
          codeVariance: code.codeVariance)
      }
    }
    // The network centres by the mean as T holds it: what rounding left is in the biases.
    let rounding = zip(rounded, code.mean).map { Double($0) - $1 }
    start.setBias(encoder.last) { i in
      i < k ? (0..<d).reduce(0.0) { $0 + code.encoding[i, $1] * rounding[$1] } : 0
    }
    start.setBias(decoder.last) { -rounding[$0] }
    if architecture.isTied { start.cancelConstant(of: decoder.layers) }
    parameters = start.values
    generator = start.generator
    if code.offset.contains(where: { $0 != 0 }) {
      shiftCode(by: code.offset.map { T($0) } + [T](repeating: 0, count: latent - k))
    }
  }
}

/// The parameters of a network under construction.
private struct LinearStart<T: Scalar> {
  var values: [T]
  /// k
  let codeCount: Int
  let activation: Activation
  var generator: SeededGenerator

  /// The deviation of the weighted sum that reaches a free unit, and of its bias.
  let gain = 1.0
  let biasDeviation = 0.5

  /// Rows of P: the units that carry the code. A linear layer needs no pairs.
  var carrierCount: Int { activation == .identity ? codeCount : 2 * codeCount }

  /// s, of P' f(P y) = s y. Activations without pairs have been refused before.
  var slope: Double { activation == .identity ? 1 : activation.pairSlope ?? 1 }

  mutating func set(_ layer: Dense, rows: Int, columns: Int, _ value: (Int, Int) -> Double) {
    values.withMutableView { p in
      let w = p[layer.weight]
      for i in 0..<rows {
        for j in 0..<columns { w[i, j] = T(value(i, j)) }
      }
    }
  }

  mutating func setBias(_ layer: Dense, _ value: (Int) -> Double) {
    guard let bias = layer.bias else { return }
    for i in 0..<bias.count { values[bias.offset + i] = T(value(i)) }
  }

  /// Fills the rows from `first` on with random weights and biases. Each part is a range of input columns and the total
  /// variance of these inputs. Its weighted sum has the standard deviation gain / sqrt(number of parts), so that all
  /// parts together have `gain`.
  private mutating func fillRandom(
    _ layer: Dense, from first: Int, _ parts: [(columns: Range<Int>, variance: Double)]
  ) {
    guard first < layer.outputs else { return }
    let deviation = parts.count == 1 ? gain : gain / Double(parts.count).squareRoot()
    values.withMutableView { p in
      for (columns, variance) in parts {
        let scale = variance > 0 ? deviation / variance.squareRoot() : 0
        for i in first..<layer.outputs {
          generator.fillNormal(p[layer.weight].row(i).slice(columns), deviation: scale)
        }
      }
      if let bias = layer.bias {
        generator.fillNormal(p.vector(bias).slice(first..<bias.count), deviation: biasDeviation)
      }
    }
  }

  /// A chain whose last layer is zero: every hidden unit is free.
  mutating func fillFree(_ layers: [Dense], inputVariance: Double) {
    for (index, layer) in layers.dropLast().enumerated() {
      fillRandom(
        layer, from: 0,
        [(0..<layer.inputs, index == 0 ? inputVariance : Double(layer.inputs) * freeVariance)])
    }
  }

  /// A chain that is z = `leaving` `entering` x by pairs of units, the others free: `entering` is k x inputs, `leaving`
  /// outputs x k, and one of them is the identity.
  mutating func fillPairs(
    _ layers: [Dense], entering: Matrix<Double>, leaving: Matrix<Double>, inputVariance: Double,
    codeVariance: Double
  ) {
    let (m, k) = (carrierCount, codeCount)
    func sign(_ unit: Int) -> Double { unit < k ? 1 : -1 }
    let c = codeVariance > 0 ? (Double(k) / codeVariance).squareRoot() : 1
    guard layers.count > 1 else {
      let map = leaving * entering
      return set(layers[0], rows: map.rows, columns: map.columns) { map[$0, $1] }
    }
    let s = slope
    for (index, layer) in layers.enumerated() {
      if index == layers.count - 1 {
        set(layer, rows: leaving.rows, columns: m) { sign($1) * leaving[$0, $1 % k] / (c * s) }
      } else if index == 0 {
        set(layer, rows: m, columns: entering.columns) { c * sign($0) * entering[$0 % k, $1] }
        fillRandom(layer, from: m, [(0..<layer.inputs, inputVariance)])
      } else {
        set(layer, rows: m, columns: m) { $0 % k == $1 % k ? sign($0) * sign($1) / s : 0 }
        // Half of the variance from the carriers, half from the free units below, if there are any.
        let free = layer.inputs - m
        fillRandom(
          layer, from: m,
          [(0..<m, c * c * codeVariance)]
            + (free > 0 ? [(m..<layer.inputs, Double(free) * freeVariance)] : []))
      }
    }
  }

  /// The mean square of a free unit's value, whose argument has deviation `gain`.
  private var freeVariance: Double {
    let points = 64
    var sum = 0.0
    var weights = 0.0
    for i in 0..<points {
      let t = -4 + 8 * (Double(i) + 0.5) / Double(points)
      let weight = Double.exp(-t * t / 2)
      let y = activation.value(gain * t)
      sum += weight * y * y
      weights += weight
    }
    return sum / weights
  }

  /// With tied weights the free units have outgoing weights too, and a zero code would not be decoded to zero. Sets the
  /// biases that cancel this constant.
  mutating func cancelConstant(of layers: [Dense]) {
    var below = [Double](repeating: 0, count: layers[0].inputs)
    for (index, layer) in layers.enumerated() {
      var sums = [Double](repeating: 0, count: layer.outputs)
      values.withMutableView { p in
        let w = p[layer.weight]
        for i in 0..<layer.outputs {
          for j in 0..<layer.inputs {
            sums[i] += Double(layer.isTied ? w[j, i] : w[i, j]) * below[j]
          }
        }
      }
      if let bias = layer.bias {
        let isLast = index == layers.count - 1
        for i in sums.indices {
          values[bias.offset + i] = T((isLast ? Double(values[bias.offset + i]) : 0) - sums[i])
        }
      }
      below = [Double](repeating: layer.activation.value(0), count: layer.outputs)
    }
  }
}
