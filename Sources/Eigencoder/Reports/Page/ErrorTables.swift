// The numbers of the JSON as tables, one body a code size. Each number stands in a `data` element whose
// value has all digits, so that the table can be read by programs too.

extension ReconstructionReport {
  /// What is lost.
  var errorTable: PageSection? {
    guard !results.isEmpty else { return nil }
    let interval = Column(
      "95 % interval", style: "range", saying: "of the test SSE, by bootstrap over the test rows.",
      .words { $0.details?.sseInterval?.text(3) })
    var columns = errorColumns
    if results.contains(where: { $0.details?.sseInterval != nil }) { columns.append(interval) }
    columns = Self.ordered(columns)
    return PageSection(
      id: "errors", title: "What is lost",
      content: table("Errors on the training rows and on the test rows", reconstructions, columns)
        + terms(columns))
  }

  /// What the codes are worth.
  var codeTable: PageSection? {
    let columns = Self.ordered(codeColumns)
    guard !results.isEmpty, !columns.isEmpty else { return nil }
    let kept: Markup = keptMeanLegend.map { "<p class=\"note\">\($0)</p>\n" } ?? ""
    return PageSection(
      id: "neighbours", title: "Which neighbours are kept",
      content: table("What the codes are worth, on the test rows", results, columns) + kept + terms(columns))
  }

  /// The columns that matter most first: a narrow page shows them without scrolling.
  private static func ordered(_ columns: [Column]) -> [Column] {
    columns.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(\.element)
  }

  private func table(_ caption: String, _ results: [Result], _ columns: [Column]) -> Markup {
    let bodies = latentSizes.map { latent -> Markup in
      let same = results.filter { $0.latent == latent }
      let best = columns.map { $0.best(of: same) }
      let lines = same.map { result -> Markup in
        let cells = zip(columns, best).map { column, best -> Markup in
          let isBest = best != nil && column.text(result) == best
          let style = [column.style, isBest ? "best" : ""].filter { !$0.isEmpty }.joined(separator: " ")
          let attribute: Markup = style.isEmpty ? "" : " class=\"\(style)\""
          return "<td\(attribute)>\(cell(column, result) ?? "–")</td>"
        }
        return "<tr><th scope=\"row\">\(result.method)</th><td>\(result.latent)</td>\(cells)</tr>\n"
      }
      return "<tbody>\n\(lines)</tbody>\n"
    }
    return .table(
      caption, titles: (["method", "latent"] + columns.map(\.title)).map { "\($0)" }, bodies: bodies)
  }

  private func cell(_ column: Column, _ result: Result) -> Markup? {
    switch column.content {
    case .number(let format, let value): value(result).map { .data($0, format) }
    case .words(let text):
      column.title == Self.comparisonTitle ? comparison(result) : text(result).map { "\($0)" }
    }
  }

  /// "−49.2 %", with the verdict as a mark, and the difference and its interval to hover.
  private func comparison(_ result: Result) -> Markup? {
    guard let paired = result.againstPCA else { return nil }
    let verdict = paired.verdict.rawValue
    return """
      <span class="\(verdict)" title="\(verdict) PCA: \(paired.difference.significant(3)) per row, \
      \(paired.intervalText)">\
      \((change(fromPCA: result) ?? 0).signed(1)) %</span>
      """
  }

  /// What the columns are, right below their table.
  private func terms(_ columns: [Column]) -> Markup {
    let explained = columns.compactMap { column -> (String, String)? in
      guard let text = column.explanation else { return nil }
      return (
        column.title,
        column.title == Self.comparisonTitle
          ? "change in test SSE against PCA of the same size: ▼ smaller, ▲ larger, ≈ not told apart from it "
            + "(95 % bootstrap interval of the differences row by row)." : text
      )
    }
    let items = ([("latent", "the numbers of a code.")] + explained).map { title, text -> Markup in
      "<dt>\(title)</dt><dd>\(text)</dd>\n"
    }
    return """
      <p class="note">Bold: the best of its column at each size.</p>
      <dl class="terms">
      \(items)</dl>

      """
  }
}
