internal import Foundation

// Each rendering is a function of the report. Columns, their titles and their numbers are defined once.

extension ReconstructionReport {
  private var titles: [String] {
    ["method", "latent", "parameters", "fit s", "train SSE", "test SSE", "vs PCA"]
      + (isNoisy ? ["noisy SSE"] : [])
      + ["test MSE", "rel. error", "R2", "cosine", "contraction"]
  }

  private var isNoisy: Bool { results.contains { $0.test.noisy != nil } }

  /// The numbers of one line, formatted; missing ones as "-".
  private func cells(_ result: Result) -> [String] {
    let m = result.test
    return [
      result.method, "\(result.latent)", "\(result.parameters)", result.fitSeconds.map { $0.fixed(2) } ?? "-",
      result.train.ssePerSample.significant(5), m.ssePerSample.significant(5), comparison(result),
    ] + (isNoisy ? [m.noisy?.ssePerSample.significant(5) ?? "-"] : []) + [
      m.msePerElement.significant(4), m.relativeFrobenius?.fixed(4) ?? "-", m.r2?.fixed(4) ?? "-",
      m.cosine.fixed(4), m.contraction.significant(4),
    ]
  }

  /// The change in test SSE against PCA of the same code size: "-41.2 %".
  private func comparison(_ result: Result) -> String {
    guard result.method != "pca",
      let pca = results.first(where: { $0.method == "pca" && $0.latent == result.latent }),
      pca.test.ssePerSample > 0
    else { return "-" }
    let change = 100 * (result.test.ssePerSample / pca.test.ssePerSample - 1)
    let verdict = result.againstPCA.map { " " + $0.verdict.rawValue } ?? ""
    return (change > 0 ? "+" : "") + change.fixed(1) + " %" + verdict
  }

  /// "autoencoder, 8: beats PCA: yes (-0.778 per sample, 95 % interval -0.81 to -0.74)", for each method beside PCA.
  private var verdicts: [String] {
    results.compactMap { result in
      result.againstPCA.map { "\(result.method), \(result.latent): \($0.sentence)" }
    }
  }

  private var heading: String {
    "\(data.name): \(data.train) rows to train, \(data.test) to test, \(data.dimension) columns"
      + (seed.map { ", seed \($0)" } ?? "")
  }

  /// Aligned text for a terminal: a heading, then one line a method.
  public func table() -> String {
    let lines = [titles] + results.map(cells)
    let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let text = lines.map { line in
      line.indices.map { column in
        // Names to the left, numbers to the right.
        let space = String(repeating: " ", count: widths[column] - line[column].count)
        return column == 0 ? line[column] + space : space + line[column]
      }.joined(separator: "  ")
    }
    return ([heading, ""] + text + (verdicts.isEmpty ? [] : [""] + verdicts) + ["", legend]).joined(
      separator: "\n")
  }

  private var legend: String {
    "SSE, MSE: squared error per sample and per element, in the units of the data. rel. error, R2: against the "
      + "training mean.\ncontraction: mean squared Frobenius norm of the encoder's Jacobian on the test rows."
      + (corruption.map { "\nnoisy SSE: clean test rows reconstructed from corrupted ones (\($0))." } ?? "")
  }

  /// A table in Markdown.
  public func markdown() -> String {
    let rule = titles.indices.map { $0 == 0 ? "---" : "---:" }
    let lines =
      [titles, rule] + results.map { cells($0).map { $0.replacingOccurrences(of: "|", with: "\\|") } }
    let text = lines.map { "| " + $0.joined(separator: " | ") + " |" }
    return ([heading, ""] + text + (verdicts.isEmpty ? [] : [""] + verdicts.map { "- " + $0 }))
      .joined(separator: "\n")
  }

  /// One line a method with every metric of both sides, in full precision; the names are those of the JSON.
  public func csv() -> String {
    let metrics = ["ssePerSample", "msePerElement", "relativeFrobenius", "r2", "cosine", "contraction"]
    let noisy = isNoisy ? ["ssePerSample", "msePerElement", "relativeFrobenius", "r2", "cosine"] : []
    let header =
      ["method", "latent", "parameters", "fitSeconds"] + metrics.map { "train." + $0 }
      + metrics.map { "test." + $0 } + noisy.map { "test.noisy." + $0 }
      + ["difference", "low", "high", "verdict"].map { "againstPCA." + $0 }
    func values(_ m: ReconstructionMetrics) -> [String] {
      [m.ssePerSample, m.msePerElement, m.relativeFrobenius, m.r2, m.cosine, m.contraction].map {
        $0.map { "\($0)" } ?? ""
      }
    }
    func noisyValues(_ m: ReconstructionMetrics) -> [String] {
      guard isNoisy else { return [] }
      let n = m.noisy
      return [n?.ssePerSample, n?.msePerElement, n?.relativeFrobenius, n?.r2, n?.cosine].map {
        $0.map { "\($0)" } ?? ""
      }
    }
    func pairedValues(_ paired: PairedComparison?) -> [String] {
      [paired?.difference, paired?.interval?.lowerBound, paired?.interval?.upperBound].map {
        $0.map { "\($0)" } ?? ""
      } + [paired?.verdict.rawValue ?? ""]
    }
    let lines = results.map { r in
      [r.method.csvField, "\(r.latent)", "\(r.parameters)", r.fitSeconds.map { "\($0)" } ?? ""]
        + values(r.train)
        + values(r.test) + noisyValues(r.test) + pairedValues(r.againstPCA)
    }
    return ([header] + lines).map { $0.joined(separator: ",") }.joined(separator: "\n")
  }

  /// The whole report, keys sorted.
  public func json() throws -> String { try jsonText(self) }
}

/// The JSON text of a value: keys sorted, two spaces, full precision.
package func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  } catch {
    throw EigencoderError.numericalFailure("a number of the report is not finite and has no JSON")
  }
}

extension Double {
  /// So many digits after the point.
  package func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }

  /// So many significant digits, trailing zeros kept, an exponent only for extreme numbers.
  package func significant(_ digits: Int) -> String {
    guard isFinite, self != 0 else { return "\(self)" }
    let exponent = Int(log10(magnitude).rounded(.down))
    guard (-5..<9).contains(exponent) else { return String(format: "%.\(digits - 1)e", self) }
    return fixed(max(0, digits - 1 - exponent))
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

extension String {
  /// Quoted when it contains a comma, a quote or a line break.
  fileprivate var csvField: String {
    contains { ",\"\n\r".contains($0) } ? "\"" + replacingOccurrences(of: "\"", with: "\"\"") + "\"" : self
  }
}
