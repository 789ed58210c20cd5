// The same table for a terminal, in Markdown and as csv.

extension ReportComparison {
  /// Aligned text: a heading, a line a metric, and what has become worse.
  public func table() -> String {
    let lines = [Self.titles] + cells
    let widths = Self.titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let text = lines.map { line in
      line.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - line[column].count)
        // Names to the left, numbers to the right, and nothing after the verdict.
        return Self.isNumber(column)
          ? space + line[column] : column == 5 ? line[column] : line[column] + space
      }.joined(separator: "  ").trimmingEnd
    }
    return [heading, text.joined(separator: "\n"), conclusion].joined(separator: "\n\n")
  }

  /// The same as a table in Markdown.
  public func markdown() -> String {
    let rule = Self.titles.indices.map { Self.isNumber($0) ? "---:" : "---" }
    let text = ([Self.titles, rule] + cells).map { line in
      "| "
        + line.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
        .joined(separator: " | ") + " |"
    }
    return [heading, text.joined(separator: "\n"), conclusion].joined(separator: "\n\n")
  }

  /// The whole comparison, keys sorted.
  public func json() throws -> String { try jsonText(self) }

  /// One line a metric in full precision, and two for each interval, its ends.
  public func csv() -> String {
    func field(_ text: String) -> String {
      text.contains { ",\"\n\r".contains($0) }
        ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
          + "\""
        : text
    }
    let metrics = rows.map { row in
      [
        row.method, "\(row.latent)", row.metric, "\(row.then)", row.now.map { "\($0)" } ?? "",
        row.change.map { "\($0)" } ?? "", row.verdict.rawValue,
      ]
    }
    let ends = intervals.flatMap { row in
      [("low", \ClosedRange<Double>.lowerBound), ("high", \.upperBound)].map { name, end in
        [
          row.method, "\(row.latent)", "againstPCA." + name, "\(row.then[keyPath: end])",
          "\(row.now[keyPath: end])", "", (row.isWorse ? Verdict.worse : .holds).rawValue,
        ]
      }
    }
    let header = ["method", "latent", "metric", "then", "now", "change", "verdict"]
    return ([header] + metrics + ends).map { $0.map(field).joined(separator: ",") }.joined(separator: "\n")
  }

  private static let titles = ["method", "metric", "then", "now", "change", ""]

  private static func isNumber(_ column: Int) -> Bool { (2...4).contains(column) }

  private var cells: [[String]] {
    rows.map { row in
      [
        "\(row.method), \(row.latent)", row.metric, row.then.significant(6), row.now?.significant(6) ?? "-",
        row.change?.percent ?? "-",
        row.verdict == .holds || row.verdict == .unjudged ? "" : row.verdict.rawValue,
      ]
    }
      + intervals.map { row in
        [
          "\(row.method), \(row.latent)", "against PCA, 95 %", row.then.text, row.now.text, "",
          row.isWorse ? Verdict.worse.rawValue : "",
        ]
      }
  }

  private var heading: String {
    "\(data.name): \(data.train) rows to train, \(data.test) to test, \(data.dimension) columns, "
      + "tolerance \((100 * tolerance).significant(3)) %"
  }

  private var conclusion: String {
    isRegression ? "regression:\n" + regressions.map { "  " + $0 }.joined(separator: "\n") : "no regression"
  }
}

extension String {
  /// Without spaces at its end.
  fileprivate var trimmingEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension Double {
  /// "+1.234 %"
  var percent: String {
    let percent = 100 * self
    return (percent >= 0.0005 ? "+" : "") + percent.fixed(3) + " %"
  }
}

extension ClosedRange<Double> {
  var text: String { "\(lowerBound.significant(4)) to \(upperBound.significant(4))" }
}
