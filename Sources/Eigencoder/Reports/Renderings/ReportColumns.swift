// The columns of numbers that the tables for people have, in a terminal, in Markdown and in a page.

extension ReconstructionReport {
  /// A column of numbers: its title, the number of each result, and how it is shown.
  struct Column {
    let title: String
    /// Its class in the style of the page.
    var style = ""
    let format: NumberFormat
    let value: (Result) -> Double?
  }

  /// The size of each method, and its errors on both sides.
  var sizeColumns: [Column] {
    [
      Column(title: "parameters", format: .fixed(0)) { Double($0.parameters) },
      Column(title: "fit s", style: "seconds", format: .fixed(2)) { $0.fitSeconds },
      squaredErrorColumn("train") { $0.train.ssePerSample },
      squaredErrorColumn("test", style: "sse") { $0.test.ssePerSample },
    ]
  }

  /// What else is lost on the test rows.
  var errorColumns: [Column] {
    (results.contains { $0.test.noisy != nil }
      ? [squaredErrorColumn("noisy") { $0.test.noisy?.ssePerSample }] : [])
      + columns(of: [.errors])
  }

  /// What the codes are worth; none where nothing was asked of them.
  var codeColumns: [Column] {
    codeGroups.isEmpty
      ? []
      : [Column(title: "bytes", format: .fixed(0)) { Double($0.bytesPerVector) }] + columns(of: codeGroups)
  }

  /// The groups of metrics of codes that a result has.
  var codeGroups: [Metric.Group] {
    Metric.Group.allCases.filter { group in
      group != .errors && results.contains { group.isKnown(in: $0.test) }
    }
  }

  /// The classes whose errors the tables show: the first 20 that occur.
  var shownClasses: [ReconstructionMetrics.ClassError] {
    Array((results.first?.test.perClass ?? []).prefix(20))
  }

  /// What is said of these groups, each explanation once.
  func explanations(of groups: [Metric.Group]) -> [Metric.Explanation] {
    var found: [Metric.Explanation] = []
    for explanation in groups.flatMap(\.explanations) where !found.contains(explanation) {
      found.append(explanation)
    }
    let sample = results.compactMap { $0.test.neighbourSample }.first ?? 0
    let rows = sample < data.test ? "\(sample) of the test rows, drawn at random" : "the test rows"
    return found.map { .init(text: $0.text.replacing("ROWS", with: rows), page: $0.page) }
  }

  /// The change in test SSE against PCA of the same code size, in percent; nil without such a PCA.
  func change(fromPCA result: Result) -> Double? {
    guard let pca = results.first(where: { $0.method == "pca" && $0.latent == result.latent }),
      pca.test.ssePerSample > 0
    else { return nil }
    return 100 * (result.test.ssePerSample / pca.test.ssePerSample - 1)
  }

  private func columns(of groups: [Metric.Group]) -> [Column] {
    groups.flatMap(\.metrics).compactMap { metric in
      metric.title.map { Column(title: $0, format: metric.format) { metric.value($0.test) } }
    }
  }

  private func squaredErrorColumn(_ side: String, style: String = "", _ value: @escaping (Result) -> Double?)
    -> Column
  {
    Column(title: side + " SSE", style: style, format: Metric.squaredError.format, value: value)
  }
}
