// The columns that the tables for people have, in a terminal, in Markdown and in a page, and what is said of them.

extension ReconstructionReport {
  /// A column: its title, and what it has for each result.
  struct Column {
    /// A number and how it is shown, or words.
    enum Content {
      case number(NumberFormat, (Result) -> Double?)
      case words((Result) -> String?)
    }

    let title: String
    /// Its class in the style of the page.
    var style = ""
    /// How soon it is left out of a table that has to be narrow: the highest first, 0 never.
    var rank = 0
    /// A sentence that follows the title.
    var explanation: String?
    /// Which direction is the better; nil for what has no best.
    var better: Metric.Direction?
    let content: Content

    init(
      _ title: String, style: String = "", rank: Int = 0, saying explanation: String? = nil,
      better: Metric.Direction? = nil, _ content: Content
    ) {
      (self.title, self.style, self.rank) = (title, style, rank)
      (self.explanation, self.better, self.content) = (explanation, better, content)
    }

    func text(_ result: Result) -> String? {
      switch content {
      case .number(let format, let value): value(result).map(format.text)
      case .words(let text): text(result)
      }
    }

    /// The best of these results as the table shows it; nil where they do not differ.
    func best(of results: [Result]) -> String? {
      guard case .number(let format, let value) = content, let better, better != .neither else { return nil }
      let values = results.compactMap(value)
      guard let best = better == .lower ? values.min() : values.max(), values.count > 1 else { return nil }
      let text = format.text(best)
      return values.allSatisfy { format.text($0) == text } ? nil : text
    }
  }

  /// The results whose reconstructions are their own: without those of PCA with the mean kept, which reconstructs as PCA.
  var reconstructions: [Result] {
    results.filter { result in
      !(result.keepsMean && results.contains { $0.method == "pca" && $0.latent == result.latent })
    }
  }

  /// What is lost.
  var errorColumns: [Column] {
    let parameters = Column("parameters", rank: 6, .number(.fixed(0)) { Double($0.parameters) })
    let seconds = Column(
      "fit s", style: "seconds", rank: 2, saying: "seconds to fit.", .number(.fixed(2)) { $0.fitSeconds })
    let noisy = Column(
      "noisy SSE", rank: 1,
      saying: "of clean test rows reconstructed from corrupted ones (\(corruption ?? "")).",
      better: .lower, .number(Metric.squaredError.format) { $0.test.noisy?.ssePerSample })
    return [parameters, seconds]
      + [
        Column("train SSE", rank: 4, .number(Metric.squaredError.format) { $0.train.ssePerSample }),
        Column(
          "test SSE", style: "sse", saying: "squared error per row, in the units of the data.",
          better: .lower,
          .number(Metric.squaredError.format) { $0.test.ssePerSample }),
      ] + seedColumns("ssePerSample", .significant(4))
      + (results.contains { $0.againstPCA != nil } ? [comparison] : [])
      + (results.contains { $0.test.noisy != nil } ? [noisy] : []) + columns(of: [.errors])
  }

  /// The title of the change against PCA, whose cells a page words in another way.
  static var comparisonTitle: String { "vs PCA" }

  /// The change in test SSE against PCA of the same code size, and the verdict: "-41.2 % beats".
  private var comparison: Column {
    Column(
      Self.comparisonTitle, style: "vs",
      saying: "change in test SSE; beats, ties or loses by the 95 % interval of the differences row by row.",
      .words { result in
        guard result.method != "pca", let change = change(fromPCA: result) else { return nil }
        return change.signed(1) + " %" + (result.againstPCA.map { " " + $0.verdict.rawValue } ?? "")
      })
  }

  /// What the codes are worth; none where nothing was asked of them.
  var codeColumns: [Column] {
    guard !codeGroups.isEmpty else { return [] }
    let bytes = Column(
      "bytes", rank: 1, saying: "of one code.", .number(.fixed(0)) { Double($0.bytesPerVector) })
    return [bytes]
      + columns(of: codeGroups).flatMap { column in
        column.title == "recall@10" ? [column] + seedColumns("recallAt10", .fixed(4)) : [column]
      }
  }

  /// From the least to the largest over the seeds.
  private func seedColumns(_ key: String, _ format: NumberFormat) -> [Column] {
    guard let count = seedCount else { return [] }
    return [
      Column(
        "\(count) seeds", style: "range",
        saying: "the least and the largest over \(count) seeds; the row is of the first.",
        .words { result in
          result.range(of: key).map { "\(format.text($0.lowerBound)) to \(format.text($0.upperBound))" }
        })
    ]
  }

  /// From how many seeds methods were fitted; nil for one.
  var seedCount: Int? { results.compactMap { $0.seeds?.runs.count }.max() }

  /// The groups of metrics of codes that a result has.
  private var codeGroups: [Metric.Group] {
    Metric.Group.allCases.filter { group in
      group != .errors && results.contains { group.isKnown(in: $0.test) }
    }
  }

  /// The classes whose errors the tables show: the first 20 that occur.
  var shownClasses: [ReconstructionMetrics.ClassError] {
    Array((results.first?.test.perClass ?? []).prefix(20))
  }

  /// The change in test SSE against PCA of the same code size, in percent; nil without such a PCA.
  func change(fromPCA result: Result, _ sse: Double? = nil) -> Double? {
    guard let pca = results.first(where: { $0.method == "pca" && $0.latent == result.latent }),
      pca.test.ssePerSample > 0
    else { return nil }
    return 100 * ((sse ?? result.test.ssePerSample) / pca.test.ssePerSample - 1)
  }

  private func columns(of groups: [Metric.Group]) -> [Column] {
    let sample = results.compactMap { $0.test.neighbourSample }.first ?? 0
    let rows = sample < data.test ? "\(sample) of the test rows, drawn at random" : "of the test rows"
    return groups.flatMap(\.metrics).compactMap { metric in
      metric.title.map { title in
        Column(
          title, rank: metric.rank, saying: metric.explanation?.replacing("ROWS", with: rows),
          better: metric.better,
          .number(metric.format) { metric.value($0.test) })
      }
    }
  }
}

extension ReconstructionReport.Result {
  /// Whether its codes are those of PCA with the mean kept.
  var keepsMean: Bool { settings?.name == "pca" && settings?.settings.keepsMean == true && method != "pca" }
}
