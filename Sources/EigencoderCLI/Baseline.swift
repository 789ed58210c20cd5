import Eigencoder
import Foundation

/// `compare --baseline OLD.json`: the report to which the new one is held.
struct Baseline {
  static let options = [
    Option(
      "baseline", "FILE",
      "repeat the run of this report (--format json) and compare: exit\nstatus 1 when a metric has become worse"
    ),
    Option("tolerance", "X", "relative change of a metric that --baseline allows (default: 0.01)"),
  ]

  private let report: ReconstructionReport
  private let tolerance: Double

  /// nil without --baseline.
  init?(_ arguments: Arguments) throws {
    let tolerance = try arguments.number("tolerance", "of at least 0", where: { $0 >= 0 })
    guard let path = arguments.string("baseline") else {
      if tolerance != nil { throw EigencoderError.invalidArgument("--tolerance needs --baseline") }
      return nil
    }
    self.tolerance = tolerance ?? 0.01
    let reader = try ByteReader.open(URL(fileURLWithPath: path))
    do {
      report = try JSONDecoder().decode(ReconstructionReport.self, from: Data(reader.readAll()))
    } catch is DecodingError {
      throw reader.invalid("is no report of 'eigencoder compare --format json'")
    }
  }

  func compared(with now: ReconstructionReport) throws -> ReportComparison {
    try now.compared(to: report, tolerance: tolerance)
  }
}

extension Format {
  func text(_ comparison: ReportComparison) throws -> String {
    switch self {
    case .table: comparison.table()
    case .markdown: comparison.markdown()
    case .json: try comparison.json()
    case .csv: comparison.csv()
    }
  }

  /// - Parameter width: of tables, in characters; nil for all columns.
  func text(_ report: ReconstructionReport, width: Int?) throws -> String {
    switch self {
    case .table: report.table(width: width)
    case .markdown: report.markdown()
    case .json: try report.json()
    case .csv: report.csv()
    }
  }
}
