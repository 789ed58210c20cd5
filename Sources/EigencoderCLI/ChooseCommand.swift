import Eigencoder

struct ChooseCommand: Command {
  static let name = "choose"
  static let summary = "say how long a code of principal components should be, by several rules"
  static let usage =
    "[--data FILE | --moments FILES] [--recall 0.95] [--variance 0.95] [--hold-out 0.2] [--format text|json]"
  static let options =
    [
      DataSource.option("one sample a row (default: the built-in digits)"),
      MomentsSource.option,
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
    (
      "eigencoder choose --moments 'parts/*.moments'",
      "the rules that need no rows, of sums that many machines made"
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
  /// In place of the data.
  private let moments: MomentsSource?
  private let settings: ComponentSelection.Settings
  private let format: TextFormat
  /// How the data are read, as the command line says it.
  private let reading: [String]

  init(_ arguments: Arguments) throws {
    moments = try MomentsSource(arguments)
    if moments != nil, let name = ["hold-out", "permutations", "seed"].first(where: arguments.has) {
      throw EigencoderError.invalidArgument("--\(name) goes with --data: moments have no rows")
    }
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
    guard let k = recommendation.latent else { return nil }
    var source = moments?.words
    if source == nil, let path = data.path, path != DataSource.standardStream {
      source = ["--data", path] + reading
    }
    guard let source else { return nil }
    let words =
      ["eigencoder", "fit", "pca"] + (recommendation.keepsMean ? ["--keep-mean"] : [])
      + ["--latent", "\(k)"] + source + ["--model", "pca.safetensors"]
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
    let (selection, name) = try selection()
    switch format {
    case .json:
      try Output.print(
        jsonText(
          Summary(
            data: .init(
              name: name, train: selection.train, test: selection.heldOut, dimension: selection.columns
            ),
            rank: selection.rank, seed: settings.seed, rules: selection.rules,
            recommendation: selection.recommendation, next: next(selection.recommendation))))
    case .text: try Output.print(text(selection, name))
    }
    return ExitStatus.success
  }

  /// What the rules say, and the name of what they were asked of.
  private func selection() throws -> (ComponentSelection, String) {
    if let moments {
      let (file, name) = try moments.load()
      return (try ComponentSelection(of: file, settings: settings), name)
    }
    guard let file = try data.rowFile() else {
      switch try data.load() {
      case .float(let x): return (try ComponentSelection(of: x, settings: settings), data.name)
      case .double(let x): return (try ComponentSelection(of: x, settings: settings), data.name)
      }
    }
    switch try data.precision(of: data.open()) {
    case .f32: return (try selection(file, as: Float.self), data.name)
    case .f64: return (try selection(file, as: Double.self), data.name)
    }
  }

  private func selection<T: Scalar>(_ file: RowFile, as type: T.Type) throws -> ComponentSelection {
    let progress = RowProgress("variances")
    return try ComponentSelection(ofRowsOf: file, as: T.self, settings: settings) { progress.report($0) }
  }

  private func text(_ selection: ComponentSelection, _ name: String) -> String {
    let titles = ["rule", "k", "variance kept", "held-out R2", "bytes a vector", ""]
    let lines = selection.rules.map { line -> [String] in
      [
        line.rule.rawValue, line.latent.map { $0 == 0 ? "none" : "\($0)" } ?? "-",
        line.varianceKept?.fixed(4) ?? "-", line.heldOutR2?.fixed(4) ?? "-",
        line.bytesPerVector.map { "\($0)" } ?? "-", line.note,
      ]
    }
    let isSplit = moments == nil
    let heading =
      "\(name): \(counted(selection.train, "row")) to choose by, \(isSplit ? "\(selection.heldOut)" : "none") held out, "
      + "\(counted(selection.columns, "column")), rank \(selection.rank)"
      + (isSplit ? ", seed \(settings.seed)" : "")
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
