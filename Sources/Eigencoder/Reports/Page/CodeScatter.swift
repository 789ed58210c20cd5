extension ReconstructionReport {
  /// The first two numbers of each code, one drawing a method, coloured by class.
  var codeScatter: PageSection? {
    let drawn = reconstructions.compactMap { result in
      result.details?.codes.flatMap { $0.isEmpty ? nil : (result: result, codes: $0) }
    }
    guard let rows = details?.codeRows, let latent = drawn.first?.result.latent else { return nil }
    let figures = drawn.map { scatter($0.result, $0.codes.map { (x: $0[0], y: $0[1]) }, rows) }
    let which =
      rows.rows.count < data.test
      ? "\(rows.rows.count) of the test rows, drawn at random" : "All test rows"
    let more: Markup =
      latent > 2
      ? " The codes have \(latent) numbers; what the other \(latent - 2) tell is not seen here." : ""
    let classes = rows.classes ?? []
    let hidden = classes.count > 50 ? " Colours and shapes repeat after 50 classes." : ""
    return PageSection(
      id: "codes", title: "Codes",
      content: """
        <p class="note">\(which), by the first two numbers of their codes.\(more)\(hidden)</p>
        \(classes.isEmpty ? "" : Palette.legend(Array(classes.prefix(50))))\
        <div class="grid3">
        \(figures)</div>

        """)
  }

  private func scatter(_ result: Result, _ points: [(x: Double, y: Double)], _ rows: Details.CodeRows)
    -> Markup
  {
    let index = style(of: result)
    var frame = Chart.Frame(width: 300, height: 270, left: 34, right: 8, top: 8, bottom: 22)
    let y = Axis(Self.widened(points.map(\.y)), along: frame.vertical, tickCount: 4, isTight: true)
    frame.makeRoom(forTicksOf: y, size: 12.5)
    let x = Axis(Self.widened(points.map(\.x)), along: frame.horizontal, tickCount: 4, isTight: true)
    var chart = Chart(frame, x: x, y: y, xTitle: "", yTitle: "")
    let classes = (rows.classes ?? [""]).enumerated().map { code, name in
      (
        code: code, name: name,
        points: points.indices.filter { (rows.labels?[$0] ?? 0) == code }.map { points[$0] }
      )
    }.filter { !$0.points.isEmpty }
    for (code, _, own) in classes {
      let style = rows.labels == nil ? index : code
      let marks = own.map {
        Palette.mark(style, chart.x.place($0.x), chart.y.place($0.y), radius: own.count > 400 ? 1.8 : 2.4)
      }
      chart.draw("<path class=\"points \(Markup.style(Palette.colour(style)))\" d=\"\(marks)\"/>")
    }
    // The names of few classes stand at their middles.
    if rows.labels != nil, (rows.classes ?? []).count <= 12 {
      for (_, name, own) in classes {
        let (x, y) = (Self.median(own.map(\.x)), Self.median(own.map(\.y)))
        chart.draw(
          """
          <text class="halo name middle" x="\(chart.x.place(x))" y="\(chart.y.place(y) + 4)">\(name)</text>
          """)
      }
    }
    let title = "\(result.method), \(result.latent)"
    let description =
      "\(points.count) test rows by the first two numbers of their codes."
      + (rows.classes.map { " \($0.count) classes." } ?? "")
    let drawing = chart.svgSmall(
      id: "codes-\(result.latent)-\(index)", title: "Codes of \(title)", description: description)
    return "<figure>\n<figcaption>\(title)</figcaption>\n\(drawing)</figure>\n"
  }

  /// With room for marks at both ends.
  private static func widened(_ values: [Double]) -> [Double] {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let room = 0.04 * (high - low)
    return [low - room, high + room]
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
