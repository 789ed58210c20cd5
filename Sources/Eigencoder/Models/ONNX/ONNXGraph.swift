// A map of rows as a graph of simple nodes: what a reducer is in ONNX. Every method below appends the nodes of one
// step and returns the value that leaves it, so that a reducer reads as the sequence of its steps:
//   centred = subtract(x, mean);  z = product(centred, W', b);  code = activate(z)
// Numbers are float32. Differences are taken before products, as the library itself does it: W (x - c) + v keeps its
// digits where W x - W c, with the centre folded into a bias, would lose them.

/// Nodes between named values, each of rows of float32 numbers; written as an ONNX graph.
package struct ONNXGraph {
  /// A value that flows between nodes, or a constant.
  package struct Value: Equatable, Sendable {
    fileprivate(set) var index: Int
  }

  struct Node {
    let operation: String
    let inputs: [Value]
    let output: Value
    let attributes: [(name: String, value: Attribute)]
  }

  enum Attribute {
    case int(Int)
    case ints([Int])
    case float(Float)
  }

  struct Initializer {
    let value: Value
    let shape: [Int]
    let numbers: [Float]
  }

  /// An input or an output of the graph: rows of `columns` numbers.
  struct Port {
    let value: Value
    let columns: Int
    let text: String
  }

  private(set) var nodes: [Node] = []
  private(set) var initializers: [Initializer] = []
  private(set) var inputs: [Port] = []
  private(set) var outputs: [Port] = []
  private var names: [String] = []
  private var constants: [String: Value] = [:]

  package init() {}

  func name(of value: Value) -> String { names[value.index] }

  /// The rows that come in.
  package mutating func input(_ name: String, columns: Int, _ text: String) -> Value {
    let value = newValue(name)
    inputs.append(Port(value: value, columns: columns, text: text))
    return value
  }

  /// From now on `value` has this name and leaves the graph.
  package mutating func output(_ value: Value, as name: String, columns: Int, _ text: String) {
    names[value.index] = name
    outputs.append(Port(value: value, columns: columns, text: text))
  }

  /// Numbers that the graph holds; those of a name that is there already are the same ones.
  mutating func constant(_ name: String, shape: [Int], _ numbers: [Float]) -> Value {
    precondition(shape.checkedProduct == numbers.count, "\(numbers.count) numbers of \(shape.shapeText)")
    if let known = constants[name] { return known }
    let value = newValue(name)
    constants[name] = value
    initializers.append(Initializer(value: value, shape: shape, numbers: numbers))
    return value
  }

  mutating func append(
    _ operation: String, _ inputs: Value..., attributes: [(name: String, value: Attribute)] = []
  ) -> Value {
    let output = newValue("\(operation.lowercased())_\(nodes.count)")
    nodes.append(Node(operation: operation, inputs: inputs, output: output, attributes: attributes))
    return output
  }

  private mutating func newValue(_ name: String) -> Value {
    names.append(name)
    return Value(index: names.count - 1)
  }
}

// MARK: - Steps

extension ONNXGraph {
  /// x - row, of each row x.
  package mutating func subtract(_ x: Value, _ name: String, _ row: [Float]) -> Value {
    append("Sub", x, constant(name, shape: [row.count], row))
  }

  /// x + row.
  package mutating func add(_ x: Value, _ name: String, _ row: [Float]) -> Value {
    append("Add", x, constant(name, shape: [row.count], row))
  }

  /// x times row, element by element.
  package mutating func multiply(_ x: Value, _ name: String, _ row: [Float]) -> Value {
    append("Mul", x, constant(name, shape: [row.count], row))
  }

  /// x + y.
  package mutating func add(_ x: Value, _ y: Value) -> Value { append("Add", x, y) }

  /// x / |x|, the Euclidean length of each row becoming 1; a row of zeros stays.
  ///
  /// The largest element is divided out first, so that no square is beyond the range of float32.
  package mutating func normalizeRows(_ x: Value) -> Value {
    let magnitudes = append("Abs", x)
    let largest = append("ReduceMax", magnitudes, attributes: [("axes", .ints([-1])), ("keepdims", .int(1))])
    let divisor = append("Max", largest, constant("smallest", shape: [], [Float.leastNormalMagnitude]))
    return append(
      "LpNormalization", append("Div", x, divisor), attributes: [("axis", .int(-1)), ("p", .int(2))])
  }

  /// x W' + b, or x W + b when the weight is not `transposed`.
  package mutating func product(
    _ x: Value, _ name: String, _ weight: Matrix<Float>, transposed: Bool, bias: (name: String, row: [Float])?
  ) -> Value {
    let w = constant(name, shape: [weight.rows, weight.columns], weight.elements)
    let attributes = [("transB", Attribute.int(transposed ? 1 : 0))]
    guard let bias else { return append("Gemm", x, w, attributes: attributes) }
    let b = constant(bias.name, shape: [bias.row.count], bias.row)
    return append("Gemm", x, w, b, attributes: attributes)
  }

  /// W (x - c) + v. The centre is rounded to float32, and v corrected by what that changes.
  package mutating func affine(
    _ x: Value, weight: (name: String, matrix: Matrix<Double>), centre: (name: String, row: [Double]),
    value: (name: String, row: [Double])
  ) -> Value {
    let rounded = centre.row.map { Float($0) }
    let rounding = zip(rounded, centre.row).map { Double($0) - $1 }
    var value = value
    weight.matrix.withView { w in
      rounding.withView { r in value.row.withMutableView { $0.setProduct(w, r, beta: 1) } }
    }
    let centred = subtract(x, centre.name, rounded)
    return product(
      centred, weight.name, weight.matrix.converted(to: Float.self), transposed: true,
      bias: (value.name, value.row.map { Float($0) }))
  }
}
