public import Foundation

// Parts are merged in the order of their hashes: the result does not depend on that in which they are given, to the last bit.
// Grouping, a tree of merges, changes it by the rounding of f64. Headers are read first, so that a part that is given twice, or of
// another kind, is refused before anything is summed, and one file at a time is in memory.

extension MomentsFile {
  /// The moments of all rows of several files, as if they had been summed at once: with the products of each part, whose sums
  /// are of f64. O(d^2) a file; memory for three times d^2 numbers.
  ///
  /// - Parameter urls: of files that `write` wrote, at least one.
  /// - Throws: `EigencoderError.missingInput` where one is not there; `.invalidData` where one is no file of moments, has another
  ///   width, other column names, another scale or other products than the first, or holds rows that another one holds too;
  ///   `.invalidArgument` for no files.
  public init(merging urls: [URL]) throws {
    let headers = try urls.map { url in
      var header = try MomentsHeader(contentsOf: url)
      // Parts in several directories often have the same name.
      header.name = url.relativePath
      return header
    }
    try self.init(merging: headers) { try MomentsFile(contentsOf: urls[$0]) }
  }

  /// The same of files that are in memory.
  public init(merging files: [MomentsFile]) throws {
    let headers = files.enumerated().map { MomentsHeader(of: $1, name: "file \($0 + 1)") }
    try self.init(merging: headers) { files[$0] }
  }

  private init(merging headers: [MomentsHeader], _ load: (Int) throws -> MomentsFile) throws {
    try requireArgument(!headers.isEmpty, "expected files of moments to merge, got none")
    try MomentsHeader.requireMergeable(headers)
    let order = headers.indices.sorted { (headers[$0].whole, $0) < (headers[$1].whole, $1) }
    var merged = try load(order[0])
    for index in order.dropFirst() {
      let file = try load(index)
      guard file.parts == headers[index].parts else {
        throw EigencoderError.invalidData("\(headers[index].name) changed while it was read")
      }
      merged.moments.merge(file.moments)
      merged.minima = zip(merged.minima, file.minima).map(min)
      merged.maxima = zip(merged.maxima, file.maxima).map(max)
      if file.precision == .f64 { merged.precision = .f64 }
      merged.columnNames = merged.columnNames ?? file.columnNames
    }
    merged.parts = headers.flatMap(\.parts).sorted()
    guard merged.moments.isFinite else { throw PCA.outOfRange }
    self = merged
  }
}

extension MomentsHeader {
  /// - Throws: `.invalidData` where two of them cannot be parts of the same data, or hold the same rows.
  static func requireMergeable(_ headers: [MomentsHeader]) throws {
    let first = headers[0]
    func unlike(_ other: MomentsHeader, _ text: String) -> EigencoderError {
      .invalidData("\(first.name) and \(other.name) are not parts of the same data: \(text)")
    }
    var named = first
    var owners: [MomentsFile.Part: String] = [:]
    for header in headers {
      guard header.columns == first.columns else {
        throw unlike(header, "\(first.columns) columns and \(header.columns)")
      }
      guard header.scale == first.scale else {
        throw unlike(header, "numbers multiplied by \(first.scale) and by \(header.scale) (--scale)")
      }
      guard header.products == first.products else {
        throw unlike(
          header,
          "products in \(first.products.rawValue) and in \(header.products.rawValue); make all with the same --precision"
        )
      }
      if let names = header.columnNames {
        if let known = named.columnNames, let j = names.indices.first(where: { names[$0] != known[$0] }) {
          throw EigencoderError.invalidData(
            "\(named.name) and \(header.name) are not parts of the same data: column \(j + 1) is \"\(known[j].prefix(40))\" and \"\(names[j].prefix(40))\""
              .oneLine)
        }
        if named.columnNames == nil { named = header }
      }
      // Also rows that one file has as one part and another as several.
      for part in header.parts.count > 1 ? header.parts + [header.whole] : header.parts {
        if let owner = owners.updateValue(header.name, forKey: part) {
          throw EigencoderError.invalidData(
            "\(owner == header.name ? "\(owner) holds twice" : "\(owner) and \(header.name) both hold") the \(part.count) rows with the hash \(part.hash): a part counts once"
          )
        }
      }
    }
  }
}
