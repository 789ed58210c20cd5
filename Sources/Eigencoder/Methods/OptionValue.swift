/// The value of a command-line option in JSON, as reports record it and configuration files give it.
public enum OptionValue: Equatable, Sendable {
  /// Of an option that takes none: whether it is on.
  case flag(Bool)
  /// A whole number that is not negative.
  case whole(UInt64)
  /// Any number that is not `whole`.
  case number(Double)
  /// A name, a path, or any other word.
  case text(String)
  /// Joined by commas on the command line.
  case list([OptionValue])

  /// `whole` where the number is one, so that it is the same when it was written and read.
  public init(_ number: Double) {
    self = UInt64(exactly: number).map { .whole($0) } ?? .number(number)
  }

  /// A whole number.
  public init(_ count: Int) { self = .init(Double(count)) }
}

extension OptionValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let plain: Self? =
      (try? container.decode(Bool.self)).map { .flag($0) }
      ?? (try? container.decode(UInt64.self)).map { .whole($0) }
      ?? (try? container.decode(Double.self)).map { .number($0) }
      ?? (try? container.decode(String.self)).map { .text($0) }
    self = try plain ?? .list(container.decode([OptionValue].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .flag(let flag): try container.encode(flag)
    case .whole(let whole): try container.encode(whole)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .list(let values): try container.encode(values)
    }
  }
}

extension OptionValue: CustomStringConvertible {
  /// As on the command line: "0.1", "256,64"; "true" and "false" for flags.
  public var description: String {
    switch self {
    case .flag(let flag): "\(flag)"
    case .whole(let whole): "\(whole)"
    case .number(let number): "\(number)"
    case .text(let text): text
    case .list(let values): values.map(\.description).joined(separator: ",")
    }
  }
}
