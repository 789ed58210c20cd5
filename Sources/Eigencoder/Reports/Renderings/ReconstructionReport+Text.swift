// Tables for people, in a terminal and in Markdown.

extension ReconstructionReport {
  /// Aligned text for a terminal: a heading, tables with one line a method, verdicts, and what the columns
  /// are.
  public func table() -> String { text(tables.map { $0.aligned() }, item: "", legend: [legend]) }

  /// The same tables and verdicts in Markdown.
  public func markdown() -> String { text(tables.map { $0.markdown() }, item: "- ", legend: []) }

  private func text(_ tables: [String], item: String, legend: [String]) -> String {
    let heading =
      "\(data.name): \(data.train) rows to train, \(data.test) to test, \(data.dimension) columns"
      + (seed.map { ", seed \($0)" } ?? "")
    // "autoencoder, 8: beats PCA: yes (-0.778 per sample, 95 % interval -0.81 to -0.74)"
    let verdicts = results.compactMap { result in
      result.againstPCA.map { "\(item)\(result.method), \(result.latent): \($0.sentence)" }
    }
    return
      ([heading] + tables.prefix(1) + (verdicts.isEmpty ? [] : [verdicts.joined(separator: "\n")])
      + tables.dropFirst() + legend).joined(separator: "\n\n")
  }

  private var tables: [TextTable] {
    let errors =
      sizeColumns.map(cells) + [("vs PCA", comparison)] + errorColumns.map(cells)
    let classes = shownClasses.map { shown in
      (shown.label, { (result: Result) in result.error(ofClass: shown.label)?.significant(4) })
    }
    return [errors, codeColumns.map(cells), classes].filter { !$0.isEmpty }.map { columns in
      TextTable(
        [["method", "latent"] + columns.map(\.0)]
          + results.map { result in
            [result.method, "\(result.latent)"] + columns.map { $0.1(result) ?? "-" }
          })
    }
  }

  /// The title of a column, and the cell of each result.
  private func cells(_ column: Column) -> (String, (Result) -> String?) {
    (column.title, { column.value($0).map(column.format.text) })
  }

  /// The change in test SSE against PCA of the same code size, and the verdict: "-41.2 % beats".
  private func comparison(_ result: Result) -> String? {
    guard result.method != "pca", let change = change(fromPCA: result) else { return nil }
    let verdict = result.againstPCA.map { " " + $0.verdict.rawValue } ?? ""
    return (change > 0 ? "+" : "") + change.fixed(1) + " %" + verdict
  }

  private var legend: String {
    let noisy = corruption.map { "noisy SSE: clean test rows reconstructed from corrupted ones (\($0))." }
    return
      (explanations(of: [.errors]).map(\.text) + [noisy].compactMap { $0 }
      + explanations(of: codeGroups.reversed()).map(\.text) + [classLegend].compactMap { $0 })
      .joined(separator: "\n")
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
