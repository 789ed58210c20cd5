import Eigencoder

/// The objective by its definition, in f64: layer after layer with `Activation.value`, the Jacobian of each sample as
/// the product of its layers'. None of the library's passes, and no derivative of the whole.
struct StepReference {
  private let layers: [(inputs: Int, outputs: Int, activation: Activation, weight: Int, bias: Int)]
  private let depth: Int
  private let input: Matrix<Double>
  private let target: Matrix<Double>
  private let contraction: Double

  /// Throws unless the step's loss is the reference's to 1e-5, and the gradient g satisfies
  /// |g| = d/dt objective(p + t g / |g|) at t = 0 to 1e-3, by central differences: an error of g shows unless it is
  /// orthogonal to g.
  static func check(_ stepper: Stepper, _ benchmark: StepBenchmark) throws -> [String: Double] {
    let reference = StepReference(stepper, benchmark)
    let (loss, gradient) = stepper.evaluate()
    let p = stepper.network.parameters.map(Double.init)
    let g = gradient.map(Double.init)
    let norm = g.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let h = 1e-4
    func moved(_ t: Double) -> Double { reference.objective(zip(p, g).map { $0 + t * $1 / norm }) }
    let expected = reference.objective(p)
    let slope = (moved(h) - moved(-h)) / (2 * h)
    let quality = ["loss": abs(loss / expected - 1), "gradient": abs(norm / slope - 1)]
    guard quality["loss"]! < 1e-5, quality["gradient"]! < 1e-3 else {
      throw EigencoderError.numericalFailure(
        "\(benchmark.name): loss \(loss), expected \(expected); the gradient's norm is \(norm), the slope along it \(slope)"
      )
    }
    return quality
  }

  private init(_ stepper: Stepper, _ benchmark: StepBenchmark) {
    let architecture = benchmark.architecture
    let layout = stepper.network.layout
    let activations = architecture.encoderActivations + architecture.decoderActivations
    depth = architecture.encoderActivations.count
    layers = activations.indices.map { index in
      let name =
        index < architecture.encoderActivations.count
        ? "encoder.\(index)" : "decoder.\(index - architecture.encoderActivations.count)"
      let weight = layout.tensors.first { $0.name == name + ".weight" }!
      let bias = layout.tensors.first { $0.name == name + ".bias" }!
      return (weight.columns, weight.rows, activations[index], weight.offset, bias.offset)
    }
    target = stepper.data.converted(to: Double.self)
    contraction = benchmark.contraction
    if let corruption = benchmark.objective.corruption {
      let statistics = ColumnStatistics(
        mean: [Float](repeating: 0, count: architecture.inputs),
        deviation: [Float](repeating: 1, count: architecture.inputs))
      input = corruption.applied(to: stepper.data, statistics: statistics, seed: Stepper.seed)
        .converted(to: Double.self)
    } else {
      input = target
    }
  }

  /// Mean squared error an element, plus the weighted mean over samples of |de/dx|_F^2.
  private func objective(_ p: [Double]) -> Double {
    var a = input
    var slopes: [Matrix<Double>] = []
    for layer in layers {
      let z = a.times(weight(layer, p), otherTransposed: true)
      let bias = Array(p[layer.bias..<layer.bias + layer.outputs])
      func map(_ f: (Double) -> Double) -> Matrix<Double> {
        Matrix(
          rows: z.rows, columns: z.columns,
          z.elements.indices.map { f(z.elements[$0] + bias[$0 % layer.outputs]) })
      }
      a = map(layer.activation.value)
      if contraction > 0, slopes.count < depth { slopes.append(map(layer.activation.derivative)) }
    }
    let error = zip(a.elements, target.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let loss = error / Double(target.elements.count)
    return contraction > 0 ? loss + contraction * penalty(p, slopes) : loss
  }

  private func penalty(_ p: [Double], _ slopes: [Matrix<Double>]) -> Double {
    let weights = layers[..<depth].map { weight($0, p) }
    var sum = 0.0
    for sample in 0..<input.rows {
      var jacobian: Matrix<Double>?
      for l in weights.indices {
        var factor = jacobian.map { weights[l] * $0 } ?? weights[l]
        let slope = slopes[l].row(sample)
        for i in 0..<factor.rows { for j in 0..<factor.columns { factor[i, j] *= slope[i] } }
        jacobian = factor
      }
      sum += jacobian!.elements.reduce(0) { $0 + $1 * $1 }
    }
    return sum / Double(input.rows)
  }

  private func weight(
    _ layer: (inputs: Int, outputs: Int, activation: Activation, weight: Int, bias: Int), _ p: [Double]
  ) -> Matrix<Double> {
    Matrix(
      rows: layer.outputs, columns: layer.inputs,
      Array(p[layer.weight..<layer.weight + layer.inputs * layer.outputs]))
  }
}
