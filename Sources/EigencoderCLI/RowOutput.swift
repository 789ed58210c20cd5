import Eigencoder
import Foundation

/// Where rows of numbers go.
struct RowOutput {
  static let options = [
    Option(
      "out", "FILE",
      "where to write, one row a sample; - for standard output, in the order\nof the rows and as they are done"
    ),
    Option(
      "out-format", "NAME",
      "\(formats.map(\.rawValue).joined(separator: ", ")) (raw is float32)\n(default: by the name's ending, else npy; csv to standard output)",
      choices: formats.map(\.rawValue)),
  ]

  let path: String
  let format: RowFormat

  private static let formats = RowFormat.allCases.filter { $0.types.contains(.float32) }

  init(_ arguments: Arguments) throws {
    path = try arguments.required("out")
    format = try arguments.choice(
      "out-format", default: path == DataSource.standardStream ? .csv : RowFormat(name: path) ?? .npy)
    guard Self.formats.contains(format) else {
      throw EigencoderError.invalidArgument(
        "\(format.rawValue) holds whole numbers, the rows are float32: "
          + Self.formats.map(\.rawValue).joined(separator: ", "))
    }
  }

  /// Checks early that a file can be written there, and that it is none of those that the command reads.
  func requireWritable(reading inputs: [String?]) throws {
    if path != DataSource.standardStream { try Output.requireWritable(path, reading: inputs) }
  }

  /// Checks that the format holds codes of that type.
  func requireHolding(_ type: CodeType) throws {
    guard type == .f32 || format == .npy || (type == .f16 && format == .safetensors) else {
      throw EigencoderError.invalidArgument(
        "\(format.rawValue) does not hold \(type.rawValue) codes: npy, or --type f32")
    }
  }

  /// Writes the rows that `body` appends, a file whole or not at all.
  ///
  /// - Parameter rows: how many there will be, where that is known.
  func write(columns: Int, rows: Int?, as type: ElementType = .float32, _ body: (any RowSink) throws -> Void)
    throws
  {
    let isStream = path == DataSource.standardStream
    let file = try OutputFile(replacing: URL(fileURLWithPath: isStream ? "/dev/stdout" : path))
    defer { file.abandon() }
    let sink = try format.sink(to: file, columns: columns, rows: rows, as: type)
    try body(sink)
    try sink.finish()
  }
}
