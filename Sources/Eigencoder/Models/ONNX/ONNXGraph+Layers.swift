// Layers and activations as nodes of opset 17.

extension ONNXGraph {
  /// The layer's value at each row x, with its parameters from the network's flat vector.
  package mutating func apply<T: Scalar>(_ layer: any Layer, _ x: Value, _ parameters: [T]) -> Value {
    switch layer {
    case let dense as Dense: apply(dense, x, parameters)
    case let chain as Chain: chain.layers.reduce(x) { apply($1, $0, parameters) }
    case let sum as Sum: apply(sum, x, parameters)
    default: preconditionFailure("no nodes for a layer of type \(type(of: layer))")
    }
  }

  private mutating func apply<T: Scalar>(_ sum: Sum, _ x: Value, _ parameters: [T]) -> Value {
    let first = apply(sum.branches[0], x, parameters)
    return sum.branches.dropFirst().reduce(first) { add($0, apply($1, x, parameters)) }
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
    switch activation {
    case .identity: return z
    case .relu: return append("Relu", z)
    case .leakyReLU:
      return append("LeakyRelu", z, attributes: [("alpha", .float(Float(Activation.leakySlope)))])
    case .elu: return append("Elu", z, attributes: [("alpha", .float(1))])
    case .silu: return append("Mul", z, append("Sigmoid", z))
    case .gelu:
      // z (1 + erf(z / sqrt(2))) / 2, in the order that runtimes know as one operation.
      let scaled = append("Div", z, scalar("sqrt_2", Float(2).squareRoot()))
      let doubled = append("Mul", z, append("Add", append("Erf", scaled), scalar("one", 1)))
      return append("Mul", doubled, scalar("half", 0.5))
    case .tanh: return append("Tanh", z)
    case .sigmoid: return append("Sigmoid", z)
    case .softplus: return append("Softplus", z)
    }
  }

  private mutating func scalar(_ name: String, _ number: Float) -> Value {
    constant(name, shape: [], [number])
  }
}
