import Eigencoder

extension Terminal {
  /// Says in a line each what numbers lost on their way into a type, if they did; --quiet suppresses it.
  ///
  /// - Parameter name: what holds them.
  static func note(_ losses: ConversionLosses, of name: String, as type: ElementType) {
    if let text = text(losses.rounded, "whole number", "another one", "others") {
      let bits = type == .float64 ? 53 : type == .float32 ? 24 : 11
      note("eigencoder: warning: \(name): \(text): \(type) holds \(bits) bits")
    }
    if let text = text(losses.vanished, "number other than 0", "0", "0") {
      let least = type == .float64 ? "4.9e-324" : type == .float32 ? "1.4e-45" : "6e-08"
      note("eigencoder: warning: \(name): \(text): \(type) holds none nearer to it than \(least)")
    }
  }

  private static func text(_ loss: NumberLoss, _ what: String, _ one: String, _ others: String) -> String? {
    guard let first = loss.first else { return nil }
    let place = "row \(first.row + 1), column \(first.column + 1) (counted from 1)"
    return loss.count == 1
      ? "the \(what) in \(place) becomes \(one)"
      : "\(loss.count) \(what.replacing("number", with: "numbers")), the first in \(place), become \(others)"
  }
}
