import Eigencoder
import Foundation
import Testing

/// One of the three formats with three rows of it.
struct VectorCase: Sendable, CustomTestStringConvertible {
  let ending: String
  let values: Matrix<Float>
  let row: @Sendable (Int) -> [UInt8]
  var testDescription: String { ending }

  var file: [UInt8] { vectors([4, 4, 4], row) }
  /// Bytes of a row.
  var stride: Int { file.count / 3 }

  static let all = [
    VectorCase(ending: "fvecs", values: Matrix([[0.5, -1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])) {
      bytes([[0.5, -1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]][$0] as [Float])
    },
    VectorCase(ending: "bvecs", values: Matrix([[0, 1, 200, 255], [4, 5, 6, 7], [8, 9, 10, 11]])) {
      [[0, 1, 200, 255], [4, 5, 6, 7], [8, 9, 10, 11]][$0]
    },
    VectorCase(ending: "ivecs", values: Matrix([[0, 1, 70_000, 3], [4, 5, 6, 7], [8, 9, 10, 11]])) {
      bytes([[0, 1, 70_000, 3], [4, 5, 6, 7], [8, 9, 10, 11]][$0] as [Int32])
    },
  ]
}

@Suite struct VectorFileTests {
  @Test(arguments: VectorCase.all)
  func byNameAndByContent(_ format: VectorCase) throws {
    for name in [
      "x.\(format.ending)", "X.\(format.ending.uppercased())", "x.\(format.ending).gz", "x", "x.npy",
    ] {
      #expect(try Matrix<Float>(bytes: format.file, name: name) == format.values, "\(name)")
      #expect(try Matrix<Float>(bytes: gzip(format.file), name: name) == format.values, "\(name)")
    }
    #expect(try Matrix<Double>(bytes: format.file, name: "x", scale: 0.5)[2, 3] == 5.5)
  }

  /// Wider than what is looked at, and more rows than a block holds.
  @Test func largerThanABuffer() throws {
    for (rows, columns) in [(3, 70_000), (5_000, 37)] {
      let x = Matrix<Float>.random(rows, columns, seed: 9)
      let file = vectors([Int32](repeating: Int32(columns), count: rows)) { bytes(x.row($0)) }
      #expect(try Matrix<Float>(bytes: file, name: "x") == x)
      #expect(try Matrix<Float>(bytes: gzip(file), name: "x") == x)
    }
  }

  @Test func theNameDecidesBetweenLookAlikes() throws {
    let zeros = vectors([2, 2]) { _ in [UInt8](repeating: 0, count: 8) }
    #expect(try Matrix<Float>(bytes: zeros, name: "x.ivecs") == Matrix(rows: 2, columns: 2))
    let ones = vectors([2, 2]) { _ in bytes([1, 1] as [Float]) }
    #expect(try Matrix<Float>(bytes: ones, name: "x.ivecs")[0, 0] == Float(Float(1).bitPattern))
    #expect(try Matrix<Float>(bytes: ones, name: "x.csv")[0, 0] == 1)
  }

  /// Every format is damaged in every one of these ways.
  private static func malformed(_ format: VectorCase) -> [Malformed] {
    let (file, stride, row) = (format.file, format.stride, format.row)
    func widths(_ values: [Int32]) -> [UInt8] { vectors(values, row) }
    let type = ["fvecs": "float32", "bvecs": "uint8", "ivecs": "int32"][format.ending]!
    let huge: [UInt8] = bytes([1 << 24] as [Int32]) + row(0)
    return [
      Malformed(
        "a width alone", Array(file[..<4]), "truncated: row 1 of 4 \(type) values takes \(stride) bytes"),
      Malformed("half a width", Array(file[..<2]), "truncated: 2 bytes of a \(format.ending) row"),
      Malformed("half a row", Array(file[..<(stride - 1)]), "the file holds \(stride - 1)"),
      Malformed(
        "half a second row", Array(file[..<(2 * stride - 1)]), "truncated: row 2 takes \(stride) bytes"),
      Malformed(
        "a second width alone", Array(file[..<(stride + 4)]), "truncated: row 2 takes \(stride) bytes"),
      Malformed("half a third width", Array(file[..<(2 * stride + 3)]), "truncated: 3 bytes of row 3"),
      Malformed("bytes behind", file + [4], "truncated: 1 bytes of row 4"),
      Malformed("a row of another width", widths([4, 5, 4]), "row 2 has 5 numbers, expected 4 as in row 1"),
      Malformed("a last row of another width", widths([4, 4, 3]), "row 3 has 3 numbers, expected 4"),
      Malformed("a row of none", widths([4, 0, 4]), "row 2 has 0 numbers, expected 4"),
      Malformed("a row of less than none", widths([4, 4, -1]), "row 3 has -1 numbers, expected 4"),
      Malformed(
        "another byte order", vectors([0x0400_0000, 0x0400_0000], row), "row 1 has 67108864 numbers"),
      Malformed("no width", widths([0, 0, 0]), "row 1 has 0 numbers, expected from 1"),
      Malformed("a negative width", widths([-4, -4]), "row 1 has -4 numbers, expected from 1"),
      Malformed("the largest width", widths([.max, .max]), "row 1 has 2147483647 numbers, expected from 1"),
      Malformed("a wide promise", huge, "truncated: row 1 of 16777216 \(type) values takes"),
      Malformed("a first row too narrow", widths([3, 4, 4]), "numbers, expected 3 as in row 1"),
    ]
  }

  @Test(arguments: VectorCase.all)
  func refuses(_ format: VectorCase) {
    for file in Self.malformed(format) {
      expectError(EigencoderError.invalidData, containing: file.fragment) {
        _ = try Matrix<Float>(bytes: file.bytes, name: "x.\(format.ending)")
      }
      // Without a length to go by.
      expectError(EigencoderError.invalidData, containing: "x.\(format.ending)") {
        _ = try Matrix<Float>(bytes: gzip(file.bytes), name: "x.\(format.ending)")
      }
    }
  }

  @Test func refusesWhatIsNotFinite() {
    let file = vectors([2, 2]) { bytes([1, $0 == 1 ? .nan : 2] as [Float]) }
    expectError(EigencoderError.invalidData, containing: "row 2, column 2 (counted from 1) is nan") {
      _ = try Matrix<Float>(bytes: file, name: "x")
    }
  }
}
