import Eigencoder
import Foundation
import Testing

/// A tensor of a safetensors file as rows of data.
@Suite struct SafeTensorsRowsTests {
  private static let file = safetensors(
    #"{"ids":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"#
      + #""emb":{"dtype":"F16","shape":[2,3],"data_offsets":[16,28]}}"#,
    bytes([5, 6] as [Int64]) + bytes([0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600] as [UInt16]))
  private static let expected = Matrix<Float>([[1, 2, 3], [4, 5, 6]])

  private static func read(_ file: [UInt8], tensor: String? = nil) throws -> Matrix<Float> {
    try RowReader(bytes: file, name: "x.safetensors", options: RowReader.Options(tensor: tensor)).readAll()
  }

  @Test func theOnlyTable() throws {
    #expect(try Self.read(Self.file) == Self.expected)
    #expect(try Self.read(Self.file, tensor: "emb") == Self.expected)
    #expect(try Self.read(gzip(Self.file)) == Self.expected)
  }

  private static let two = safetensors(
    #"{"a":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2,2],"data_offsets":[4,8]},"#
      + #""c":{"dtype":"F32","shape":[0,2],"data_offsets":[8,8]},"d":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}}"#,
    bytes([0x3f80, 0x4000] as [UInt16]) + [1, 2, 3, 4] + bytes([.nan] as [Float]))

  @Test func oneOfSeveral() throws {
    #expect(try Self.read(Self.two, tensor: "a") == Matrix([[1, 2]]))
    #expect(try Self.read(Self.two, tensor: "b") == Matrix([[1, 2], [3, 4]]))
  }

  @Test(arguments: [
    ("c", "no rows (the shape is 0 x 2)"), ("d", "row 1, column 1 (counted from 1) is nan"),
    ("e", "no tensor 'e', found "), (nil, "a safetensors file with 4 tensors"),
  ])
  func refusesOneOfSeveral(_ tensor: String?, _ fragment: String) {
    expectError(EigencoderError.invalidData, containing: fragment) {
      _ = try Self.read(Self.two, tensor: tensor)
    }
  }

  @Test func refusesOtherShapes() throws {
    expectError(
      EigencoderError.invalidData, containing: "tensor 'ids' has the shape 2, expected rows and columns"
    ) { _ = try Self.read(Self.file, tensor: "ids") }
    let vector = safetensors(#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, [1, 2])
    expectError(EigencoderError.invalidData, containing: "without a tensor of two axes") {
      _ = try Self.read(vector)
    }
    expectError(EigencoderError.invalidArgument, containing: "the name of a tensor was given") {
      _ = try Self.read(Array("1,2\n".utf8), tensor: "a")
    }
  }

  /// Whatever is wrong with the file is wrong for its rows: of the malformed files, those that begin as one.
  @Test(arguments: SafeTensorsTests.malformed.filter { $0.bytes.count > 9 && $0.bytes[8] == 123 })
  func refuses(_ file: Malformed) {
    expectError(EigencoderError.invalidData, containing: "x.safetensors: ") { _ = try Self.read(file.bytes) }
    expectError(EigencoderError.invalidData, containing: "x.safetensors: ") {
      _ = try Self.read(gzip(file.bytes))
    }
  }
}
