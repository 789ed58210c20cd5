internal import Foundation

/// The JSON text of a value: keys sorted, full precision, two spaces or one line.
package func jsonText(_ value: some Encodable, isPretty: Bool = true) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    throw EigencoderError.numericalFailure("a number of the report is not finite and has no JSON")
  }
}

extension Double {
  /// So many digits after the point.
  package func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }

  /// So many significant digits, trailing zeros kept, an exponent only for extreme numbers.
  package func significant(_ digits: Int) -> String {
    guard isFinite, self != 0 else { return "\(self)" }
    let exponent = Int(log10(magnitude).rounded(.down))
    guard (-5..<9).contains(exponent) else { return String(format: "%.\(digits - 1)e", self) }
    return fixed(max(0, digits - 1 - exponent))
  }
}
