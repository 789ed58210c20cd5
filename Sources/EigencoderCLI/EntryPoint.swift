import Eigencoder
import Foundation

@main enum EntryPoint {
  static let commands: [any Command.Type] = [
    CompareCommand.self, FitCommand.self, EncodeCommand.self, DecodeCommand.self, EvaluateCommand.self,
    InfoCommand.self,
  ]

  static func main() {
    // A reader that goes away (`| head`) ends the program quietly at the next write, as it does for others.
    signal(SIGPIPE, SIG_DFL)
    exit(run(Array(CommandLine.arguments.dropFirst())))
  }

  static func run(_ words: [String]) -> Int32 {
    guard let first = words.first else {
      Terminal.error(help)
      return ExitStatus.usage
    }
    switch first {
    case "--help", "-h", "help":
      if first == "help", words.count == 2, let command = command(words[1]) {
        print(command.help)
      } else {
        print(help)
      }
      return ExitStatus.success
    case "--version":
      print("eigencoder \(Eigencoder.version)")
      return ExitStatus.success
    default: break
    }
    guard let command = command(first) else {
      let near = commands.map { ($0.name, editDistance($0.name, first)) }.min { $0.1 < $1.1 }!
      let hint = near.1 <= 2 ? "did you mean '\(near.0)'?" : "see 'eigencoder --help'"
      Terminal.error("eigencoder: error: unknown command '\(first)'; \(hint)")
      return ExitStatus.usage
    }
    let rest = Array(words.dropFirst())
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      print(command.help)
      return ExitStatus.success
    }
    do {
      let arguments = try Arguments(rest, options: command.options, positionalLimit: command.positionalLimit)
      Terminal.isQuiet = arguments.has("quiet")
      return try command.init(arguments).run()
    } catch let error as EigencoderError {
      let hint = error.exitStatus == ExitStatus.usage ? " (see 'eigencoder \(command.name) --help')" : ""
      Terminal.error("eigencoder: error: \(error)\(hint)")
      return error.exitStatus
    } catch {
      Terminal.error("eigencoder: error: \(error)")
      return ExitStatus.internalFailure
    }
  }

  private static func command(_ name: String) -> (any Command.Type)? { commands.first { $0.name == name } }

  static var help: String {
    let width = commands.map { $0.name.count }.max()!
    let lines = commands.map {
      "  " + $0.name + String(repeating: " ", count: width + 2 - $0.name.count) + $0.summary
    }
    return """
      Shorter vectors, and what they lose: exact PCA and autoencoders, compared on one split.

      usage: eigencoder COMMAND [OPTIONS]

      commands:
      \(lines.joined(separator: "\n"))

      'eigencoder COMMAND --help' shows a command's options with examples; 'eigencoder --version' the version.
      Results go to standard output, progress and messages to standard error.

      examples:
        eigencoder compare
            PCA and an autoencoder on the built-in handwritten digits
        eigencoder compare --data embeddings.npy --latent 32,64
            the same question for your own vectors, one a row
        eigencoder fit pca --data embeddings.npy --latent 32 --model pca.safetensors
        eigencoder encode --model pca.safetensors --data embeddings.npy --out codes.npy
            shorten vectors for good
      """
  }
}
