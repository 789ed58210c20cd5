// A method in JSON is one object of its options: {"method": "contractive", "latent": 32, "seed": 1, "epochs": 50}. The keys
// are the names of the command line's options, so that --config reads it.

extension Method {
  /// The options that say what the method is, by name.
  public var options: [String: OptionValue] {
    var options: [String: OptionValue] = [
      Key.method: .text(name), Key.latent: latent.value, Key.seed: .whole(seed),
    ]
    if let label { options[Key.label] = .text(label) }
    for setting in Setting.all { options[setting.name] = setting.value(settings) }
    return options
  }

  private enum Key {
    static let method = "method"
    static let latent = "latent"
    static let seed = "seed"
    static let label = "label"
  }
}

extension Method: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(options)
  }

  /// - Throws: `EigencoderError.invalidArgument` for an option that is unknown, missing, or has a value out of range.
  public init(from decoder: any Decoder) throws {
    var options = try decoder.singleValueContainer().decode([String: OptionValue].self)
    func take(_ key: String) -> String? { options.removeValue(forKey: key)?.description }
    guard let name = take(Key.method), let size = take(Key.latent) else {
      throw EigencoderError.invalidArgument("a method needs \"method\" and \"latent\"")
    }
    let seed = try take(Key.seed).map { try OptionText.seed($0, Key.seed) }
    let label = take(Key.label)
    try self.init(named: name, latent: PCA.Size(parsing: size, Key.latent), seed: seed ?? 1)
    self.label = label
    for (key, value) in options.sorted(by: { $0.key < $1.key }) {
      guard let setting = Setting.all.first(where: { $0.name == key }) else {
        throw EigencoderError.invalidArgument("unknown option '\(key)' of a method")
      }
      try setting.read(value.description, key, &settings)
    }
  }
}

extension PCA.Size: CustomStringConvertible {
  /// "32", or "0.95" for a share of the variance.
  public var description: String { value.description }

  fileprivate var value: OptionValue {
    switch self {
    case .count(let count): OptionValue(count)
    case .explaining(let share): OptionValue(share)
    }
  }

  /// "32", or "0.95" for a share of the variance; errors call it `shown`.
  package init(parsing text: String, _ shown: String) throws {
    if let count = Int(text), count >= 1 {
      self = .count(count)
    } else if let share = Double(text), share > 0, share < 1 {
      self = .explaining(share)
    } else {
      throw EigencoderError.invalidArgument(
        "\(shown) takes a whole number of at least 1, got '\(text)'")
    }
  }
}
