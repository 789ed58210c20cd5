import Eigencoder
import Foundation
import Testing

/// Codes to bytes and back, of every type.
@Suite struct StoredCodesTests {
  @Test(arguments: CodeType.allCases, [1, 8, 11]) func thereAndBack(_ type: CodeType, _ k: Int) throws {
    try thereAndBack(type, k, Float.self)
    try thereAndBack(type, k, Double.self)
  }

  private func thereAndBack<T: Scalar>(_ type: CodeType, _ k: Int, _ scalar: T.Type) throws {
    let codes = Matrix<T>.random(20, k, seed: 1, mean: 0.3)
    let rule = Quantization(of: codes)
    let stored = try StoredCodes(codes, as: type, rule)
    #expect(stored.count == 20 && stored.bytesPerVector == type.bytes(latent: k))
    #expect(stored.bytes.count == 20 * stored.bytesPerVector)
    // f32 rounds what is f64.
    let expected = rule.rounded(codes.converted(to: Float.self).converted(to: T.self), to: type)
    expectClose(stored.codes, type == .int8 ? rule.rounded(codes, to: .int8) : expected, within: 0)
    let back = try StoredCodes(bytes: Data(stored.bytes), as: type, rule)
    #expect(back.codes == stored.codes && back.searched == stored.searched && back.bytes == stored.bytes)
    // Any code alone, as a row of a database.
    let one = try StoredCodes(bytes: stored[7], as: type, rule)
    #expect(one.count == 1 && one.codes.row(0) == stored.codes.row(7))
    #expect(try StoredCodes(bytes: [], as: type, rule).count == 0)
  }

  /// The bytes are those that a reader of the type expects, little-endian.
  @Test func bytes() throws {
    let codes = Matrix<Float>([[1, -2, 0.5], [-127, 3, 0]])
    let rule = Quantization<Float>(scale: 1, threshold: [0, 0, 0], spread: [1, 1, 1])
    func bytes(_ type: CodeType) throws -> [UInt8] { try StoredCodes(codes, as: type, rule).bytes }
    #expect(
      try bytes(.f32)
        == codes.elements.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
    #expect(
      try bytes(.f16) == [0x00, 0x3C, 0x00, 0xC0, 0x00, 0x38, 0xF0, 0xD7, 0x00, 0x42, 0x00, 0x00])
    // 0.5 is rounded to the even number.
    #expect(try bytes(.int8) == [1, 254, 0, 129, 3, 0])
    #expect(try bytes(.binary) == [0b1010_0000, 0b0100_0000])
  }

  @Test func whatIsRefused() throws {
    let rule = Quantization(of: Matrix<Float>.random(9, 4, seed: 1))
    expectError(EigencoderError.invalidData, containing: "7 bytes of codes, expected a multiple of 8") {
      _ = try StoredCodes(bytes: [UInt8](repeating: 0, count: 7), as: .f16, rule)
    }
    expectError(EigencoderError.invalidData, containing: "row 1, column 2 (counted from 1)") {
      _ = try StoredCodes(bytes: [0, 0, 0, 0x7C, 0, 0, 0, 0], as: .f16, rule)
    }
    expectError(EigencoderError.numericalFailure, containing: "which f16 does not hold") {
      _ = try StoredCodes(Matrix<Float>(rows: 1, columns: 4, repeating: 1e6), as: .f16, rule)
    }
  }

  /// What a pipeline stores is what it encodes.
  @Test(arguments: CodeType.allCases) func ofAPipeline(_ type: CodeType) throws {
    let x = Matrix<Float>.random(200, 12, seed: 4, mean: 0.2)
    var pipeline = EmbeddingPipeline(
      .pca(try PCA(latent: 5).fitted(to: x)), codesOf: x, normalizesCode: true)
    pipeline.type = type
    let stored = try pipeline.storedCodes(of: x)
    #expect(stored.type == type && stored.codes == pipeline.encode(x))
    #expect(try stored.searched == pipeline.searchedCodes(of: x))
    #expect(try pipeline.storedCodes(bytes: stored.bytes).codes == stored.codes)
  }
}
