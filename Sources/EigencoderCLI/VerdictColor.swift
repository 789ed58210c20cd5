import Foundation

/// Green and red for the verdicts, on a terminal that has colours and unless the user turns them off.
enum VerdictColor {
  /// See no-color.org: any value of NO_COLOR but the empty one turns colours off.
  static var isWanted: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isatty(STDOUT_FILENO) != 0 && environment["NO_COLOR", default: ""].isEmpty
      && environment["TERM"] != "dumb"
  }

  /// The table with "beats" and "better" in green, "loses" and "worse" in red.
  static func paint(_ table: String) -> String {
    // In the tables a verdict follows a change in percent or ends a line.
    var text = table
    for (word, color) in [("beats", 32), ("loses", 31)] {
      text = text.replacingOccurrences(of: "% \(word) ", with: "% \u{1B}[\(color)m\(word)\u{1B}[0m ")
    }
    for (word, color) in [("better", 32), ("worse", 31), ("missing", 31)] {
      text = text.replacingOccurrences(of: "  \(word)\n", with: "  \u{1B}[\(color)m\(word)\u{1B}[0m\n")
    }
    return text
  }
}
