/// How a file stores one number.
package enum ElementType: String, CaseIterable, Sendable {
  /// One byte, 0 or 1; and whole numbers of 1, 2, 4 and 8 bytes, with sign and without.
  case bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64
  /// IEEE binary16; the upper half of a binary32; IEEE binary32; IEEE binary64.
  case float16, bfloat16, float32, float64

  /// Bytes per number.
  package var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Whether the numbers are whole by their type; truth values count as 0 and 1.
  var isInteger: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: false
    default: true
    }
  }

  /// The types of whole numbers that are written, without truth values.
  static let wholeNumbers: [ElementType] = [
    .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64,
  ]

  /// The type that stores `T` unchanged.
  package static func storing<T: Scalar>(_ type: T.Type) -> ElementType {
    T.self == Float.self ? .float32 : .float64
  }
}
