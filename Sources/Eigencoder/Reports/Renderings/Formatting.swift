internal import Foundation

/// The JSON text of a value: keys sorted, full precision, indented by two spaces or in one line.
/// - Throws: `EigencoderError.numericalFailure` for a number that is not finite.
package func jsonText(_ value: some Encodable, isPretty: Bool = true) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    throw EigencoderError.numericalFailure("a number is not finite and has no JSON")
  }
}

/// How many digits of a number are shown.
enum NumberFormat: Sendable {
  /// After the point.
  case fixed(Int)
  /// Significant digits.
  case significant(Int)

  func text(_ value: Double) -> String {
    switch self {
    case .fixed(let digits): value.fixed(digits)
    case .significant(let digits): value.significant(digits)
    }
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

  /// So many digits after the point, with the sign of what is not negative too.
  func signed(_ digits: Int) -> String { (self > 0 ? "+" : "") + fixed(digits) }

  /// A change in percent, with its sign: "+1.234 %".
  var percent: String {
    let percent = 100 * self
    return (percent >= 0.0005 ? "+" : "") + percent.fixed(3) + " %"
  }
}

extension ClosedRange<Double> {
  /// "0.12 to 0.34", with so many significant digits.
  func text(_ digits: Int) -> String {
    "\(lowerBound.significant(digits)) to \(upperBound.significant(digits))"
  }
}
