extension ReconstructionReport {
  /// The test error of every method against the size of its code, with 95 % intervals, and PCA at every size.
  func errorChart(_ methods: [String]) -> PageSection? {
    guard !results.isEmpty, results.allSatisfy({ $0.test.ssePerSample > 0 }) else { return nil }
    let sizes = latentSizes
    let range = Double(sizes.first!)...Double(sizes.last!)
    // PCA between the smallest and the largest code.
    let curve = (details?.pcaErrors ?? []).enumerated().map { (x: Double($0.offset), y: $0.element) }
      .filter { range.contains($0.x) && $0.y > 0 }
    var values = results.map(\.test.ssePerSample) + curve.map(\.y)
    for interval in results.compactMap({ $0.details?.sseInterval }) {
      values += [interval.lowerBound, interval.upperBound]
    }
    let isWide = range.upperBound >= 4 * range.lowerBound
    let positive = values.filter { $0 > 0 }
    let isSteep = positive.max()! >= 4 * positive.min()!
    var frame = Chart.Frame()
    frame.right = 18
    let margin =
      isWide
      ? [range.lowerBound / 1.15, range.upperBound * 1.15] : [range.lowerBound - 0.5, range.upperBound + 0.5]
    var chart = Chart(
      frame, x: frame.horizontal(margin, isLogarithmic: isWide, isTight: true),
      y: frame.vertical(isSteep ? positive : positive + [0], isLogarithmic: isSteep),
      xTitle: "numbers in a code" + (isWide ? " (logarithmic)" : ""),
      yTitle: "test SSE per row" + (isSteep ? " (logarithmic)" : ""), ticks: sizes.map(Double.init))
    if let pca = methods.firstIndex(of: "pca") {
      chart.line(curve, "thin \(Markup.style(Palette.colour(pca)))")
    }
    for (index, method) in methods.enumerated() {
      let own = results.filter { $0.method == method }.sorted { $0.latent < $1.latent }
      let colour = Markup.style(Palette.colour(index))
      // 0, 5, -5, 10, -10, ...
      let shift = 5.0 * Double((index + 1) / 2) * (index % 2 == 0 ? -1 : 1)
      if method != "pca" || curve.isEmpty {
        let places = own.map {
          (chart.x.place(Double($0.latent)) + shift, chart.y.place($0.test.ssePerSample))
        }
        let path = places.enumerated().map { "\($0 == 0 ? "M" : "L")\($1.0) \($1.1)" as Markup }
        chart.draw("<path class=\"line thin \(colour)\" d=\"\(path)\"/>")
      }
      for result in own {
        let (x, y) = (chart.x.place(Double(result.latent)) + shift, chart.y.place(result.test.ssePerSample))
        var bar: Markup = ""
        if let interval = result.details?.sseInterval {
          let (low, high) = (chart.y.place(interval.lowerBound), chart.y.place(interval.upperBound))
          bar = "<path class=\"line\" d=\"M\(x) \(low)V\(high)M\(x - 2.5) \(low)h5M\(x - 2.5) \(high)h5\"/>"
        }
        chart.draw(
          """
          <g class="\(colour)"><title>\(hint(result))</title>\(bar)\
          <path class="mark" d="\(Palette.mark(index, x, y))"/></g>
          """
        )
      }
    }
    let pcaNote: Markup =
      curve.isEmpty
      ? "" : " The line of pca is its error at every number of components, on the same test rows."
    return PageSection(
      id: "size", title: "Error against code size",
      content: """
        <div class="beside">
        <figure>
        \(chart.svg(
          id: "size-chart", title: "Test error against code size", description: description(methods)))\
        \(Palette.legend(methods, hasLines: true))</figure>
        <div>
        <p class="note">Bars: 95 % bootstrap intervals of each mean, over the test rows. Whether a method \
        beats PCA is told by the differences row by row, in the table above: the bars of two methods may \
        overlap although one is surely better.\(pcaNote)</p>
        </div>
        </div>

        """)
  }

  private func hint(_ result: Result) -> String {
    let interval = result.details?.sseInterval.map {
      " (\($0.lowerBound.significant(3)) to \($0.upperBound.significant(3)))"
    }
    return "\(result.method), \(result.latent): \(result.test.ssePerSample.significant(4))\(interval ?? "")"
  }

  private func description(_ methods: [String]) -> String {
    methods.map { method in
      let own = results.filter { $0.method == method }.sorted { $0.latent < $1.latent }
      return "\(method): "
        + own.map { "\($0.test.ssePerSample.significant(3)) with \($0.latent)" }.joined(separator: ", ")
    }.joined(separator: ". ") + "."
  }
}

extension Markup {
  /// A class of ours as a piece of a page.
  static func style(_ name: String) -> Markup { "\(name)" }
}
