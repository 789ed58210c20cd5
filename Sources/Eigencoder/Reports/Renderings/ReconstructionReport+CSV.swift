internal import Foundation

extension ReconstructionReport {
  /// One line a method with every metric of both sides, in full precision; the names are those of the JSON.
  ///
  /// Metrics that no result has are left out, and so are the lists of rows and features. Errors of classes
  /// are in columns "test.class.NAME".
  public func csv() -> String {
    let columns =
      resultColumns + metricColumns("train.") { $0.train } + metricColumns("test.") { $0.test }
      + noisyColumns + classColumns + lastColumns
    let header = columns.map { $0.name.csvField }
    let lines = results.map { result in columns.map { $0.value(result)?.csvField ?? "" } }
    return ([header] + lines).map { $0.joined(separator: ",") }.joined(separator: "\n")
  }

  private typealias Column = (name: String, value: (Result) -> String?)

  private var resultColumns: [Column] {
    [
      ("method", { $0.method }), ("latent", { "\($0.latent)" }), ("parameters", { "\($0.parameters)" }),
      ("fitSeconds", { $0.fitSeconds?.text }),
    ]
  }

  private func metricColumns(_ prefix: String, _ side: @escaping (Result) -> ReconstructionMetrics)
    -> [Column]
  {
    let always: [(String, (ReconstructionMetrics) -> Double?)] = [
      ("ssePerSample", { $0.ssePerSample }), ("msePerElement", { $0.msePerElement }),
      ("relativeFrobenius", { $0.relativeFrobenius }), ("r2", { $0.r2 }), ("cosine", { $0.cosine }),
      ("contraction", { $0.contraction }), ("psnr", { $0.psnr }), ("psnrPeak", { $0.psnrPeak }),
    ]
    let asked: [(String, (ReconstructionMetrics) -> Double?)] = [
      ("recallAt10", { $0.recallAt10 }), ("cosineRecallAt10", { $0.cosineRecallAt10 }),
      ("trustworthiness", { $0.trustworthiness }), ("continuity", { $0.continuity }), ("lcmc", { $0.lcmc }),
      ("distanceCorrelation", { $0.distanceCorrelation }),
      ("neighbourSample", { $0.neighbourSample.map { Double($0) } }),
      ("pcaEquivalentDimension", { $0.pcaEquivalentDimension }),
    ]
    let present = asked.filter { metric in results.contains { metric.1(side($0)) != nil } }
    return (always + present).map { name, value in (prefix + name, { value(side($0))?.text }) }
  }

  private var noisyColumns: [Column] {
    guard results.contains(where: { $0.test.noisy != nil }) else { return [] }
    let metrics: [(String, (ReconstructionErrors) -> Double?)] = [
      ("ssePerSample", { $0.ssePerSample }), ("msePerElement", { $0.msePerElement }),
      ("relativeFrobenius", { $0.relativeFrobenius }), ("r2", { $0.r2 }), ("cosine", { $0.cosine }),
    ]
    return metrics.map { name, value in ("test.noisy." + name, { $0.test.noisy.flatMap(value)?.text }) }
  }

  private var classColumns: [Column] {
    (results.first?.test.perClass ?? []).map(\.label).map { label in
      ("test.class." + label, { $0.test.perClass?.first { $0.label == label }?.ssePerSample.text })
    }
  }

  private var lastColumns: [Column] {
    [
      ("bytesPerVector", { "\($0.bytesPerVector)" }),
      ("againstPCA.difference", { $0.againstPCA?.difference.text }),
      ("againstPCA.low", { $0.againstPCA?.interval?.lowerBound.text }),
      ("againstPCA.high", { $0.againstPCA?.interval?.upperBound.text }),
      ("againstPCA.verdict", { $0.againstPCA?.verdict.rawValue }),
    ]
  }
}

extension Double {
  /// All digits.
  fileprivate var text: String { "\(self)" }
}

extension String {
  /// Quoted when it contains a comma, a quote or a line break.
  fileprivate var csvField: String {
    contains { ",\"\n\r".contains($0) } ? "\"" + replacingOccurrences(of: "\"", with: "\"\"") + "\"" : self
  }
}
