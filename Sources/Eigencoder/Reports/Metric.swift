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
  /// What is said of it below the tables beside what is said of its group.
  var explanation: Explanation?
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
      noisyValue: { $0.msePerElement }, value: { $0.msePerElement }),
    Metric(
      key: "relativeFrobenius", group: .errors, title: "rel. error", listTitle: "relative error",
      better: .lower, floor: .number(1e-3), noisyValue: { $0.relativeFrobenius },
      value: { $0.relativeFrobenius }),
    Metric(
      key: "r2", group: .errors, title: "R2", better: .higher, noisyValue: { $0.r2 }, value: { $0.r2 }),
    Metric(
      key: "cosine", group: .errors, title: "cosine", better: .higher, noisyValue: { $0.cosine },
      value: { $0.cosine }),
    Metric(
      key: "contraction", group: .errors, title: "contraction", format: .significant(4),
      listFormat: .significant(6), better: .neither, floor: .number(0), explanation: .contraction,
      value: { $0.contraction }),
    Metric(
      key: "psnr", group: .errors, listTitle: "PSNR", listFormat: .fixed(2),
      suffix: { " dB (peak \($0.psnrPeak.significant(4)))" }, better: .higher, floor: .number(1),
      mayVanish: true, value: { $0.psnr }),
    Metric(key: "psnrPeak", group: .errors, value: { $0.psnrPeak }),
    Metric(
      key: "recallAt10", group: .recall, title: "recall@10", better: .higher, value: { $0.recallAt10 }),
    Metric(
      key: "cosineRecallAt10", group: .recall, title: "by cosine", listTitle: "  by cosine", better: .higher,
      value: { $0.cosineRecallAt10 }),
    Metric(
      key: "trustworthiness", group: .ranks, title: "trustworthiness", better: .higher,
      value: { $0.trustworthiness }),
    Metric(key: "continuity", group: .ranks, title: "continuity", better: .higher, value: { $0.continuity }),
    Metric(key: "lcmc", group: .recall, title: "LCMC", better: .higher, value: { $0.lcmc }),
    Metric(
      key: "distanceCorrelation", group: .ranks, title: "distance corr.", better: .higher,
      value: { $0.distanceCorrelation }),
    Metric(
      key: "neighbourSample", group: .sample, listTitle: "neighbours of", listFormat: .fixed(0),
      suffix: { $0.neighbourSample == 1 ? " row" : " rows" },
      value: { $0.neighbourSample.map { Double($0) } }),
    // There is none for an error below all that PCA reaches.
    Metric(
      key: "pcaEquivalentDimension", group: .size, title: "as PCA of", format: .fixed(1),
      listFormat: .fixed(1), better: .higher, floor: .number(1), mayVanish: true,
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

    /// What is said of the whole group and of its metrics.
    var explanations: [Explanation] {
      let own: Explanation =
        switch self {
        case .errors: .errors
        case .size: .size
        case .sample, .recall, .ranks: .neighbours
        }
      return [own] + metrics.compactMap(\.explanation)
    }
  }

  /// A sentence below a table.
  struct Explanation: Equatable, Sendable {
    /// In a terminal. ROWS stands for the rows whose neighbours were sought.
    let text: String
    /// In a page, where that is worded in another way.
    var page: String?

    static let errors = Explanation(
      text: "SSE, MSE: squared error per sample and per element, in the units of the data. rel. error, R2: "
        + "against the training mean.",
      page:
        "SSE and MSE: squared error per row and per element, in the units of the data; rel. error and R2: "
        + "against the training mean.")
    static let contraction = Explanation(
      text: "contraction: mean squared Frobenius norm of the encoder's Jacobian on the test rows.",
      page: "Contraction: the mean squared Frobenius norm of the encoder’s Jacobian.")
    static let neighbours = Explanation(
      text: "recall@10 to distance corr.: neighbours and distances of the codes against those of ROWS.")
    static let size = Explanation(
      text: "as PCA of: the components with which PCA has this test SSE.",
      page: "As PCA of: the number of components with which PCA has this test SSE.")
  }
}
