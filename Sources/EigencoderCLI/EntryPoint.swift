import Eigencoder
import Foundation

@main enum EntryPoint {
  static let commands: [any Command.Type] = [
    CompareCommand.self, FitCommand.self, EncodeCommand.self, DecodeCommand.self, EvaluateCommand.self,
    InfoCommand.self, ChooseCommand.self, EmbedCommand.self, SearchCommand.self, ExportCommand.self,
    ConvertCommand.self, MomentsCommand.self,
    CompletionsCommand.self,
    ManualCommand.self,
  ]

  static func main() {
    // When the reader of a pipe ends first (`| head`), the next write ends this program quietly, as is usual.
    signal(SIGPIPE, SIG_DFL)
    Terminal.reserveStandardStreams()
    OutOfMemory.watch()
    let status = run(Array(CommandLine.arguments.dropFirst()))
    // Not by `exit`: it would wait for the BLAS to end its threads, which without memory they never do.
    fflush(nil)
    _exit(status)
  }

  /// Returns the exit status. This is the only place that turns errors into text.
  static func run(_ words: [String]) -> Int32 {
    guard let first = words.first else {
      Terminal.error(help)
      return ExitStatus.usage
    }
    let command = command(first)
    do {
      if let command { return try run(command, Array(words.dropFirst())) }
      switch first {
      case "--version": try Output.print("eigencoder \(Eigencoder.version)")
      case "help" where words.count > 1: try Output.print(try known(words[1]).help)
      case "--help", "-h", "help": try Output.print(help)
      default: _ = try known(first)
      }
      return ExitStatus.success
    } catch {
      let status = (error as? EigencoderError)?.exitStatus ?? ExitStatus.internalFailure
      let hint = status == ExitStatus.usage ? command.map { " (see 'eigencoder \($0.name) --help')" } : nil
      Ranks.letLowerRanksSpeak()
      Terminal.failure("\(error)\(hint ?? "")")
      Ranks.abort(status)
      return status
    }
  }

  private static func run(_ command: any Command.Type, _ words: [String]) throws -> Int32 {
    if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      try Output.print(command.help)
      return ExitStatus.success
    }
    let arguments = try Arguments(
      words, options: command.allOptions, positionalLimit: command.positionalLimit
    )
    .completedByFile(for: command)
    let run = try command.init(arguments)
    if command.computes { try Memory.prepareForComputing() }
    if command.joinsRanks { try Ranks.join() }
    try CommonOptions.apply(arguments)
    let status = try run.run()
    Ranks.leave()
    return status
  }

  private static func known(_ name: String) throws -> any Command.Type {
    if let command = command(name) { return command }
    let near = commands.map { ($0.name, editDistance($0.name, name)) }.min { $0.1 < $1.1 }!
    let hint = near.1 <= 2 ? "did you mean '\(near.0)'?" : "see 'eigencoder --help'"
    throw EigencoderError.invalidArgument("unknown command '\(name)'; \(hint)")
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
            every method on the built-in handwritten digits
        eigencoder compare --data embeddings.npy --latent 32,64
            the same question for your own vectors, one a row
        eigencoder fit pca --data embeddings.npy --latent 32 --model pca.safetensors
        eigencoder encode --model pca.safetensors --data embeddings.npy --out codes.npy
            shorten vectors for good
        eigencoder embed --data embeddings.npy --latent 64 --model embed.safetensors
            the shorter vectors in which a search finds most of the same neighbours
      """
  }
}
