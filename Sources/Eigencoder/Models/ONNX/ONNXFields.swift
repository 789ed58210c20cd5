// The fields of ONNX's messages that are written, by the numbers that onnx.proto gives them. Source:
// github.com/onnx/onnx, onnx/onnx.proto.

enum ModelProto: Int, ProtobufField {
  case irVersion = 1
  case producerName = 2
  case producerVersion = 3
  case docString = 6
  case graph = 7
  case opsetImport = 8
  case metadata = 14
}

enum OperatorSetProto: Int, ProtobufField { case version = 2 }

enum StringStringProto: Int, ProtobufField {
  case key = 1
  case value = 2
}

enum GraphProto: Int, ProtobufField {
  case node = 1
  case name = 2
  case initializer = 5
  case input = 11
  case output = 12
}

enum NodeProto: Int, ProtobufField {
  case input = 1
  case output = 2
  case name = 3
  case operation = 4
  case attribute = 5
}

enum AttributeProto: Int, ProtobufField {
  case name = 1
  case float = 2
  case int = 3
  case ints = 8
  case type = 20

  /// What `type` says of the value.
  static let isFloat = 1
  static let isInt = 2
  static let isInts = 7
}

enum TensorProto: Int, ProtobufField {
  case dims = 1
  case dataType = 2
  case name = 8
  case rawData = 9

  /// What `dataType`, and the element type of a value, say of float32.
  static let float32 = 1
}

enum ValueInfoProto: Int, ProtobufField {
  case name = 1
  case type = 2
  case docString = 3
}

enum TypeProto: Int, ProtobufField { case tensor = 1 }

enum TensorTypeProto: Int, ProtobufField {
  case elementType = 1
  case shape = 2
}

enum ShapeProto: Int, ProtobufField { case dimension = 1 }

enum DimensionProto: Int, ProtobufField {
  case size = 1
  case parameter = 2
}
