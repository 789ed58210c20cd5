/// Text as a command line or a configuration file has it, into values. `shown` is what errors call the option.
package enum OptionText {
  package static func whole(_ text: String, _ shown: String, atLeast low: Int) throws -> Int {
    guard let number = Int(text), number >= low else {
      throw EigencoderError.invalidArgument(
        "\(shown) takes a whole number of at least \(low), got '\(text)'")
    }
    return number
  }

  /// Numbers joined by commas.
  package static func wholes(_ text: String, _ shown: String, atLeast low: Int) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Int(part), number >= low else {
        throw EigencoderError.invalidArgument(
          "\(shown) takes whole numbers of at least \(low), separated by commas, got '\(text)'")
      }
      return number
    }
  }

  /// A finite number that satisfies `condition`, which `range` puts in words.
  package static func number(
    _ text: String, _ shown: String, _ range: String, where condition: (Double) -> Bool
  ) throws -> Double {
    guard let number = Double(text), number.isFinite, condition(number) else {
      throw EigencoderError.invalidArgument("\(shown) takes a number \(range), got '\(text)'")
    }
    return number
  }

  package static func choice<C: RawRepresentable & CaseIterable>(_ text: String, _ shown: String) throws -> C
  where C.RawValue == String {
    guard let choice = C(rawValue: text) else {
      let known = C.allCases.map(\.rawValue).joined(separator: ", ")
      throw EigencoderError.invalidArgument("\(shown) is one of \(known); got '\(text)'")
    }
    return choice
  }

  package static func seed(_ text: String, _ shown: String) throws -> UInt64 {
    guard let seed = UInt64(text) else {
      throw EigencoderError.invalidArgument("\(shown) takes a whole number of at least 0, got '\(text)'")
    }
    return seed
  }
}
