import Eigencoder
import Foundation
import Testing

@Suite struct IdxTests {
  static let images = idx(0x08, [2, 2, 2], [0, 51, 102, 153, 204, 255, 1, 2])

  @Test func imagesAreScaled() throws {
    let expected = [0, 51, 102, 153, 204, 255, 1, 2].map { $0 / 255.0 }
    let x = try Matrix<Double>(bytes: Self.images, name: "x")
    #expect(x.rows == 2 && x.columns == 4)
    expectClose(x.elements, expected, within: 2 * .ulpOfOne)
    expectClose(
      try Matrix<Float>(bytes: Self.images, name: "x").elements, expected.map { Float($0) }, within: 2e-7)
    #expect(
      try Matrix<Float>(bytes: Self.images, name: "x", scale: 1).elements == [
        0, 51, 102, 153, 204, 255, 1, 2,
      ])
    // Not an image: no scale unless one is given.
    #expect(try Matrix<Float>(bytes: idx(0x08, [1, 2], [3, 255]), name: "x").elements == [3, 255])
  }

  @Test func everyType() throws {
    let cases: [(UInt8, [UInt8], [Double])] = [
      (0x08, [1, 200], [1, 200]),
      (0x09, [1, 200], [1, -56]),
      (0x0b, bytes([1, -2] as [Int16], bigEndian: true), [1, -2]),
      (0x0c, bytes([70000, -2] as [Int32], bigEndian: true), [70000, -2]),
      (0x0d, bytes([1.5, -2] as [Float], bigEndian: true), [1.5, -2]),
      (0x0e, bytes([1.5, 1e-9] as [Double], bigEndian: true), [1.5, 1e-9]),
    ]
    for (code, payload, expected) in cases {
      #expect(
        try Matrix<Double>(bytes: idx(code, [2], payload), name: "x") == Matrix(rows: 2, columns: 1, expected)
      )
    }
  }

  static let malformed = [
    Malformed("one byte", [0], "unknown format (it begins with the bytes 00)"),
    Malformed("type", idx(0x07, [1], [1]), "unknown format (it begins with the bytes 00 00 07 01"),
    Malformed("no axes", [0, 0, 8, 0, 1], "unknown format"),
    Malformed("no sizes", [0, 0, 8, 3], "an idx header of 3 axes takes 12 bytes, the file holds 0"),
    Malformed("half of the sizes", [0, 0, 8, 2, 0, 0, 0, 1, 0, 0], "an idx header of 2 axes takes 8 bytes"),
    Malformed(
      "truncated", idx(8, [2, 2, 2], [1, 2]),
      "truncated: the header promises 2 x 2 x 2 uint8 values (8 bytes)"),
    Malformed("too long", idx(8, [2, 1, 1], [1, 2, 3]), "too long: the header promises 2 x 1 x 1"),
    Malformed("no rows", idx(8, [0, 4, 4], []), "no rows"),
    Malformed("no columns", idx(8, [4, 0, 4], []), "no columns"),
    Malformed("lying", idx(8, [.max, 16], [1]), "truncated: the header promises 4294967295 x 16"),
    Malformed("overflow", idx(8, [.max, .max, .max], [1]), "more than can be addressed"),
    Malformed("overflow of doubles", idx(0x0e, [.max, 0x7fff_ffff], [1]), "more than can be addressed"),
    Malformed("NaN", idx(0x0d, [1, 2], bytes([1, .nan] as [Float], bigEndian: true)), "row 1, column 2"),
    Malformed(
      "255 axes", [0, 0, 8, 255] + [UInt8](repeating: 1, count: 1020),
      "16843009 x ... (255 axes) uint8 values, more than can be addressed"),
    Malformed("UTF-16", [0xff, 0xfe, 49, 0], "is UTF-16 text"),
    Malformed("zip", [0x50, 0x4b, 3, 4, 0, 0], "a zip archive"),
    Malformed("safetensors", safetensors("{}"), "a safetensors file"),
  ]

  @Test(arguments: malformed)
  func refuses(_ file: Malformed) {
    expectError(EigencoderError.invalidData, containing: file.fragment) {
      _ = try Matrix<Float>(bytes: file.bytes, name: "images.idx")
    }
  }
}

@Suite struct GzipTests {
  static let file = gzip(IdxTests.images)

  @Test func inflatesWhateverIsInside() throws {
    let plain = try Matrix<Float>(bytes: IdxTests.images, name: "x")
    #expect(try Matrix<Float>(bytes: Self.file, name: "x") == plain)
    #expect(try Matrix<Float>(bytes: gzip(Array("a,b\n1,2\n".utf8)), name: "x") == Matrix([[1, 2]]))
    #expect(try Matrix<Float>(bytes: gzip(npy("|u1", "(2,)", [1, 2])), name: "x") == Matrix([[1], [2]]))
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("x")
      try Data(Self.file).write(to: url)
      #expect(try Matrix<Float>(contentsOf: url) == plain)
    }
  }

  @Test func severalMembersAndPadding() throws {
    for cut in [0, 1, 7, IdxTests.images.count] {
      let file = gzip(Array(IdxTests.images[..<cut])) + gzip(Array(IdxTests.images[cut...])) + [0, 0, 0]
      #expect(try Matrix<Float>(bytes: file, name: "x").rows == 2)
    }
  }

  @Test func longContent() throws {
    let pixels = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let x = try Matrix<Float>(bytes: gzip(idx(8, [300, 1000], pixels)), name: "x")
    #expect(x.elements == pixels.map(Float.init))
  }

  static let malformed = [
    Malformed("magic alone", [0x1f, 0x8b], "truncated gzip content after 0 bytes"),
    Malformed("method", [0x1f, 0x8b, 9] + file[3...], "damaged gzip content"),
    Malformed("flags", [0x1f, 0x8b, 8, 0xe0] + file[4...], "damaged gzip content"),
    Malformed("no content", Array(file[..<10]), "truncated gzip content after 0 bytes"),
    Malformed("half", Array(file[..<25]), "truncated gzip content"),
    Malformed("no trailer", Array(file.dropLast(8)), "truncated gzip content"),
    Malformed("half of the trailer", Array(file.dropLast(3)), "truncated gzip content"),
    Malformed("checksum", file.dropLast(8) + [1, 2, 3, 4] + file.suffix(4), "incorrect data check"),
    Malformed("length", file.dropLast(4) + [9, 9, 9, 9], "incorrect length check"),
    Malformed("block length", Array(file[..<12]) + [9] + file[13...], "invalid stored block lengths"),
    Malformed("block type", Array(file[..<10]) + [7] + file[11...], "invalid block type"),
    Malformed("something behind", file + Array("more".utf8), "damaged gzip content"),
    Malformed("half a member behind", file + [0x1f, 0x8b], "truncated gzip content"),
    Malformed("nothing inside", gzip([]), "is empty"),
    Malformed("gzip inside", gzip(file), "gzip inside gzip"),
    Malformed("zeros inside", gzip([UInt8](repeating: 0, count: 99_999)), "unknown format"),
    Malformed("short idx inside", gzip(idx(8, [9, 9], [1])), "truncated: the header promises 9 x 9"),
    Malformed(
      "too long inside", gzip(idx(8, [2], [UInt8](repeating: 0, count: 9000))),
      "too long: the header promises 2 uint8 values (2 bytes), the file holds more"),
  ]

  @Test(arguments: malformed)
  func refuses(_ file: Malformed) {
    expectError(EigencoderError.invalidData, containing: file.fragment) {
      _ = try Matrix<Float>(bytes: file.bytes, name: "images.gz")
    }
  }
}
