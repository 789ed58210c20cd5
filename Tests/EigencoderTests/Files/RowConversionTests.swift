import Eigencoder
import Foundation
import Testing

/// What is converted reads back as the same numbers, whichever formats it passes.
@Suite struct RowConversionTests {
  /// Every format with every type that it holds.
  static let forms = FileFormat.written.filter { $0 != .pgvector }.flatMap { format in
    format.types.map { Form(format: format, type: $0) }
  }

  struct Form: CustomTestStringConvertible, Sendable {
    let format: FileFormat
    let type: ElementType
    var testDescription: String { "\(format.name) \(type)" }

    func url(_ directory: URL) -> URL { directory.appendingPathComponent("\(type).\(format.name)") }

    /// Raw numbers do not say how many make a row.
    func reader(_ directory: URL, columns: Int) throws -> RowReader {
      try RowReader(
        contentsOf: url(directory),
        options: RowReader.Options(scale: 1, columns: format == .raw ? columns : nil)
      )
    }

    /// In blocks of `height` rows.
    func write<T: Scalar>(_ x: Matrix<T>, _ directory: URL, height: Int = 5, rows: Int?) throws {
      let sink = try format.sink(
        to: OutputFile(replacing: url(directory)), columns: x.columns, rows: rows, as: type)
      for first in stride(from: 0, to: x.rows, by: height) {
        try sink.append(x.rows(first..<min(first + height, x.rows)))
      }
      try sink.finish()
    }
  }

  /// From every form to every other, with numbers that all of them hold.
  @Test(arguments: forms, [(1, 1), (1, 6), (7, 1), (12, 5), (300, 33)])
  func everyPair(_ first: Form, _ shape: (Int, Int)) throws {
    let (rows, columns) = shape
    let x = Matrix<Float>(rows: rows, columns: columns, (0..<rows * columns).map { Float($0 * 7 % 128) })
    try withTemporaryDirectory { directory in
      for second in Self.forms {
        try first.write(x, directory, rows: rows)
        let conversion = RowConversion(
          of: try first.reader(directory, columns: columns), to: second.format, as: second.type)
        let other = directory.appendingPathComponent("other")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        try conversion.write(to: OutputFile(replacing: second.url(other)))
        let back = try second.reader(other, columns: columns)
        #expect(back.columns == columns)
        #expect(back.storedType == (second.format.isWrittenAsText ? nil : second.type))
        let read = try back.readAll(as: Float.self)
        #expect(read == x, "\(second)")
      }
    }
  }

  /// Bit for bit: the smallest and largest, negative zero, and numbers of many digits.
  private static let hard: [Double] = [
    0, -0.0, 1, -1, 0.1, 1.0 / 3, .leastNonzeroMagnitude, 2.2250738585072014e-308, 1.7976931348623157e308,
    -123456.789e-20,
    .pi, 1e22, 1e23, 9007199254740994, 4.35, 0.3, 2.675, -7e-5,
  ]

  @Test(arguments: [FileFormat.npy, .safetensors, .csv, .tsv]) func doubles(_ format: FileFormat) throws {
    let x = Matrix(rows: 3, columns: 6, Self.hard)
    try exact(x, Form(format: format, type: .float64))
  }

  @Test(arguments: [FileFormat.npy, .safetensors, .csv, .tsv, .fvecs, .raw]) func floats(_ format: FileFormat)
    throws
  {
    let x = Matrix<Float>(
      rows: 3, columns: 6,
      [0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .pi]
        + [Float].random(12, seed: 4))
    try exact(x, Form(format: format, type: .float32))
  }

  private func exact<T: Scalar>(_ x: Matrix<T>, _ form: Form) throws {
    try withTemporaryDirectory { directory in
      for rows in [x.rows, nil] {
        try form.write(x, directory, height: 2, rows: rows)
        let back = try form.reader(directory, columns: x.columns).readAll(as: T.self)
        #expect(back.elements.map { "\($0)" } == x.elements.map { "\($0)" }, "\(form)")
      }
    }
  }

  /// Every half there is, through files of halves; and every other number as Swift rounds it.
  @Test(arguments: [FileFormat.npy, .safetensors]) func halves(_ format: FileFormat) throws {
    let all = (UInt16.min...UInt16.max).map { Float16(bitPattern: $0) }.filter(\.isFinite)
    let x = Matrix<Float>(rows: all.count / 64, columns: 64, all.map(Float.init))
    try exact(x, Form(format: format, type: .float16))
    try withTemporaryDirectory { directory in
      let form = Form(format: format, type: .float16)
      // Halfway between two halves, and next to that.
      let between = zip(all, all.dropFirst()).filter { $0 < $1 || ($0 < 0 && $1 < $0) }.flatMap { a, b in
        let middle = (Double(a) + Double(b)) / 2
        return [middle, middle.nextUp, middle.nextDown, middle * (1 + 1e-9)]
      }
      let doubles = Matrix(rows: between.count, columns: 1, between)
      try form.write(doubles, directory, rows: between.count)
      let rounded = try form.reader(directory, columns: 1).readAll(as: Float.self)
      #expect(rounded.elements == between.map { Float(Float16($0)) })
      let floats = between.map(Float.init)
      try form.write(Matrix(rows: floats.count, columns: 1, floats), directory, rows: nil)
      let again = try form.reader(directory, columns: 1).readAll(as: Float.self)
      #expect(again.elements == floats.map { Float(Float16($0)) })
    }
  }

  /// Without a type that was asked for, numbers keep theirs where the format can hold it.
  @Test func naturalTypes() throws {
    try withTemporaryDirectory { directory in
      let x = Matrix<Double>(rows: 2, columns: 3, [1, 2, 3, 4, 5, 6])
      for (first, format, expected) in [
        (Form(format: .npy, type: .float16), .npy, .float16),
        (Form(format: .npy, type: .float16), .csv, .float32),
        (Form(format: .npy, type: .float64), .safetensors, .float64),
        (Form(format: .npy, type: .float64), .fvecs, .float32),
        (Form(format: .bvecs, type: .uint8), .npy, .uint8),
        (Form(format: .ivecs, type: .int32), .npy, .int32),
        (Form(format: .npy, type: .int64), .safetensors, .int64),
        (Form(format: .npy, type: .uint16), .ivecs, .int32),
        (Form(format: .csv, type: .float32), .npy, .float64),
        (Form(format: .csv, type: .float32), .bvecs, .uint8),
      ] as [(Form, FileFormat, ElementType)] {
        try first.write(x, directory, rows: 2)
        let conversion = RowConversion(of: try first.reader(directory, columns: 3), to: format)
        #expect(conversion.type == expected, "\(first) to \(format)")
      }
    }
  }

  @Test(arguments: [
    (Form(format: .bvecs, type: .uint8), 256, "whole numbers from 0 to 255"),
    (Form(format: .bvecs, type: .uint8), -1, "whole numbers from 0 to 255"),
    (Form(format: .bvecs, type: .uint8), 0.5, "whole numbers from 0 to 255"),
    (Form(format: .ivecs, type: .int32), 2_147_483_648, "whole numbers of 32 bits"),
    (Form(format: .ivecs, type: .int32), 1e-3, "whole numbers of 32 bits"),
    (Form(format: .npy, type: .float16), 65520, "numbers up to 65504, the range of float16"),
    (Form(format: .safetensors, type: .float16), -1e30, "numbers up to 65504, the range of float16"),
    (Form(format: .fvecs, type: .float32), 1e39, "numbers up to 3.4e38, the range of float32"),
  ]) func beyondTheType(_ form: Form, _ value: Double, _ expected: String) throws {
    var x = Matrix<Double>(rows: 9, columns: 4)
    x[7, 2] = value
    try withTemporaryDirectory { directory in
      expectError(
        EigencoderError.invalidData,
        containing:
          "\(form.type).\(form.format.name): row 8, column 3 (counted from 1) is \(value), expected \(expected)"
      ) { try form.write(x, directory, rows: 9) }
      if value.magnitude < 1e38 {
        expectError(EigencoderError.invalidData, containing: "row 8, column 3") {
          try form.write(x.converted(to: Float.self), directory, rows: 9)
        }
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
      #expect(left == [])
    }
  }

  /// More rows than any buffer holds, of a width that divides none.
  @Test func longFiles() throws {
    let x = Matrix<Float>.random(20_000, 37, seed: 8)
    try withTemporaryDirectory { directory in
      for form in [
        Form(format: .fvecs, type: .float32), Form(format: .npy, type: .float64),
        Form(format: .npy, type: .float32),
      ] {
        try form.write(x, directory, height: 9000, rows: nil)
        let back = try form.reader(directory, columns: 37).readAll(as: Float.self)
        #expect(back == x)
      }
    }
  }

  /// A view of some columns of a wider matrix.
  @Test func columnsOfAMatrix() throws {
    let x = Matrix<Float>.random(50, 9, seed: 8)
    try withTemporaryDirectory { directory in
      for form in Self.forms where form.type == .float32 {
        let sink = try form.format.sink(
          to: OutputFile(replacing: form.url(directory)), columns: 4, rows: 50, as: form.type)
        try x.withView { try sink.append($0.columns(2..<6)) }
        try sink.finish()
        let back = try form.reader(directory, columns: 4).readAll(as: Float.self)
        #expect(back.elements == (0..<50).flatMap { Array(x.row($0)[2..<6]) }, "\(form)")
      }
    }
  }
}
