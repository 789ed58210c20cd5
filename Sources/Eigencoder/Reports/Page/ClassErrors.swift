extension ReconstructionReport {
  /// The test error of each class, shaded by how far it is above the smallest of its line.
  var classErrors: PageSection? {
    let classes = shownClasses
    guard !classes.isEmpty else { return nil }
    let titles = classes.map { "\($0.label)<br><span class=\"range\">\($0.samples)</span>" as Markup }
    let bodies = latentSizes.map { latent -> Markup in
      let lines = reconstructions.filter { $0.latent == latent }.map { line($0, classes) }
      return "<tbody>\n\(lines)</tbody>\n"
    }
    let all = results.first?.test.perClass?.count ?? 0
    let rest: Markup =
      all > classes.count ? " The first \(classes.count) of \(all) classes; the others are in the JSON." : ""
    let table = Markup.table(
      "Test SSE of each class", label: "Errors by class", style: "heat",
      titles: ["method", "latent"] + titles,
      bodies: bodies)
    return PageSection(
      id: "classes", title: "Errors by class",
      content: """
        \(table)<p class="note">Under each class its test rows. The stronger the shade, the larger the error \
        within a line.\(rest)</p>

        """)
  }

  private func line(_ result: Result, _ classes: [ReconstructionMetrics.ClassError]) -> Markup {
    let errors = classes.map { result.error(ofClass: $0.label) }
    let known = errors.compactMap { $0 }
    let (low, high) = (known.min() ?? 0, known.max() ?? 0)
    let cells = errors.map { error -> Markup in
      guard let error else { return "<td>–</td>" }
      let share = high > low ? Int((45 * (error - low) / (high - low)).rounded()) : 0
      return "<td style=\"--h:\(share)\">\(.data(error, .significant(3)))</td>"
    }
    return
      "<tr><th scope=\"row\">\(result.method)</th><td class=\"plain\">\(result.latent)</td>\(cells)</tr>\n"
  }
}
