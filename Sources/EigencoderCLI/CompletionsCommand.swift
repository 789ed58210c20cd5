import Eigencoder

struct CompletionsCommand: Command {
  static let name = "completions"
  static let summary = "print the script by which a shell completes command lines"
  static let usage = "bash|zsh|fish"
  static let positional: (name: String, choices: [String])? = ("shell", Shell.allCases.map(\.rawValue))
  static let options: [Option] = []
  static let computes = false
  static let examples = [
    (
      "eigencoder completions bash > ~/.local/share/bash-completion/completions/eigencoder",
      "for every bash from then on"
    ),
    ("eigencoder completions zsh > \"${fpath[1]}/_eigencoder\"", "for zsh, in a directory of its fpath"),
    ("eigencoder completions fish > ~/.config/fish/completions/eigencoder.fish", "for fish"),
  ]

  private enum Shell: String, CaseIterable { case bash, zsh, fish }

  private let shell: Shell

  init(_ arguments: Arguments) throws {
    let text = arguments.positional.first
    guard let shell = text.flatMap(Shell.init(rawValue:)) else {
      throw EigencoderError.invalidArgument(
        "completions needs a shell, one of \(names(Shell.self))" + (text.map { "; got '\($0)'" } ?? ""))
    }
    self.shell = shell
  }

  func run() throws -> Int32 {
    let commands = EntryPoint.commands
    switch shell {
    case .bash: try Output.print(BashCompletions.script(commands))
    case .zsh: try Output.print(ZshCompletions.script(commands))
    case .fish: try Output.print(FishCompletions.script(commands))
    }
    return ExitStatus.success
  }
}
