// The one table of all metrics. Text, Markdown, csv, the page, the comparison with an earlier report and the
// command line iterate over it. To add a metric, add a property and its computation to
// `ReconstructionMetrics.swift`, and an entry here with the property's name as its key.

/// One number of `ReconstructionMetrics`, and what the renderings and comparisons know of it.
package struct Metric: Sendable {
  enum Direction: Sendable { case lower, higher, neither }

  /// The size below which a change is not taken relative to the metric itself.
  enum Floor: Sendable {
    case number(Double)
    /// 1e-6 of the mean's error per sample, or per element.
    case ofError, ofErrorPerElement
  }

  /// Its name in the JSON and in the csv.
  let key: String
  let group: Group
  /// The title of the column of the test rows in tables; nil for none.
  var title: String?
  /// Its name where a list has one metric a line, if that is not the title.
  var listTitle: String?
  /// The digits of its column, and of its line in a list.
  var format = NumberFormat.fixed(4)
  var listFormat = NumberFormat.fixed(6)
  /// What stands behind the number in a list.
  var suffix: @Sendable (ReconstructionMetrics) -> String = { _ in "" }
  /// Which direction is the better; nil for a number that is not compared.
  var better: Direction?
  var floor = Floor.number(0.1)
  /// Whether a value that is missing now is no regression: there is none for a perfect reconstruction.
  var mayVanish = false
  /// How soon its column is left out of a table that has to be narrow: the highest first.
  var rank = 0
  /// What it is, in a sentence that follows its title. ROWS stands for the rows whose neighbours were sought.
  var explanation: String?
  /// The same of corrupted input; nil for a metric of clean input only.
  var noisyValue: (@Sendable (ReconstructionMetrics.Errors) -> Double?)?
  let value: @Sendable (ReconstructionMetrics) -> Double?

  /// By this metric methods are ranked and compared with PCA; every side has a column for it.
  static let squaredError = Metric(
    key: "ssePerSample", group: .errors, listTitle: "SSE per sample", format: .significant(5),
    listFormat: .significant(6), better: .lower, floor: .ofError, noisyValue: { $0.ssePerSample },
    value: { $0.ssePerSample })

  /// In the order of the csv and of comparisons.
  static let all: [Metric] = [
    squaredError,
    Metric(
      key: "msePerElement", group: .errors, title: "test MSE", listTitle: "MSE per element",
      format: .significant(4), listFormat: .significant(6), better: .lower, floor: .ofErrorPerElement,
      rank: 9,
      explanation: "squared error per element.", noisyValue: { $0.msePerElement }, value: { $0.msePerElement }
    ),
    Metric(
      key: "relativeFrobenius", group: .errors, title: "rel. error", listTitle: "relative error",
      better: .lower, floor: .number(1e-3), rank: 8,
      explanation:
        "root of the squared errors over those of the training mean: 0 is perfect, 1 no better than it.",
      noisyValue: { $0.relativeFrobenius },
      value: { $0.relativeFrobenius }),
    Metric(
      key: "r2", group: .errors, title: "R2", better: .higher, rank: 3,
      explanation: "share of the variance that is kept: 1 is perfect, 0 no better than the training mean.",
      noisyValue: { $0.r2 }, value: { $0.r2 }),
    Metric(
      key: "cosine", group: .errors, title: "cosine", better: .higher, rank: 5,
      explanation: "mean cosine of a row and its reconstruction.", noisyValue: { $0.cosine },
      value: { $0.cosine }),
    Metric(
      key: "contraction", group: .errors, title: "contraction", format: .significant(4),
      listFormat: .significant(6), suffix: { $0.contractionSample.map { " (of \($0) rows)" } ?? "" },
      better: .neither, floor: .number(0), rank: 7,
      explanation:
        "how strongly the code reacts to its input: mean squared Frobenius norm of the encoder's Jacobian, over "
        + "\(ReconstructionMetrics.contractionRows) rows at most.",
      value: { $0.contraction }),
    Metric(
      key: "psnr", group: .errors, listTitle: "PSNR", listFormat: .fixed(2),
      suffix: { " dB (peak \($0.psnrPeak.significant(4)))" }, better: .higher, floor: .number(1),
      mayVanish: true, value: { $0.psnr }),
    Metric(key: "psnrPeak", group: .errors, value: { $0.psnrPeak }),
    Metric(
      key: "recallAt10", group: .recall, title: "recall@10", better: .higher,
      explanation:
        "share of a row's 10 nearest rows that are among the 10 nearest of its code (ROWS): 1 keeps all.",
      value: { $0.recallAt10 }),
    Metric(
      key: "cosineRecallAt10", group: .recall, title: "by cosine", listTitle: "  by cosine", better: .higher,
      explanation: "the same with the nearest by cosine, as searches of embeddings find them.",
      value: { $0.cosineRecallAt10 }),
    Metric(
      key: "trustworthiness", group: .ranks, title: "trustworthiness", better: .higher, rank: 2,
      explanation:
        "1 where all that is near as codes was near as rows; false neighbours count by how far they were.",
      value: { $0.trustworthiness }),
    Metric(
      key: "continuity", group: .ranks, title: "continuity", better: .higher, rank: 3,
      explanation:
        "1 where all that was near as rows is near as codes; lost neighbours count by how far they went.",
      value: { $0.continuity }),
    Metric(
      key: "lcmc", group: .recall, title: "LCMC", better: .higher, rank: 5,
      explanation: "recall@10 less what chance would give: 0 is chance.", value: { $0.lcmc }),
    Metric(
      key: "distanceCorrelation", group: .ranks, title: "distance corr.", better: .higher, rank: 4,
      explanation: "rank correlation of the distances between rows and between their codes.",
      value: { $0.distanceCorrelation }),
    Metric(
      key: "neighbourSample", group: .sample, listTitle: "neighbours of", listFormat: .fixed(0),
      suffix: { $0.neighbourSample == 1 ? " row" : " rows" },
      value: { $0.neighbourSample.map { Double($0) } }),
    // There is none for an error below all that PCA reaches.
    Metric(
      key: "pcaEquivalentDimension", group: .size, title: "as PCA of", format: .fixed(1),
      listFormat: .fixed(1), better: .higher, floor: .number(1), mayVanish: true, rank: 1,
      explanation: "number of components with which PCA has this test SSE.",
      value: { $0.pcaEquivalentDimension }),
  ]

  /// The metrics of `metrics` as a list shows them, a name and a number each, "-" where there is none.
  package static func list(of metrics: ReconstructionMetrics) -> [(name: String, text: String)] {
    Group.allCases.filter { $0.isKnown(in: metrics) }.flatMap(\.metrics).compactMap { metric in
      (metric.listTitle ?? metric.title).map { name in
        (name, metric.value(metrics).map { metric.listFormat.text($0) + metric.suffix(metrics) } ?? "-")
      }
    }
  }
}

// MARK: - Groups

extension Metric {
  /// Metrics that stand together. Tables for people show the groups in this order.
  enum Group: CaseIterable, Sendable {
    case errors, size, sample, recall, ranks

    var metrics: [Metric] { Metric.all.filter { $0.group == self } }

    /// Whether metrics of the group were asked for; the errors are always there.
    func isKnown(in metrics: ReconstructionMetrics) -> Bool {
      switch self {
      case .errors: true
      case .size: metrics.pcaEquivalentDimension != nil
      case .sample, .recall, .ranks: metrics.neighbourSample != nil
      }
    }
  }
}
