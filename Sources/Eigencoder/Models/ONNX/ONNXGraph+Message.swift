// The graph as an ONNX file: a ModelProto that holds a GraphProto. The numbers of the fields are those of
// github.com/onnx/onnx, onnx/onnx.proto.

extension ONNXGraph {
  /// The set of operators that the nodes are of, and the version of the file format that came with it.
  static let opset = 17
  static let irVersion = 8
  /// What a message of protocol buffers can hold.
  static let longestFile = Int(Int32.max)
  /// The element type FLOAT.
  private static let float32 = 1

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
    // ModelProto: 1 ir_version, 2 producer_name, 3 producer_version, 6 doc_string, 7 graph, 8 opset_import (2 version),
    // 14 metadata_props (1 key, 2 value).
    let model = ProtobufMessage {
      $0.put(1, Self.irVersion)
      $0.put(2, "eigencoder")
      $0.put(3, version)
      $0.put(6, text)
      $0.put(7, message(name))
      $0.put(8, ProtobufMessage { $0.put(2, Self.opset) })
      for (key, value) in metadata {
        $0.put(
          14,
          ProtobufMessage {
            $0.put(1, key)
            $0.put(2, value)
          })
      }
    }
    guard model.byteCount <= Self.longestFile else {
      throw EigencoderError.unwritableOutput(
        "the model takes \(model.byteCount) bytes as ONNX, expected at most \(Self.longestFile)")
    }
    return model
  }

  /// GraphProto: 1 node, 2 name, 5 initializer, 11 input, 12 output.
  private func message(_ name: String) -> ProtobufMessage {
    ProtobufMessage { graph in
      nodes.forEach { graph.put(1, message($0)) }
      graph.put(2, name)
      initializers.forEach { graph.put(5, message($0)) }
      inputs.forEach { graph.put(11, message($0)) }
      outputs.forEach { graph.put(12, message($0)) }
    }
  }

  /// NodeProto: 1 input, 2 output, 3 name, 4 op_type, 5 attribute.
  private func message(_ node: Node) -> ProtobufMessage {
    ProtobufMessage { message in
      node.inputs.forEach { message.put(1, name(of: $0)) }
      message.put(2, name(of: node.output))
      message.put(3, name(of: node.output))
      message.put(4, node.operation)
      for attribute in node.attributes { message.put(5, self.message(attribute.name, attribute.value)) }
    }
  }

  /// AttributeProto: 1 name, 2 f, 3 i, 8 ints, 20 type (1 FLOAT, 2 INT, 7 INTS).
  private func message(_ name: String, _ value: Attribute) -> ProtobufMessage {
    ProtobufMessage { message in
      message.put(1, name)
      switch value {
      case .float(let number):
        message.put(2, number)
        message.put(20, 1)
      case .int(let number):
        message.put(3, number)
        message.put(20, 2)
      case .ints(let numbers):
        numbers.forEach { message.put(8, $0) }
        message.put(20, 7)
      }
    }
  }

  /// TensorProto: 1 dims, 2 data_type, 8 name, 9 raw_data.
  private func message(_ initializer: Initializer) -> ProtobufMessage {
    ProtobufMessage { tensor in
      initializer.shape.forEach { tensor.put(1, $0) }
      tensor.put(2, Self.float32)
      tensor.put(8, name(of: initializer.value))
      tensor.put(9, initializer.numbers.withUnsafeBytes { Array($0) })
    }
  }

  /// Rows of float32, as many as the caller has. ValueInfoProto: 1 name, 2 type, 3 doc_string. TypeProto: 1 tensor_type
  /// (1 elem_type, 2 shape). TensorShapeProto: 1 dim (1 dim_value, 2 dim_param).
  private func message(_ port: Port) -> ProtobufMessage {
    let shape = ProtobufMessage {
      $0.put(1, ProtobufMessage { $0.put(2, "rows") })
      $0.put(1, ProtobufMessage { $0.put(1, port.columns) })
    }
    let tensor = ProtobufMessage {
      $0.put(1, Self.float32)
      $0.put(2, shape)
    }
    return ProtobufMessage {
      $0.put(1, name(of: port.value))
      $0.put(2, ProtobufMessage { $0.put(1, tensor) })
      $0.put(3, port.text)
    }
  }
}
