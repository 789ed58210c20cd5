import Eigencoder

extension ReconstructionMetrics {
  /// One metric a line; those that were not asked for are left out.
  var text: String {
    let always: [(String, String)] = [
      ("SSE per sample", ssePerSample.significant(6)), ("MSE per element", msePerElement.significant(6)),
      ("relative error", relativeFrobenius?.fixed(6) ?? "-"), ("R2", r2?.fixed(6) ?? "-"),
      ("cosine", cosine.fixed(6)), ("contraction", contraction.significant(6)),
      ("PSNR", psnr.map { "\($0.fixed(2)) dB (peak \(psnrPeak.significant(4)))" } ?? "-"),
    ]
    var lines = always
    if let neighbourSample {
      lines += [
        ("neighbours of", counted(neighbourSample, "row")),
        ("recall@10", recallAt10?.fixed(6) ?? "-"), ("  by cosine", cosineRecallAt10?.fixed(6) ?? "-"),
        ("LCMC", lcmc?.fixed(6) ?? "-"), ("trustworthiness", trustworthiness?.fixed(6) ?? "-"),
        ("continuity", continuity?.fixed(6) ?? "-"),
        ("distance corr.", distanceCorrelation?.fixed(6) ?? "-"),
      ]
    }
    for line in perClass ?? [] {
      lines.append(
        ("SSE of \(line.label)", "\(line.ssePerSample.significant(6)) (\(counted(line.samples, "row")))"))
    }
    if let worst {
      // Rows of a file are counted from 1, as in errors about data.
      lines.append(
        ("worst rows", worst.map { "\($0.row + 1) (\($0.sse.significant(4)))" }.joined(separator: ", ")))
    }
    let width = max(16, (lines.map(\.0.count).max() ?? 0) + 1)
    return lines.map { $0 + String(repeating: " ", count: width - $0.count) + $1 }.joined(separator: "\n")
  }
}
