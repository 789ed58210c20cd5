extension ReconstructionReport {
  /// The classes that reports for people show: the first 20 that occur.
  private var shownClasses: [ClassError] { Array((results.first?.test.perClass ?? []).prefix(20)) }

  /// The test error of each class, shaded by how far it is above the smallest of its line.
  var classErrors: PageSection? {
    let classes = shownClasses
    guard !classes.isEmpty else { return nil }
    let titles = classes.map {
      "<th scope=\"col\">\($0.label)<br><span class=\"range\">\($0.samples)</span></th>" as Markup
    }
    let bodies = latentSizes.map { latent -> Markup in
      let lines = results.filter { $0.latent == latent }.map { line($0, classes) }
      return "<tbody>\n\(lines)</tbody>\n"
    }
    let all = results[0].test.perClass!.count
    let rest: Markup =
      all > classes.count ? " The first \(classes.count) of \(all) classes; the others are in the JSON." : ""
    return PageSection(
      id: "classes", title: "Errors by class",
      content: """
        <div class="scroll" tabindex="0" role="region" aria-label="Errors by class">
        <table class="heat">
        <caption>Test SSE of each class</caption>
        <thead><tr><th scope="col">method</th><th scope="col">latent</th>\(titles)</tr></thead>
        \(bodies)</table>
        </div>
        <p class="note">Under each class its test rows. The stronger the shade, the larger the error within \
        a line.\(rest)</p>

        """)
  }

  private func line(_ result: Result, _ classes: [ClassError]) -> Markup {
    let errors = classes.map { shown in
      result.test.perClass?.first { $0.label == shown.label }?.ssePerSample
    }
    let known = errors.compactMap { $0 }
    let (low, high) = (known.min() ?? 0, known.max() ?? 0)
    let cells = errors.map { error -> Markup in
      guard let error else { return "<td>–</td>" }
      let share = high > low ? Int((45 * (error - low) / (high - low)).rounded()) : 0
      return "<td style=\"--h:\(share)\"><data value=\"\("\(error)")\">\(error.significant(3))</data></td>"
    }
    return
      "<tr><th scope=\"row\">\(result.method)</th><td class=\"plain\">\(result.latent)</td>\(cells)</tr>\n"
  }
}
