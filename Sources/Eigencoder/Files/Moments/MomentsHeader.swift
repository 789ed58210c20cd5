internal import Foundation

/// What the metadata of a file of moments say, without its numbers.
struct MomentsHeader {
  static let format = "eigencoder-moments"

  /// What errors call the file.
  var name: String
  let columns: Int
  let precision: Precision
  let products: Precision
  let scale: Double
  let columnNames: [String]?
  /// In the order of their hashes.
  let parts: [MomentsFile.Part]
  /// CRC-32 of the tensors' bytes.
  let checksum: String?

  var whole: MomentsFile.Part { MomentsFile.Part(parts) }

  init(of file: MomentsFile, name: String) {
    self.name = name
    columns = file.moments.mean.count
    (precision, products, scale) = (file.precision, file.products, file.scale)
    (columnNames, parts, checksum) = (file.columnNames, file.parts, nil)
  }

  /// Reads the header alone. Throws as `MomentsFile(contentsOf:)` does.
  init(contentsOf url: URL) throws {
    let reader = try ByteReader.open(url).seekable()
    let name = reader.name
    let header: SafeTensorsHeader
    do { header = try SafeTensorsHeader(from: reader) } catch let error as EigencoderError {
      throw error.description.contains("truncated") ? error : Self.foreign(name)
    }
    let means = header.entries.first { $0.name == "mean" }
    try self.init(header.metadata, columns: means?.shape.first ?? 0, name: name)
  }

  private static func foreign(_ name: String) -> EigencoderError {
    .invalidData("\(name): not a file of moments, as 'eigencoder moments' writes them")
  }

  init(_ metadata: [String: String], columns: Int, name: String) throws {
    func invalid(_ text: String) -> EigencoderError { .invalidData("\(name): \(text)".oneLine) }
    guard metadata["format"] == Self.format else { throw Self.foreign(name) }
    func value<V>(_ key: String, _ read: (String) -> V?) throws -> V {
      guard let text = metadata[key] else { throw invalid("the metadata lack '\(key)'") }
      guard let value = read(text) else { throw invalid("the metadata's \(key) is '\(text.prefix(40))'") }
      return value
    }
    self.name = name
    self.columns = columns
    precision = try value("precision") { Precision(rawValue: $0) }
    products = try value("products") { Precision(rawValue: $0) }
    scale = try value("scale") { Double($0).flatMap { $0.isFinite && $0 != 0 ? $0 : nil } }
    let parts = try value("parts", Self.parts)
    guard parts == parts.sorted() else { throw invalid("its parts are not in the order of their hashes") }
    guard Set(parts).count == parts.count else { throw invalid("it holds a part twice") }
    self.parts = parts
    checksum = try value("crc32") { $0 }
    columnNames =
      metadata["columns"] == nil
      ? nil : try value("columns") { try? JSONDecoder().decode([String].self, from: Data($0.utf8)) }
    if let columnNames, columnNames.count != columns {
      throw invalid("\(columnNames.count) names for \(columns) columns")
    }
  }

  var metadata: [String: String] {
    get throws {
      var result = [
        "format": Self.format, "version": version, "precision": precision.rawValue,
        "products": products.rawValue, "scale": "\(scale)",
        "parts": parts.map(\.description).joined(separator: " "),
      ]
      if let columnNames { result["columns"] = try jsonText(columnNames, isPretty: false) }
      return result
    }
  }

  /// "HASH:COUNT HASH:COUNT", at least one; nil for anything else, and where there are more rows than an `Int` counts.
  private static func parts(_ text: String) -> [MomentsFile.Part]? {
    var total = 0
    var parts: [MomentsFile.Part] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let fields = word.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == 2, let hash = RowHash(String(fields[0])), let count = Int(fields[1]), count > 0
      else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(count)
      // Counts are multiplied by variances in f64.
      guard !overflow, sum < 1 << 53 else { return nil }
      total = sum
      parts.append(.init(count: count, hash: hash))
    }
    return parts
  }
}
