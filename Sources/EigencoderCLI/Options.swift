import Eigencoder

/// One option of a command, as `--help` shows it and as the parser accepts it.
struct Option {
  let name: String
  /// The placeholder of the value in the help; nil for a flag, which takes no value.
  let value: String?
  let help: String
  /// The values that it may have, when they are few; otherwise empty.
  let values: [String]

  init(_ name: String, _ value: String? = nil, _ help: String, choices: [String] = []) {
    self.name = name
    self.value = value
    self.help = help
    values = choices
  }

  var isFile: Bool { value == "FILE" || value == "FILES" }
}

/// What the user typed after the command's name.
struct Arguments {
  private var values: [String: String] = [:]
  private(set) var positional: [String] = []

  /// Accepts `--name value`, `--name=value`, flags, and after `--` only positional arguments.
  init(_ words: [String], options: [Option], positionalLimit: Int) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      guard word.hasPrefix("--"), word != "--" else {
        if word.hasPrefix("-"), word.count > 1, word != "--", Double(word) == nil {
          throw EigencoderError.invalidArgument("unknown option '\(word)'; options start with two dashes")
        }
        let more = word == "--" ? Array(rest) : [word]
        if word == "--" { rest = [] }
        positional += more
        guard positional.count <= positionalLimit else {
          throw EigencoderError.invalidArgument("unexpected argument '\(positional[positionalLimit])'")
        }
        continue
      }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = options.first(where: { $0.name == name }) else {
        throw EigencoderError.invalidArgument("unknown option '--\(name)'" + Self.suggestion(name, options))
      }
      guard values[name] == nil else {
        throw EigencoderError.invalidArgument("option '--\(name)' is given twice")
      }
      if option.value == nil {
        guard parts.count == 1 else {
          throw EigencoderError.invalidArgument("option '--\(name)' takes no value")
        }
        values[name] = ""
      } else if parts.count == 2, !parts[1].isEmpty {
        values[name] = String(parts[1])
      } else if parts.count == 1, let value = rest.popFirst(), !value.isEmpty, !value.hasPrefix("--") {
        values[name] = value
      } else {
        throw EigencoderError.invalidArgument("option '--\(name)' needs a value: \(option.value!)")
      }
    }
  }

  /// These arguments, and those of `others` that are not given here.
  func merging(_ others: Arguments) -> Arguments {
    var merged = self
    merged.values.merge(others.values) { own, _ in own }
    if positional.isEmpty { merged.positional = others.positional }
    return merged
  }

  func has(_ name: String) -> Bool { values[name] != nil }
  func string(_ name: String) -> String? { values[name] }

  func required(_ name: String) throws -> String {
    guard let value = values[name] else {
      throw EigencoderError.invalidArgument("option '--\(name)' is required")
    }
    return value
  }

  func integer(_ name: String, atLeast low: Int) throws -> Int? {
    try values[name].map { try OptionText.whole($0, "--" + name, atLeast: low) }
  }

  func integers(_ name: String, atLeast low: Int) throws -> [Int]? {
    try values[name].map { try OptionText.wholes($0, "--" + name, atLeast: low) }
  }

  /// A finite number that satisfies `condition`, which `range` puts in words.
  func number(_ name: String, _ range: String, where condition: (Double) -> Bool) throws -> Double? {
    try values[name].map { try OptionText.number($0, "--" + name, range, where: condition) }
  }

  func seed(default value: UInt64) throws -> UInt64 {
    try values["seed"].map { try OptionText.seed($0, "--seed") } ?? value
  }

  func choice<C: RawRepresentable & CaseIterable>(_ name: String, default value: C) throws -> C
  where C.RawValue == String {
    try choice(name) ?? value
  }

  func choice<C: RawRepresentable & CaseIterable>(_ name: String, of type: C.Type = C.self) throws -> C?
  where C.RawValue == String {
    try values[name].map { try OptionText.choice($0, "--" + name) }
  }

  static func suggestion(_ name: String, _ options: [Option], dashes: String = "--") -> String {
    let near = options.map { ($0.name, editDistance($0.name, name)) }.min { $0.1 < $1.1 }
    guard let near, near.1 <= 2 else { return "" }
    return "; did you mean '\(dashes)\(near.0)'?"
  }
}

/// The number of characters to insert, delete or replace to get from one word to another (Levenshtein).
func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let replaced = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}

/// The names of an option's choices, for the help.
func names<C: RawRepresentable & CaseIterable>(_ type: C.Type) -> String where C.RawValue == String {
  C.allCases.map(\.rawValue).joined(separator: ", ")
}
