// What a database of vectors keeps. The bytes are those of a file's rows: `encode` and `embed` write the same.

/// Codes as the bytes that store them, and what these bytes mean when they are read back: what figures about stored codes are
/// measured on.
public struct StoredCodes<T: Scalar>: Sendable {
  /// How each number is stored.
  public let type: CodeType
  /// n codes of `bytesPerVector` bytes, one after another; numbers of several bytes are little-endian.
  public let bytes: [UInt8]
  /// The numbers that the bytes hold: n x k, or of bits n x ceil(k/8) bytes.
  package let numbers: Matrix<T>
  private let quantization: Quantization<T>

  /// Stores codes, n x k, that are not rounded yet: those of `EmbeddingPipeline.storedCodes(of:)`, or of any reducer with a
  /// `Quantization` fitted to its codes. O(n k).
  ///
  /// - Throws: `EigencoderError.numericalFailure` for a code that is not finite, or that the type does not hold: f16 ends at
  ///   65504. Traps on codes of another size than the quantisation's.
  public init(_ codes: Matrix<T>, as type: CodeType, _ quantization: Quantization<T>) throws {
    try codes.requireFiniteCodes()
    try self.init(numbers: quantization.stored(codes, as: type), as: type, quantization)
  }

  /// Of the numbers that a file of codes holds; throws as above.
  package init(numbers: Matrix<T>, as type: CodeType, _ quantization: Quantization<T>) throws {
    let element = type.elementType
    var stored = numbers
    bytes = try stored.withMutableView { numbers in
      var bytes = [UInt8](repeating: 0, count: numbers.count * element.size)
      var vanished = NumberLoss()
      if let (i, j) = numbers.encode(as: element, into: &bytes, vanished: &vanished) {
        throw EigencoderError.numericalFailure(
          "the code of row \(i + 1) has the number \(numbers[i, j]), which \(type.rawValue) does not hold")
      }
      numbers.decode(element, of: &bytes)
      return bytes
    }
    self.numbers = stored
    self.type = type
    self.quantization = quantization
  }

  /// Reads codes back from their bytes, as of a database: n codes one after another. O(n k).
  ///
  /// - Throws: `EigencoderError.invalidData` where they are no whole number of codes, or hold a number that is not finite.
  public init(bytes: some Sequence<UInt8>, as type: CodeType, _ quantization: Quantization<T>) throws {
    var bytes = Array(bytes)
    let length = quantization.bytes(of: type)
    guard length > 0, bytes.count % length == 0 else {
      throw EigencoderError.invalidData(
        "\(bytes.count) bytes of codes, expected a multiple of \(length): \(quantization.latent) numbers of \(type.rawValue)"
      )
    }
    let numbers = Matrix<T>(
      rows: bytes.count / length, columns: quantization.columns(of: type)
    ) { $0.decode(type.elementType, of: &bytes) }
    try numbers.requireFinite(in: "the codes")
    self.bytes = bytes
    self.numbers = numbers
    self.type = type
    self.quantization = quantization
  }

  /// n
  public var count: Int { numbers.rows }
  /// The bytes of one code.
  public var bytesPerVector: Int { quantization.bytes(of: type) }

  /// The bytes of one code, counted from 0: what a row of a database holds. Traps outside.
  public subscript(index: Int) -> ArraySlice<UInt8> {
    precondition(index >= 0 && index < count, "code \(index) of \(count)")
    return bytes[index * bytesPerVector..<(index + 1) * bytesPerVector]
  }

  /// At most `limit` of the codes, from the first on at equal distances, as `Matrix.evenlySpaced`.
  func evenlySpaced(_ limit: Int) throws -> Self {
    try Self(numbers: numbers.evenlySpaced(limit), as: type, quantization)
  }

  /// What a search compares, n x k: the numbers themselves, of bits 1 and -1. Cosines of int8 are those of the codes, and of
  /// bits 1 - 2 / k times Hamming's distance.
  public var searched: Matrix<T> { quantization.searched(stored: numbers, as: type) }
  /// The codes that the numbers stand for, n x k: what `decode` takes.
  public var codes: Matrix<T> { quantization.codes(stored: numbers, as: type) }
}
