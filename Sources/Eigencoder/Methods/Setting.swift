// One entry a setting: its name on the command line and in JSON, how its value is written, what it means, and how it is read
// into `Method.Settings` and out of it. The command line's options, its help, JSON and the checks all come from here.

/// One setting of methods.
package struct Setting: Sendable {
  /// As an option without dashes, and as a key.
  package let name: String
  /// What stands for the value in the help; nil for a flag.
  package let form: String?
  /// What it does, with its default.
  package let help: String
  /// The values that it may have, where they are few.
  package let choices: [String]
  /// Reads text as the command line has it; errors call the setting by the second argument.
  package let read: @Sendable (String, String, inout Method.Settings) throws -> Void
  /// Sets it to nil.
  package let clear: @Sendable (inout Method.Settings) -> Void
  /// The value as JSON has it; nil where it is not set.
  package let value: @Sendable (Method.Settings) -> OptionValue?

  /// The methods that take it.
  package var methods: [String] { Method.kinds.filter { $0.settings.contains(name) }.map { $0.name } }

  /// What a method that has no use for it says.
  package func refusal(of method: String, shown: String? = nil) -> String {
    "\(shown ?? name) applies to \(methods.joined(separator: ", ")); got \(method)"
  }
}

// MARK: - Kinds of values

extension Setting {
  typealias Path<V> = WritableKeyPath<Method.Settings, V?> & Sendable

  /// A setting whose text is parsed by `parse`, which is given what errors call it.
  private init<V: Sendable>(
    _ name: String, _ path: Path<V>, _ form: String?, _ help: String, choices: [String] = [],
    parse: @escaping @Sendable (_ text: String, _ shown: String) throws -> V,
    value: @escaping @Sendable (V) -> OptionValue
  ) {
    self.name = name
    self.form = form
    self.help = help
    self.choices = choices
    read = { text, shown, settings in settings[keyPath: path] = try parse(text, shown) }
    clear = { $0[keyPath: path] = nil }
    self.value = { $0[keyPath: path].map(value) }
  }

  static func whole(_ name: String, _ path: Path<Int>, atLeast low: Int, _ form: String, _ help: String)
    -> Setting
  {
    Setting(name, path, form, help) {
      try OptionText.whole($0, $1, atLeast: low)
    } value: {
      OptionValue($0)
    }
  }

  static func number(
    _ name: String, _ path: Path<Double>, _ range: String, _ form: String, _ help: String,
    where condition: @escaping @Sendable (Double) -> Bool
  ) -> Setting {
    Setting(name, path, form, help) {
      try OptionText.number($0, $1, range, where: condition)
    } value: {
      OptionValue($0)
    }
  }

  static func flag(_ name: String, _ path: Path<Bool>, _ help: String) -> Setting {
    Setting(name, path, nil, help) { text, _ in
      text != "false"
    } value: {
      .flag($0)
    }
  }

  static func choice<C: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: Path<C>, _ help: String
  ) -> Setting where C.RawValue == String {
    Setting(name, path, "NAME", help, choices: C.allCases.map(\.rawValue)) {
      try OptionText.choice($0, $1)
    } value: {
      .text($0.rawValue)
    }
  }

  /// A setting that is text of a form of its own.
  static func text<V: Sendable>(
    _ name: String, _ path: Path<V>, _ form: String, _ help: String, choices: [String] = [],
    parse: @escaping @Sendable (_ text: String, _ shown: String) throws -> V,
    text: @escaping @Sendable (V) -> String
  ) -> Setting {
    Setting(name, path, form, help, choices: choices, parse: parse) { .text(text($0)) }
  }

  /// Widths joined by commas, or "none".
  static func widths(_ name: String, _ path: Path<[Int]>, _ form: String, _ help: String) -> Setting {
    Setting(name, path, form, help) { text, shown in
      text == "none" ? [] : try OptionText.wholes(text, shown, atLeast: 1)
    } value: {
      $0.isEmpty ? .text("none") : .list($0.map { OptionValue($0) })
    }
  }

  /// A penalty, from the table of its kind.
  static func penalty(_ kind: any PenaltyTerm.Type) -> Setting {
    let name = kind.name
    return Setting(
      name: name, form: kind.form, help: kind.help, choices: [],
      read: { text, _, settings in
        settings.penalties.removeAll { $0.name == name }
        settings.penalties.append(try Penalty(kind, parsing: text))
        let order = Penalty.kinds.map { $0.name }
        settings.penalties.sort {
          (order.firstIndex(of: $0.name) ?? 0) < (order.firstIndex(of: $1.name) ?? 0)
        }
      },
      clear: { $0.penalties.removeAll { $0.name == name } },
      value: { settings in
        settings.penalties.first { $0.name == name }.map { penalty in
          Double(penalty.text).map { OptionValue($0) } ?? .text(penalty.text)
        }
      })
  }
}
