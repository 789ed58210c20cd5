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

extension MomentErrors {
  /// One metric a line, as those of rows are listed; the one that takes the rows says so.
  var text: String {
    let lines: [(String, String?)] = [
      ("SSE per sample", ssePerSample.significant(6)),
      ("MSE per element", msePerElement.significant(6)),
      ("relative error", relativeFrobenius?.fixed(6)),
      ("R2", r2?.fixed(6)),
      ("cosine", "- (takes the rows: eigencoder evaluate)"),
      ("contraction", contraction.significant(6)),
      ("PSNR", psnr.map { "\($0.fixed(2)) dB (peak \(psnrPeak.significant(4)))" }),
    ]
    return lines.map { $0.padded(to: 16) + ($1 ?? "-") }.joined(separator: "\n")
  }
}
