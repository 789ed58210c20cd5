// The numbers of the JSON as tables, one body a code size. Each number stands in a `data` element whose
// value has all digits, so that the table can be read by programs too.

extension ReconstructionReport {
  /// What is lost, and what the codes are worth.
  var errorTables: PageSection? {
    guard !results.isEmpty else { return nil }
    let hasCodes = results.contains {
      $0.test.neighbourSample != nil || $0.test.pcaEquivalentDimension != nil
    }
    return PageSection(
      id: "errors", title: "What is lost",
      content: """
        \(table("Errors on the training rows and on the test rows", errorColumns))\
        \(errorNotes)\
        \(hasCodes ? table("What the codes are worth, on the test rows", codeColumns) + codeNotes : "")
        """)
  }

  /// A column of a table: its title, and the cell of a result without its tag; nil is shown as a dash.
  private struct Column {
    let title: String
    var style: Markup = ""
    let cell: (Result) -> Markup?

    init(_ title: String, style: Markup = "", _ cell: @escaping (Result) -> Markup?) {
      self.title = title
      self.style = style
      self.cell = cell
    }

    /// Of numbers.
    init(
      _ title: String, style: Markup = "", _ value: @escaping (Result) -> Double?,
      _ text: @escaping (Double) -> String
    ) {
      self.init(title, style: style) { result in
        value(result).map { "<data value=\"\("\($0)")\">\(text($0))</data>" }
      }
    }
  }

  private func table(_ caption: String, _ columns: [Column]) -> Markup {
    let titles = columns.map { "<th scope=\"col\">\($0.title)</th>" as Markup }
    let bodies = latentSizes.map { latent -> Markup in
      let same = results.filter { $0.latent == latent }
      let best = same.map(\.test.ssePerSample).min()
      let lines = same.map { result -> Markup in
        let cells = columns.map { column -> Markup in
          let style: Markup = column.style.text.isEmpty ? "" : " class=\"\(column.style)\""
          return "<td\(style)>\(column.cell(result) ?? "–")</td>"
        }
        let style: Markup = same.count > 1 && result.test.ssePerSample == best ? " class=\"best\"" : ""
        return "<tr\(style)><th scope=\"row\">\(result.method)</th><td>\(result.latent)</td>\(cells)</tr>\n"
      }
      return "<tbody>\n\(lines)</tbody>\n"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(caption)">
      <table>
      <caption>\(caption)</caption>
      <thead><tr><th scope="col">method</th><th scope="col">latent</th>\(titles)</tr></thead>
      \(bodies)</table>
      </div>

      """
  }

  private var errorColumns: [Column] {
    let before = [
      Column("parameters", { Double($0.parameters) }, { "\(Int($0))" }),
      Column("fit s", style: "seconds", { $0.fitSeconds }, { $0.fixed(2) }),
      Column("train SSE", { $0.train.ssePerSample }, { $0.significant(5) }),
      Column("test SSE", style: "sse", { $0.test.ssePerSample }, { $0.significant(5) }),
    ]
    let interval = Column("95 % interval") { result in
      result.details?.sseInterval.map { "<span class=\"range\">\(text($0))</span>" }
    }
    let after = [
      Column("test MSE", { $0.test.msePerElement }, { $0.significant(4) }),
      Column("rel. error", { $0.test.relativeFrobenius }, { $0.fixed(4) }),
      Column("R2", { $0.test.r2 }, { $0.fixed(4) }),
      Column("cosine", { $0.test.cosine }, { $0.fixed(4) }),
      Column("contraction", { $0.test.contraction }, { $0.significant(4) }),
    ]
    return before + (results.contains { $0.details?.sseInterval != nil } ? [interval] : [])
      + (results.contains { $0.againstPCA != nil } ? [Column("vs PCA", { comparison($0) })] : [])
      + (results.contains { $0.test.noisy != nil }
        ? [Column("noisy SSE", { $0.test.noisy?.ssePerSample }, { $0.significant(5) })] : []) + after
  }

  private var codeColumns: [Column] {
    let neighbours = [
      Column("recall@10", { $0.test.recallAt10 }, { $0.fixed(4) }),
      Column("by cosine", { $0.test.cosineRecallAt10 }, { $0.fixed(4) }),
      Column("LCMC", { $0.test.lcmc }, { $0.fixed(4) }),
      Column("trustworthiness", { $0.test.trustworthiness }, { $0.fixed(4) }),
      Column("continuity", { $0.test.continuity }, { $0.fixed(4) }),
      Column("distance corr.", { $0.test.distanceCorrelation }, { $0.fixed(4) }),
    ]
    return [
      Column("bytes", { Double($0.bytesPerVector) }, { "\(Int($0))" }),
      Column("as PCA of", { $0.test.pcaEquivalentDimension }, { $0.fixed(1) }),
    ] + (results.contains { $0.test.neighbourSample != nil } ? neighbours : [])
  }

  /// "−49.2 %", with the verdict as a mark, and the difference and its interval to hover.
  private func comparison(_ result: Result) -> Markup? {
    guard let paired = result.againstPCA else { return nil }
    let pca = results.first { $0.method == "pca" && $0.latent == result.latent }?.test.ssePerSample ?? 0
    let change = pca > 0 ? 100 * (result.test.ssePerSample / pca - 1) : 0
    let interval = paired.interval.map { ", 95 % interval \(text($0))" } ?? ", too few rows for an interval"
    let verdict = paired.verdict.rawValue
    return """
      <span class="\(verdict)" title="\(verdict) PCA: \(paired.difference.significant(3)) per \
      row\(interval)">\
      \(change > 0 ? "+" : "")\(change.fixed(1)) %</span>
      """
  }

  private func text(_ interval: ClosedRange<Double>) -> String {
    "\(interval.lowerBound.significant(3)) to \(interval.upperBound.significant(3))"
  }

  private var errorNotes: Markup {
    let noisy: Markup =
      corruption.map { " Noisy SSE: clean test rows reconstructed from corrupted ones (\($0))." } ?? ""
    return """
      <p class="note">SSE and MSE: squared error per row and per element, in the units of the data; rel. \
      error and R2: against the training mean. vs PCA: the change in test SSE against PCA of the same size; \
      ▼ smaller, ▲ larger, ≈ not told apart from it (95 % bootstrap interval of the differences row by row). \
      Contraction: the mean squared Frobenius norm of the encoder’s Jacobian.\(noisy) The smallest test SSE \
      of each size is bold.</p>

      """
  }

  private var codeNotes: Markup {
    let sample = results.compactMap { $0.test.neighbourSample }.first
    let rows =
      sample.map { $0 < data.test ? "\($0) of the test rows, drawn at random" : "the test rows" } ?? ""
    let neighbours: Markup =
      " Recall@10 to distance corr.: neighbours and distances of the codes against those of \(rows)."
    return """
      <p class="note">Bytes: of one code. As PCA of: the number of components with which PCA has this test \
      SSE.\
      \(sample == nil ? "" : neighbours)</p>

      """
  }
}
