/// Content whose format is known.
struct RowContent {
  let source: any RowSource
  /// What the source reads.
  let reader: ByteReader
  /// What its numbers are multiplied by where nothing else is asked for.
  var scale = 1.0
}

extension ByteReader {
  /// What data may be, for messages.
  private static let formats =
    "npy, npz, csv, tsv, idx, fvecs, bvecs, ivecs, safetensors, or raw float32 of a given number of columns"

  /// The rows of the content, whatever its format.
  func rows(_ options: ReadingOptions) throws -> RowContent {
    if let columns = options.columns { return try rawRows(columns: columns) }
    let format = try knownFormat()
    if let format, format != .idx, format != .text { return try rows(of: format, options) }
    // The width of a vector and the first bytes of an idx file may be the same.
    if let vectors = try VectorFile.detect(self) ?? (format == nil ? VectorFile(name: name) : nil),
      try !isAtEnd()
    {
      if options.array != nil { throw useless("array", "an npz archive") }
      if options.tensor != nil { throw useless("tensor", "a safetensors file") }
      return RowContent(source: try VectorRows(vectors, self), reader: self)
    }
    return try rows(of: self.format(expecting: Self.formats), options)
  }

  private func rows(of format: FileFormat, _ options: ReadingOptions) throws -> RowContent {
    if options.array != nil, format != .zip { throw useless("array", "an npz archive") }
    if options.tensor != nil, format != .safetensors { throw useless("tensor", "a safetensors file") }
    switch format {
    case .npy: return RowContent(source: try Npy.header(from: self).rows(from: self), reader: self)
    case .idx:
      let array = try Idx.header(from: self)
      let isImages = array.type == .uint8 && array.shape.count >= 3
      return RowContent(source: try array.rows(from: self), reader: self, scale: isImages ? 1 / 255 : 1)
    case .text: return RowContent(source: try TextRows(self), reader: self)
    case .zip: return try npzRows(options)
    case .safetensors: return try tensorRows(options.tensor)
    case .gzip: throw invalid("gzip inside gzip, expected \(Self.formats)")
    }
  }

  private func useless(_ option: String, _ format: String) -> EigencoderError {
    .invalidArgument(
      "\(name): the name of \(option == "array" ? "an array" : "a tensor") was given, expected \(format)")
  }

  private func rawRows(columns: Int) throws -> RowContent {
    guard columns >= 1 else {
      throw EigencoderError.invalidArgument("the number of columns is at least 1, got \(columns)")
    }
    switch FileFormat.detect(try peek(FileFormat.headLength, atLeast: 8)) {
    case .npy: throw invalid("an npy file, which tells its columns itself, expected raw float32")
    case .zip: throw invalid("a zip archive, expected raw float32")
    case .safetensors:
      throw invalid("a safetensors file, which tells its columns itself, expected raw float32")
    default: break
    }
    return RowContent(source: try StoredRows(.float32, columns: columns, self), reader: self)
  }

  /// The array of that name, with or without the ending that NumPy gives it, or the only one.
  private func npzRows(_ options: ReadingOptions) throws -> RowContent {
    let archive = try ZipArchive(self)
    let arrays = archive.entries.filter { $0.name.hasSuffix(".npy") }
    let names = arrays.map { String($0.name.dropLast(4)) }
    let chosen = try choice(
      of: "array", named: options.array.map { $0.hasSuffix(".npy") ? String($0.dropLast(4)) : $0 },
      among: names,
      in: "a zip archive")
    let content = try archive.content(arrays[chosen])
    return RowContent(source: try Npy.header(from: content).rows(from: content), reader: content)
  }

  /// The tensor of that name, or the only one with two axes.
  private func tensorRows(_ tensor: String?) throws -> RowContent {
    let whole = try seekable()
    let header = try SafeTensorsHeader(from: whole)
    let tables = tensor == nil ? header.entries.filter { $0.shape.count == 2 } : header.entries
    let entry = tables[
      try choice(of: "tensor", named: tensor, among: tables.map(\.name), in: "a safetensors file")]
    guard entry.shape.count == 2 else {
      throw invalid(
        "tensor '\(entry.name)' has the shape \(entry.shape.shapeText), expected rows and columns")
    }
    let start = whole.consumed
    let content = whole.slice(start + entry.offsets.lowerBound..<start + entry.offsets.upperBound)
    let array = StoredArray(type: entry.type, shape: entry.shape)
    return RowContent(source: try array.rows(from: content), reader: content)
  }

  /// Which of several things in a file: the one of that name, or the only one.
  private func choice(of what: String, named name: String?, among names: [String], in file: String) throws
    -> Int
  {
    let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
    if let name {
      guard let index = names.firstIndex(of: name) else {
        throw invalid("no \(what) '\(name)', found \(names.isEmpty ? "none" : shown)")
      }
      return index
    }
    guard names.count == 1 else {
      throw invalid(
        names.isEmpty
          ? "\(file) without \(what == "array" ? "an array" : "a tensor of two axes"), expected \(Self.formats)"
          : "\(file) with \(names.count) \(what)s (\(shown)): name the one to read")
    }
    return 0
  }
}
