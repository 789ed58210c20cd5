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
      "\(names(of: formats)) (raw is float32)\n(default: by the name's ending, else npy; csv to standard output)",
      choices: formats.map(\.name)),
  ]

  let path: String
  let format: FileFormat

  private static let formats = FileFormat.written.filter { $0.types.contains(.float32) }

  init(_ arguments: Arguments) throws {
    path = try arguments.required("out")
    let ending = URL(fileURLWithPath: path).pathExtension
    let named = try arguments.format(of: path)
    guard named != nil || ending.isEmpty || path == DataSource.standardStream else {
      throw EigencoderError.unknownEnding(of: path, expecting: Self.formats)
    }
    format = named ?? (path == DataSource.standardStream ? .csv : .npy)
    guard Self.formats.contains(format) else {
      throw EigencoderError.invalidArgument(
        "\(format.name) holds whole numbers, the rows are float32: \(names(of: Self.formats))")
    }
  }

  /// Checks early that a file can be written there, and that it is none of those that the command reads.
  func requireWritable(reading inputs: [String?]) throws {
    if path != DataSource.standardStream { try Output.requireWritable(path, reading: inputs) }
  }

  /// Checks that the format holds codes of that type.
  func requireHolding(_ type: CodeType) throws {
    guard format.holds(type.elementType) || format.isWrittenAsText,
      !(type == .quantized && format == .pgvector)
    else {
      throw EigencoderError.invalidArgument(
        "\(format.name) does not hold \(type.rawValue) codes: npy, or --type binary, int8, f16 or f32")
    }
  }

  /// What codes of that type are written as: text shows the numbers of f16.
  func elementType(of type: CodeType) -> ElementType {
    format.isWrittenAsText && type == .f16 ? .float32 : type.elementType
  }

  /// Writes the rows that `body` appends, a file whole or not at all.
  ///
  /// - Parameters:
  ///   - rows: how many there will be, where that is known.
  ///   - names: of the rows and columns, which text keeps.
  func write(
    columns: Int, rows: Int?, as type: ElementType, names table: TableNames, _ body: (RowSink) throws -> Void
  ) throws {
    if table.hasIDs, !format.isWrittenAsText {
      let keepers = Self.formats.filter(\.isWrittenAsText)
      Terminal.note(
        "\(format.name) has no place for the ids: rows keep their order (\(names(of: keepers)) keep them)")
    }
    let isStream = path == DataSource.standardStream
    let file = try OutputFile(replacing: URL(fileURLWithPath: isStream ? "/dev/stdout" : path))
    defer { file.abandon() }
    let sink = try format.sink(to: file, columns: columns, rows: rows, as: type, names: table)
    try body(sink)
    try sink.finish()
  }
}

extension Arguments {
  /// The format to write: that of --out-format, else that which the ending of `path` asks for; nil where it asks for none.
  func format(of path: String) throws -> FileFormat? {
    guard let name = string("out-format") else { return .written(at: path) }
    guard let format = FileFormat.written.first(where: { $0.name == name }) else {
      throw EigencoderError.invalidArgument(
        "--out-format is one of \(names(of: FileFormat.written)); got '\(name)'")
    }
    return format
  }
}

/// "npy, csv"
func names(of formats: [FileFormat]) -> String { formats.map(\.name).joined(separator: ", ") }

extension EigencoderError {
  /// Of a path that does not say in what to write.
  static func unknownEnding(of path: String, expecting formats: [FileFormat]) -> EigencoderError {
    .invalidArgument(
      "'\(path)' does not end as a format that is written; --out-format is one of \(names(of: formats))")
  }
}
