// The numbers of the JSON as tables, one body a code size. Each number stands in a `data` element whose
// value has all digits, so that the table can be read by programs too.

extension ReconstructionReport {
  /// What is lost, and what the codes are worth.
  var errorTables: PageSection? {
    guard !results.isEmpty else { return nil }
    let interval: Cells = (
      "95 % interval", "",
      { $0.details?.sseInterval.map { "<span class=\"range\">\($0.text(3))</span>" } }
    )
    let errors =
      sizeColumns.map(cells) + (results.contains { $0.details?.sseInterval != nil } ? [interval] : [])
      + (results.contains { $0.againstPCA != nil } ? [("vs PCA", "", comparison)] : [])
      + errorColumns.map(cells)
    let codes = codeColumns.map(cells)
    return PageSection(
      id: "errors", title: "What is lost",
      content: """
        \(table("Errors on the training rows and on the test rows", errors))\
        \(errorNotes)\
        \(codes.isEmpty ? "" : table("What the codes are worth, on the test rows", codes) + codeNotes)
        """)
  }

  /// The title of a column, its class, and the cell of each result without its tag; nil is shown as a dash.
  private typealias Cells = (title: String, style: String, cell: (Result) -> Markup?)

  private func cells(_ column: Column) -> Cells {
    (column.title, column.style, { column.value($0).map { .data($0, column.format) } })
  }

  private func table(_ caption: String, _ columns: [Cells]) -> Markup {
    let bodies = latentSizes.map { latent -> Markup in
      let same = results.filter { $0.latent == latent }
      let best = same.map(\.test.ssePerSample).min()
      let lines = same.map { result -> Markup in
        let cells = columns.map { column -> Markup in
          let style: Markup = column.style.isEmpty ? "" : " class=\"\(column.style)\""
          return "<td\(style)>\(column.cell(result) ?? "–")</td>"
        }
        let style: Markup = same.count > 1 && result.test.ssePerSample == best ? " class=\"best\"" : ""
        return "<tr\(style)><th scope=\"row\">\(result.method)</th><td>\(result.latent)</td>\(cells)</tr>\n"
      }
      return "<tbody>\n\(lines)</tbody>\n"
    }
    return .table(
      caption, titles: (["method", "latent"] + columns.map(\.title)).map { "\($0)" }, bodies: bodies)
  }

  /// "−49.2 %", with the verdict as a mark, and the difference and its interval to hover.
  private func comparison(_ result: Result) -> Markup? {
    guard let paired = result.againstPCA else { return nil }
    let change = change(fromPCA: result) ?? 0
    let verdict = paired.verdict.rawValue
    return """
      <span class="\(verdict)" title="\(verdict) PCA: \(paired.difference.significant(3)) per row, \
      \(paired.intervalText)">\
      \(change > 0 ? "+" : "")\(change.fixed(1)) %</span>
      """
  }

  private var errorNotes: Markup {
    let explained = explanations(of: [.errors]).map(\.sentence)
    let comparison = """
      vs PCA: the change in test SSE against PCA of the same size; ▼ smaller, ▲ larger, ≈ not told apart from \
      it (95 % bootstrap interval of the differences row by row).
      """
    let noisy =
      corruption.map { ["Noisy SSE: clean test rows reconstructed from corrupted ones (\($0))."] } ?? []
    let best = "The smallest test SSE of each size is bold."
    return note(Array(explained.prefix(1)) + [comparison] + Array(explained.dropFirst()) + noisy + [best])
  }

  private var codeNotes: Markup {
    note(["Bytes: of one code."] + explanations(of: codeGroups).map(\.sentence))
  }

  private func note(_ sentences: [String]) -> Markup {
    "<p class=\"note\">\(sentences.joined(separator: " "))</p>\n"
  }
}

extension Metric.Explanation {
  /// As a page words it, which begins with a capital.
  fileprivate var sentence: String { page ?? text.prefix(1).uppercased() + text.dropFirst() }
}
