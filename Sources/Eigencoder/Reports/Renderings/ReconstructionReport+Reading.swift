public import Foundation

extension ReconstructionReport {
  /// A report from the JSON that `json(including:)` or `eigencoder compare --format json` has written: an earlier one, to which a
  /// new one is `compared(to:tolerance:)`.
  ///
  /// The errors of the single rows are not in the JSON, so that the methods of a report that was read are compared with PCA
  /// no more; the comparisons that it holds stay.
  /// - Throws: `EigencoderError.invalidData` when it is no report; the text says what is missing, and where.
  public init(json text: String) throws { try self.init(json: Data(text.utf8), name: "the text") }

  /// A report from a file of such JSON.
  /// - Throws: `EigencoderError.missingInput` when there is none, `.invalidData` when it is no report.
  public init(contentsOf url: URL) throws {
    try self.init(json: Data(ByteReader.open(url).readAll()), name: url.lastPathComponent)
  }

  private init(json: Data, name: String) throws {
    do {
      self = try JSONDecoder().decode(ReconstructionReport.self, from: json)
    } catch let error as DecodingError {
      throw EigencoderError.invalidData("\(name): no report in JSON: \(error.place)".oneLine)
    }
  }
}

extension DecodingError {
  /// What is wrong, and where.
  fileprivate var place: String {
    func at(_ context: Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      return path.isEmpty ? "" : " in \(path.joined(separator: "."))"
    }
    switch self {
    case .keyNotFound(let key, let context): return "no '\(key.stringValue)'" + at(context)
    case .valueNotFound(_, let context): return "no value" + at(context)
    case .typeMismatch(let type, let context): return "expected \(type)" + at(context)
    case .dataCorrupted(let context): return context.debugDescription + at(context)
    @unknown default: return "\(self)"
    }
  }
}
