// The graph as an ONNX file: a ModelProto that holds a GraphProto.

extension ONNXGraph {
  /// The set of operators that the nodes are of, and the version of the file format that came with it.
  static let opset = 17
  static let irVersion = 8
  /// What a message of protocol buffers can hold.
  static let longestFile = Int(Int32.max)

  /// The whole file.
  /// - Throws: `.invalidData` when a number does not fit float32, `.unwritableOutput` when the file would be longer than
  ///   the format allows.
  package func file(name: String, text: String, metadata: [(key: String, value: String)] = []) throws
    -> ProtobufMessage
  {
    for initializer in initializers where !initializer.numbers.withView({ $0.isFinite }) {
      throw EigencoderError.invalidData(
        "'\(self.name(of: initializer.value))' of the model holds numbers beyond the range of float32")
    }
    var operators = ProtobufMessage()
    operators.put(OperatorSetProto.version, Self.opset)
    var model = ProtobufMessage()
    model.put(ModelProto.irVersion, Self.irVersion)
    model.put(ModelProto.producerName, "eigencoder")
    model.put(ModelProto.producerVersion, version)
    model.put(ModelProto.docString, text)
    model.put(ModelProto.graph, message(name))
    model.put(ModelProto.opsetImport, operators)
    for (key, value) in metadata {
      var entry = ProtobufMessage()
      entry.put(StringStringProto.key, key)
      entry.put(StringStringProto.value, value)
      model.put(ModelProto.metadata, entry)
    }
    guard model.byteCount <= Self.longestFile else {
      throw EigencoderError.unwritableOutput(
        "the model takes \(model.byteCount) bytes as ONNX, expected at most \(Self.longestFile)")
    }
    return model
  }

  private func message(_ name: String) -> ProtobufMessage {
    var graph = ProtobufMessage()
    nodes.forEach { graph.put(GraphProto.node, message($0)) }
    graph.put(GraphProto.name, name)
    initializers.forEach { graph.put(GraphProto.initializer, message($0)) }
    inputs.forEach { graph.put(GraphProto.input, message($0)) }
    outputs.forEach { graph.put(GraphProto.output, message($0)) }
    return graph
  }

  private func message(_ node: Node) -> ProtobufMessage {
    var message = ProtobufMessage()
    node.inputs.forEach { message.put(NodeProto.input, name(of: $0)) }
    message.put(NodeProto.output, name(of: node.output))
    message.put(NodeProto.name, name(of: node.output))
    message.put(NodeProto.operation, node.operation)
    for (name, value) in node.attributes {
      var attribute = ProtobufMessage()
      attribute.put(AttributeProto.name, name)
      switch value {
      case .int(let number):
        attribute.put(AttributeProto.int, number)
        attribute.put(AttributeProto.type, AttributeProto.isInt)
      case .ints(let numbers):
        numbers.forEach { attribute.put(AttributeProto.ints, $0) }
        attribute.put(AttributeProto.type, AttributeProto.isInts)
      case .float(let number):
        attribute.put(AttributeProto.float, number)
        attribute.put(AttributeProto.type, AttributeProto.isFloat)
      }
      message.put(NodeProto.attribute, attribute)
    }
    return message
  }

  private func message(_ initializer: Initializer) -> ProtobufMessage {
    var tensor = ProtobufMessage()
    initializer.shape.forEach { tensor.put(TensorProto.dims, $0) }
    tensor.put(TensorProto.dataType, TensorProto.float32)
    tensor.put(TensorProto.name, name(of: initializer.value))
    tensor.put(TensorProto.rawData, initializer.numbers.withUnsafeBytes { Array($0) })
    return tensor
  }

  /// Rows of float32, as many as the caller has.
  private func message(_ port: Port) -> ProtobufMessage {
    var rows = ProtobufMessage()
    rows.put(DimensionProto.parameter, "rows")
    var columns = ProtobufMessage()
    columns.put(DimensionProto.size, port.columns)
    var shape = ProtobufMessage()
    shape.put(ShapeProto.dimension, rows)
    shape.put(ShapeProto.dimension, columns)
    var tensor = ProtobufMessage()
    tensor.put(TensorTypeProto.elementType, TensorProto.float32)
    tensor.put(TensorTypeProto.shape, shape)
    var type = ProtobufMessage()
    type.put(TypeProto.tensor, tensor)
    var info = ProtobufMessage()
    info.put(ValueInfoProto.name, name(of: port.value))
    info.put(ValueInfoProto.type, type)
    info.put(ValueInfoProto.docString, port.text)
    return info
  }
}
