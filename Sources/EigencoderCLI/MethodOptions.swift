import Eigencoder

/// The options that say what is fitted: those of the library's methods, for `fit` and `compare`.
enum MethodOptions {
  static let options =
    Setting.all.map { Option($0.name, $0.form, $0.help, choices: $0.choices) } + [
      Option("seed", "S", "of the split, the weights and the order of the rows (default: 1)")
    ]

  /// What was given; the rest is open.
  static func settings(_ arguments: Arguments) throws -> Method.Settings {
    var settings = Method.Settings()
    for setting in Setting.all {
      guard let text = arguments.string(setting.name) else { continue }
      try setting.read(text, "--" + setting.name, &settings)
    }
    return settings
  }

  /// Throws for a setting that was given and does nothing for `method`.
  static func requireApplicable(_ arguments: Arguments, to method: any MethodKind.Type) throws {
    for setting in Setting.all where arguments.has(setting.name) && !method.settings.contains(setting.name) {
      throw EigencoderError.invalidArgument(
        setting.refusal(of: method.name, shown: "--" + setting.name))
    }
  }
}

// MARK: - What a report records of a run

enum RecordedOptions {
  /// Options that change how results are shown, and not the results.
  private static let ofPresentation: Set = [
    "format", "out", "quiet", "verbose", "config", "baseline", "tolerance", "report", "image", "wide",
  ]

  /// The options that were given, without the settings of methods, as JSON values.
  static func given(_ arguments: Arguments, _ options: [Option]) -> [String: OptionValue] {
    let settings = Set(MethodOptions.options.map(\.name))
    var values: [String: OptionValue] = [:]
    for option in options where !ofPresentation.contains(option.name) && !settings.contains(option.name) {
      values[option.name] = arguments.string(option.name).map { option.value(of: $0) }
    }
    return values
  }

  /// The settings that have the same value in all of these resolved methods that take them. A setting whose default
  /// depends on the size of the code is left out: a repeated run chooses it again.
  static func common(to methods: [Method]) -> [String: OptionValue] {
    var options: [String: OptionValue] = [:]
    for setting in Setting.all {
      let owners = methods.filter { $0.kind.ownSettings.contains(setting.name) }
      let users = owners.isEmpty ? methods.filter { $0.kind.settings.contains(setting.name) } : owners
      let values = users.map { setting.value($0.settings) }
      if let first = values.first, let first, values.allSatisfy({ $0 == first }) {
        options[setting.name] = first
      }
    }
    return options
  }

  /// "batch 64, epochs 100": what was chosen where nothing was given.
  static func text(_ options: [String: OptionValue], without given: Arguments) -> String {
    options.filter { !given.has($0.key) && $0.value != .flag(false) }.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}

extension Option {
  /// The JSON value of the given text: a number, a list of numbers, or else a string.
  fileprivate func value(of text: String) -> OptionValue {
    guard let value else { return .flag(true) }
    if isFile { return .text(text) }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part -> OptionValue? in
      if let whole = UInt64(part) { return .whole(whole) }
      return Double(part).flatMap { $0.isFinite ? .init($0) : nil }
    }
    let numbers = parts.compactMap { $0 }
    guard numbers.count == parts.count else { return .text(text) }
    // An option that takes a list gets a list also for one number.
    return numbers.count == 1 && !value.contains(",") ? numbers[0] : .list(numbers)
  }
}
