import Eigencoder
import Foundation
import Testing

/// Numbers with a shape, in f64.
struct ONNXTensor: Equatable {
  var shape: [Int]
  var numbers: [Double]

  func map(_ f: (Double) -> Double) -> ONNXTensor { ONNXTensor(shape: shape, numbers: numbers.map(f)) }

  /// f element by element, the smaller one repeated as ONNX (and NumPy) repeat it.
  static func broadcast(_ a: ONNXTensor, _ b: ONNXTensor, _ f: (Double, Double) -> Double) throws
    -> ONNXTensor
  {
    if a.shape.count < b.shape.count { return try broadcast(b, a) { f($1, $0) } }
    let padded = Array(repeating: 1, count: a.shape.count - b.shape.count) + b.shape
    try #require(zip(a.shape, padded).allSatisfy { $1 == $0 || $1 == 1 }, "\(a.shape) with \(b.shape)")
    let numbers = a.numbers.indices.map { index in
      var (rest, place, stride) = (index, 0, 1)
      for (size, other) in zip(a.shape, padded).reversed() {
        if other > 1 { place += rest % size * stride }
        rest /= size
        stride *= other
      }
      return f(a.numbers[index], b.numbers[place])
    }
    return ONNXTensor(shape: a.shape, numbers: numbers)
  }
}

// The operators by their definitions in ONNX's documentation, in f64.
extension ONNXReader {
  /// The outputs by name. Checks that every value is defined once, before it is used, and that shapes are as declared.
  func evaluate<T: Scalar>(_ rows: [String: Matrix<T>]) throws -> [String: Matrix<Double>] {
    var values = constants
    for port in inputs {
      let x = try #require(rows[port.name], "no input \(port.name)")
      try #require(port.shape == [nil, x.columns])
      values[port.name] = ONNXTensor(shape: [x.rows, x.columns], numbers: x.elements.map { Double($0) })
    }
    for node in nodes {
      let arguments = try node.inputs.map { try #require(values[$0], "\($0) is used before it is there") }
      try #require(node.outputs.count == 1 && values[node.outputs[0]] == nil, "\(node.outputs) again")
      values[node.outputs[0]] = try Self.value(of: node, arguments)
    }
    var results: [String: Matrix<Double>] = [:]
    for port in outputs {
      let value = try #require(values[port.name])
      try #require(value.shape.count == 2 && port.shape == [nil, value.shape[1]])
      results[port.name] = Matrix(rows: value.shape[0], columns: value.shape[1], value.numbers)
    }
    return results
  }

  private static func value(of node: Node, _ x: [ONNXTensor]) throws -> ONNXTensor {
    let first = try #require(x.first)
    switch node.operation {
    case "Add": return try .broadcast(first, x[1], +)
    case "Sub": return try .broadcast(first, x[1], -)
    case "Mul": return try .broadcast(first, x[1], *)
    case "Div": return try .broadcast(first, x[1], /)
    case "Max": return try .broadcast(first, x[1]) { max($0, $1) }
    case "Abs": return first.map { abs($0) }
    case "Relu": return first.map { max($0, 0) }
    case "Sigmoid": return first.map { 1 / (1 + exp(-$0)) }
    case "Tanh": return first.map { tanh($0) }
    case "Erf": return first.map { erf($0) }
    case "Softplus": return first.map { $0 > 30 ? $0 : log1p(exp($0)) }
    case "LeakyRelu":
      let alpha = Double(try #require(node.floats["alpha"]))
      return first.map { $0 < 0 ? alpha * $0 : $0 }
    case "Elu":
      let alpha = Double(try #require(node.floats["alpha"]))
      return first.map { $0 < 0 ? alpha * expm1($0) : $0 }
    case "Gemm": return try gemm(node, x)
    case "ReduceMax":
      try #require(node.ints == ["axes": [-1], "keepdims": [1]] && first.shape.count == 2)
      return ONNXTensor(shape: [first.shape[0], 1], numbers: rows(first).map { $0.max()! })
    case "LpNormalization":
      try #require(node.ints == ["axis": [-1], "p": [2]] && first.shape.count == 2)
      return ONNXTensor(
        shape: first.shape,
        numbers: rows(first).flatMap { row in
          let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
          return row.map { length > 0 ? $0 / length : 0 }
        })
    default: throw ReadingError("the operator \(node.operation)")
    }
  }

  private static func rows(_ x: ONNXTensor) -> [ArraySlice<Double>] {
    (0..<x.shape[0]).map { x.numbers[$0 * x.shape[1]..<($0 + 1) * x.shape[1]] }
  }

  /// A B or A B', plus C in every row.
  private static func gemm(_ node: Node, _ x: [ONNXTensor]) throws -> ONNXTensor {
    try #require(x.count == 2 || x.count == 3)
    let (a, b) = (x[0], x[1])
    let isTransposed = try #require(node.ints["transB"]) == [1]
    try #require(node.ints.count == 1 && node.floats.isEmpty && a.shape.count == 2 && b.shape.count == 2)
    let (inner, columns) = isTransposed ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
    try #require(a.shape[1] == inner)
    if x.count == 3 { try #require(x[2].shape == [columns]) }
    var numbers: [Double] = []
    for row in rows(a) {
      for j in 0..<columns {
        var sum = x.count == 3 ? x[2].numbers[j] : 0
        for (l, value) in row.enumerated() {
          sum += value * b.numbers[isTransposed ? j * inner + l : l * columns + j]
        }
        numbers.append(sum)
      }
    }
    return ONNXTensor(shape: [a.shape[0], columns], numbers: numbers)
  }
}
