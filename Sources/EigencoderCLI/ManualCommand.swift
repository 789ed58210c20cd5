import Eigencoder

struct ManualCommand: Command {
  static let name = "man"
  static let summary = "print the manual page"
  static let usage = ""
  static let options: [Option] = []
  static let computes = false
  static let examples = [
    ("eigencoder man | man -l -", "read it"),
    ("eigencoder man > /usr/local/share/man/man1/eigencoder.1", "install it"),
  ]

  init(_ arguments: Arguments) throws {}

  func run() throws -> Int32 {
    try Output.print(ManualPage.text(EntryPoint.commands))
    return ExitStatus.success
  }
}

/// The manual page in the man macros of roff, from the tables of commands and options.
enum ManualPage {
  /// The day of the last change to the text, which the macros require.
  private static let date = "2026-11-24"

  static func text(_ commands: [any Command.Type]) -> String {
    let lines =
      [".TH EIGENCODER 1 \"\(date)\" \"eigencoder \(Eigencoder.version)\""]
      + section("NAME") + ["eigencoder \\- shorter vectors, and what they lose"]
      + section("SYNOPSIS")
      + commands.flatMap { [".B eigencoder \($0.name)"] + paragraph($0.usage) + [".br"] }.dropLast()
      + section("DESCRIPTION")
      + paragraph(
        "Dimensionality reduction by exact principal components, linear denoisers and autoencoders, compared on "
          + "one split, at the same code sizes, by the same metrics.\nResults go to standard output, progress and "
          + "messages to standard error.")
      + section("COMMANDS") + commands.flatMap(describe) + section("EXIT STATUS") + exitStatuses
      + section("ENVIRONMENT") + environment
    return lines.joined(separator: "\n")
  }

  private static func describe(_ command: any Command.Type) -> [String] {
    [".SS \(command.name)"] + paragraph(command.summary + ".")
      + command.allOptions.flatMap { option in
        [
          ".TP",
          "\\fB\\-\\-\(escaped(option.name))\\fR" + (option.value.map { " \\fI\(escaped($0))\\fR" } ?? ""),
        ]
          + paragraph(option.help)
      }
      + command.examples.flatMap { line, what in
        // The command line is not broken into several lines, so that it can be copied.
        [".PP"] + paragraph(what.prefix(1).uppercased() + what.dropFirst() + ":") + [
          ".PP", ".EX", "  " + escaped(line), ".EE",
        ]
      }
  }

  private static let exitStatuses = list([
    ("0", "success"), ("1", "a comparison with a baseline found something worse"),
    ("64", "the command line is not understood"), ("65", "the data are not what they should be"),
    ("66", "an input is missing"), ("70", "a numerical failure"), ("73", "an output cannot be written"),
    ("130, 143", "ended by Ctrl\\-C or SIGTERM; what was reached has been reported"),
  ])

  private static let environment = list([
    ("NO_COLOR", "when set and not empty, no colours on a terminal"),
    ("OPENBLAS_NUM_THREADS", "the threads of linear algebra, as \\-\\-threads"),
    ("OPENBLAS_CORETYPE", "the kernels of OpenBLAS; chosen by the processor when not set"),
  ])

  private static func list(_ items: [(String, String)]) -> [String] {
    items.flatMap { [".TP", ".B \($0.0)", $0.1] }
  }

  private static func section(_ name: String) -> [String] { [".SH \(name)"] }

  /// Lines of at most 78 characters, a sentence beginning a new one.
  private static func paragraph(_ text: String) -> [String] {
    text.split(separator: "\n").joined(separator: " ").replacing(". ", with: ".\n").split(separator: "\n")
      .flatMap { sentence in
        var lines: [String] = []
        for word in sentence.split(separator: " ").map({ escaped(String($0)) }) {
          if let last = lines.last, last.count + 1 + word.count <= 78 {
            lines[lines.count - 1] += " " + word
          } else {
            lines.append(word)
          }
        }
        // A point or quote at the beginning of a line would be a request.
        return lines.map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&" + $0 : $0 }
      }
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      default: result.append(character)
      }
    }
  }
}
