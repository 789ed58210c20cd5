/// How the numbers of a code are stored.
public enum CodeType: String, Codable, CaseIterable, Sendable {
  /// IEEE binary32, 4 bytes a number.
  case f32
  /// IEEE binary16, 2 bytes a number: 11 significant bits, of magnitudes up to 65,504.
  case f16
  /// A whole number from -127 to 127, times one scale for all: 1 byte. Cosines and the order of inner products are those of
  /// the whole numbers.
  case int8
  /// One bit: whether the number is above the mean of its column. 8 bits are a byte, the first is the
  /// highest. Codes are compared by the bits that differ, Hamming's distance.
  case binary
  /// Bytes of a quantiser that was fitted with the pipeline: see `CodeQuantizer`. The numbers are those that they stand for.
  case quantized

  /// The types that every pipeline has; `quantized` needs a quantiser.
  public static let allCases: [CodeType] = [.f32, .f16, .int8, .binary]

  /// Bytes that a code of `latent` numbers takes; those of a quantiser are its own. Traps for `quantized`.
  public func bytes(latent: Int) -> Int {
    switch self {
    case .f32: 4 * latent
    case .f16: 2 * latent
    case .int8: latent
    case .binary: (latent + 7) / 8
    case .quantized: preconditionFailure("the bytes of a quantiser are its own")
    }
  }

  /// The numbers in which a file holds them.
  package var elementType: ElementType {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .int8: .int8
    case .binary, .quantized: .uint8
    }
  }

  /// The columns that a file of codes of `latent` numbers has.
  package func columns(latent: Int) -> Int { self == .binary ? bytes(latent: latent) : latent }
}
