extension EmbeddingSearch {
  /// What a pipeline's code is made by.
  enum Candidate {
    /// PCA, its codes scaled by lambda^(-power).
    case pca(keepsMean: Bool, power: Double)
    /// A linear map, or a network, that is trained to keep neighbours.
    case network(isLinear: Bool)

    static let centredPCA = pca(keepsMean: false, power: 0)
    static let meanKeptPCA = pca(keepsMean: true, power: 0)
    static let all: [Candidate] =
      [centredPCA] + [0, 0.25, 0.5].map { pca(keepsMean: true, power: $0) }
      + [network(isLinear: true), network(isLinear: false)]

    var name: String {
      switch self {
      case .pca(keepsMean: false, _): "pca, centred"
      case .pca(_, power: 0): "pca, mean kept"
      case .pca(_, let power): "pca, mean kept, power \(power)"
      case .network(let isLinear): isLinear ? "linear" : "autoencoder"
      }
    }
  }

  /// A pipeline around one candidate, without rounding.
  func fitted<T: Scalar>(
    _ candidate: Candidate, latent: Int, to rows: Matrix<T>,
    _ progress: ((String, TrainingProgress) -> Bool)?
  ) throws -> EmbeddingPipeline<T> {
    let input = rows.normalized(if: normalizesInput)
    switch candidate {
    case .pca(let keepsMean, let power):
      let pca = try PCA(latent: latent).fitted(to: input)
      // A component without variance is not to be divided by it.
      let isScaled = pca.explainedVariance.allSatisfy { $0 > 1e-9 * pca.explainedVariance[0] }
      return EmbeddingPipeline(
        .pca(pca), codesOf: rows, keepsMean: keepsMean, power: isScaled ? power : 0,
        normalizesInput: normalizesInput, normalizesCode: normalizesCode)
    case .network(let isLinear):
      var isStopped = false
      var method: Method =
        isLinear ? .linear(latent: latent) : .neighbourhoodAutoencoder(latent: latent, for: input)
      method.seed = seed
      let data = DataSummary(of: input)
      let monitor = TrainingMonitor(
        progress: progress.map { progress in
          { state in
            isStopped = !progress(candidate.name, state)
            return !isStopped
          }
        })
      let network = try method.resolved(for: data).train(on: .memory(input), data, monitor).network
      if isStopped { throw EigencoderError.numericalFailure("the search was interrupted") }
      return EmbeddingPipeline(
        .network(network), codesOf: rows, normalizesInput: normalizesInput, normalizesCode: normalizesCode)
    }
  }
}
