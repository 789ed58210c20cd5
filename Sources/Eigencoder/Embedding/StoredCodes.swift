/// Codes that were written as the bytes of a file and read back: what figures about stored codes are measured on.
package struct StoredCodes<T: Scalar> {
  /// The numbers that the bytes hold: n x k, or of bits n x ceil(k/8) bytes.
  package let numbers: Matrix<T>
  private let type: CodeType
  private let quantization: Quantization<T>

  /// Writes and reads codes, n x k, that are not rounded yet.
  ///
  /// - Throws: `.numericalFailure` for a code that is not finite, or that the type does not hold: f16 ends at 65504.
  package init(_ codes: Matrix<T>, as type: CodeType, _ quantization: Quantization<T>) throws {
    try codes.requireFiniteCodes()
    let element = type.elementType
    var stored = quantization.stored(codes, as: type)
    try stored.withMutableView { numbers in
      var bytes = [UInt8](repeating: 0, count: numbers.count * element.size)
      var vanished = NumberLoss()
      if let (i, j) = numbers.encode(as: element, into: &bytes, vanished: &vanished) {
        throw EigencoderError.numericalFailure(
          "the code of row \(i + 1) has the number \(numbers[i, j]), which \(type.rawValue) does not hold")
      }
      numbers.decode(element, of: &bytes)
    }
    numbers = stored
    self.type = type
    self.quantization = quantization
  }

  /// What a search compares: the numbers themselves, of bits 1 and -1. n x k.
  package var searched: Matrix<T> { quantization.searched(stored: numbers, as: type) }
  /// The codes that the numbers stand for, n x k.
  package var codes: Matrix<T> { quantization.codes(stored: numbers, as: type) }
}
