import Eigencoder
import Foundation
import Testing

/// A type of npy, three numbers of it, and their bytes in little-endian order.
struct NpyCase: Sendable, CustomTestStringConvertible {
  let code: String
  let values: [Double]
  let little: [UInt8]
  var width: Int { little.count / 3 }
  var testDescription: String { code }

  init(_ code: String, _ values: [Double], _ little: [UInt8]) {
    self.code = code
    self.values = values
    self.little = little
  }

  var big: [UInt8] {
    stride(from: 0, to: little.count, by: width).flatMap { Array(little[$0..<$0 + width].reversed()) }
  }

  static let all = [
    NpyCase("b1", [0, 1, 1], [0, 1, 2]),
    NpyCase("i1", [-128, 0, 127], bytes([Int8.min, 0, Int8.max])),
    NpyCase("u1", [0, 1, 255], [0, 1, 255]),
    NpyCase("i2", [-32768, 258, 32767], bytes([Int16.min, 258, Int16.max])),
    NpyCase("u2", [0, 258, 65535], bytes([0, 258, UInt16.max])),
    NpyCase("i4", [-2_147_483_648, 16_909_060, 7], bytes([Int32.min, 16_909_060, 7])),
    NpyCase("u4", [4_294_967_295, 16_909_060, 7], bytes([UInt32.max, 16_909_060, 7])),
    NpyCase("i8", [-0x1p63, 1_099_511_627_776, 7], bytes([Int64.min, 1 << 40, 7])),
    NpyCase("u8", [0x1p64, 1_099_511_627_776, 7], bytes([UInt64.max, 1 << 40, 7])),
    NpyCase("f2", [1.5, -65504, 0x1p-24], bytes([0x3e00, 0xfbff, 0x0001] as [UInt16])),
    NpyCase("f4", [1.5, -3.25, 0x1p-140], bytes([1.5, -3.25, 0x1p-140] as [Float])),
    NpyCase("f8", [1.5, -3.25, 0x1p-30], bytes([1.5, -3.25, 0x1p-30] as [Double])),
  ]
}

@Suite struct NpyTests {
  @Test(arguments: NpyCase.all, [UInt8(1), 2, 3])
  func everyTypeOrderAndVersion(_ type: NpyCase, version: UInt8) throws {
    for (order, payload) in [("<", type.little), (">", type.big), ("=", type.little)] where type.width > 1 {
      try check(npy(order + type.code, "(3,)", version: version, payload), type)
    }
    if type.width == 1 { try check(npy("|" + type.code, "(3,)", version: version, type.little), type) }
  }

  private func check(_ file: [UInt8], _ type: NpyCase) throws {
    let double = try Matrix<Double>(bytes: file, name: "x.npy")
    #expect(double == Matrix(rows: 3, columns: 1, type.values))
    let float = try Matrix<Float>(bytes: file, name: "x.npy")
    #expect(float == Matrix(rows: 3, columns: 1, type.values.map { Float($0) }))
  }

  @Test func blocksLongerThanOneBuffer() throws {
    let values = (0..<100_000).map { Int32($0) }
    for big in [false, true] {
      let file = npy((big ? ">" : "<") + "i4", "(50000, 2)", bytes(values, bigEndian: big))
      #expect(try Matrix<Double>(bytes: file, name: "x").elements == values.map(Double.init))
    }
    let halves = [UInt16](repeating: 0x3c00, count: 1000)
    #expect(
      try Matrix<Double>(bytes: npy("<f2", "(1000,)", bytes(halves)), name: "x").elements.allSatisfy {
        $0 == 1
      })
  }

  @Test func shapes() throws {
    let payload = (0..<24).map { UInt8($0) }
    func read(_ shape: String, fortran: String = "False") throws -> Matrix<Float> {
      try Matrix(bytes: npy("|u1", shape, fortran: fortran, payload), name: "x")
    }
    let rowMajor = Matrix<Float>(rows: 4, columns: 6, (0..<24).map(Float.init))
    #expect(try read("(4, 6)") == rowMajor)
    #expect(try read("(4,2,3)") == rowMajor)
    #expect(try read("(4L, 6L)") == rowMajor)
    #expect(try read("(24,)", fortran: "True") == Matrix(rows: 24, columns: 1, rowMajor.elements))
    #expect(try read("(6, 4)", fortran: "True") == rowMajor.transposed())
    // [i, j, k] lies at i + 4 (j + 2 k) and belongs into column 3 j + k.
    var expected = Matrix<Float>(rows: 4, columns: 6)
    for i in 0..<4 {
      for j in 0..<2 { for k in 0..<3 { expected[i, 3 * j + k] = Float(i + 4 * (j + 2 * k)) } }
    }
    #expect(try read("(4, 2, 3)", fortran: "True") == expected)
  }

  @Test func keysInAnyOrderAndDoubleQuotes() throws {
    let file = npy(
      header: "{\"shape\":(1, 2), \"fortran_order\":False,\"descr\":\"<f4\"}", 1, bytes([1, 2] as [Float]))
    #expect(try Matrix<Float>(bytes: file, name: "x") == Matrix([[1, 2]]))
  }

  @Test func scaleMultipliesOnlyWhenAsked() throws {
    let file = npy("|u1", "(1, 2, 2)", [0, 51, 102, 255])
    #expect(try Matrix<Float>(bytes: file, name: "x").elements == [0, 51, 102, 255])
    #expect(try Matrix<Double>(bytes: file, name: "x", scale: 2).elements == [0, 102, 204, 510])
    #expect(
      try Matrix<Float>(bytes: npy("<f4", "(2,)", bytes([1, 3] as [Float])), name: "x", scale: 0.5).elements
        == [0.5, 1.5])
  }

  @Test func writtenBytes() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("x.npy")
      let x = Matrix<Float>([[1, -2.5, 3], [4, 5, 0x1p-149]])
      try x.write(npy: url)
      let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
      let padded = header + String(repeating: " ", count: 128 - 10 - 1 - header.count) + "\n"
      #expect(try Array(Data(contentsOf: url)) == npy(header: padded, 1, bytes(x.elements)))
      #expect(try Matrix(contentsOf: url) == x)

      let y = Matrix<Double>([[0.1], [1e300]])
      try y.write(npy: url)
      #expect(try Matrix(contentsOf: url) == y)
      try Matrix<Double>(rows: 3, columns: 0).write(npy: url)
      expectError(EigencoderError.invalidData, containing: "no columns") {
        _ = try Matrix<Float>(contentsOf: url)
      }
    }
  }

  static let fours = bytes([1, 2, 3, 4] as [Float])
  static let malformed = [
    Malformed("nothing", [], "is empty, expected npy"),
    Malformed("magic alone", [0x93] + Array("NUMPY".utf8), "truncated: an npy header takes 8 bytes"),
    Malformed(
      "no length", [0x93] + Array("NUMPY".utf8) + [1, 0, 5], "the length of the npy header takes 2 bytes"),
    Malformed("version", npy("<f4", "(4,)", version: 9, fours), "npy version 9.0, expected 1, 2 or 3"),
    Malformed("length beyond the file", Array(npy("<f4", "(4,)", fours)[..<40]), "the npy header takes"),
    Malformed(
      "lying length", [0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255, 123],
      "an npy header of 4294967295 bytes"),
    Malformed(
      "truncated", npy("<f4", "(1797, 64)", fours),
      "x.npy: truncated: the header promises 1797 x 64 float32 values (460032 bytes), the file holds 16"),
    Malformed(
      "too long", npy("<f4", "(3,)", fours), "too long: the header promises 3 float32 values (12 bytes)"),
    Malformed(
      "lying rows", npy("<f4", "(4000000000000, 4)", fours),
      "truncated: the header promises 4000000000000 x 4"),
    Malformed("overflow", npy("<f4", "(4294967296, 4294967296)", fours), "more than can be addressed"),
    Malformed(
      "no rows of too many", npy("<f4", "(0, 4294967296, 4294967296)", []), "no rows"),
    Malformed(
      "size beyond Int", npy("<f4", "(99999999999999999999,)", fours), "a size of 99999999999999999999"),
    Malformed("negative size", npy("<f4", "(-4,)", fours), "'shape' holds something else than sizes"),
    Malformed("no axes", npy("<f4", "()", bytes([1] as [Float])), "a single number, expected rows"),
    Malformed("no rows", npy("<f4", "(0, 4)", []), "no rows (the shape is 0 x 4)"),
    Malformed("no columns", npy("<f4", "(4, 0)", []), "no columns (the shape is 4 x 0)"),
    Malformed("complex", npy("<c8", "(2,)", fours), "elements of type '<c8'"),
    Malformed("text", npy("<U4", "(1,)", fours), "elements of type '<U4'"),
    Malformed("object", npy("|O", "(2,)", fours), "an array of Python objects is not read"),
    Malformed("three bytes", npy("<f3", "(2,)", fours), "elements of type '<f3'"),
    Malformed("no byte order", npy("|f4", "(4,)", fours), "elements of type '|f4'"),
    Malformed(
      "structured", npy(header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,)}", 1, fours),
      "a structured array"),
    Malformed("not a dictionary", npy(header: "hello", 1), "malformed npy header: '{' is missing"),
    Malformed("open dictionary", npy(header: "{'descr': '<f4'", 1), "'}' is missing"),
    Malformed("open quote", npy(header: "{'descr", 1), "a quoted word is missing"),
    Malformed(
      "no descr", npy(header: "{'fortran_order': False, 'shape': (4,)}", 1, fours), "'descr' is missing"),
    Malformed(
      "no order", npy(header: "{'descr': '<f4', 'shape': (4,)}", 1, fours), "'fortran_order' is missing"),
    Malformed(
      "no shape", npy(header: "{'descr': '<f4', 'fortran_order': False}", 1, fours), "'shape' is missing"),
    Malformed("order 7", npy("<f4", "(4,)", fortran: "7", fours), "neither True nor False"),
    Malformed(
      "a key twice", npy(header: "{'descr': '<f4', 'descr': '<f4'}", 1), "'descr' is unknown or appears twice"
    ),
    Malformed("a key unknown", npy(header: "{'color': '<f4'}", 1), "'color' is unknown"),
    Malformed(
      "text behind", npy(header: "{'descr': '<f4', 'fortran_order': False, 'shape': (4,)} x", 1),
      "text follows"),
    Malformed(
      "NaN", npy("<f4", "(2, 2)", bytes([1, 2, 3, .nan] as [Float])),
      "row 2, column 2 (counted from 1) is nan"),
    Malformed(
      "infinity", npy(">f8", "(1, 3)", bytes([1, -.infinity, .nan] as [Double], bigEndian: true)),
      "row 1, column 2 (counted from 1) is -inf"),
    Malformed("beyond float32", npy("<f8", "(1,)", bytes([1e300])), "is inf as float32"),
  ]

  @Test(arguments: malformed)
  func refuses(_ file: Malformed) {
    expectError(EigencoderError.invalidData, containing: file.fragment) {
      _ = try Matrix<Float>(bytes: file.bytes, name: "x.npy")
    }
  }

  @Test func fileOnDiskIsReadAsMemoryIs() throws {
    try withTemporaryDirectory { directory in
      let url = directory.appendingPathComponent("named.csv")
      for type in NpyCase.all where type.width > 1 {
        try Data(npy(">" + type.code, "(3, 1)", type.big)).write(to: url)
        #expect(try Matrix<Double>(contentsOf: url).elements == type.values)
      }
      try Data(npy("<f4", "(5, 1)", Self.fours)).write(to: url)
      expectError(EigencoderError.invalidData, containing: "named.csv: truncated") {
        _ = try Matrix<Float>(contentsOf: url)
      }
      let missing = directory.appendingPathComponent("missing.npy")
      expectError(EigencoderError.missingInput, containing: "missing.npy: No such file") {
        _ = try Matrix<Float>(contentsOf: missing)
      }
      expectError(EigencoderError.missingInput, containing: "is a directory") {
        _ = try Matrix<Float>(contentsOf: directory)
      }
      expectError(EigencoderError.missingInput, containing: "is a device") {
        _ = try Matrix<Float>(contentsOf: URL(fileURLWithPath: "/dev/null"))
      }
      expectError(EigencoderError.missingInput, containing: "expected the path of a file") {
        _ = try Matrix<Float>(contentsOf: URL(string: "https://example.org/x.npy")!)
      }
    }
  }
}
