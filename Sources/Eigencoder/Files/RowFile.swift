public import Foundation

/// Rows that stay in their file, or in several, and are read when they are needed, in its order or in any other: the file may
/// be larger than the memory.
///
/// Formats whose rows lie at known places can be read so: npy in C order, raw numbers, fvecs and its kin, safetensors. Others
/// (text, gzip, npz, columns one after another) can be converted to one of these.
public struct RowFile: Sendable {
  /// The last component of the path: what errors call it.
  public let name: String
  /// Numbers in a row.
  public let columns: Int
  /// Rows that are not left out.
  public private(set) var rows: Int
  private let parts: [JoinedRows.Part]
  private let scale: Double
  private let options: RowReader.Options
  private var selection = RowReader.Selection()
  /// The ranks among which the rows are shared.
  private(set) var ranks: (any Communicator)?

  /// Opens a file and reads what tells its format and its shape.
  ///
  /// - Throws: what `RowReader` throws, and `.invalidData` where rows cannot be read in any order.
  public init(contentsOf url: URL, options: RowReader.Options = .init()) throws {
    try self.init(contentsOf: [url], options: options)
  }

  /// Opens files whose rows are read one file after another, as if they were one, and reads what tells their shapes.
  ///
  /// - Parameters:
  ///   - urls: one at least, all with as many columns and numbers of one type.
  ///   - options: how all of them are read.
  /// - Throws: what `RowReader` throws, and `.invalidData` where rows cannot be read in any order, or files differ.
  public init(contentsOf urls: [URL], options: RowReader.Options = .init()) throws {
    precondition(!urls.isEmpty, "rows of no files")
    var first: RowReader?
    parts = try urls.map { url in
      let reader = try RowReader(contentsOf: url, options: options)
      guard options.missing == .error else {
        throw EigencoderError.invalidData(
          "\(reader.name): rows that are read in any order cannot be looked through for missing numbers; "
            + "'eigencoder convert --missing' makes a file without them")
      }
      guard reader.isSeekable, let rows = reader.rows else {
        throw EigencoderError.invalidData(
          "\(reader.name): its rows can be read in their order only; 'eigencoder convert' to npy, in C order, makes a file "
            + "of which any can be read")
      }
      if let first { try reader.requireLike(first) }
      first = first ?? reader
      return .init(url: url, rows: rows)
    }
    guard let first else { preconditionFailure("no file was opened") }
    (columns, scale) = (first.columns, first.scale)
    name = urls.count == 1 ? first.name : "\(first.name) and \(urls.count - 1) more"
    rows = parts.reduce(0) { $0 + $1.rows }
    self.options = options
  }

  /// The rows from the first on, one block after another; of rows that are shared among ranks, this one's.
  public func reader() throws -> RowReader {
    guard let ranks else { return try readerOfAll() }
    let own = ranks.share(of: 0..<rows)
    guard own.count > 0 else {
      throw EigencoderError.invalidData(
        "\(name): rows to fit to: \(rows), for \(ranks.size) processes; expected one each at least")
    }
    var selection = selection
    let ends = places(of: [own.lowerBound, own.upperBound - 1])
    selection.share = .init(rows: ends[0]..<ends[1] + 1, count: own.count, ranks: ranks)
    return try reader(selection)
  }

  /// All rows, whoever shares them.
  func readerOfAll() throws -> RowReader { try reader(selection) }

  private func reader(_ selection: RowReader.Selection) throws -> RowReader {
    try RowReader(parts, options, scale: scale, name: name, selection)
  }
}

extension RowReader {
  /// - Throws: `.invalidData` where the rows cannot be read as one with those of another file.
  fileprivate func requireLike(_ other: RowReader) throws {
    func differ(_ what: String, _ own: String, _ others: String) -> EigencoderError {
      .invalidData("\(name) has \(what) \(own), \(other.name) \(others): expected files of one kind")
    }
    if columns != other.columns { throw differ("rows of", "\(columns)", "\(other.columns)") }
    if storedType != other.storedType {
      let types = [self, other].map { $0.storedType.map { "\($0)" } ?? "text" }
      throw differ("numbers of", types[0], types[1])
    }
    if scale != other.scale { throw differ("the scale", "\(scale)", "\(other.scale)") }
  }
}

// MARK: - Some of the rows

extension RowFile {
  /// The same rows without some of them: ascending indices, counted among the rows of this file that are not left out.
  package func leavingOut(_ rows: [Int]) -> RowFile {
    precondition((rows.last ?? 0) < max(1, self.rows), "row \(rows.last ?? 0) of \(self.rows)")
    return RowFile(self, rows: self.rows - rows.count) { $0.leftOut = merged($0.leftOut, places(of: rows)) }
  }

  /// The same rows less `origin`, d numbers, which are subtracted in f64.
  package func around(_ origin: [Double]) -> RowFile {
    precondition(selection.origin == nil, "rows around two origins")
    return RowFile(self, rows: rows) { $0.origin = origin }
  }

  /// The same rows, each read by one of the ranks: what is fitted to them is fitted by all together.
  ///
  /// - Throws: `.invalidData` where ranks do not see the same files, as their shapes, sizes and both ends tell.
  package func shared(among ranks: any Communicator) throws -> RowFile {
    guard ranks.haveEqual([try checksum()]) else {
      throw EigencoderError.invalidData(
        "\(name): the processes see different files, expected the same ones; here \(rows) x \(columns) numbers"
      )
    }
    var file = self
    file.ranks = ranks
    return file
  }

  /// Of the shapes, the sizes, and of 4 KB at both ends of each file.
  private func checksum() throws -> Double {
    var sum = CRC32()
    for part in parts {
      let reader = try ByteReader(opening: part.url)
      let size = reader.remaining ?? 0
      Array("\(part.rows) \(columns) \(scale) \(size)".utf8).withUnsafeBytes { sum.update($0) }
      for start in [0, max(0, size - 4096)] {
        reader.seek(to: start)
        try reader.read(upTo: 4096).withUnsafeBytes { sum.update($0) }
      }
    }
    return Double(sum.value)
  }

  private init(_ other: RowFile, rows: Int, _ change: (inout RowReader.Selection) -> Void) {
    self = other
    self.rows = rows
    change(&selection)
  }

  /// Some of the rows, ascending indices among those that are not left out, n x d. Of the file, blocks without such a row are
  /// not read.
  public func selecting<T: Scalar>(rows indices: [Int], as type: T.Type = T.self) throws -> Matrix<T> {
    try Memory.require(rows: indices.count, columns: columns, of: T.self, name: "\(name), some of its rows")
    let reader = try reader(.init(origin: selection.origin))
    let places = places(of: indices)
    let height = blockRows
    var block = Matrix<T>(rows: height, columns: columns)
    return try Matrix<T>(rows: indices.count, columns: columns) { out in
      try block.withMutableView { block in
        var done = 0
        while done < places.count {
          let first = places[done]
          let end = (first / height + 1) * height
          let next = places[done...].prefix { $0 < end }.endIndex
          _ = try reader.read(first..<places[next - 1] + 1, into: block)
          let chosen = places[done..<next].map { Int64($0 - first) }
          block.gather(chosen[...], into: out.rows(done..<next))
          done = next
        }
      }
    }
  }

  /// At most `limit` rows, from the first on at equal distances, as `Matrix.evenlySpaced` takes them.
  package func evenlySpaced<T: Scalar>(_ limit: Int, as type: T.Type = T.self) throws -> Matrix<T> {
    try selecting(rows: rows > limit ? (0..<limit).map { $0 * rows / limit } : Array(0..<rows))
  }

  /// At most `limit` rows, drawn at random, in their order, as `Matrix.sample` draws them.
  package func sample<T: Scalar>(_ limit: Int, seed: UInt64, as type: T.Type = T.self) throws -> Matrix<T> {
    var generator = SeededGenerator(seed: seed)
    return try selecting(
      rows: rows > limit ? generator.sampleOfMany(limit, of: rows) : Array(0..<rows))
  }

  /// How many rows of a range of the content are not left out.
  func count(in range: Range<Int>) -> Int {
    func before(_ end: Int) -> Int { selection.leftOut.partitioningIndex { $0 >= end } }
    return range.count - (before(range.upperBound) - before(range.lowerBound))
  }

  /// Where rows, counted without those that are left out, lie in the content. Both lists ascend.
  private func places(of rows: [Int]) -> [Int] {
    var gone = 0
    return rows.map { row in
      while gone < selection.leftOut.count, selection.leftOut[gone] <= row + gone { gone += 1 }
      return row + gone
    }
  }
}

/// Two ascending lists as one.
private func merged(_ a: [Int], _ b: [Int]) -> [Int] { a.isEmpty ? b : (a + b).sorted() }

// MARK: - Any order

extension RowFile {
  /// Rows that are read at once where blocks are read in any order: half a megabyte of `Float`, for which a disk takes hardly
  /// longer at random than one after another.
  var blockRows: Int { max(1, (1 << 17) / columns) }

  /// The blocks, ranges of rows of the content with those that are left out.
  var blocks: [Range<Int>] {
    let (count, height) = (rows + selection.leftOut.count, blockRows)
    return stride(from: 0, to: count, by: height).map { $0..<min($0 + height, count) }
  }
}
