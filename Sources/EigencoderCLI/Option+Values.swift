import Eigencoder

extension Option {
  /// The values of options that several commands share. What the parser refuses beyond them, the tests compare.
  static let knownValues: [String: [String]] = [
    "format": TextFormat.allCases.map(\.rawValue),
    "activation": Activation.allCases.map(\.rawValue),
    "latent-activation": Activation.allCases.map(\.rawValue),
    "initializer": InitializerName.allCases.map(\.rawValue),
    "optimizer": Optimizer.names,
    "schedule": Schedule.Shape.allCases.map(\.rawValue),
    "contraction-route": ([.automatic, .singleLayer, .twoLayer, .gram, .direct] as [ContractionRoute]).map(
      \.name),
  ]

  /// Whether several of its values may be joined by commas.
  var takesList: Bool { value == "LIST" }

  /// The help in one line, without the default: what a shell shows beside the name.
  var summary: String {
    let line = help.split(separator: "\n").joined(separator: " ")
    guard let end = line.firstRange(of: " (default") else { return line }
    return String(line[..<end.lowerBound])
  }
}
