/// A script for fish 3 or newer.
enum FishCompletions {
  static func script(_ commands: [any Command.Type]) -> String {
    let names = commands.map { $0.name }
    let first =
      commands.map { line(["-n __fish_use_subcommand", "-a \($0.name)", "-d \(quoted($0.summary))"]) } + [
        line(["-n __fish_use_subcommand", "-a help", "-d 'show the options of a command'"]),
        line(["-n __fish_use_subcommand", "-l version", "-d 'print the version'"]),
        line(["-n '__fish_seen_subcommand_from help'", "-a '\(names.joined(separator: " "))'"]),
        line(["-l help", "-d 'show the options'"]),
      ]
    return
      ([
        "# fish completion of eigencoder, made by 'eigencoder completions fish'", "complete -c eigencoder -f",
      ]
      + first + commands.flatMap(lines)).joined(separator: "\n")
  }

  private static func lines(_ command: any Command.Type) -> [String] {
    let condition = "-n '__fish_seen_subcommand_from \(command.name)'"
    let positional = command.positional.map {
      [line([condition, "-a '\($0.choices.joined(separator: " "))'"])]
    }
    return (positional ?? [])
      + command.allOptions.map { option in
        line([condition, "-l \(option.name)", values(option), "-d \(quoted(option.summary))"])
      }
  }

  private static func values(_ option: Option) -> String? {
    guard option.value != nil else { return nil }
    if option.isFile { return "-r -F" }
    guard !option.values.isEmpty else { return "-x" }
    let values = option.values.joined(separator: " ")
    return option.takesList ? "-x -a '(__fish_append , \(values))'" : "-x -a '\(values)'"
  }

  private static func line(_ parts: [String?]) -> String {
    (["complete -c eigencoder"] + parts.compactMap { $0 }).joined(separator: " ")
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.reduce(into: "") { $0 += "'\\".contains($1) ? "\\\($1)" : String($1) } + "'"
  }
}
