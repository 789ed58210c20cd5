extension ReconstructionReport {
  /// One line a method with every metric of both sides, in full precision; the names are those of the JSON.
  ///
  /// Metrics that no result has are left out, and so are the lists of rows and features. Errors of classes
  /// are in columns "test.class.NAME".
  public func csv() -> String {
    let measures = Measure.all(of: results).filter { measure in
      measure.metric.group == .errors || results.contains { measure.value($0) != nil }
    }
    let middle = measures.map { measure -> Field in
      (measure.path, { measure.value($0)?.description })
    }
    let fields = firstFields + middle + lastFields
    return TextTable([fields.map(\.name)] + results.map { result in fields.map { $0.text(result) ?? "" } })
      .csv()
  }

  private typealias Field = (name: String, text: (Result) -> String?)

  private var firstFields: [Field] {
    [
      ("method", { $0.method }), ("latent", { "\($0.latent)" }), ("parameters", { "\($0.parameters)" }),
      ("fitSeconds", { $0.fitSeconds?.description }),
    ]
  }

  /// How far the seeds are apart.
  private var seedFields: [Field] {
    func spread(_ key: String, _ end: String, _ value: @escaping (Result.Seeds.Spread) -> Double) -> Field {
      ("seeds.test.\(key).\(end)", { $0.seeds?.spread["test." + key].map { value($0).description } })
    }
    return [("seeds", { $0.seeds.map { "\($0.runs.count)" } })]
      + ["ssePerSample", "recallAt10", "cosineRecallAt10"].flatMap { key in
        [
          spread(key, "mean", \.mean), spread(key, "deviation", \.deviation), spread(key, "low", \.low),
          spread(key, "high", \.high),
        ]
      }
  }

  private var lastFields: [Field] {
    [
      ("bytesPerVector", { "\($0.bytesPerVector)" }),
      ("againstPCA.difference", { $0.againstPCA?.difference.description }),
      ("againstPCA.low", { $0.againstPCA?.interval?.lowerBound.description }),
      ("againstPCA.high", { $0.againstPCA?.interval?.upperBound.description }),
      ("againstPCA.verdict", { $0.againstPCA?.verdict.rawValue }),
    ] + (seedCount == nil ? [] : seedFields)
  }
}
