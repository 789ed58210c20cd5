import Eigencoder

struct ChooseCommand: Command {
  static let name = "choose"
  static let summary = "say how long a code of principal components should be, by several rules"
  static let usage = "[--data FILE] [--recall 0.95] [--variance 0.95] [--hold-out 0.2] [--format text|json]"
  static let options =
    [
      DataSource.option("one sample a row (default: the built-in digits)"),
      DataSource.scaleOption,
      Option(
        "recall", "X",
        "the share of the 10 nearest neighbours by cosine that the codes of held-out\nrows have to keep; given, it decides (default: not asked)"
      ),
      Option(
        "variance", "X",
        "the share of the variance to keep; it decides without --recall, but no\ncomponent is taken that does not raise the held-out likelihood (default: 0.95)"
      ),
      Option("hold-out", "X", "share of the rows held out, as by 'compare' (default: 0.2)"),
      Option("permutations", "N", "of parallel analysis; each costs about one fit (default: 20)"),
      Option("seed", "S", "of the split and the permutations (default: 1)"),
      TextFormat.option(),
    ] + DataSource.readingOptions
  static let examples = [
    ("eigencoder choose", "every rule on the built-in digits"),
    (
      "eigencoder choose --data embeddings.npy --recall 0.95",
      "the shortest code that finds 95 % of the nearest neighbours, and the command\n      that fits it"
    ),
    (
      "eigencoder fit pca --data embeddings.npy --latent auto --model pca.safetensors",
      "fit at the size recommended without --recall"
    ),
  ]

  private struct Summary: Encodable {
    let data: ReconstructionReport.DataDescription
    let rank: Int
    let seed: UInt64
    let rules: [ComponentSelection.Suggestion]
    let recommendation: ComponentSelection.Recommendation
    let next: String?
  }

  private let data: DataSource
  private let settings: ComponentSelection.Settings
  private let format: TextFormat
  /// How the data are read, as the command line says it.
  private let reading: [String]

  init(_ arguments: Arguments) throws {
    data = try DataSource(arguments)
    func share(_ name: String) throws -> Double? {
      try arguments.number(name, "between 0 and 1", where: { $0 > 0 && $0 < 1 })
    }
    settings = ComponentSelection.Settings(
      variance: try share("variance") ?? 0.95,
      recall: try arguments.number("recall", "above 0 and up to 1", where: { $0 > 0 && $0 <= 1 }),
      holdOut: try share("hold-out") ?? 0.2,
      permutations: try Self.permutations(arguments),
      seed: try arguments.seed(default: 1))
    format = try arguments.choice("format", default: .text)
    let options = [DataSource.scaleOption] + DataSource.readingOptions
    reading = options.flatMap { option in
      arguments.string(option.name).map { ["--" + option.name, $0] } ?? []
    }
  }

  /// The command that fits what is recommended; nil without a recommendation, and of the built-in digits.
  private func next(_ recommendation: ComponentSelection.Recommendation) -> String? {
    guard let path = data.path, path != DataSource.standardStream, let k = recommendation.latent else {
      return nil
    }
    let words =
      ["eigencoder", "fit", "pca"] + (recommendation.keepsMean ? ["--keep-mean"] : [])
      + ["--latent", "\(k)", "--data", path] + reading + ["--model", "pca.safetensors"]
    return words.map(\.shellQuoted).joined(separator: " ")
  }

  private static func permutations(_ arguments: Arguments) throws -> Int {
    let count = try arguments.integer("permutations", atLeast: 1) ?? 20
    guard count <= 10_000 else {
      throw EigencoderError.invalidArgument(
        "--permutations is at most 10000, each costs about one fit; got \(count)")
    }
    return count
  }

  func run() throws -> Int32 {
    let selection = try selection()
    switch format {
    case .json:
      try Output.print(
        jsonText(
          Summary(
            data: .init(
              name: data.name, train: selection.train, test: selection.heldOut, dimension: selection.columns
            ),
            rank: selection.rank, seed: settings.seed, rules: selection.rules,
            recommendation: selection.recommendation, next: next(selection.recommendation))))
    case .text: try Output.print(text(selection))
    }
    return ExitStatus.success
  }

  private func selection() throws -> ComponentSelection {
    guard let file = try data.rowFile() else {
      switch try data.load() {
      case .float(let x): return try ComponentSelection(of: x, settings: settings)
      case .double(let x): return try ComponentSelection(of: x, settings: settings)
      }
    }
    let progress = RowProgress("variances")
    switch try data.precision(of: data.open()) {
    case .f32:
      return try ComponentSelection(ofRowsOf: file, as: Float.self, settings: settings) {
        progress.report($0)
      }
    case .f64:
      return try ComponentSelection(ofRowsOf: file, as: Double.self, settings: settings) {
        progress.report($0)
      }
    }
  }

  private func text(_ selection: ComponentSelection) -> String {
    let titles = ["rule", "k", "variance kept", "held-out R2", "bytes a vector", ""]
    let lines = selection.rules.map { line -> [String] in
      [
        line.rule.rawValue, line.latent.map { $0 == 0 ? "none" : "\($0)" } ?? "-",
        line.varianceKept?.fixed(4) ?? "-", line.heldOutR2?.fixed(4) ?? "-",
        line.bytesPerVector.map { "\($0)" } ?? "-", line.note,
      ]
    }
    let heading =
      "\(data.name): \(counted(selection.train, "row")) to choose by, \(selection.heldOut) held out, "
      + "\(counted(selection.columns, "column")), rank \(selection.rank), seed \(settings.seed)"
    let recommendation = selection.recommendation
    let bytes = recommendation.latent.map { k in
      "\(counted(k, "number")), \(selection[recommendation.rule]?.bytesPerVector ?? 0) bytes instead of "
        + "\(selection.columns * MemoryLayout<Float>.stride), by \(recommendation.rule.rawValue)"
    }
    return """
      \(heading)

      \(TextTable([titles] + lines, words: [0, 5]).aligned())

      recommended: \(bytes ?? "none"): \(recommendation.reason)
      """ + (next(recommendation).map { "\nnext: \($0)" } ?? "")
  }
}

extension String {
  /// The text as a shell reads it: in quotes unless every character is plain.
  fileprivate var shellQuoted: String {
    let plain = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./+=:,@%".contains($0)) }
    return plain && !isEmpty
      ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
