extension ReconstructionReport {
  /// The answer in one sentence: for each code size, whether another method loses less than PCA on the test
  /// rows.
  public var headline: String {
    guard !results.isEmpty else { return "No method was fitted." }
    let rows = "On \(data.test) unseen row\(data.test == 1 ? "" : "s"), "
    let sizes = latentSizes
    let clauses = sizes.map { clause(of: $0, isFirst: $0 == sizes.first) }
    return rows + clauses.joined(separator: "; ") + "."
  }

  /// The code sizes, smallest first.
  var latentSizes: [Int] { Set(results.map(\.latent)).sorted() }

  private func clause(of latent: Int, isFirst: Bool) -> String {
    let place = "with \(latent) number\(latent == 1 ? "" : "s")\(isFirst ? " a row" : "")"
    let same = results.filter { $0.latent == latent }
    guard let pca = same.first(where: { $0.method == "pca" }) else {
      return same.min { $0.test.ssePerSample < $1.test.ssePerSample }.map { best in
        "\(place) \(best.method) loses least, \(best.test.ssePerSample.significant(3)) a row"
      } ?? ""
    }
    if same.count == 1 {
      guard let kept = pca.test.r2 else {
        return "\(place) pca loses \(pca.test.ssePerSample.significant(3)) a row"
      }
      return "\(place) pca keeps \((100 * kept).fixed(1)) % of the variance"
    }
    let better = same.filter { $0.againstPCA?.verdict == .beats }
      .min { $0.test.ssePerSample < $1.test.ssePerSample }
    if let better, pca.test.ssePerSample > 0 {
      let share = 100 * (1 - better.test.ssePerSample / pca.test.ssePerSample)
      return "\(place) \(better.method) loses \(share.fixed(1)) % less than pca"
    }
    return same.contains { $0.againstPCA?.verdict == .ties }
      ? "\(place) no method beats pca beyond chance" : "\(place) pca loses least"
  }
}
