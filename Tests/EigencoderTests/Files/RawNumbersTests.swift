import Eigencoder
import Foundation
import Testing

@Suite struct RawNumbersTests {
  private static let file = bytes([1, 2, 3, 4, 5, 6] as [Float])

  private static func read(_ file: [UInt8], _ columns: Int, name: String = "x.f32") throws -> Matrix<Float> {
    try RowReader(bytes: file, name: name, options: RowReader.Options(columns: columns)).readAll()
  }

  @Test(arguments: [1, 2, 3, 6])
  func everyWidth(_ columns: Int) throws {
    let expected = Matrix(rows: 6 / columns, columns: columns, [1, 2, 3, 4, 5, 6] as [Float])
    #expect(try Self.read(Self.file, columns) == expected)
    #expect(try Self.read(gzip(Self.file), columns) == expected)
  }

  /// What looks like text or idx is raw when it is said to be.
  @Test func lookAlikes() throws {
    #expect(try Self.read(Array("11112222".utf8), 1).rows == 2)
    #expect(
      try Self.read([0, 0, 13, 63, 0, 0, 8, 1], 2) == Matrix([[0.55078125, Float(bitPattern: 0x0108_0000)]]))
  }

  /// A case for each way in which a file cannot be so many numbers a row.
  struct Case: Sendable, CustomTestStringConvertible {
    let file: Malformed
    let columns: Int
    var testDescription: String { file.testDescription }

    init(_ columns: Int, _ what: String, _ bytes: [UInt8], _ fragment: String) {
      self.columns = columns
      file = Malformed(what, bytes, fragment)
    }
  }

  static let malformed = [
    Case(2, "nothing", [], "is empty, expected rows of 2 float32 values"),
    Case(2, "nothing, compressed", gzip([]), "is empty, expected rows of 2 float32 values"),
    Case(1, "one byte", [1], "1 bytes are left after 0 rows of 1 float32 values (4 bytes each)"),
    Case(1, "three bytes", [1, 2, 3], "3 bytes are left after 0 rows"),
    Case(4, "half a row", file, "8 bytes are left after 1 rows of 4 float32 values (16 bytes each)"),
    Case(4, "half a row, compressed", gzip(file), "8 bytes are left after 1 rows of 4 float32 values"),
    Case(2, "a number too many", file + [0, 0, 0, 0], "4 bytes are left after 3 rows"),
    Case(2, "a byte too many", file + [0], "1 bytes are left after 3 rows"),
    Case(2, "a byte too few", Array(file.dropLast()), "7 bytes are left after 2 rows"),
    Case(7, "wider than the file", file, "24 bytes are left after 0 rows of 7"),
    Case(1 << 40, "far wider", file, "24 bytes are left after 0 rows of 1099511627776"),
    Case(1 << 40, "far wider, compressed", gzip(file), "24 bytes are left after 0 rows of 1099511627776"),
    Case(.max, "overflow", file, "more than can be addressed"),
    Case(1 << 61, "overflow of bytes", file, "more than can be addressed"),
    Case(2, "NaN", bytes([1, 2, .nan, 4] as [Float]), "row 2, column 1 (counted from 1) is nan"),
    Case(2, "infinity", bytes([1, .infinity] as [Float]), "row 1, column 2 (counted from 1) is inf"),
    Case(
      2, "another byte order", bytes([1, 128.5, 255.99998] as [Float], bigEndian: true), "4 bytes are left"),
    Case(32, "npy", npy("<f4", "(32,)", bytes([Float](repeating: 1, count: 32))), "an npy file, which tells"),
    Case(2, "npz", NpzTests.whole, "an npz archive, which tells its columns itself, expected raw float32"),
    Case(2, "safetensors", safetensors("{}"), "a safetensors file, which tells its columns itself"),
    Case(2, "gzip cut", Array(gzip(file).dropLast(9)), "truncated gzip content"),
    Case(
      2, "gzip of another checksum", gzip(file).dropLast(8) + [1, 2, 3, 4, 24, 0, 0, 0],
      "incorrect data check"),
  ]

  @Test(arguments: malformed)
  func refuses(_ test: Case) {
    expectError(EigencoderError.invalidData, containing: test.file.fragment) {
      _ = try Self.read(test.file.bytes, test.columns)
    }
  }

  @Test func needsAColumn() {
    expectError(EigencoderError.invalidArgument, containing: "at least 1, got 0") {
      _ = try Self.read(Self.file, 0)
    }
  }
}
