import Eigencoder
import Foundation

do {
  let arguments = try Arguments(CommandLine.arguments.dropFirst())
  if arguments.wantsHelp {
    print(Arguments.help)
  } else if arguments.wantsList {
    for benchmark in Benchmarks.all where arguments.selects(benchmark) { print(benchmark.name) }
  } else if let directory = arguments.exportDirectory {
    try exportCases(to: directory)
  } else {
    let machine = Machine.current
    print(machine.description)
    let limits = Limits.measured()
    print(limits.description)
    let measurements = try Benchmarks.run(arguments, limits)
    if let url = arguments.jsonFile {
      try OutputFile.write(
        try jsonText(Report(machine: machine, limits: limits, measurements: measurements)) + "\n", to: url)
    }
  }
} catch {
  FileHandle.standardError.write(Data("eigencoder-benchmarks: \(error)\n".utf8))
  if case EigencoderError.invalidArgument = error { exit(64) }
  exit(70)
}

/// What `--json` writes.
struct Report: Encodable {
  let machine: Machine
  let limits: Limits
  let measurements: [Measurement]
}
