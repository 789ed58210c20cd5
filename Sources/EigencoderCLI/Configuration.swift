import Eigencoder
import Foundation

/// The option of the commands that can be repeated from a file.
let configOption = Option(
  "config", "FILE", "options from a JSON object or from a report; those given here override it")

/// The options of a run as a JSON object. A key is the name of an option without dashes. A value is a number, a string,
/// true or false for a flag, or a list for what the command line joins by commas. A report holds such an object under
/// "options" and can be given instead.
struct Configuration {
  /// The name of the file in errors.
  let name: String
  private let values: [String: Node]

  /// Options that exclude each other: when one is on the command line, the other is not taken from the file.
  private static let alternatives = [("test", "hold-out"), ("quiet", "verbose")]

  /// - Parameter isReport: whether the file must be a report.
  init(contentsOf path: String, isReport: Bool = false) throws {
    let reader = try ByteReader.open(URL(fileURLWithPath: path))
    name = reader.name
    let root: Node
    do {
      root = try JSONDecoder().decode(Node.self, from: Data(reader.readAll()))
    } catch let error as EigencoderError {
      throw error
    } catch {
      throw reader.invalid("is not JSON, expected an object of option names and values")
    }
    guard case .object(let object) = root else {
      throw reader.invalid("expected a JSON object of option names and values, found \(root.description)")
    }
    if case .object(let options) = object["options"] {
      values = options
    } else if isReport || object["results"] != nil {
      throw reader.invalid("has no \"options\", expected a report of 'eigencoder compare --format json'")
    } else {
      values = object
    }
  }

  /// The words of a command line that says the same as the file, without the options that are given already.
  ///
  /// - Parameter positional: the key in the file for the argument that follows the command's name.
  func arguments(options: [Option], positional: String?, given: Arguments) throws -> [String] {
    var (words, last): ([String], [String]) = ([], [])
    for (key, node) in values.sorted(by: { $0.key < $1.key }) {
      if key == positional {
        if given.positional.isEmpty { last = ["--", try value(of: key, "a string", node)] }
        continue
      }
      guard let option = options.first(where: { $0.name == key }) else {
        throw invalid("unknown option '\(key)'" + Arguments.suggestion(key, options, dashes: ""))
      }
      guard key != "config", key != "baseline" else {
        throw invalid("'\(key)' belongs on the command line")
      }
      let isReplaced =
        given.has(key)
        || Self.alternatives.contains { (key == $0 && given.has($1)) || (key == $1 && given.has($0)) }
      guard let form = option.value else {
        guard case .value(.flag(let isOn)) = node else {
          throw invalid("'\(key)' is a flag, expected true or false, found \(node.description)")
        }
        if isOn, !isReplaced { words.append("--" + key) }
        continue
      }
      let text = try value(of: key, form, node)
      if !isReplaced { words.append("--\(key)=\(text)") }
    }
    return words + last
  }

  private func value(of key: String, _ form: String, _ node: Node) throws -> String {
    guard let text = node.text, !text.isEmpty else {
      throw invalid("'\(key)' takes \(form), a number, a string or a list of them, found \(node.description)")
    }
    return text
  }

  private func invalid(_ text: String) -> EigencoderError { .invalidArgument("\(name): \(text)") }
}

extension Arguments {
  /// These arguments, completed by the file that --config or --baseline names.
  func completedByFile(for command: any Command.Type) throws -> Arguments {
    if has("config"), has("baseline") {
      throw EigencoderError.invalidArgument("--config and --baseline exclude each other")
    }
    guard let path = string("config") ?? string("baseline") else { return self }
    let configuration = try Configuration(contentsOf: path, isReport: has("baseline"))
    let options = command.allOptions
    let words = try configuration.arguments(
      options: options, positional: command.positional?.name, given: self)
    return merging(
      try Arguments(words, options: options, positionalLimit: command.positionalLimit))
  }
}

/// Any JSON value.
private enum Node: Decodable {
  case value(OptionValue)
  case list([Node])
  case object([String: Node])
  case null

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let object = try? container.decode([String: Node].self) {
      self = .object(object)
    } else if let list = try? container.decode([Node].self) {
      self = .list(list)
    } else {
      self = .value(try container.decode(OptionValue.self))
    }
  }

  /// The value as the command line writes it; nil for a value that it cannot write.
  var text: String? {
    switch self {
    case .value(.flag), .null, .object: return nil
    case .value(let value): return value.description
    case .list(let nodes):
      let parts = nodes.map { node -> String? in if case .list = node { nil } else { node.text } }
      return parts.contains(nil) ? nil : parts.compactMap { $0 }.joined(separator: ",")
    }
  }

  var description: String {
    switch self {
    case .value(.text(let text)): "\"\(text)\""
    case .value(let value): value.description
    case .list(let nodes): nodes.isEmpty ? "an empty list" : "a list"
    case .object: "an object"
    case .null: "null"
    }
  }
}
