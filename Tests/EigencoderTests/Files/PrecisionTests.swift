import Eigencoder
import Testing

/// A file's numbers decide the precision.
@Suite struct PrecisionTests {
  private func read(_ bytes: [UInt8], scale: Double? = nil, as precision: Precision? = nil) throws
    -> AnyMatrix
  {
    try RowReader(bytes: bytes, name: "x", options: RowReader.Options(scale: scale)).readAll(in: precision)
  }

  private func text(_ rows: [String]) -> [UInt8] { Array((rows.joined(separator: "\n") + "\n").utf8) }

  @Test(arguments: ["1,2\n3,4", "0.5,-0.25\n1e3,0", "16777216,1\n0,0", "-0,1\n2,3"])
  func textOfFloats(_ rows: String) throws { #expect(try read(text([rows])).precision == .f32) }

  @Test(arguments: [
    "0.1,2\n3,4", "1700000001,1\n2,3", "16777217,1\n0,0", "1e-60,1\n2,3", "1e60,1\n2,3", "1,2\n3,4.0000001",
  ])
  func textOfDoubles(_ rows: String) throws {
    guard case .double(let x) = try read(text([rows])) else {
      Issue.record("f32")
      return
    }
    let numbers = rows.split { ",\n".contains($0) }.map { Double($0)! }
    #expect(x.elements == numbers)
  }

  /// The rows before the first that `Float` does not hold are kept as they are.
  @Test func lateInText() throws {
    let rows = (0..<300_000).map { "\($0 % 1000),\(Double($0 % 8) / 8)" } + ["0.1,0.2", "3,4"]
    guard case .double(let x) = try read(text(rows)) else {
      Issue.record("f32")
      return
    }
    #expect(x.rows == 300_002 && x.row(299_999) == [999, 0.875] && x.row(300_000) == [0.1, 0.2])
    #expect(x.row(0) == [0, 0] && x.row(300_001) == [3, 4])
  }

  @Test func lateInNumbers() throws {
    var numbers = (0..<3_000_000).map { Double($0 % 4096) }
    #expect(try read(npy("<f8", "(1000000, 3)", bytes(numbers))).precision == .f32)
    numbers[2_999_999] = 0.1
    guard case .double(let x) = try read(npy("<f8", "(1000000, 3)", bytes(numbers))) else {
      Issue.record("f32")
      return
    }
    #expect(x.elements == numbers)
  }

  @Test func types() throws {
    #expect(try read(npy("<f4", "(2, 1)", bytes([0.1, 3e38] as [Float]))).precision == .f32)
    #expect(try read(npy("<f8", "(2, 1)", bytes([0.5, 3] as [Double]))).precision == .f32)
    #expect(try read(npy("<f8", "(2, 1)", bytes([0.5, 0.3] as [Double]))).precision == .f64)
    #expect(try read(npy("<i8", "(2, 1)", bytes([1, 1 << 40] as [Int64]))).precision == .f32)
    #expect(try read(npy("<i8", "(2, 1)", bytes([1, 1 << 40 + 1] as [Int64]))).precision == .f64)
    #expect(try read(npy("<u2", "(2, 1)", bytes([65535, 1] as [UInt16]))).precision == .f32)
  }

  /// Products with a scale are numbers of their own.
  @Test func scaled() throws {
    let words = npy("<u2", "(2, 1)", bytes([60000, 60001] as [UInt16]))
    #expect(try read(words, scale: 0.5).precision == .f32)
    guard case .double(let x) = try read(words, scale: 0.1) else {
      Issue.record("f32")
      return
    }
    #expect(x.elements == [60000 * 0.1, 60001 * 0.1])
    // Bytes stay apart in Float, whatever they are multiplied by.
    #expect(try read(npy("|u1", "(2, 1)", [7, 8]), scale: 0.1).precision == .f32)
    #expect(try read(npy("|u1", "(2, 1)", [7, 8]), scale: 1e-60).precision == .f64)
  }

  @Test func askedFor() throws {
    guard case .float(let x) = try read(text(["0.1,0.2"]), as: .f32) else {
      Issue.record("f64")
      return
    }
    #expect(x.elements == [0.1, 0.2])
    #expect(try read(npy("<f4", "(1, 1)", bytes([1] as [Float])), as: .f64).precision == .f64)
  }

  @Test func errorsStay() throws {
    expectError(EigencoderError.invalidData, containing: "row 2, column 1") {
      _ = try read(text(["0.1,1", "x,2"]))
    }
    expectError(EigencoderError.invalidData, containing: "no rows") { _ = try read(text(["a,b"])) }
    let rows = try RowReader(bytes: text(["1,2", "0.1,3"]), name: "x")
    #expect(try rows.precisionOfRows() == .f64)
    #expect(try RowReader(bytes: text(["1,2", "3,4"]), name: "x").precisionOfRows() == .f32)
  }
}
