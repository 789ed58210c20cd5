import CDigits
import Eigencoder
import Foundation

/// Where the samples come from.
struct DataSource {
  static let scaleOption = Option(
    "scale", "X", "multiply every number of the data by X (default: 1; 1/255 for idx images)")

  static let precisionOption = Option(
    "precision", "NAME",
    "of the numbers: \(names(Precision.self)) (default: f32 where it holds every number\nof the data exactly, else f64)",
    choices: Precision.allCases.map(\.rawValue))

  /// How the data are to be read, and in which precision they are computed with.
  static let readingOptions = layoutOptions + [precisionOption]

  /// How the data are to be read, where their content does not say it.
  static let layoutOptions = [
    Option("columns", "D", "the data are raw float32, little-endian, D numbers a row"),
    Option("array", "NAME", "of an npz file with several arrays, the one to read"),
    Option("tensor", "NAME", "of a safetensors file with several tensors, the one to read"),
  ]

  /// The option that names the data, which are `what`.
  static func option(_ what: String = "one sample a row") -> Option {
    let formats = FileFormat.recognized.map(\.name)
    return Option(
      "data", "FILE",
      "\(what); - for standard input.\n\(formats.dropLast().joined(separator: ", ")) or \(formats.last ?? ""), "
        + "by the content,\nalso gzipped; or raw float32 with --columns")
  }

  /// What names standard input and output among files.
  static let standardStream = "-"

  let path: String?
  private let reading: RowReader.Options
  /// nil lets the numbers decide.
  let precision: Precision?

  /// - Parameter scale: of the numbers where the command line gives none; nil is that of their format.
  init(_ arguments: Arguments, _ name: String = "data", scale: Double? = nil) throws {
    path = arguments.string(name)
    reading = RowReader.Options(
      scale: try arguments.number("scale", "other than 0", where: { $0 != 0 }) ?? scale,
      columns: try arguments.integer("columns", atLeast: 1), array: arguments.string("array"),
      tensor: arguments.string("tensor"))
    precision = try arguments.choice("precision")
    let given = Self.layoutOptions.map(\.name).filter(arguments.has)
    if path == nil, let first = given.first {
      throw EigencoderError.invalidArgument("--\(first) goes with --\(name)")
    }
    if given.count > 1 {
      throw EigencoderError.invalidArgument("--\(given[0]) and --\(given[1]) exclude each other")
    }
  }

  var name: String {
    guard let path else { return "digits" }
    return path == Self.standardStream ? "standard input" : URL(fileURLWithPath: path).lastPathComponent
  }

  /// The rows, from the first on. Without a file: the built-in digits, 1,797 x 64, scaled to [0, 1].
  func open() throws -> RowReader {
    guard let path else {
      return try RowReader(
        bytes: Self.digits, name: "digits", options: RowReader.Options(scale: reading.scale ?? 1.0 / 16))
    }
    if path == Self.standardStream { return try RowReader(standardInput: reading) }
    return try RowReader(contentsOf: URL(fileURLWithPath: path), options: reading)
  }

  /// One sample a row, all of them, in the precision that is asked for or that holds them, and no narrower than `least`.
  func load(atLeast least: Precision = .f32) throws -> AnyMatrix { try loadWithScale(atLeast: least).x }

  /// The same, and what they were multiplied by as they were read.
  func loadWithScale(atLeast least: Precision = .f32) throws -> (x: AnyMatrix, scale: Double) {
    let reader = try open()
    var x = try reader.readAll(in: precision)
    Terminal.note(reader.losses, of: name, as: x.precision == .f32 ? .float32 : .float64)
    if least == .f64 { x = .double(x.inDouble) }
    Terminal.detail {
      "\(name): \(counted(x.rows, "row")) of \(counted(x.columns, "column")), \(x.precision.rawValue)"
    }
    return (x, reader.scale)
  }

  /// The precision for rows that `reader`, just opened, hands over a block at a time. What can be read only once is f64 unless
  /// its type tells; so is what is stored as f64, for codes of such rows are expected to be f64 too.
  func precision(of reader: RowReader) throws -> Precision {
    if let known = precision ?? reader.knownPrecision { return known }
    let isReadAgain = path == nil || regularFile != nil
    return reader.storedType == .float64 || !isReadAgain ? .f64 : try open().precisionOfRows()
  }

  /// Bytes of data that are read again rather than kept, where one pass after another will do.
  private static let kept = 64 << 20

  /// Whether the rows are too many to be kept, and can be read more than once: a large regular file.
  func isLarge() throws -> Bool {
    guard let status = regularFile else { return false }
    let reader = try open()
    let bytes = reader.rows.map { 4.0 * Double($0) * Double(reader.columns) } ?? Double(status.st_size)
    return bytes > Double(Self.kept)
  }

  /// What can be read more than once; nil for anything else.
  private var regularFile: stat? {
    var status = stat()
    guard let path, path != Self.standardStream, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG
    else { return nil }
    return status
  }

  /// The npy file of the built-in digits.
  static var digits: [UInt8] {
    Array(UnsafeBufferPointer(start: ek_digits_bytes(), count: ek_digits_count()))
  }
}

/// The classes of the samples.
enum LabelSource {
  /// - Throws: `.invalidData` unless there is one for each of `rows` rows.
  static func read(_ path: String, rows: Int, of data: String) throws -> Labels {
    let labels = try Labels(contentsOf: URL(fileURLWithPath: path))
    guard labels.count == rows else {
      throw EigencoderError.invalidData(
        "\(path) has \(counted(labels.count, "label")), expected \(rows), one for each row of \(data)")
    }
    return labels
  }
}

/// How many rows neighbours are looked for among.
enum NeighbourOptions {
  static let rows = Option(
    "neighbour-rows", "N",
    "test rows to compute neighbour metrics on, at random of more; 0 for none (default: 10000)")

  static func rows(_ arguments: Arguments) throws -> Int {
    try arguments.integer("neighbour-rows", atLeast: 0) ?? 10_000
  }
}

enum Format: String, CaseIterable {
  case table, markdown, json, csv
}

enum TextFormat: String, CaseIterable {
  case text, json
}
