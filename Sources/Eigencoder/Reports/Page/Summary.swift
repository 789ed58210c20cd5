extension ReconstructionReport {
  /// For each code size what it costs, which method loses least and which keeps most neighbours; and the commands that follow.
  var summary: PageSection? {
    guard !results.isEmpty else { return nil }
    let columns = summaryColumns.filter { column in latentSizes.contains { column.text($0) != nil } }
    let lines = latentSizes.map { latent -> Markup in
      let cells = columns.map { column -> Markup in
        let style: Markup = column.title == "seconds to fit it" ? "<td class=\"seconds\"" : "<td"
        return "\(style) data-label=\"\(column.title)\">\(column.text(latent) ?? "–")</td>"
      }
      return "<tr><th scope=\"row\">\(latent)</th>\(cells)</tr>\n"
    }
    let heads = (["numbers a row"] + columns.map(\.title)).map { "<th scope=\"col\">\($0)</th>" as Markup }
    return PageSection(
      id: "summary", title: "In short",
      content: """
        <table class="summary" aria-label="The best of each size">
        <thead><tr>\(heads)</tr></thead>
        <tbody>
        \(lines)</tbody></table>
        \(randomLine)\(nextSteps)
        """)
  }

  private typealias SummaryColumn = (title: String, text: (Int) -> String?)

  private var summaryColumns: [SummaryColumn] {
    func keeper(_ share: KeyPath<ReconstructionMetrics, Double?>) -> (Int) -> String? {
      { latent in
        // The very highest, as the table marks it.
        let shares = results.filter { $0.latent == latent }.compactMap { result in
          result.test[keyPath: share].map { (name: result.method, share: $0) }
        }
        guard let first = shares.first else { return nil }
        let best = shares.reduce(first) { $1.share > $0.share ? $1 : $0 }
        return "\(best.name): \((100 * best.share).fixed(0)) %"
      }
    }
    return [
      (
        "bytes a row",
        { latent in
          results.first { $0.latent == latent }.map {
            "\($0.bytesPerVector) in place of \($0.bytesPerVector / max(1, latent) * data.dimension)"
          }
        }
      ),
      (
        "loses least",
        { latent in
          leastLoss(of: latent).map { best in
            best.method == "pca"
              ? "pca: no method beats it"
              : results.contains { $0.method == "pca" && $0.latent == latent }
                ? "\(best.method): \((-(change(fromPCA: best) ?? 0)).fixed(1)) % less than pca" : best.method
          }
        }
      ),
      ("seconds to fit it", { leastLoss(of: $0)?.fitSeconds?.fixed(2) }),
      ("keeps most neighbours", keeper(\.recallAt10)),
      ("keeps most by cosine", keeper(\.cosineRecallAt10)),
    ]
  }

  /// What codes lose that look at no row: "Random baselines lose more than pca: random-columns 12 to 30 %, ...".
  private var randomLine: Markup {
    let names = methodNames.filter { name in
      results.contains { $0.method == name && $0.settings?.kind is any RandomMethod.Type }
    }
    let clauses = names.map { name in
      let own = results.filter { $0.method == name }
      let changes = own.compactMap { result in
        change(fromPCA: result).map { "\($0.signed(0)) % with \(result.latent)" }
      }
      return "\(name) " + (changes.isEmpty ? "" : changes.joined(separator: ", "))
    }
    guard !clauses.isEmpty, results.contains(where: { $0.method == "pca" }) else { return "" }
    return """
      <p class="note">Test SSE of codes that look at no row, decoded by least squares, against pca: \
      \(clauses.joined(separator: "; ")). A fitted code has to be better than these to be worth its fit.</p>

      """
  }
}

// MARK: - What to do next

extension ReconstructionReport {
  /// Share of the neighbours that a size should keep to be proposed.
  private static var enough: Double { 0.9 }

  private var nextSteps: Markup {
    let shares = latentSizes.map { latent in
      mostNeighbours(of: latent, by: \.recallAt10)?.test.recallAt10
    }
    let sufficient = zip(latentSizes, shares).first { $1.map { $0 >= Self.enough } ?? false }?.0
    guard let latent = sufficient ?? latentSizes.last, let loss = leastLoss(of: latent) else { return "" }
    let isKnown = shares.contains { $0 != nil }
    let reason =
      !isKnown
      ? ""
      : sufficient == nil
        ? ", the most that was tried: no size here keeps 90 % of the neighbours"
        : ", the fewest here that keep 90 % of the neighbours"
    let encode = commandLine(
      ["encode", "--model", "model.safetensors"] + dataWords + ["--out", "codes.npy"])
    var steps: [(String, String)] = []
    if let keeper = mostNeighbours(of: latent, by: \.cosineRecallAt10), keeper.method != loss.method {
      steps.append(("fit, for the least error", fitCommand(loss)))
      steps.append(("or fit, for a search by cosine", fitCommand(keeper)))
    } else {
      steps.append(("fit", fitCommand(loss)))
    }
    steps.append(("then encode", encode))
    if isKnown {
      steps.append(
        (
          "or search for codes of few bytes",
          commandLine(["embed"] + dataWords + ["--latent", "\(latent)", "--model", "embed.safetensors"])
        ))
      if sufficient == nil {
        steps.append(
          ("how many numbers it takes", commandLine(["choose"] + dataWords + ["--recall", "0.9"])))
      }
    }
    // A line is broken before an option, not within.
    let items = steps.map { purpose, command -> Markup in
      let parts = command.replacing(" --", with: "\n--").split(separator: "\n").map(String.init)
      let code = parts.map { "<span>\($0)</span>" as Markup }.joined(by: " ")
      return "<dt>\(purpose)</dt><dd><code>\(code)</code></dd>\n"
    }
    return """
      <h3>What to do next</h3>
      <p class="note">With \(latent) number\(latent == 1 ? "" : "s") a row\(reason); for another size change \
      <code>--latent</code>.</p>
      <dl class="steps">
      \(items)</dl>

      """
  }

  private func commandLine(_ words: [String]) -> String {
    (["eigencoder"] + words).map(\.shellWord).joined(separator: " ")
  }

  /// The data as they were named, and how they are read.
  private var dataWords: [String] {
    let reading = ["scale", "columns", "array", "tensor"].flatMap { name in
      options?[name].map { ["--" + name, $0.description] } ?? []
    }
    return ["--data", options?["data"]?.description ?? "FILE"] + reading
  }

  /// The fit of a result's method to all the rows, with the settings that were typed.
  private func fitCommand(_ result: Result) -> String {
    let name = result.settings?.name ?? result.method
    return commandLine(
      ["fit", name] + (result.keepsMean ? ["--keep-mean"] : []) + dataWords
        + ["--latent", "\(result.latent)"] + typedSettings(of: result)
        + ["--model", "model.safetensors"])
  }

  private func typedSettings(of result: Result) -> [String] {
    guard let kind = result.settings?.kind else { return [] }
    var words: [String] = []
    var rest = (details?.provenance?.command ?? [])[...]
    while let word = rest.popFirst() {
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1)
      guard word.hasPrefix("--"), let name = parts.first.map(String.init) else { continue }
      let setting = Setting.all.first { $0.name == name && kind.settings.contains(name) }
      guard setting != nil || (name == "seed" && kind.isRandom) else { continue }
      words.append(word)
      if parts.count == 1, name == "seed" || setting?.form != nil, let value = rest.popFirst() {
        words.append(value)
      }
    }
    return words
  }
}
