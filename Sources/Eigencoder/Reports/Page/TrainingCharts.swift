extension ReconstructionReport {
  /// One small drawing for each network that was trained: the loss on training and validation rows by epoch.
  var trainingCharts: PageSection? {
    let trained = results.compactMap { result in
      result.details?.history.flatMap { $0.epochs.count >= 2 ? (result: result, history: $0) : nil }
    }
    guard !trained.isEmpty else { return nil }
    let groups = latentSizes.map { latent -> Markup in
      let own = trained.filter { $0.result.latent == latent }
      guard !own.isEmpty else { return "" }
      // One scale for all methods of a size.
      let losses = own.flatMap { $0.history.epochs }.flatMap { [$0.train, $0.validation ?? $0.train] }
      let figures = own.map { trainingChart($0.result, $0.history, losses) }
      return "<h3>\(latent) number\(latent == 1 ? "" : "s")</h3>\n<div class=\"grid3\">\n\(figures)</div>\n"
    }
    return PageSection(
      id: "training", title: "Training",
      content: """
        <p class="note">Solid: the objective on the validation rows, held out of the training rows, after \
        each epoch; it decides which epoch is kept, marked by the point. Dashed: the mean squared error per \
        element on the training rows during the epoch, as the network sees them: before each step, and where \
        it drops units or corrupts its input, with that. Epoch 0 is the network as initialised.</p>
        \(groups)
        """)
  }

  private func trainingChart(_ result: Result, _ history: History, _ losses: [Double]) -> Markup {
    let (epochs, index) = (history.epochs, style(of: result))
    guard let first = epochs.first, let last = epochs.last, let low = losses.min(), let high = losses.max()
    else { return "" }
    var frame = Chart.Frame(width: 300, height: 180, left: 44, right: 16, top: 8, bottom: 34)
    let isSteep = low > 0 && high >= 3 * low
    let y = Axis(losses, along: frame.vertical, isLogarithmic: isSteep, tickCount: 4)
    frame.makeRoom(forTicksOf: y, size: 12.5)
    let x = Axis(epochs.map { Double($0.epoch) }, along: frame.horizontal, tickCount: 4)
    var chart = Chart(
      frame, x: x, y: y, xTitle: "epoch",
      yTitle: "", ticks: x.ticks.filter { $0 == $0.rounded() })
    let colour = Markup.style(Palette.colour(index))
    chart.line(epochs.map { (Double($0.epoch), $0.train) }, "\(colour) dashed")
    chart.line(epochs.compactMap { epoch in epoch.validation.map { (Double(epoch.epoch), $0) } }, colour)
    if let best = epochs.first(where: { $0.epoch == history.bestEpoch }) {
      let (x, y) = (chart.x.place(Double(best.epoch)), chart.y.place(best.validation ?? best.train))
      chart.draw("<path class=\"mark \(colour)\" d=\"\(Palette.mark(index, x, y))\"/>")
    }
    let ending = history.ending == .completed ? "" : ", \(history.ending.rawValue)"
    let text =
      "\(result.method): best epoch \(history.bestEpoch) of \(last.epoch)\(ending)"
      + (last.validation == nil ? ", no validation rows" : "")
    let losses = "training \(first.train.significant(3)) to \(last.train.significant(3))"
    return """
      <figure>
      <figcaption>\(text)</figcaption>
      \(chart.svgSmall(
        id: "training-\(result.latent)-\(index)", title: "Training of \(result.method), \(result.latent)",
        description: "Loss by epoch: \(losses). \(text)."))</figure>

      """
  }
}

extension Chart {
  /// For several side by side.
  func svgSmall(id: Markup, title: String, description: String) -> Markup {
    "<div class=\"small\">\n\(svg(id: id, title: title, description: description))</div>\n"
  }
}
