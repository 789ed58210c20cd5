// Layers and activations as nodes of opset 17.

extension ONNXGraph {
  /// The value of one side of a network at each row x, with its parameters from the network's flat vector.
  mutating func apply<T: Scalar>(_ side: FeedForward, _ x: Value, _ parameters: [T]) -> Value {
    let value = side.layers.reduce(x) { apply($1, $0, parameters) }
    return side.skip.map { add(value, apply($0, x, parameters)) } ?? value
  }

  private mutating func apply<T: Scalar>(_ dense: Dense, _ x: Value, _ parameters: [T]) -> Value {
    func numbers(_ tensor: ParameterTensor) -> Matrix<Float> {
      Matrix(rows: tensor.rows, columns: tensor.columns, Array(parameters[tensor.range])).converted(
        to: Float.self)
    }
    // A tied weight is the encoder's, used the other way round.
    let z = product(
      x, dense.weight.name, numbers(dense.weight), transposed: !dense.isTied,
      bias: dense.bias.map { ($0.name, numbers($0).elements) })
    return activate(z, dense.activation)
  }

  /// f(z), element by element.
  package mutating func activate(_ z: Value, _ activation: Activation) -> Value {
    evaluate(activation.onnx, at: z)
  }

  private mutating func evaluate(_ expression: ONNXExpression, at z: Value) -> Value {
    switch expression {
    case .z: return z
    case .number(let name, let number): return constant(name, shape: [], [number])
    case .apply(let name, let operand, let alpha):
      return append(
        name, evaluate(operand, at: z), attributes: alpha.map { [("alpha", .float($0))] } ?? [])
    case .combine(let name, let left, let right):
      let (a, b) = (evaluate(left, at: z), evaluate(right, at: z))
      return append(name, a, b)
    }
  }
}
