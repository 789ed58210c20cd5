import Eigencoder
import Foundation
import Testing

@Suite struct NpzTests {
  static let array = npy("<f4", "(2, 3)", bytes([1, 2, 3, 4, 5, 6] as [Float]))
  static let expected = Matrix<Float>([[1, 2, 3], [4, 5, 6]])
  static let other = npy("<i2", "(1, 2)", bytes([7, 8] as [Int16]))

  private func read(_ file: [UInt8], array: String? = nil) throws -> Matrix<Float> {
    try RowReader(bytes: file, name: "x.npz", options: RowReader.Options(array: array)).readAll()
  }

  @Test(arguments: [UInt16(0), 8], [false, true])
  func oneArray(method: UInt16, isZip64: Bool) throws {
    var entry = ZipEntry(name: "arr_0.npy", content: Self.array, method: method)
    entry.isZip64 = isZip64
    let file = zip([entry], isZip64: isZip64)
    #expect(try read(file) == Self.expected)
    #expect(try read(gzip(file)) == Self.expected)
    #expect(
      try read(zip([entry], comment: "made by hand", isZip64: isZip64), array: "arr_0") == Self.expected)
  }

  @Test func oneOfSeveral() throws {
    let text = ZipEntry(name: "readme.txt", content: Array("hello".utf8))
    let file = zip([
      text, ZipEntry(name: "x.npy", content: Self.array, method: 8),
      ZipEntry(name: "y.npy", content: Self.other),
    ])
    #expect(try read(file, array: "x") == Self.expected)
    #expect(try read(file, array: "x.npy") == Self.expected)
    #expect(try read(file, array: "y") == Matrix([[7, 8]]))
    #expect(try read(zip([text, ZipEntry(name: "y.npy", content: Self.other)])) == Matrix([[7, 8]]))
  }

  @Test func columnMajor() throws {
    let content = npy("<f4", "(3, 2)", fortran: "True", bytes([1, 2, 3, 4, 5, 6] as [Float]))
    for method in [UInt16(0), 8] {
      let file = zip([ZipEntry(name: "x.npy", content: content, method: method)])
      #expect(try read(file) == Self.expected.transposed())
    }
  }

  private static func one(_ change: (inout ZipEntry) -> Void) -> [UInt8] {
    var entry = ZipEntry(name: "x.npy", content: array)
    change(&entry)
    return zip([entry])
  }

  static let whole = one { _ in }
  /// Both headers say that what is stored is deflated.
  private static let storedAsDeflated: [UInt8] = {
    var file = whole
    file[8] = 8
    file[file.count - 22 - 46 - 5 + 10] = 8
    return file
  }()
  static let malformed = [
    Malformed("magic alone", [0x50, 0x4b, 3, 4], "a zip archive without its directory"),
    Malformed("half", Array(whole[..<(whole.count / 2)]), "a zip archive without its directory"),
    Malformed("no end", Array(whole.dropLast(22)), "a zip archive without its directory"),
    Malformed("end cut", Array(whole.dropLast()), "a zip archive without its directory"),
    Malformed("empty archive", zip([]), "a zip archive without an array"),
    Malformed(
      "no arrays", zip([ZipEntry(name: "x.txt", content: [1])]),
      "a zip archive without an array, expected npy"),
    Malformed(
      "two arrays", zip([ZipEntry(name: "x.npy", content: array), ZipEntry(name: "y.npy", content: other)]),
      "a zip archive with 2 arrays (x, y): --array NAME says which"),
    Malformed(
      "several parts", zip([ZipEntry(name: "x.npy", content: array)], disk: 1), "one of several parts"),
    Malformed(
      "directory beyond the end",
      zip([ZipEntry(name: "x.npy", content: array)], directoryOffset: 0x7fff_ffff),
      "lies beyond the"),
    Malformed(
      "directory too long", zip([ZipEntry(name: "x.npy", content: array)], directorySize: 0x7fff_ffff),
      "lies beyond the"),
    Malformed(
      "directory cut", zip([ZipEntry(name: "x.npy", content: array)], directorySize: 30),
      "a zip record ends after"),
    Malformed(
      "directory elsewhere", zip([ZipEntry(name: "x.npy", content: array)], directoryOffset: 0),
      "expected an entry of the directory"),
    Malformed("encrypted", one { $0.flags = 1 }, "'x.npy' is encrypted"),
    Malformed("method", one { $0.method = 12 }, "'x.npy' is compressed by method 12"),
    Malformed("entry beyond the end", one { $0.offset = 0x7fff_ffff }, "'x.npy' lies beyond the end"),
    Malformed("entry elsewhere", one { $0.offset = 3 }, "expected an entry of the archive"),
    Malformed(
      "stored size lies", one { $0.compressedSize = 0x7fff_ffff }, "'x.npy' of 2147483647 bytes at"),
    Malformed("sizes differ", one { $0.size = 5 }, "is stored, but 5 bytes long in"),
    Malformed("checksum", one { $0.checksum = 1 }, "the content does not have its checksum"),
    Malformed(
      "size of what is deflated", one { ($0.method, $0.size) = (8, 0x7fff_ffff) },
      "2147483647 bytes by the directory, the archive holds"),
    Malformed(
      "smaller than what is deflated", one { ($0.method, $0.size) = (8, 9) },
      "9 bytes by the directory, the archive holds more"),
    Malformed("deflate cut", one { ($0.method, $0.compressedSize) = (8, 20) }, "truncated deflate content"),
    Malformed("not deflate", storedAsDeflated, "deflate content"),
    Malformed(
      "zip64 without locator", zip([ZipEntry(name: "x.npy", content: array)], directoryOffset: .max),
      "expected a zip64 locator"),
    Malformed(
      "truncated array", zip([ZipEntry(name: "x.npy", content: Array(array.dropLast(4)))]),
      "x.npy: truncated: the header promises 2 x 3 float32"),
    Malformed(
      "truncated array, deflated",
      zip([ZipEntry(name: "x.npy", content: Array(array.dropLast(4)), method: 8)]),
      "x.npy: truncated: the header promises 2 x 3 float32"),
    Malformed(
      "long array, deflated", zip([ZipEntry(name: "x.npy", content: array + [0], method: 8)]),
      "x.npy: too long: the header promises"),
    Malformed(
      "lying array, deflated",
      zip([
        ZipEntry(name: "x.npy", content: npy("<f4", "(4, 40000000000)", [1, 2, 3, 4]), method: 8)
      ]), "x.npy: truncated: the header promises 4 x 40000000000"),
    Malformed(
      "not an array", zip([ZipEntry(name: "x.npy", content: Array("hello, world".utf8))]),
      "x.npy: does not begin as an npy file"),
    Malformed("empty array", zip([ZipEntry(name: "x.npy", content: [])]), "truncated: an npy header"),
    Malformed(
      "NaN",
      zip([ZipEntry(name: "x.npy", content: npy("<f4", "(1, 2)", bytes([1, .nan] as [Float])), method: 8)]),
      "x.npy: row 1, column 2"),
  ]

  @Test(arguments: malformed)
  func refuses(_ file: Malformed) {
    expectError(EigencoderError.invalidData, containing: file.fragment) { _ = try read(file.bytes) }
  }

  @Test func refusesNamesThatAreNotThere() {
    expectError(EigencoderError.invalidData, containing: "no array 'y', found x") {
      _ = try read(Self.whole, array: "y")
    }
    expectError(EigencoderError.invalidArgument, containing: "x.npy: the name of an array was given") {
      _ = try RowReader(bytes: Self.array, name: "x.npy", options: RowReader.Options(array: "x"))
    }
  }
}
