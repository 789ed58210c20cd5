extension ReconstructionReport {
  /// The test error of every method against the size of its code, with 95 % intervals, and PCA at every size.
  var errorChart: PageSection? {
    let (sizes, methods) = (latentSizes, methodNames)
    guard let first = sizes.first, let last = sizes.last,
      reconstructions.allSatisfy({ $0.test.ssePerSample > 0 })
    else { return nil }
    let range = Double(first)...Double(last)
    // PCA between the smallest and the largest code.
    let curve = (details?.pcaErrors ?? []).enumerated().map { (x: Double($0.offset), y: $0.element) }
      .filter { range.contains($0.x) && $0.y > 0 }
    var values = reconstructions.map(\.test.ssePerSample) + curve.map(\.y)
    values += reconstructions.flatMap { $0.seeds?.runs ?? [] }.map(\.test.ssePerSample)
    for interval in reconstructions.compactMap({ $0.details?.sseInterval }) {
      values += [interval.lowerBound, interval.upperBound]
    }
    let isWide = range.upperBound >= 4 * range.lowerBound
    let positive = values.filter { $0 > 0 }
    let isSteep = (positive.max() ?? 0) >= 4 * (positive.min() ?? 0)
    var frame = Chart.Frame()
    frame.right = 18
    let margin =
      isWide
      ? [range.lowerBound / 1.15, range.upperBound * 1.15] : [range.lowerBound - 0.5, range.upperBound + 0.5]
    let y = Axis(
      isSteep ? positive : positive + [0], along: frame.vertical, isLogarithmic: isSteep, tickCount: 5)
    frame.makeRoom(forTicksOf: y, size: 14, title: 20)
    var chart = Chart(
      frame, x: Axis(margin, along: frame.horizontal, isLogarithmic: isWide, tickCount: 6, isTight: true),
      y: y,
      xTitle: "numbers in a code" + (isWide ? " (logarithmic)" : ""),
      yTitle: "test SSE per row" + (isSteep ? " (logarithmic)" : ""), ticks: sizes.map(Double.init))
    if let pca = methods.firstIndex(of: "pca") {
      chart.line(curve, "thin \(Markup.style(Palette.colour(pca)))")
    }
    for (index, method) in methods.enumerated() {
      let own = results(of: method)
      let colour = Markup.style(Palette.colour(index))
      // 0, 5, -5, 10, -10, ...
      let shift = 5.0 * Double((index + 1) / 2) * (index % 2 == 0 ? -1 : 1)
      let places = own.map { (chart.x.place(Double($0.latent)) + shift, chart.y.place($0.test.ssePerSample)) }
      if method != "pca" || curve.isEmpty {
        let path = places.enumerated().map { "\($0 == 0 ? "M" : "L")\($1.0) \($1.1)" as Markup }
        chart.draw("<path class=\"line thin \(colour)\" d=\"\(path)\"/>")
      }
      for (result, (x, y)) in zip(own, places) {
        let bar = result.details?.sseInterval.map { interval -> Markup in
          let (low, high) = (chart.y.place(interval.lowerBound), chart.y.place(interval.upperBound))
          return "<path class=\"line\" d=\"M\(x) \(low)V\(high)M\(x - 2.5) \(low)h5M\(x - 2.5) \(high)h5\"/>"
        }
        let interval = result.details?.sseInterval.map { " (\($0.text(3)))" } ?? ""
        let hint = "\(result.method), \(result.latent): \(result.test.ssePerSample.significant(4))\(interval)"
        // The seeds: strokes to the right of the mark.
        let seeds = (result.seeds?.runs ?? []).map { run -> Markup in
          "M\(x + 4) \(chart.y.place(run.test.ssePerSample))h4"
        }
        let strokes: Markup = seeds.isEmpty ? "" : "<path class=\"line\" d=\"\(seeds)\"/>"
        chart.draw(
          """
          <g class="\(colour)"><title>\(hint)</title>\(bar ?? "")\(strokes)\
          <path class="mark" d="\(Palette.mark(index, x, y))"/></g>
          """)
      }
    }
    let pcaNote: Markup =
      curve.isEmpty
      ? "" : " The line of pca is its error at every number of components, on the same test rows."
    let seedNote: Markup = seedCount.map { " Strokes beside a mark: its \($0) seeds." } ?? ""
    let description = methods.map { method in
      "\(method): "
        + results(of: method).map { "\($0.test.ssePerSample.significant(3)) with \($0.latent)" }
        .joined(separator: ", ")
    }.joined(separator: ". ")
    return PageSection(
      id: "size", title: "Error against code size",
      content: """
        <div class="beside">
        <figure>
        \(chart.svg(
          id: "size-chart", title: "Test error against code size", description: description + "."))\
        \(Palette.legend(methods, hasLines: true))</figure>
        <div>
        <p class="note">Bars: 95 % bootstrap intervals of each mean, over the test rows. Whether a method \
        beats PCA is told by the differences row by row, in the table above: the bars of two methods may \
        overlap although one is surely better.\(pcaNote)\(seedNote)</p>
        </div>
        </div>

        """)
  }

  /// The results of a method, by the sizes of their codes.
  private func results(of method: String) -> [Result] {
    reconstructions.filter { $0.method == method }.sorted { $0.latent < $1.latent }
  }
}
