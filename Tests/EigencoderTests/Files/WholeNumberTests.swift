import Eigencoder
import Foundation
import Testing

/// Whole numbers keep every bit from one file into another.
@Suite struct WholeNumberTests {
  struct Stored: CustomTestStringConvertible, Sendable {
    let type: ElementType
    let descriptor: String
    /// Six numbers, the least and the largest among them, big-endian or little-endian, and their texts.
    let payload: [UInt8]
    let texts: [String]
    var testDescription: String { descriptor }

    init<S: FixedWidthInteger>(_ type: ElementType, _ descriptor: String, _: S.Type) {
      let values: [S] = [.min, .max, 0, 1, .max - 1, .max / 2 + 1]
      self.type = type
      self.descriptor = descriptor
      payload = bytes(values, bigEndian: descriptor.hasPrefix(">"))
      texts = values.map { "\($0)" }
    }
  }

  static let all = [
    Stored(.int8, "|i1", Int8.self), Stored(.uint8, "|u1", UInt8.self), Stored(.int16, "<i2", Int16.self),
    Stored(.uint16, ">u2", UInt16.self), Stored(.int32, ">i4", Int32.self),
    Stored(.uint32, "<u4", UInt32.self),
    Stored(.int64, "<i8", Int64.self), Stored(.int64, ">i8", Int64.self), Stored(.uint64, "<u8", UInt64.self),
  ]

  /// From npy in either order of the axes by way of each format, and its own type, into a text.
  @Test(arguments: all, ["False", "True"]) func everyBitStays(_ stored: Stored, _ fortran: String) throws {
    let content = npy(stored.descriptor, "(3, 2)", fortran: fortran, stored.payload)
    let order = fortran == "True" ? [0, 3, 1, 4, 2, 5] : [0, 1, 2, 3, 4, 5]
    try withTemporaryDirectory { directory in
      for format in [FileFormat.npy, .safetensors, .tsv] {
        let (first, last) = (
          directory.appendingPathComponent("first"), directory.appendingPathComponent("last")
        )
        let there = RowConversion(of: try RowReader(bytes: content, name: "x"), to: format)
        #expect(format.isWrittenAsText || there.type == stored.type)
        #expect(try there.write(to: OutputFile(replacing: first)) == ConversionLosses())
        let back = RowConversion(of: try RowReader(contentsOf: first), to: .csv)
        try back.write(to: OutputFile(replacing: last))
        let text = try String(contentsOf: last, encoding: .utf8)
        let fields = text.split { $0 == "\n" || $0 == "," }.map(String.init)
        #expect(fields == order.map { stored.texts[$0] } && text.filter { $0 == "\n" }.count == 3)
      }
    }
  }

  /// From a text into 64 bits, and from one type into another.
  @Test func textIntoWholeNumbers() throws {
    try withTemporaryDirectory { directory in
      let out = directory.appendingPathComponent("o")
      func convert(_ text: String, _ type: ElementType) throws {
        let reader = try RowReader(bytes: Array(text.utf8), name: "t")
        try RowConversion(of: reader, to: .npy, as: type).write(to: OutputFile(replacing: out))
      }
      func text() throws -> String {
        let csv = directory.appendingPathComponent("csv")
        try RowConversion(of: RowReader(contentsOf: out), to: .csv).write(to: OutputFile(replacing: csv))
        return try String(contentsOf: csv, encoding: .utf8)
      }
      try convert("-9223372036854775808,+9223372036854775807\n1e3,2.0\n", .int64)
      #expect(try text() == "-9223372036854775808,9223372036854775807\n1000,2\n")
      try convert("18446744073709551615,007\n", .uint64)
      #expect(try text() == "18446744073709551615,7\n")
      try convert("-128,127\n", .int8)
      #expect(try text() == "-128,127\n")
      for (field, type) in [
        ("9223372036854775808", ElementType.int64), ("-1", .uint64), ("18446744073709551616", .uint64),
        ("0.5", .int64), ("1e300", .int64),
      ] {
        expectError(
          EigencoderError.invalidData,
          containing:
            "row 2, column 1 (counted from 1; line 2): expected a whole number of \(type), found \"\(field)\""
        ) { try convert("1,2\n\(field),3\n", type) }
      }
      expectError(
        EigencoderError.invalidData, containing: "is 128.0, expected whole numbers from -128 to 127"
      ) {
        try convert("128,1\n", .int8)
      }
      let unsigned = npy("<u8", "(1, 2)", bytes([1, UInt64.max]))
      expectError(
        EigencoderError.invalidData,
        containing:
          "row 1, column 2 (counted from 1) is 18446744073709551615, expected whole numbers of 64 bits"
      ) {
        try RowConversion(of: RowReader(bytes: unsigned, name: "u"), to: .npy, as: .int64).write(
          to: OutputFile(replacing: out))
      }
    }
  }

  /// Truth values are 0 and 1.
  @Test func truthValues() throws {
    try withTemporaryDirectory { directory in
      let out = directory.appendingPathComponent("o")
      let reader = try RowReader(bytes: npy("|b1", "(1, 3)", [0, 1, 2]), name: "b")
      try RowConversion(of: reader, to: .npy).write(to: OutputFile(replacing: out))
      #expect(try RowReader(contentsOf: out).storedType == .uint8)
      #expect(try Matrix<Float>(contentsOf: out).elements == [0, 1, 1])
    }
  }

  /// Many rows, a width that divides no buffer, with what separates fields.
  @Test func longTexts() throws {
    try withTemporaryDirectory { directory in
      let out = directory.appendingPathComponent("o")
      let rows = (0..<50_000).map { ["\($0)", "-0.\($0)", "\(Int64.max - Int64($0))"] }
      let text = "a;b;\"c\nd\"\n" + rows.map { " \($0[0]) ;\($0[1]);\"\($0[2])\"" }.joined(separator: "\r\n")
      let reader = try RowReader(bytes: Array(text.utf8), name: "t")
      #expect(
        try RowConversion(of: reader, to: .tsv).write(to: OutputFile(replacing: out)) == ConversionLosses())
      let lines = try String(contentsOf: out, encoding: .utf8)
      #expect(lines == "a\tb\t\"c\nd\"\n" + rows.map { $0.joined(separator: "\t") + "\n" }.joined())
    }
  }
}
