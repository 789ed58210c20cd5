import Eigencoder
import Foundation

/// What the command line asks for.
struct Arguments {
  var names: [String] = []
  var jsonFile: URL?
  var exportDirectory: URL?
  var timing = Timing()
  var checks = true
  var wantsList = false
  var wantsHelp = false

  static let help = """
    usage: eigencoder-benchmarks [NAME...] [--json FILE] [--repetitions N] [--skip-checks] [--list]
           eigencoder-benchmarks --export DIRECTORY

    NAME is a group (pca, step, kernels, files, growth) or a part of a benchmark's name: 'step/784-128-32', 'contractive'.
    Several names mean any of them, none means all but the group growth.

      --json FILE        write the measurements as JSON too
      --repetitions N    samples of each median, instead of as many as fit into 0.4 s and at least 5
      --skip-checks      do not check results before timing: for further rounds with the same program
      --list             print the names, and time nothing
      --export DIR       write data, networks and batches for Benchmarks/peers, with losses and gradients
    """

  init(_ words: some Sequence<String>) throws {
    var words = Array(words)[...]
    func value(of option: String) throws -> String {
      guard let value = words.popFirst() else {
        throw EigencoderError.invalidArgument("\(option) needs a value, see --help")
      }
      return value
    }
    while let word = words.popFirst() {
      switch word {
      case "--json": jsonFile = URL(fileURLWithPath: try value(of: word))
      case "--export": exportDirectory = URL(fileURLWithPath: try value(of: word), isDirectory: true)
      case "--repetitions":
        let text = try value(of: word)
        guard let count = Int(text), count >= 1 else {
          throw EigencoderError.invalidArgument("--repetitions takes a number of at least 1, got '\(text)'")
        }
        timing.samples = count
      case "--skip-checks": checks = false
      case "--list": wantsList = true
      case "--help", "-h": wantsHelp = true
      case _ where word.hasPrefix("-"):
        throw EigencoderError.invalidArgument("unknown option '\(word)', see --help")
      default: names.append(word)
      }
    }
    if let unknown = names.first(where: { name in !Benchmarks.all.contains { $0.matches(name) } }) {
      throw EigencoderError.invalidArgument("no benchmark is named '\(unknown)', see --list")
    }
  }

  func selects(_ benchmark: any Benchmark) -> Bool {
    names.isEmpty ? benchmark.group != "growth" : names.contains { benchmark.matches($0) }
  }
}
