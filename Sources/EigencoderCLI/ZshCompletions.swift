/// A completion script for zsh. It can be sourced, or stored as _eigencoder in a directory of fpath.
enum ZshCompletions {
  static func script(_ commands: [any Command.Type]) -> String {
    let names = commands.map { ($0.name, $0.summary) } + [("help", "show the options of a command")]
    let list = names.map { "      " + quoted("\(escaped($0.0)):\($0.1)") }.joined(separator: "\n")
    return """
      #compdef eigencoder
      # zsh completion of eigencoder, made by 'eigencoder completions zsh'

      _eigencoder() {
        local curcontext="$curcontext" state line
        local -a commands
        typeset -A opt_args
        if ((CURRENT == 2)); then
          commands=(
      \(list)
          )
          _describe command commands
          return
        fi
        local command=$words[2]
        shift words
        ((CURRENT--))
        case $command in
      \(commands.map(arguments).joined(separator: "\n"))
          help) _arguments \(quoted("1:command:(\(commands.map { $0.name }.joined(separator: " ")))")) ;;
        esac
      }

      if [[ $funcstack[1] == _eigencoder ]]; then
        _eigencoder "$@"
      else
        compdef _eigencoder eigencoder
      fi
      """
  }

  private static func arguments(_ command: any Command.Type) -> String {
    let positional = command.positional.map { ["1:\($0.name):(\($0.choices.joined(separator: " ")))"] } ?? []
    let specifications = positional + command.allOptions.map(specification) + ["--help[show these options]"]
    return "    \(command.name))\n      _arguments \\\n"
      + specifications.map { "        " + quoted($0) }.joined(separator: " \\\n") + "\n      ;;"
  }

  /// "--format=[help]:NAME:(table json)"
  private static func specification(_ option: Option) -> String {
    let text = "[\(escaped(option.summary))]"
    guard let value = option.value else { return "--\(option.name)\(text)" }
    let values = option.values.joined(separator: " ")
    let action = option.isFile ? "_files" : option.takesList ? "_values -s , value \(values)" : "(\(values))"
    // A space means that zsh offers nothing.
    return "--\(option.name)=\(text):\(escaped(value)):" + (option.isFile || !values.isEmpty ? action : " ")
  }

  /// Escapes brackets and colons, which have a meaning in a specification.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { $0 += "[]:\\".contains($1) ? "\\\($1)" : String($1) }
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
