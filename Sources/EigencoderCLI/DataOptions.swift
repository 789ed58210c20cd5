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
    Option(
      "array", "NAME",
      "of an npz file with several arrays, the one to read; of JSON lines, the key of\nthe vector"),
    Option("tensor", "NAME", "of a safetensors file with several tensors, the one to read"),
    Option(
      "header", "yes|no", "whether the first line of a table names its columns (default: as it looks)",
      choices: ["yes", "no"]),
    Option(
      "select", "COLUMNS",
      "of a table, those that are data: names, else numbers from 1, and ranges, as id,3-10"),
    Option("drop", "COLUMNS", "of a table, those that are not data"),
    Option(
      "ids", "COLUMN",
      "of a table or JSON lines, what names the rows (default: \"id\", or a column\nwithout a name that counts them)"
    ),
    Option(
      "missing", "NAME",
      "numbers that are missing: \(names(MissingValues.self)), the mean of this file\n(default: error)",
      choices: MissingValues.allCases.map(\.rawValue)),
    Option(
      "decimal", "NAME", "of a table: point or comma (default: as its numbers look)",
      choices: ["point", "comma"]),
  ]

  /// The option that names the data, which are `what`.
  static func option(_ what: String = "one sample a row") -> Option {
    let formats = FileFormat.recognized.map(\.name)
    return Option(
      "data", "FILE",
      "\(what); - for standard input.\n\(formats.dropLast().joined(separator: ", ")) or \(formats.last ?? ""), "
        + "by the content,\nalso gzipped; or raw float32 with --columns; several npy that are read as one: "
        + "'parts/*.npy'")
  }

  /// What names standard input and output among files.
  static let standardStream = "-"

  /// A file, a pattern of files, or `standardStream`; nil for the built-in digits.
  let path: String?
  /// What names it on the command line.
  private let option: String
  private let reading: RowReader.Options
  /// nil lets the numbers decide.
  let precision: Precision?

  /// - Parameter scale: of the numbers where the command line gives none; nil is that of their format.
  init(_ arguments: Arguments, _ name: String = "data", scale: Double? = nil) throws {
    path = arguments.string(name)
    option = name
    var table = TableOptions(
      hasHeader: try arguments.choice("header", of: Header.self).map { $0 == .yes },
      select: arguments.string("select"), drop: arguments.string("drop"), ids: arguments.string("ids"),
      hasDecimalComma: try arguments.choice("decimal", of: Decimal.self).map { $0 == .comma })
    // A file of labels, or a column of these data.
    if let labels = arguments.string("labels"), path != nil, !FileManager.default.fileExists(atPath: labels) {
      table.labels = labels
    }
    reading = RowReader.Options(
      scale: try arguments.number("scale", "other than 0", where: { $0 != 0 }) ?? scale,
      columns: try arguments.integer("columns", atLeast: 1), array: arguments.string("array"),
      tensor: arguments.string("tensor"), table: table,
      missing: try arguments.choice("missing", default: .error))
    precision = try arguments.choice("precision")
    let given = Self.layoutOptions.map(\.name).filter(arguments.has)
    if path == nil, let first = given.first {
      throw EigencoderError.invalidArgument("--\(first) goes with --\(name)")
    }
    let layouts = ["columns", "array", "tensor"].filter(given.contains)
    if layouts.count > 1 {
      throw EigencoderError.invalidArgument("--\(layouts[0]) and --\(layouts[1]) exclude each other")
    }
  }

  /// A file that this program has written: as its content says.
  init(written path: String) {
    (self.path, option, reading, precision) = (path, "data", RowReader.Options(), nil)
  }

  private enum Header: String, CaseIterable { case yes, no }
  private enum Decimal: String, CaseIterable { case point, comma }

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
    let files = try files
    guard files.count > 1 else { return try RowReader(contentsOf: files[0], options: reading) }
    return try RowFile(contentsOf: files, options: reading).reader()
  }

  /// What is read: the names of files, of a pattern all that it names; none of the built-in digits.
  var paths: [String] {
    get throws {
      guard let path else { return [] }
      return FilePattern.isPattern(path) ? try FilePattern.files(path, option) : [path]
    }
  }

  private var files: [URL] { get throws { try paths.map { URL(fileURLWithPath: $0) } } }

  /// One sample a row, all of them, in the precision that is asked for or that holds them, and no narrower than `least`.
  func load(atLeast least: Precision = .f32) throws -> AnyMatrix { try loadTable(atLeast: least).x }

  /// The same, and what else the file says of them.
  func loadTable(atLeast least: Precision = .f32) throws -> Table {
    let reader = try open()
    var table = try reader.readTable(in: precision)
    note(reader)
    noteLosses(reader, as: table.x.precision == .f32 ? .float32 : .float64)
    if least == .f64 { table.x = .double(table.x.inDouble) }
    let x = table.x
    Terminal.detail {
      "\(name): \(counted(x.rows, "row")) of \(counted(x.columns, "column")), \(x.precision.rawValue)"
    }
    return table
  }

  /// Says in a line what was decided about a table.
  func note(_ reader: RowReader) {
    if !reader.decisions.isEmpty { Terminal.note("\(name): \(reader.decisions.joined(separator: "; "))") }
  }

  /// Says what numbers lost and which were missing, after the rows have been read.
  func noteLosses(_ reader: RowReader, as type: ElementType) {
    Terminal.note(reader.losses, of: name, as: type)
    noteMissing(reader)
  }

  /// Says what was done about missing numbers.
  func noteMissing(_ reader: RowReader) {
    if let text = reader.missingSummary { Terminal.note("\(name): \(text)") }
  }

  /// The precision for rows that `reader`, just opened, hands over a block at a time. What can be read only once is f64 unless
  /// its type tells; so is what is stored as f64, for codes of such rows are expected to be f64 too.
  func precision(of reader: RowReader) throws -> Precision {
    if let known = precision ?? reader.knownPrecision { return known }
    let isReadAgain = path == nil || regularFile != nil
    return reader.storedType == .float64 || !isReadAgain ? .f64 : try open().precisionOfRows()
  }

  /// The rows of a large file where they stay; nil for data that are read whole. A note on standard error says where a large
  /// file has to be.
  func rowFile() throws -> RowFile? {
    guard try isLarge() else { return nil }
    guard try open().isSeekable else {
      Terminal.note(
        "\(name): all rows are kept in memory, for this format has them in their order only; of npy, which "
          + "'eigencoder convert' writes, they are read as they are needed")
      return nil
    }
    return try RowFile(contentsOf: files, options: reading)
  }

  /// The rows where they stay, each read by one of the ranks.
  func rowFile(among ranks: any Communicator) throws -> RowFile {
    guard path != nil, path != Self.standardStream else {
      throw EigencoderError.invalidArgument(
        "with mpirun, --data names files, of which every process reads its rows")
    }
    return try RowFile(contentsOf: files, options: reading).shared(among: ranks)
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
    guard path != Self.standardStream, let first = try? paths.first, stat(first, &status) == 0,
      status.st_mode & S_IFMT == S_IFREG
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
  static let option = Option(
    "labels", "FILE",
    "the class of each row: a file (npy, csv or idx), or a column of the data; errors by class")

  /// The labels of a file, or those of the table where `path` is a column of it.
  ///
  /// - Throws: `.invalidData` unless there is one for each of `rows` rows.
  static func read(_ path: String, rows: Int, of data: String, _ table: Table?) throws -> Labels {
    if let labels = table?.labels { return labels }
    let labels = try Labels(contentsOf: URL(fileURLWithPath: path))
    guard labels.count == rows else {
      throw EigencoderError.invalidData(
        "\(path) has \(counted(labels.count, "label")), expected \(rows), one for each row of \(data)"
          + (labels.count == rows + 1 ? " (a header? without its first line it fits)" : ""))
    }
    return labels
  }
}

/// How many rows neighbours are looked for among.
enum NeighbourOptions {
  static let rows = Option(
    "neighbour-rows", "N",
    "test rows to compute neighbour metrics on, at random of more; 0 for none (default: \(limit))")

  static let limit = 10_000

  static func rows(_ arguments: Arguments) throws -> Int {
    try arguments.integer("neighbour-rows", atLeast: 0) ?? limit
  }
}

enum Format: String, CaseIterable {
  case table, markdown, json, csv
}

enum TextFormat: String, CaseIterable {
  case text, json
}
