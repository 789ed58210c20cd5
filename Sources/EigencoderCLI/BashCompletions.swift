/// A completion script for bash 4 or newer. It does not need the package bash-completion.
enum BashCompletions {
  static func script(_ commands: [any Command.Type]) -> String {
    let names = commands.map { $0.name }
    return """
      # bash completion of eigencoder, made by 'eigencoder completions bash'

      # Words of $1 that begin with what has been typed.
      _eigencoder_words() {
        mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
      }

      # The same for the last part of a list joined by commas.
      _eigencoder_list() {
        local before=
        [[ $current == *,* ]] && before=${current%,*},
        mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${current##*,}")
        compopt -o nospace 2> /dev/null
      }

      _eigencoder_files() {
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames 2> /dev/null
      }

      _eigencoder() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=
        COMPREPLY=()
        ((COMP_CWORD > 0)) && previous=${COMP_WORDS[COMP_CWORD - 1]}
        # bash makes three words of --name=value.
        if [[ $current == '=' ]]; then
          current=
        elif [[ $previous == '=' ]] && ((COMP_CWORD > 1)); then
          previous=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        if ((COMP_CWORD == 1)); then
          _eigencoder_words '\(names.joined(separator: " ")) help --help --version'
          return
        fi
        case ${COMP_WORDS[1]}:$previous in
      \(commands.flatMap(values).joined(separator: "\n"))
        esac
        case ${COMP_WORDS[1]} in
      \(commands.map(words).joined(separator: "\n"))
          help) _eigencoder_words '\(names.joined(separator: " "))' ;;
        esac
      }

      complete -F _eigencoder eigencoder
      """
  }

  /// What bash offers after an option that takes a value: its known values, file names, or nothing.
  private static func values(_ command: any Command.Type) -> [String] {
    func line(_ options: [Option], _ action: String) -> [String] {
      guard !options.isEmpty else { return [] }
      let patterns = options.map { "\(command.name):--\($0.name)" }.joined(separator: " | ")
      return ["    \(patterns)) \(action); return ;;".replacing("return; return", with: "return")]
    }
    let valued = command.allOptions.filter { $0.value != nil }
    let free = valued.filter { !$0.isFile && $0.values.isEmpty }
    return line(valued.filter(\.isFile), "_eigencoder_files")
      + valued.filter { !$0.values.isEmpty }.flatMap { option in
        line(
          [option],
          "\(option.takesList ? "_eigencoder_list" : "_eigencoder_words") '\(option.values.joined(separator: " "))'"
        )
      } + line(free, "return")
  }

  private static func words(_ command: any Command.Type) -> String {
    let options = (command.allOptions.map(\.name) + ["help"]).map { "--" + $0 }.joined(separator: " ")
    guard let choices = command.positional?.choices else {
      return "    \(command.name)) _eigencoder_words '\(options)' ;;"
    }
    return """
          \(command.name))
            if ((COMP_CWORD == 2)); then
              _eigencoder_words '\(choices.joined(separator: " ")) \(options)'
            else
              _eigencoder_words '\(options)'
            fi
            ;;
      """
  }
}
