// The same table for a terminal, in Markdown and as csv.

extension ReportComparison {
  /// Aligned text: a heading, a line a metric, and what has become worse.
  public func table() -> String { text(lines.aligned()) }

  /// The same as a table in Markdown.
  public func markdown() -> String { text(lines.markdown()) }

  /// The whole comparison, keys sorted.
  public func json() throws -> String { try jsonText(self) }

  /// One line a metric in full precision, and two for each interval, its ends.
  public func csv() -> String {
    let metrics = rows.map { row in
      [
        row.method, "\(row.latent)", row.metric, "\(row.then)", row.now.map { "\($0)" } ?? "",
        row.change.map { "\($0)" } ?? "", row.outcome.rawValue,
      ]
    }
    let ends = intervals.flatMap { row in
      [("low", \ClosedRange<Double>.lowerBound), ("high", \.upperBound)].map { name, end in
        [
          row.method, "\(row.latent)", "againstPCA." + name, "\(row.then[keyPath: end])",
          "\(row.now[keyPath: end])", "", (row.isWorse ? Outcome.worse : .holds).rawValue,
        ]
      }
    }
    return TextTable([["method", "latent", "metric", "then", "now", "change", "verdict"]] + metrics + ends)
      .csv()
  }

  private var lines: TextTable {
    let metrics = rows.map { row in
      [
        "\(row.method), \(row.latent)", row.metric, row.then.significant(6), row.now?.significant(6) ?? "-",
        row.change?.percent ?? "-",
        row.outcome == .holds || row.outcome == .unjudged ? "" : row.outcome.rawValue,
      ]
    }
    let intervals = intervals.map { row in
      [
        "\(row.method), \(row.latent)", "against PCA, 95 %", row.then.text(4), row.now.text(4), "",
        row.isWorse ? Outcome.worse.rawValue : "",
      ]
    }
    return TextTable(
      [["method", "metric", "then", "now", "change", ""]] + metrics + intervals, words: [0, 1, 5])
  }

  private func text(_ table: String) -> String {
    let heading =
      "\(data.name): \(data.train) rows to train, \(data.test) to test, \(data.dimension) columns, "
      + "tolerance \((100 * tolerance).significant(3)) %"
    let conclusion =
      isRegression ? "regression:\n" + regressions.map { "  " + $0 }.joined(separator: "\n") : "no regression"
    return [heading, table, conclusion].joined(separator: "\n\n")
  }
}
