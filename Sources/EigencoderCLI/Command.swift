import Eigencoder

/// A subcommand: parse, validate, run.
protocol Command: Sendable {
  static var name: String { get }
  /// One line for the list of commands.
  static var summary: String { get }
  /// What the usage line shows after the name.
  static var usage: String { get }
  /// The argument without dashes that follows the name: what the help calls it, and the values it may have.
  static var positional: (name: String, choices: [String])? { get }
  /// The options of this command; every command also has the common ones.
  static var options: [Option] { get }
  /// Whether it calls linear algebra. If so, it has --threads and --verbose.
  static var computes: Bool { get }
  /// Whether the processes that `mpirun` starts run it together. Of the other commands, each is on its own.
  static var joinsRanks: Bool { get }
  /// Whole command lines, each with its purpose.
  static var examples: [(String, String)] { get }

  /// Reads the arguments and checks all that can be checked before a file is opened.
  init(_ arguments: Arguments) throws
  /// Returns the exit status.
  func run() throws -> Int32
}

extension Command {
  static var positional: (name: String, choices: [String])? { nil }
  static var positionalLimit: Int { positional == nil ? 0 : 1 }
  static var computes: Bool { true }
  static var joinsRanks: Bool { false }

  static var allOptions: [Option] {
    let common =
      computes ? [CommonOptions.threads, CommonOptions.quiet, CommonOptions.verbose] : [CommonOptions.quiet]
    return options + common.filter { common in !options.contains { $0.name == common.name } }
  }

  static var help: String {
    let options = allOptions
    let width = options.map { $0.name.count + ($0.value.map { $0.count + 1 } ?? 0) }.max() ?? 0
    let lines = options.map { option in
      let left = "--" + option.name + (option.value.map { " " + $0 } ?? "")
      let indent = "\n" + String(repeating: " ", count: width + 6)
      return "  " + left + String(repeating: " ", count: width + 4 - left.count)
        + option.help.split(separator: "\n").joined(separator: indent)
    }
    return """
      \(summary)

      usage: eigencoder \(name) \(usage)

      options:
      \((lines).joined(separator: "\n"))

      examples:
      \(examples.map { "  \($0.0)\n      \($0.1)" }.joined(separator: "\n"))
      """
  }
}

/// Exit statuses, as in sysexits.h.
enum ExitStatus {
  static let success: Int32 = 0
  /// A comparison with a baseline found something worse.
  static let regression: Int32 = 1
  static let usage: Int32 = 64
  static let data: Int32 = 65
  static let missingInput: Int32 = 66
  static let internalFailure: Int32 = 70
  static let unwritable: Int32 = 73
}

extension EigencoderError {
  var exitStatus: Int32 {
    switch self {
    case .invalidArgument: ExitStatus.usage
    case .invalidData: ExitStatus.data
    case .missingInput: ExitStatus.missingInput
    case .numericalFailure: ExitStatus.internalFailure
    case .unwritableOutput: ExitStatus.unwritable
    }
  }
}
