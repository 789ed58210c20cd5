// Tables for people, in a terminal and in Markdown.

extension ReconstructionReport {
  /// Aligned text for a terminal: a heading, tables with one line a method, verdicts, and what the columns
  /// are.
  ///
  /// - Parameter width: of the tables, in characters: the columns that matter least are left out until the others fit, and a
  ///   line says which; nil for all columns.
  public func table(width: Int? = 100) -> String {
    let tables = tables
    let fitted = tables.map { $0.fitting(width) }
    // A column may have the name of another table's.
    let left = zip(tables, fitted).flatMap { all, shown in
      all.columns.map(\.title).filter { title in !shown.columns.contains { $0.title == title } }
    }
    let missing =
      left.isEmpty
      ? []
      : ["Left out to fit \(width ?? 0) columns (--wide shows all): \(left.joined(separator: ", "))"]
    let legend = missing + legend(of: fitted)
    return text(
      fitted.map { TextTable($0.lines).aligned() }, item: "",
      legend: [legend.map { line in width.map { line.wrapped(to: $0) } ?? line }.joined(separator: "\n")])
  }

  /// The same tables, with all columns, and verdicts in Markdown.
  public func markdown() -> String {
    text(tables.map { TextTable($0.lines).markdown() }, item: "- ", legend: [])
  }

  private func text(_ tables: [String], item: String, legend: [String]) -> String {
    let heading =
      "\(data.name): \(data.train) rows to train, \(data.test) to test, \(data.dimension) columns"
      + (seed.map { ", seed \($0)" } ?? "")
    // "autoencoder, 8: beats PCA: yes (-0.778 per sample, 95 % interval -0.81 to -0.74)"
    let verdicts = reconstructions.compactMap { result in
      result.againstPCA.map {
        "\(item)\(result.method), \(result.latent): \($0.sentence)" + (result.seeds?.sentence ?? "")
      }
    }
    let blocks = [verdicts, notes.map { item + $0 }].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
    return
      ([heading] + tables.prefix(1) + blocks + tables.dropFirst() + legend).joined(separator: "\n\n")
  }

  /// What is to be known of single fits: "autoencoder, 8: no epoch was better than the start as PCA, ...".
  var notes: [String] {
    results.flatMap { result -> [String] in
      let place = "\(result.method), \(result.latent)"
      guard let runs = result.seeds?.runs else { return result.note.map { ["\(place): \($0)"] } ?? [] }
      return runs.compactMap { run in run.note.map { "\(place), seed \(run.seed): \($0)" } }
    }
  }

  private var tables: [ReportTable] {
    let classes = shownClasses.enumerated().map { index, shown in
      Column(
        shown.label, rank: 1 + index,
        .words { $0.error(ofClass: shown.label)?.significant(4) })
    }
    return [
      ReportTable(results: reconstructions, columns: errorColumns),
      ReportTable(results: results, columns: codeColumns),
      ReportTable(results: reconstructions, columns: classes),
    ].filter { !$0.columns.isEmpty }
  }

  private func legend(of tables: [ReportTable]) -> [String] {
    let classes = Set(shownClasses.map(\.label))
    let columns = tables.flatMap(\.columns).filter { $0.explanation != nil && !classes.contains($0.title) }
    var said: Set<String> = []
    let terms = columns.filter { said.insert($0.title).inserted }
    return ["latent: the numbers of a code."] + terms.map { "\($0.title): \($0.explanation ?? "")" }
      + [keptMeanLegend, classLegend].compactMap { $0 }
  }

  /// What the rows of PCA with the mean kept are; nil without any.
  var keptMeanLegend: String? {
    results.first { $0.keepsMean }.map {
      "\($0.method): PCA whose codes keep the mean's projection (fit pca --keep-mean). It reconstructs as pca does; "
        + "for a search by cosine it is the linear code to compare with."
    }
  }

  /// "0, 1, ...: test SSE of each class."
  private var classLegend: String? {
    results.first?.test.perClass.map { all in
      all.prefix(2).map(\.label).joined(separator: ", ") + (all.count > 2 ? ", ..." : "")
        + ": test SSE of each class"
        + (all.count > shownClasses.count ? ", the first \(shownClasses.count) of \(all.count)." : ".")
    }
  }
}

/// A table for a terminal: some results, and columns beside their names and sizes.
private struct ReportTable {
  let results: [ReconstructionReport.Result]
  var columns: [ReconstructionReport.Column]

  var lines: [[String]] {
    [["method", "latent"] + columns.map(\.title)]
      + results.map { result in
        [result.method, "\(result.latent)"] + columns.map { $0.text(result) ?? "-" }
      }
  }

  /// Without the columns of the highest ranks that make it wider.
  func fitting(_ width: Int?) -> ReportTable {
    var table = self
    while let width, TextTable(table.lines).width > width,
      let least = table.columns.indices.filter({ table.columns[$0].rank > 0 })
        .max(by: { table.columns[$0].rank < table.columns[$1].rank })
    {
      table.columns.remove(at: least)
    }
    return table
  }
}

extension PairedComparison {
  /// "beats PCA: yes (-0.778 per sample, 95 % interval -0.81 to -0.74)"
  fileprivate var sentence: String {
    let answer =
      switch verdict {
      case .beats: "yes"
      case .ties: "no, a tie"
      case .loses: "no, it loses"
      }
    return "beats PCA: \(answer) (\(difference > 0 ? "+" : "")\(difference.significant(3)) per sample, "
      + "\(intervalText))"
  }

  /// "95 % interval -0.81 to -0.74"
  var intervalText: String {
    interval.map { "95 % interval \($0.text(3))" } ?? "too few rows for an interval"
  }
}

extension ReconstructionReport.Result.Seeds {
  /// "; 3 of 3 seeds"
  fileprivate var sentence: String { "; \(count(.beats)) of \(runs.count) seeds" }
}
