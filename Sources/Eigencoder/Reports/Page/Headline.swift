extension ReconstructionReport {
  /// The answer in one sentence: for each code size, whether another method loses less than PCA on the test
  /// rows, and which of the two keeps more neighbours.
  public var headline: String {
    guard !results.isEmpty else { return "No method was fitted." }
    return headlineStart + ", " + headlineClauses.joined(separator: "; ") + "."
  }

  /// "On 359 unseen rows"
  var headlineStart: String { "On \(data.test) unseen row\(data.test == 1 ? "" : "s")" }

  /// One for each code size.
  var headlineClauses: [String] {
    latentSizes.enumerated().map { clause(of: $1, isFirst: $0 == 0) }
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
    if same.allSatisfy({ $0.method == "pca" || $0.keepsMean }) {
      guard let kept = pca.test.r2 else {
        return "\(place) pca loses \(pca.test.ssePerSample.significant(3)) a row"
      }
      let neighbours = pca.test.recallAt10.map { " and \((100 * $0).fixed(0)) % of the neighbours" } ?? ""
      return "\(place) pca keeps \((100 * kept).fixed(1)) % of the variance\(neighbours)"
    }
    if let better = leastLoss(of: latent), better.method != "pca" {
      let neighbours = Self.neighbours(of: better, against: pca).map { " and keeps \($0)" } ?? ""
      return "\(place) \(better.method) \(gain(of: better))\(neighbours)"
    }
    let verdict =
      same.contains { $0.againstPCA?.verdict == .ties && !$0.keepsMean }
      ? "\(place) no method beats pca beyond chance" : "\(place) pca loses least"
    let keeper = mostNeighbours(of: latent, by: \.recallAt10)
    guard let keeper, keeper.method != "pca", !keeper.keepsMean,
      let neighbours = Self.neighbours(of: keeper, against: pca)
    else { return verdict }
    return "\(verdict), but \(keeper.method) keeps \(neighbours)"
  }

  /// "loses 59.5 % less than pca (59.1 to 60.2 % with 3 seeds)"
  func gain(of result: Result) -> String {
    let share = -(change(fromPCA: result) ?? 0)
    let seeds = result.seeds.flatMap { seeds -> String? in
      let shares = seeds.runs.compactMap { change(fromPCA: result, $0.test.ssePerSample) }.map { -$0 }
      guard let low = shares.min(), let high = shares.max() else { return nil }
      let beats = seeds.count(.beats)
      return " (\(low.fixed(1)) to \(high.fixed(1)) % with \(seeds.runs.count) seeds"
        + (beats < seeds.runs.count ? ", \(beats) of which beat it)" : ")")
    }
    return "loses \(share.fixed(1)) % less than pca\(seeds ?? "")"
  }

  /// "more neighbours (75 % against 70 %)": of the 10 nearest, by distance; nil where they are not known.
  static func neighbours(of result: Result, against other: Result) -> String? {
    guard let own = result.test.recallAt10, let others = other.test.recallAt10 else { return nil }
    let comparison =
      result.isApart(from: other, by: \.recallAt10) ? own > others ? "more" : "fewer" : "as many"
    return "\(comparison) neighbours (\((100 * own).fixed(0)) % against \((100 * others).fixed(0)) %)"
  }
}

// MARK: - The best of a size

extension ReconstructionReport {
  /// The result with the least test error among those that beat PCA, or else PCA; without PCA the least of all.
  func leastLoss(of latent: Int) -> Result? {
    let same = reconstructions.filter { $0.latent == latent }
    let pca = same.first { $0.method == "pca" }
    let better = pca == nil ? same : same.filter { $0.againstPCA?.verdict == .beats }
    return better.min { $0.test.ssePerSample < $1.test.ssePerSample } ?? pca
  }

  /// The result that keeps most neighbours, by the given share; of those that are not apart from it the first, which is the
  /// simplest. nil where they are not known.
  func mostNeighbours(of latent: Int, by share: KeyPath<ReconstructionMetrics, Double?>) -> Result? {
    let same = results.filter { $0.latent == latent && $0.test[keyPath: share] != nil }
    guard let best = same.max(by: { ($0.test[keyPath: share] ?? 0) < ($1.test[keyPath: share] ?? 0) })
    else { return nil }
    return same.first { !$0.isApart(from: best, by: share) }
  }
}

extension ReconstructionReport.Result {
  /// Whether two shares of neighbours differ by more than two standard errors of a difference of shares of 10 neighbours a row.
  /// Both are of the same rows, which makes the true error smaller: what it tells apart is apart.
  func isApart(from other: Self, by share: KeyPath<ReconstructionMetrics, Double?>) -> Bool {
    guard let own = test[keyPath: share], let others = other.test[keyPath: share] else { return false }
    let mean = (own + others) / 2
    let count = 10 * Double(test.neighbourSample ?? 1)
    return abs(own - others) > 2 * (2 * mean * (1 - mean) / count).squareRoot()
  }
}
