import Eigencoder
import Foundation
import Testing

/// A whole file of one format.
struct FormatExample: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  var options = RowReader.Options()

  /// 700 x 5 numbers in every format, a different way of reading each.
  static let all = files(700)
  /// The same with few rows.
  static let small = files(20) + named(20)

  /// Rows with names, of 4 or 5 numbers.
  private static func named(_ n: Int) -> [FormatExample] {
    let x = Matrix<Float>.random(n, 5, seed: 3)
    return [
      FormatExample(
        testDescription: "csv with ids and a gap",
        bytes: Array(
          (",x,y,z\n"
            + (0..<n).map { "\($0),\(x[$0, 0]),\($0 == 7 ? "" : "\(x[$0, 1])"),\(x[$0, 2])\n" }.joined()).utf8
        ),
        options: RowReader.Options(missing: .dropRows)),
      FormatExample(
        testDescription: "JSON lines",
        bytes: Array(
          (0..<n).map { #"{"id": "\#($0)", "embedding": \#(x.row($0)), "text": "a\"b"}"# + "\n" }.joined()
            .utf8)),
      FormatExample(
        testDescription: "word vectors",
        bytes: Array(
          (0..<n).map { i in "w\(i) " + x.row(i).map { "\($0)" }.joined(separator: " ") + "\n" }.joined().utf8
        )),
    ]
  }

  /// - Parameter rows: a multiple of 10.
  private static func files(_ n: Int) -> [FormatExample] {
    let x = Matrix<Float>.random(n, 5, seed: 3)
    let halves = (0..<5 * n).map { UInt16(0x3000 + $0 % 4096) }
    let payload = EigencoderTests.bytes(x.elements)
    let text = (0..<n).map { i in x.row(i).map { "\($0)" }.joined(separator: ",") }.joined(separator: "\r\n")
    return [
      FormatExample(testDescription: "npy", bytes: npy("<f4", "(\(n), 5)", payload)),
      FormatExample(
        testDescription: "npy, halves", bytes: npy("<f2", "(\(n), 5)", EigencoderTests.bytes(halves))),
      FormatExample(
        testDescription: "npy, big-endian",
        bytes: npy(">f4", "(\(n), 5)", EigencoderTests.bytes(x.elements, bigEndian: true))),
      FormatExample(
        testDescription: "npy, column-major", bytes: npy("<f4", "(\(n), 5)", fortran: "True", payload)),
      FormatExample(
        testDescription: "npy, column-major of three axes",
        bytes: npy("<f4", "(\(n / 10), 10, 5)", fortran: "True", payload)),
      FormatExample(
        testDescription: "npz",
        bytes: zip([ZipEntry(name: "x.npy", content: npy("<f4", "(\(n), 5)", payload))])),
      FormatExample(
        testDescription: "npz, deflated",
        bytes: zip([ZipEntry(name: "x.npy", content: npy("<f4", "(\(n), 5)", payload), method: 8)])),
      FormatExample(
        testDescription: "idx",
        bytes: idx(0x0d, [UInt32(n), 5], EigencoderTests.bytes(x.elements, bigEndian: true))),
      FormatExample(
        testDescription: "idx of images",
        bytes: idx(8, [UInt32(n / 10), 5, 10], (0..<5 * n).map { UInt8(truncatingIfNeeded: $0) })),
      FormatExample(testDescription: "csv", bytes: Array(("a,b,c,d,\"e\nf\"\r\n" + text).utf8)),
      FormatExample(
        testDescription: "fvecs",
        bytes: vectors([Int32](repeating: 5, count: n)) { EigencoderTests.bytes(x.row($0)) }),
      FormatExample(
        testDescription: "safetensors",
        bytes: safetensors(
          "{\"x\":{\"dtype\":\"F32\",\"shape\":[\(n),5],\"data_offsets\":[0,\(20 * n)]}}", payload)),
      FormatExample(testDescription: "raw", bytes: payload, options: RowReader.Options(columns: 5)),
      FormatExample(
        testDescription: "raw, scaled", bytes: payload, options: RowReader.Options(scale: -0.5, columns: 5)),
    ]
  }
}

@Suite struct RowReaderTests {
  @Test(arguments: FormatExample.all)
  func blocksMakeUpTheWhole(_ file: FormatExample) throws {
    for content in [file.bytes, gzip(file.bytes)] {
      func open() throws -> RowReader { try RowReader(bytes: content, name: "x", options: file.options) }
      let whole: Matrix<Float> = try open().readAll()
      #expect(whole.rows >= 70 && whole.elements.count == 3500)
      for limit in [1, 3, 64, 699, 5000] {
        let reader = try open()
        #expect(reader.columns == whole.columns)
        #expect(reader.rows == nil || reader.rows == whole.rows)
        var elements: [Float] = []
        while let block = try reader.next(limit, as: Float.self) {
          #expect(block.rows <= limit)
          elements += block.elements
          #expect(reader.rowsRead * whole.columns == elements.count)
        }
        #expect(elements == whole.elements, "\(limit) rows at a time")
        #expect(reader.fraction == 1)
        #expect(try reader.next(1, as: Float.self) == nil)
      }
      let double: Matrix<Double> = try open().readAll()
      expectClose(double.converted(to: Float.self), whole, within: 1e-7)
    }
  }

  /// A pipe has no length and cannot be read twice.
  @Test(arguments: FormatExample.all)
  func pipesAreReadAsMemoryIs(_ file: FormatExample) throws {
    for content in [file.bytes, gzip(file.bytes)] {
      let whole: Matrix<Float> = try RowReader(bytes: content, name: "x", options: file.options).readAll()
      try withPipe(of: content) { url in
        let read: Matrix<Float> = try RowReader(contentsOf: url, options: file.options).readAll()
        #expect(read == whole)
      }
      try withPipe(of: Array(content.dropLast())) { url in
        let cut: Matrix<Float>?
        do {
          cut = try RowReader(contentsOf: url, options: file.options).readAll()
        } catch is EigencoderError { cut = nil }
        // The last digit of a text is missed by nobody.
        let isText = file.testDescription == "csv" && content.count == file.bytes.count
        #expect(isText ? cut?.rows == whole.rows : cut == nil)
      }
    }
  }

  /// Rows are handed over when they have arrived, whatever is still to come.
  @Test func rowsThatHaveArrived() throws {
    for (first, second, options) in [
      ("1,2\n3,4\n", "5,6\n", RowReader.Options()),
      ("11112222", "3333", RowReader.Options(columns: 1)),
    ] {
      let pipe = Pipe()
      try pipe.fileHandleForWriting.write(contentsOf: Data(first.utf8))
      let url = URL(fileURLWithPath: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
      let reader = try RowReader(contentsOf: url, options: options)
      #expect(try reader.next(100, as: Float.self)?.rows == 2)
      try pipe.fileHandleForWriting.write(contentsOf: Data(second.utf8))
      #expect(try reader.next(100, as: Float.self)?.rows == 1)
      try pipe.fileHandleForWriting.close()
      #expect(try reader.next(100, as: Float.self) == nil)
      #expect(reader.fraction == nil)
    }
  }

  /// The window on a text grows to what one row needs, and rows lie across its ends.
  @Test func textLongerThanTheWindow() throws {
    let wide = (0..<100_000).map { "\($0)" }.joined(separator: ";")
    let text =
      "\"" + String(repeating: "x\"\"\n", count: 100_000) + "\";"
      + (1..<100_000).map { "c\($0)" }.joined(separator: ";") + "\n" + wide + "\n"
    let x = try Matrix<Float>(bytes: Array((text + wide + "\n\n \n").utf8), name: "x")
    #expect(x.rows == 2 && x.columns == 100_000 && x[1, 99_999] == 99_999)
    let long = (0..<60_000).map { "\($0),-\($0 % 7)" }
    for end in ["\n", "\r", "\r\n"] {
      let y = try Matrix<Double>(bytes: Array(long.joined(separator: end).utf8), name: "y")
      #expect(y.rows == 60_000 && y[59_999, 0] == 59_999 && y[59_998, 1] == -Double(59_998 % 7))
    }
    expectError(EigencoderError.invalidData, containing: "line 60001: a quote is opened and never closed") {
      _ = try Matrix<Float>(bytes: Array((long + ["\"1,2"] + long).joined(separator: "\n").utf8), name: "y")
    }
    expectError(EigencoderError.invalidData, containing: "line 50001 has 1 fields, expected 2") {
      _ = try Matrix<Float>(
        bytes: Array((long[..<50_000] + ["7"] + long).joined(separator: "\n").utf8), name: "y")
    }
  }

  @Test func blocksAreSomeMegabytes() throws {
    func rows(_ columns: Int) throws -> Int {
      try RowReader(
        bytes: [UInt8](repeating: 0, count: 1 << 23), name: "x", options: RowReader.Options(columns: columns)
      ).blockRows
    }
    #expect(try rows(256) == 4096)
    #expect(try rows(1 << 12) == 256)
    #expect(try rows(1 << 21) == 1)
  }

  private func withPipe(of content: [UInt8], _ body: (URL) throws -> Void) throws {
    // A pipe holds 64 KB, which is more than these files have.
    let pipe = Pipe()
    try #require(content.count < 60_000)
    try pipe.fileHandleForWriting.write(contentsOf: Data(content))
    try pipe.fileHandleForWriting.close()
    try body(URL(fileURLWithPath: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"))
  }
}
