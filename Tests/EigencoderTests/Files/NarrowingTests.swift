import Eigencoder
import Foundation
import Testing

/// Numbers that the type they are read as, or written as, does not hold.
@Suite struct NarrowingTests {
  private func read<T: Scalar>(_ bytes: [UInt8], scale: Double? = nil, columns: Int? = nil, as: T.Type) throws
    -> (Matrix<T>, ConversionLosses)
  {
    let options = RowReader.Options(scale: scale, columns: columns)
    let reader = try RowReader(bytes: bytes, name: "x", options: options)
    return (try reader.readAll(as: T.self), reader.losses)
  }

  // MARK: - Scale

  /// Of every stored type, in both orders of the axes: the product of f64, rounded once.
  @Test(arguments: [1.0 / 255, 1e-3, 3e5, -0.7]) func theScaleIsAppliedInDouble(_ scale: Double) throws {
    let values = [-128, -3, 0, 1, 7, 126].map(Double.init)
    let files: [(String, [UInt8])] = [
      ("<i1", bytes(values.map { Int8($0) })), ("<i2", bytes(values.map { Int16($0) })),
      (">i4", bytes(values.map { Int32($0) }, bigEndian: true)), ("<i8", bytes(values.map { Int64($0) })),
      ("<f4", bytes(values.map { Float($0) })), ("<f8", bytes(values)),
      ("<f2", bytes(values.map { Float16($0).bitPattern })),
    ]
    for (descriptor, payload) in files {
      let content = npy(descriptor.replacing("<i1", with: "|i1"), "(3, 2)", payload)
      #expect(try read(content, scale: scale, as: Double.self).0.elements == values.map { $0 * scale })
      #expect(
        try read(content, scale: scale, as: Float.self).0.elements == values.map { Float($0 * scale) },
        "\(descriptor)")
      let columnMajor = npy(descriptor.replacing("<i1", with: "|i1"), "(3, 2)", fortran: "True", payload)
      #expect(
        try read(columnMajor, scale: scale, as: Float.self).0.transposed().elements
          == values.map { Float($0 * scale) }, "\(descriptor)")
    }
    let text = Array(values.map { "\($0)\n" }.joined().utf8)
    #expect(try read(text, scale: scale, as: Float.self).0.elements == values.map { Float($0 * scale) })
  }

  /// NumPy: np.float32(v / 255).
  @Test func imagesAreDividedOnce() throws {
    let x = try read(idx(8, [4, 8, 8], (0..<256).map { UInt8($0) }), as: Float.self).0
    #expect(x.elements == (0..<256).map { Float(Double($0) / 255) })
  }

  @Test func aScaleBeyondFloatIsNoError() throws {
    let small = npy("<f8", "(1, 3)", bytes([1e-60, 0, -2e-60]))
    let (x, losses) = try read(small, scale: 1e60, as: Float.self)
    #expect(x.elements == [1, 0, -2] && losses == ConversionLosses())
    let (y, none) = try read(npy("<f4", "(1, 2)", bytes([Float(1e20), 3e-20])), scale: 1e-25, as: Float.self)
    #expect(y.elements == [Float(Double(Float(1e20)) * 1e-25), Float(Double(Float(3e-20)) * 1e-25)])
    #expect(none == ConversionLosses())
    expectError(EigencoderError.invalidData, containing: "row 1, column 1 (counted from 1) is inf as float32")
    {
      _ = try read(npy("<f4", "(1, 1)", bytes([Float(1e20)])), scale: 1e30, as: Float.self)
    }
  }

  // MARK: - Text

  /// Decimal numbers a little above and below the middle between two of Float, of all magnitudes: the standard library's
  /// `Float` of the text, and the neighbour on that side.
  @Test func textIsRoundedOnceToFloat() throws {
    var generator = SeededGenerator(seed: 5)
    var (lines, expected): ([String], [Float]) = ([], [])
    for _ in 0..<2000 {
      let low = Float(bitPattern: UInt32.random(in: 0x1000...0x7f7f_fffe, using: &generator))
      let middle = (Double(low) + Double(low.nextUp)) / 2
      // All digits of the middle, which end in 5.
      let digits = String(format: "%.170e", middle).split(separator: "e")
      lines += ["\(digits[0])1e\(digits[1])", "-\(digits[0])1e\(digits[1])"]
      expected += [low.nextUp, -low.nextUp]
      lines.append(String(format: "%.150e", middle.nextDown))
      expected.append(low)
    }
    #expect(lines.map { Float($0) } == expected)
    #expect(try read(Array(lines.joined(separator: "\n").utf8), as: Float.self).0.elements == expected)
  }

  /// The nearest numbers by strtof of glibc; NumPy takes f64 between.
  @Test func hardTexts() throws {
    let cases: [(String, Float)] = [
      ("1.000000059604644775390625000001", 1.0000001), ("1.000000059604644775390625", 1),
      ("1.00000005960464477539", 1), ("16777217", 16777216), ("16777219", 16777220),
      ("7.1e-46", .leastNonzeroMagnitude), ("7.0e-46", 0), ("1.1754943157898258e-38", .leastNormalMagnitude),
      ("-0", -0.0),
      ("3.4028235677973362e38", 3.4028235e38), ("9007199791611905", 9007200328482816),
    ]
    let text = cases.map(\.0).joined(separator: "\n")
    let (x, losses) = try read(Array(text.utf8), as: Float.self)
    #expect(x.elements.map { "\($0)" } == cases.map { "\($0.1)" })
    #expect(losses.vanished.count == 1 && losses.vanished.first?.row == 6)
    #expect(losses.rounded.count == 3 && losses.rounded.first?.row == 3)
  }

  // MARK: - Losses

  private static let tiny: [Double] = [0, 1, -0.0, 3, 1e-60, 5, 6, -1e-45, 7e-46, 1e-46, 1e-47, 2]

  /// What becomes 0 as Float is counted, in every way of reading it.
  @Test func vanishingNumbersAreCounted() throws {
    let x = Self.tiny
    for (order, place) in [("False", (1, 0)), ("True", (2, 2))] {
      let (read, losses) = try read(npy("<f8", "(3, 4)", fortran: order, bytes(x)), as: Float.self)
      #expect(losses.vanished.count == 4 && losses.rounded.count == 0)
      let first = try #require(losses.vanished.first)
      #expect(
        order == "False" ? (first.row, first.column) == place : read[first.row, first.column] == 0, "\(order)"
      )
    }
    let text = (0..<3).map { i in (0..<4).map { "\(x[4 * i + $0])" }.joined(separator: ",") }
    let ofText = try read(Array(text.joined(separator: "\n").utf8), as: Float.self).1
    #expect(ofText.vanished.count == 4 && ofText.vanished.first == .init(row: 1, column: 0))
    let inDouble = try read(npy("<f8", "(3, 4)", bytes(x)), as: Double.self).1
    #expect(inDouble == ConversionLosses())
  }

  @Test func whatTheScaleLosesIsCounted() throws {
    let float = try read(
      npy("<f4", "(2, 2)", bytes([Float(0), 1e-10, -0.0, 1e20])), scale: 1e-40, as: Float.self)
    #expect(float.1.vanished.count == 1 && float.1.vanished.first == .init(row: 0, column: 1))
    let double = try read(npy("<f8", "(2, 1)", bytes([1, 1e-200])), scale: 1e-200, as: Double.self)
    #expect(double.1.vanished.count == 1 && double.1.vanished.first == .init(row: 1, column: 0))
    let text = try read(Array("1\n1e-400\n".utf8), as: Double.self)
    #expect(text.1.vanished.count == 1 && text.1.vanished.first == .init(row: 1, column: 0))
  }

  @Test func wholeNumbersOfMoreBitsAreCounted() throws {
    let large: [Int64] = [1 << 53, -(1 << 53), (1 << 53) + 1, .min, .max, 1 << 60]
    for (order, first) in [("False", (1, 0)), ("True", (0, 1))] {
      let (x, losses) = try read(npy("<i8", "(3, 2)", fortran: order, bytes(large)), as: Double.self)
      #expect(x.elements.sorted() == large.map(Double.init).sorted())
      #expect(losses.rounded.count == 2 && losses.vanished.count == 0)
      let place = try #require(losses.rounded.first)
      #expect(order == "True" || (place.row, place.column) == first)
    }
    let unsigned = try read(npy("<u8", "(2, 1)", bytes([UInt64.max, 1 << 63])), as: Double.self)
    #expect(unsigned.0.elements == [18446744073709551616, 9223372036854775808])
    #expect(unsigned.1.rounded.count == 1 && unsigned.1.rounded.first == .init(row: 0, column: 0))
    // To Float in one step: in two, the middle would be rounded to even.
    let float = try read(
      npy("<i8", "(2, 1)", bytes([(1 << 60) + (1 << 36) + 1, 3 as Int64])), as: Float.self)
    #expect(float.0.elements == [1.1529217e18, 3] && float.1.rounded.count == 1)
    let int32 = try read(npy("<i4", "(1, 2)", bytes([16_777_216, 16_777_217] as [Int32])), as: Float.self)
    #expect(int32.1.rounded.count == 1 && int32.1.rounded.first == .init(row: 0, column: 1))
    let text = "9007199254740992,9007199254740993\n9007199254740994.0,123456789012345678901234567890\n"
    let ofText = try read(Array(text.utf8), as: Double.self)
    #expect(ofText.1.rounded.count == 2 && ofText.1.rounded.first == .init(row: 0, column: 1))
    #expect(try read(Array("+007,-36028797018963968,0\n".utf8), as: Double.self).1 == ConversionLosses())
  }

  @Test(arguments: [ElementType.float16, .float32]) func whatASinkLosesIsCounted(_ type: ElementType) throws {
    try withTemporaryDirectory { directory in
      let sink = try FileFormat.npy.sink(
        to: OutputFile(replacing: directory.appendingPathComponent("o")), columns: 4, rows: 6, as: type)
      let x = Matrix(rows: 3, columns: 4, Self.tiny)
      try sink.append(x)
      try sink.append(x.converted(to: Float.self))
      try sink.finish()
      // All five of the first three rows are too small for half precision, and the one that is left of them in Float.
      #expect(sink.losses.vanished.count == (type == .float16 ? 6 : 4))
      #expect(sink.losses.vanished.first == .init(row: 1, column: 0) && sink.losses.rounded.count == 0)
    }
  }
}
