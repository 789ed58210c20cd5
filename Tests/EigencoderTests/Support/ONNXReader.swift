import Testing

/// An ONNX file as a reader of its own finds it, with field numbers from onnx.proto: strict, and able to compute.
struct ONNXReader {
  struct Node {
    var operation = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var ints: [String: [Int]] = [:]
    var floats: [String: Float] = [:]
  }

  struct Port: Equatable {
    var name = ""
    /// nil where the size is free, and then named "rows".
    var shape: [Int?] = []
    var text = ""
  }

  var irVersion = 0
  var opset = 0
  var producer = ""
  var producerVersion = ""
  var text = ""
  var graphName = ""
  var metadata: [String: String] = [:]
  var nodes: [Node] = []
  var constants: [String: ONNXTensor] = [:]
  var inputs: [Port] = []
  var outputs: [Port] = []

  init(_ bytes: [UInt8]) throws {
    for entry in try ProtobufEntry.all(in: bytes[...]) {
      switch entry.field {
      case 1: irVersion = try #require(entry.int)
      case 2: producer = try #require(entry.text)
      case 3: producerVersion = try #require(entry.text)
      case 6: text = try #require(entry.text)
      case 7: try readGraph(try #require(entry.bytes))
      case 8:
        let set = try ProtobufEntry.all(in: try #require(entry.bytes))
        try #require(set.count == 1 && set[0].field == 2, "the default domain, and a version")
        opset = try #require(set[0].int)
      case 14:
        let pair = try ProtobufEntry.all(in: try #require(entry.bytes))
        try #require(pair.map(\.field) == [1, 2])
        let value = try #require(pair[1].text)
        metadata[try #require(pair[0].text)] = value
      default: throw ReadingError("field \(entry.field) of a ModelProto")
      }
    }
  }

  private mutating func readGraph(_ bytes: ArraySlice<UInt8>) throws {
    for entry in try ProtobufEntry.all(in: bytes) {
      switch entry.field {
      case 1: nodes.append(try Self.node(try #require(entry.bytes)))
      case 2: graphName = try #require(entry.text)
      case 5:
        let (name, tensor) = try Self.tensor(try #require(entry.bytes))
        try #require(constants.updateValue(tensor, forKey: name) == nil, "\(name) twice")
      case 11: inputs.append(try Self.port(try #require(entry.bytes)))
      case 12: outputs.append(try Self.port(try #require(entry.bytes)))
      default: throw ReadingError("field \(entry.field) of a GraphProto")
      }
    }
  }

  private static func node(_ bytes: ArraySlice<UInt8>) throws -> Node {
    var node = Node()
    for entry in try ProtobufEntry.all(in: bytes) {
      switch entry.field {
      case 1: node.inputs.append(try #require(entry.text))
      case 2: node.outputs.append(try #require(entry.text))
      case 3: try #require(entry.text?.isEmpty == false)
      case 4: node.operation = try #require(entry.text)
      case 5:
        var (name, type, ints) = ("", 0, [Int]())
        var float: Float?
        for entry in try ProtobufEntry.all(in: try #require(entry.bytes)) {
          switch entry.field {
          case 1: name = try #require(entry.text)
          case 2: float = entry.float
          case 3, 8: ints.append(try #require(entry.int))
          case 20: type = try #require(entry.int)
          default: throw ReadingError("field \(entry.field) of an AttributeProto")
          }
        }
        // FLOAT, INT, INTS
        try #require(type == 1 && float != nil && ints.isEmpty || (type == 2 || type == 7) && float == nil)
        node.floats[name] = float
        if float == nil { node.ints[name] = ints }
      default: throw ReadingError("field \(entry.field) of a NodeProto")
      }
    }
    return node
  }

  private static func tensor(_ bytes: ArraySlice<UInt8>) throws -> (String, ONNXTensor) {
    var (name, shape, data) = ("", [Int](), ArraySlice<UInt8>())
    for entry in try ProtobufEntry.all(in: bytes) {
      switch entry.field {
      case 1: shape.append(try #require(entry.int))
      case 2: try #require(entry.int == 1, "float32")
      case 8: name = try #require(entry.text)
      case 9: data = try #require(entry.bytes)
      default: throw ReadingError("field \(entry.field) of a TensorProto")
      }
    }
    try #require(data.count == 4 * shape.reduce(1, *))
    let numbers = stride(from: data.startIndex, to: data.endIndex, by: 4).map { start in
      Double(Float(bitPattern: data[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }))
    }
    return (name, ONNXTensor(shape: shape, numbers: numbers))
  }

  private static func port(_ bytes: ArraySlice<UInt8>) throws -> Port {
    var port = Port()
    for entry in try ProtobufEntry.all(in: bytes) {
      switch entry.field {
      case 1: port.name = try #require(entry.text)
      case 2:
        let type = try ProtobufEntry.all(in: try #require(entry.bytes))
        try #require(type.map(\.field) == [1], "a tensor")
        let tensor = try ProtobufEntry.all(in: try #require(type[0].bytes))
        try #require(tensor.map(\.field) == [1, 2] && tensor[0].int == 1, "float32 with a shape")
        for dimension in try ProtobufEntry.all(in: try #require(tensor[1].bytes)) {
          let size = try ProtobufEntry.all(in: try #require(dimension.bytes))
          try #require(dimension.field == 1 && size.count == 1)
          if size[0].field == 1 {
            port.shape.append(size[0].int)
          } else {
            try #require(size[0].field == 2 && size[0].text == "rows")
            port.shape.append(nil)
          }
        }
      case 3: port.text = try #require(entry.text)
      default: throw ReadingError("field \(entry.field) of a ValueInfoProto")
      }
    }
    return port
  }
}

// MARK: - The graph in one line a node

extension ONNXReader {
  /// "gemm_1 = Gemm(sub_0, components, bias) transB=1"
  var listing: [String] {
    nodes.map { node in
      let numbers =
        node.ints.map { "\($0)=\($1.map(String.init).joined(separator: ","))" }
        + node.floats.map { "\($0)=\($1)" }
      return
        ([
          "\(node.outputs.joined(separator: ", ")) = \(node.operation)(\(node.inputs.joined(separator: ", ")))"
        ]
        + numbers.sorted()).joined(separator: " ")
    }
  }
}
