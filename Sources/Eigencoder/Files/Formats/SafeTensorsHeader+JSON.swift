internal import Foundation

// The header as the JSON that is in the file.
extension SafeTensorsHeader {
  struct Content: Codable {
    var tensors: [String: Described] = [:]
    var metadata: [String: String]?

    init(tensors: [String: Described], metadata: [String: String]?) {
      self.tensors = tensors
      self.metadata = metadata
    }

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: Key.self)
      for key in members.allKeys {
        if key.stringValue == metadataKey {
          metadata = try members.decode([String: String].self, forKey: key)
        } else {
          tensors[key.stringValue] = try members.decode(Described.self, forKey: key)
        }
      }
    }

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: Key.self)
      for (name, described) in tensors { try members.encode(described, forKey: Key(stringValue: name)) }
      if let metadata { try members.encode(metadata, forKey: Key(stringValue: metadataKey)) }
    }
  }

  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// What the header says of one tensor.
  struct Described: Codable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]
    /// How many fields it has; three, if the file is right.
    var fieldCount = 3

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }

    init(dtype: String, shape: [Int], offsets: [Int]) {
      self.dtype = dtype
      self.shape = shape
      self.offsets = offsets
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      dtype = try fields.decode(String.self, forKey: .dtype)
      shape = try fields.decode([Int].self, forKey: .shape)
      offsets = try fields.decode([Int].self, forKey: .offsets)
      fieldCount = try decoder.container(keyedBy: Key.self).allKeys.count
    }

    /// The tensor described, if its offsets span as many bytes as its shape and type take.
    func entry(_ name: String, _ reader: ByteReader) throws -> Entry {
      guard let type = ElementType(safeTensors: dtype) else {
        throw reader.invalid(
          "tensor '\(name)' is of type '\(dtype)', expected one of \(ElementType.safeTensorsNames)")
      }
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
        throw reader.invalid(
          "tensor '\(name)' lies at \(offsets), expected its first byte and the one after its last")
      }
      guard let bytes = (shape + [type.size]).checkedProduct else {
        throw reader.invalid("tensor '\(name)' has the impossible shape \(shape)")
      }
      guard bytes == offsets[1] - offsets[0] else {
        throw reader.invalid(
          "tensor '\(name)' of \(shape.shapeText) \(type) takes \(bytes) bytes, its offsets span \(offsets[1] - offsets[0])"
        )
      }
      return Entry(name: name, type: type, shape: shape, offsets: offsets[0]..<offsets[1])
    }
  }

  /// The header of a file of tensors that lie one after another, padded with spaces to a multiple of 8.
  ///
  /// - Parameter shortest: bytes of JSON at least, spaces included.
  static func encode(
    _ tensors: [(name: String, type: ElementType, shape: [Int])], metadata: [String: String] = [:],
    shortest: Int = 0
  ) throws -> [UInt8] {
    var content = Content(tensors: [:], metadata: metadata.isEmpty ? nil : metadata)
    var end = 0
    for tensor in tensors {
      let start = end
      end += tensor.shape.reduce(tensor.type.size, *)
      content.tensors[tensor.name] = Described(
        dtype: tensor.type.safeTensorsName, shape: tensor.shape, offsets: [start, end])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = [UInt8](try encoder.encode(content))
    json += repeatElement(UInt8(ascii: " "), count: max((8 - json.count % 8) % 8, shortest - json.count))
    return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json
  }
}

extension ElementType {
  private static let safeTensorsTypes: KeyValuePairs<String, ElementType> = [
    "BOOL": .bool, "I8": .int8, "I16": .int16, "I32": .int32, "I64": .int64, "U8": .uint8, "U16": .uint16,
    "U32": .uint32, "U64": .uint64, "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
  ]

  fileprivate static var safeTensorsNames: String { safeTensorsTypes.map(\.key).joined(separator: ", ") }

  fileprivate init?(safeTensors name: String) {
    guard let found = Self.safeTensorsTypes.first(where: { $0.key == name }) else { return nil }
    self = found.value
  }

  var safeTensorsName: String { Self.safeTensorsTypes.first { $0.value == self }?.key ?? rawValue }
}
