import Eigencoder

extension ReconstructionMetrics {
  /// One metric a line; those that were not asked for are left out.
  var text: String {
    var lines = Metric.list(of: self)
    lines += (perClass ?? []).map { line in
      ("SSE of \(line.label)", "\(line.ssePerSample.significant(6)) (\(counted(line.samples, "row")))")
    }
    if let worst {
      // Rows of a file are counted from 1, as in errors about data.
      lines.append(
        ("worst rows", worst.map { "\($0.row + 1) (\($0.sse.significant(4)))" }.joined(separator: ", ")))
    }
    let width = max(16, (lines.map(\.name.count).max() ?? 0) + 1)
    return lines.map { $0.padded(to: width) + $1 }.joined(separator: "\n")
  }
}
