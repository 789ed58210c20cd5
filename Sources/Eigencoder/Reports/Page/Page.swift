// The page: one file that needs nothing else, no network, no script. Its sections are in the order of the
// questions they answer, each in a file of its own beside this one; those without data are left out.

extension ReconstructionReport {
  /// The report as one HTML file: headline, tables, drawings of what the details hold, how it was made, and
  /// the whole report as JSON in a script element of type application/json.
  ///
  /// The same report gives the same bytes. All text is escaped; nothing is loaded from elsewhere.
  /// - Throws: `EigencoderError.numericalFailure` for a number without JSON.
  public func html() throws -> String {
    let sections = [
      summary, errorTable, codeTable, errorChart, trainingCharts, spectrumSection, pictures, codeScatter,
      classErrors,
      provenanceSection,
    ].compactMap { $0 }
    let links = sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>\n" as Markup }
    let notes = ((details?.notes ?? []) + notes).map { "<p class=\"warning\">\($0)</p>\n" as Markup }
    let facts =
      "\(data.train) rows to train, \(data.test) to test, "
      + "\(data.dimension) column\(data.dimension == 1 ? "" : "s")"
      + (seed.map { ", seed \($0)" } ?? "")
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      img-src data:">
      <meta name="generator" content="eigencoder \(version)">
      <title>\(data.name): what shorter codes lose</title>
      <style>
      \(PageStyle.sheet)</style>
      </head>
      <body>
      <header>
      <p class="kicker">Eigencoder report</p>
      <h1>\(data.name)</h1>
      \(verdict)
      <p class="quiet">\(facts)</p>
      \(notes)<nav aria-label="Sections"><ul>
      \(links)</ul></nav>
      </header>
      <main>
      \(sections.map(\.markup))</main>
      <script type="application/json" \
      id="report">\(json: try compactJSON(including: .withoutPictures))</script>
      </body>
      </html>

      """
    return page.text
  }

  /// The headline, a line for each size where there are several.
  private var verdict: Markup {
    guard latentSizes.count > 1 else { return "<p class=\"verdict\">\(headline)</p>" }
    // A number stays with its sign.
    let clauses = headlineClauses.map { "<li>\($0.replacing(" %", with: "\u{A0}%"))</li>\n" as Markup }
    return "<div class=\"verdict\"><p>\(headlineStart)</p>\n<ul>\n\(clauses)</ul></div>"
  }

  /// The methods in the order in which they first appear, which decides their colours.
  var methodNames: [String] {
    var names: [String] = []
    for result in reconstructions where !names.contains(result.method) { names.append(result.method) }
    return names
  }

  /// The colour and the shape of a result's method.
  func style(of result: Result) -> Int { methodNames.firstIndex(of: result.method) ?? 0 }
}

/// A part of the page with a heading.
struct PageSection {
  let id: Markup
  let title: String
  let content: Markup

  var markup: Markup {
    """
    <section id="\(id)" aria-labelledby="\(id)-heading">
    <h2 id="\(id)-heading">\(title)</h2>
    \(content)</section>

    """
  }
}
