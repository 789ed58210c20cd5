extension ReconstructionReport {
  /// The variances along the principal components, and how many of them each rule keeps.
  var spectrumSection: PageSection? {
    guard let spectrum = details?.spectrum, let largest = spectrum.variances.first, largest > 0 else {
      return nil
    }
    // Rounding noise would take most of a logarithmic axis.
    let floor = 1e-9 * largest
    let shown = spectrum.variances.prefix { $0 > floor }
    let smallest = shown.last ?? largest
    let points = shown.enumerated().map { (x: Double($0.offset + 1), y: $0.element) }
    let chance = (spectrum.chance ?? []).prefix(shown.count).enumerated().map {
      (x: Double($0.offset + 1), y: $0.element)
    }
    var frame = Chart.Frame()
    let values = shown + chance.map(\.y).filter { $0 > floor }
    let y = Axis(Array(values), along: frame.vertical, isLogarithmic: true, tickCount: 6)
    frame.makeRoom(forTicksOf: y, size: 14, title: 20)
    var chart = Chart(
      frame, x: Axis([1, Double(max(2, shown.count))], along: frame.horizontal, tickCount: 6, isTight: true),
      y: y, xTitle: "component",
      yTitle: "variance (logarithmic)")
    let sizes = Set(spectrum.suggestions.compactMap(\.latent).filter { (1...shown.count).contains($0) })
    for (level, latent) in sizes.sorted().enumerated() {
      chart.draw(rule(latent, level, spectrum, in: chart))
    }
    chart.line(chance, "c1 dashed")
    chart.line(points, "c2")
    if points.count <= 100 {
      let dots = points.map { Palette.mark(0, chart.x.place($0.x), chart.y.place($0.y), radius: 2) }
      chart.draw("<path class=\"mark c2\" d=\"\(dots)\"/>")
    }
    let recommendation = spectrum.recommended.map { line -> Markup in
      let k = line.latent.map { "\($0) component\($0 == 1 ? "" : "s")" } ?? "none"
      return "<p>Recommended: \(k) by \(line.rule): \(line.note).</p>\n"
    }
    let kept = spectrum.variances.prefix(10).reduce(0, +) / spectrum.totalVariance
    let byChance = "by chance: columns permuted, 95th percentile"
    let description =
      "\(shown.count) variances from \(largest.significant(3)) to \(smallest.significant(3)); the first "
      + "\(min(10, shown.count)) are \((100 * kept).fixed(0)) % of the total."
    return PageSection(
      id: "spectrum", title: "Spectrum",
      content: """
        <div class="beside">
        <figure>
        \(chart.svg(
          id: "spectrum-chart", title: "Variances along the principal components", description: description))\
        <ul class="legend">
        \(Self.key("c2", "line", "variance of the training rows"))\
        \(chance.isEmpty ? "" : Self.key("c1", "line dashed", byChance))</ul>
        </figure>
        \(recommendation ?? "")</div>
        \(suggestions(spectrum))
        """)
  }

  private static func key(_ colour: Markup, _ style: Markup, _ text: String) -> Markup {
    """
    <li><svg class="\(colour)" width="26" height="14" viewBox="0 0 26 14" aria-hidden="true">\
    <path class="\(style)" d="M0 7h26"/></svg>\(text)</li>

    """
  }

  /// A line at the size that rules suggest, with their names; neighbours are written one under the other.
  private func rule(_ latent: Int, _ level: Int, _ spectrum: Spectrum, in chart: Chart) -> Markup {
    let names = spectrum.suggestions.filter { $0.latent == latent }.map(\.rule).joined(separator: ", ")
    let x = chart.x.place(Double(latent))
    let isRight = x > 0.6 * chart.width
    return """
      <path class="rule" d="M\(x) \(chart.y.start)V\(chart.y.end)"/>\
      <text class="halo\(isRight ? " end" : "")" x="\(x + (isRight ? -5 : 5))" \
      y="\(chart.y.end + 10 + 14 * Double(level))">\(latent) \(names)</text>
      """
  }

  private func suggestions(_ spectrum: Spectrum) -> Markup {
    guard !spectrum.suggestions.isEmpty else { return "" }
    let lines = spectrum.suggestions.map { line -> Markup in
      let k = line.latent.map { $0 == 0 ? "none" : "\($0)" } ?? "–"
      let kept = line.latent.map {
        (spectrum.variances.prefix($0).reduce(0, +) / spectrum.totalVariance).fixed(4)
      }
      return """
        <tr><th scope="row">\(line.rule)</th><td>\(k)</td><td>\(kept ?? "–")</td><td \
        class="text">\(line.note)</td></tr>

        """
    }
    return .table(
      "How many components to keep", titles: ["rule", "k", "variance kept", "why"], textColumns: [3],
      bodies: ["<tbody>\n\(lines)</tbody>\n"])
  }
}
