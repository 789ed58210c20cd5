import Eigencoder

/// One question, with an answer that is checked before it is timed.
protocol Benchmark: Sendable {
  /// "group/what": what selects it.
  var name: String { get }
  var group: Substring { get }
  /// Throws when the results are wrong; else their measurements. Without `checks`, the measurements alone.
  func run(_ timing: Timing, checks: Bool) throws -> [Measurement]
}

extension Benchmark {
  var group: Substring { name.prefix { $0 != "/" } }

  func matches(_ text: String) -> Bool { group == text || name.contains(text) }
}

/// All benchmarks by group.
enum Benchmarks {
  static let all: [any Benchmark] =
    PCABenchmark.all + StepBenchmark.all + ActivationBenchmark.all + OptimizerBenchmark.all
    + CorruptionBenchmark.all + GatherBenchmark.all + FileBenchmark.all + PCABenchmark.growth
    + StepBenchmark.growth

  /// Runs what is selected and prints a table for each group.
  static func run(_ arguments: Arguments, _ limits: Limits) throws -> [Measurement] {
    var results: [Measurement] = []
    var group: [Measurement] = []
    let selected = all.filter { arguments.selects($0) }
    for (index, benchmark) in selected.enumerated() {
      group += try benchmark.run(arguments.timing, checks: arguments.checks)
      if index + 1 == selected.count || selected[index + 1].group != benchmark.group {
        print("\n\(benchmark.group)")
        printTable(group, limits)
        results += group
        group = []
      }
    }
    return results
  }
}
