import Eigencoder

extension Option {
  /// Whether several of its values may be joined by commas.
  var takesList: Bool { value == "LIST" }

  /// The help in one line and without the default, as a shell shows it beside the name.
  var summary: String {
    let line = help.split(separator: "\n").joined(separator: " ")
    guard let end = line.firstRange(of: " (default") else { return line }
    return String(line[..<end.lowerBound])
  }
}

extension TextFormat {
  /// The option that chooses the format; the default is text.
  static func option(_ what: String = "") -> Option {
    Option(
      "format", "NAME", "\(what)\(names(Self.self)) (default: text)", choices: allCases.map(\.rawValue))
  }
}
