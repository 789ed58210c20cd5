import Eigencoder
import Foundation

// How a report was made, for its page.

extension ReconstructionReport.Provenance.Input {
  /// The file at `path`; without one, the built-in digits.
  init(role: String, path: String?) throws {
    guard let path else {
      let bytes = DataSource.digits
      self.init(
        role: role, name: "digits (built in)", bytes: bytes.count, crc32: CRC32(of: bytes).hexadecimal)
      return
    }
    let url = URL(fileURLWithPath: path)
    let values = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path)
    let isRegular = values?[.type] as? FileAttributeType == .typeRegular
    let reader = isRegular ? try ByteReader(opening: url) : nil
    self.init(
      role: role, name: url.lastPathComponent, bytes: reader?.remaining,
      crc32: try reader.map { try CRC32(of: $0).hexadecimal })
  }
}

extension ReconstructionReport.Provenance {
  /// The networks of these methods: "64-512-8-512-64 skip dropout 0.1".
  static func networks(_ methods: [Method], columns: Int) throws -> String {
    var seen: Set<String> = []
    return try methods.compactMap { try $0.architecture(inputs: columns)?.settings }
      .filter { seen.insert($0).inserted }.joined(separator: ", ")
  }
}

extension Architecture {
  /// "64-128-8-128-64 skip dropout 0.1"
  fileprivate var settings: String {
    widthsDescription + (isTied ? " tied" : "") + (hasSkip ? " skip" : "")
      + (dropout > 0 ? " dropout \(dropout.significant(3))" : "")
  }
}
