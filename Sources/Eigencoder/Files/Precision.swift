/// The precision in which numbers are kept and computed with.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// `Float`: 24 significant bits.
  case f32
  /// `Double`: 53 significant bits.
  case f64
}

extension ElementType {
  /// The precision that holds every number of this type exactly; nil where the numbers themselves decide.
  var precision: Precision? {
    switch self {
    case .bool, .int8, .uint8, .int16, .uint16, .float16, .bfloat16, .float32: .f32
    case .int32, .uint32, .int64, .uint64, .float64: nil
    }
  }
}
