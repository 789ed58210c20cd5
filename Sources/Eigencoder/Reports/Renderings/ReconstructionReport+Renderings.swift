internal import Foundation

// Tables for people. Columns, their titles and their numbers are defined once, for the terminal and for
// Markdown.

extension ReconstructionReport {
  /// Aligned text for a terminal: a heading, tables with one line a method, verdicts, and what the columns
  /// are.
  public func table() -> String {
    let text = tables.map { aligned([$0.titles] + $0.lines).joined(separator: "\n") }
    let verdicts = verdicts.isEmpty ? [] : [verdicts.joined(separator: "\n")]
    return ([heading] + text.prefix(1) + verdicts + text.dropFirst() + [legend]).joined(separator: "\n\n")
  }

  /// The same tables and verdicts in Markdown.
  public func markdown() -> String {
    let text = tables.map { table in
      let rule = table.titles.indices.map { $0 == 0 ? "---" : "---:" }
      let lines = [table.titles, rule] + table.lines
      return lines.map { line in
        "| " + line.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ") + " |"
      }.joined(separator: "\n")
    }
    let verdicts = verdicts.isEmpty ? [] : [verdicts.map { "- " + $0 }.joined(separator: "\n")]
    return ([heading] + text.prefix(1) + verdicts + text.dropFirst()).joined(separator: "\n\n")
  }

  private var heading: String {
    "\(data.name): \(data.train) rows to train, \(data.test) to test, \(data.dimension) columns"
      + (seed.map { ", seed \($0)" } ?? "")
  }

  /// "autoencoder, 8: beats PCA: yes (-0.778 per sample, 95 % interval -0.81 to -0.74)", for each method
  /// beside PCA.
  private var verdicts: [String] {
    results.compactMap { result in
      result.againstPCA.map { "\(result.method), \(result.latent): \($0.sentence)" }
    }
  }
}

// MARK: - Columns

extension ReconstructionReport {
  private struct Table {
    let titles: [String]
    let lines: [[String]]
  }

  /// A title, and what stands under it; nil is shown as "-".
  private typealias Column = (title: String, cell: (Result) -> String?)

  private var tables: [Table] {
    let hasNeighbours = results.contains { $0.test.neighbourSample != nil }
    let hasCurve = results.contains { $0.test.pcaEquivalentDimension != nil }
    return [table(of: errorColumns)]
      + (hasNeighbours || hasCurve ? [table(of: codeColumns(hasNeighbours, hasCurve))] : [])
      + (classes.isEmpty ? [] : [table(of: classColumns)])
  }

  private func table(of columns: [Column]) -> Table {
    Table(
      titles: columns.map(\.title), lines: results.map { result in columns.map { $0.cell(result) ?? "-" } })
  }

  private var nameColumns: [Column] { [("method", { $0.method }), ("latent", { "\($0.latent)" })] }

  /// What is lost.
  private var errorColumns: [Column] {
    let before: [Column] = [
      ("parameters", { "\($0.parameters)" }),
      ("fit s", { $0.fitSeconds?.fixed(2) }),
      ("train SSE", { $0.train.ssePerSample.significant(5) }),
      ("test SSE", { $0.test.ssePerSample.significant(5) }),
      ("vs PCA", { comparison($0) }),
    ]
    let noisy: [Column] = isNoisy ? [("noisy SSE", { $0.test.noisy?.ssePerSample.significant(5) })] : []
    let after: [Column] = [
      ("test MSE", { $0.test.msePerElement.significant(4) }),
      ("rel. error", { $0.test.relativeFrobenius?.fixed(4) }),
      ("R2", { $0.test.r2?.fixed(4) }),
      ("cosine", { $0.test.cosine.fixed(4) }),
      ("contraction", { $0.test.contraction.significant(4) }),
    ]
    return nameColumns + before + noisy + after
  }

  /// What the codes are worth.
  private func codeColumns(_ hasNeighbours: Bool, _ hasCurve: Bool) -> [Column] {
    let bytes: [Column] = [("bytes", { "\($0.bytesPerVector)" })]
    let curve: [Column] = [("as PCA of", { $0.test.pcaEquivalentDimension?.fixed(1) })]
    let neighbours: [Column] = [
      ("recall@10", { $0.test.recallAt10?.fixed(4) }),
      ("by cosine", { $0.test.cosineRecallAt10?.fixed(4) }),
      ("LCMC", { $0.test.lcmc?.fixed(4) }),
      ("trustworthiness", { $0.test.trustworthiness?.fixed(4) }),
      ("continuity", { $0.test.continuity?.fixed(4) }),
      ("distance corr.", { $0.test.distanceCorrelation?.fixed(4) }),
    ]
    return nameColumns + bytes + (hasCurve ? curve : []) + (hasNeighbours ? neighbours : [])
  }

  /// The classes that are shown, each with its number of rows: the first 20 that occur.
  private var classes: [ClassError] { Array((results.first?.test.perClass ?? []).prefix(20)) }

  /// The errors of the classes.
  private var classColumns: [Column] {
    nameColumns
      + classes.indices.map { index in
        (
          classes[index].label,
          { result in
            result.test.perClass?.first { $0.label == classes[index].label }?.ssePerSample.significant(4)
          }
        )
      }
  }

  private var isNoisy: Bool { results.contains { $0.test.noisy != nil } }

  /// The change in test SSE against PCA of the same code size, and whether it is one: "-41.2 % beats".
  private func comparison(_ result: Result) -> String? {
    guard result.method != "pca",
      let pca = results.first(where: { $0.method == "pca" && $0.latent == result.latent }),
      pca.test.ssePerSample > 0
    else { return nil }
    let change = 100 * (result.test.ssePerSample / pca.test.ssePerSample - 1)
    let verdict = result.againstPCA.map { " " + $0.verdict.rawValue } ?? ""
    return (change > 0 ? "+" : "") + change.fixed(1) + " %" + verdict
  }

  private var legend: String {
    var lines = [
      "SSE, MSE: squared error per sample and per element, in the units of the data. rel. error, R2: against the "
        + "training mean.",
      "contraction: mean squared Frobenius norm of the encoder's Jacobian on the test rows.",
    ]
    if let corruption {
      lines.append("noisy SSE: clean test rows reconstructed from corrupted ones (\(corruption)).")
    }
    if let sample = results.compactMap({ $0.test.neighbourSample }).first {
      let rows = sample < data.test ? "\(sample) of the test rows, drawn at random" : "the test rows"
      lines.append(
        "recall@10 to distance corr.: neighbours and distances of the codes against those of \(rows).")
    }
    if results.contains(where: { $0.test.pcaEquivalentDimension != nil }) {
      lines.append("as PCA of: the components with which PCA has this test SSE.")
    }
    if let all = results.first?.test.perClass {
      let names = all.prefix(2).map(\.label).joined(separator: ", ") + (all.count > 2 ? ", ..." : "")
      lines.append(
        "\(names): test SSE of each class"
          + (all.count > classes.count ? ", the first \(classes.count) of \(all.count)." : "."))
    }
    return lines.joined(separator: "\n")
  }
}

/// Lines of cells as text, each column as wide as its widest cell.
private func aligned(_ lines: [[String]]) -> [String] {
  guard let titles = lines.first else { return [] }
  let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
  return lines.map { line in
    line.indices.map { column in
      // Names to the left, numbers to the right.
      let space = String(repeating: " ", count: widths[column] - line[column].count)
      return column == 0 ? line[column] + space : space + line[column]
    }.joined(separator: "  ")
  }
}

extension PairedComparison {
  /// "beats PCA: yes (-0.778 per sample, 95 % interval -0.81 to -0.74)"
  fileprivate var sentence: String {
    let answer =
      switch verdict {
      case .beats: "yes"
      case .ties: "no, a tie"
      case .loses: "no, it loses"
      }
    let bounds = interval.map {
      "95 % interval \($0.lowerBound.significant(3)) to \($0.upperBound.significant(3))"
    }
    return "beats PCA: \(answer) (\(difference > 0 ? "+" : "")\(difference.significant(3)) per sample, "
      + "\(bounds ?? "too few rows for an interval"))"
  }
}
