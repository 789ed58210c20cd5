// How networks are trained to keep neighbours by cosine. Every figure was chosen on rows held out of the training rows of
// 5,000 sentence embeddings (384 numbers, unit length); relative recall@10 against centred PCA's, 32 numbers, linear map:
// one temperature for rows and codes +8.2 %, the codes' in the ratio of the spreads of the cosines +10.5 %. For the
// network: batches of 500 +11.9 %, of 250 +13.2 %; Adam +11.9 %, with decoupled decay of 3 +12.9 %. 64 numbers, noise of
// 0.6, 0.4, 0.2 mean deviations of a column: +10.6, +11.6, +12.4 %; weights of 0.3 and 1: +12.3 and +12.8 %. A decay of 5
// costs the squared error. Dropout, masking, strain beside it and GELU for SiLU made no difference beyond the splits' own.

/// The objective and the training that keep neighbours.
public enum NeighbourhoodRecipe {
  /// The squared error of slightly corrupted rows, and the neighbourhood term at `weight` mean column variances.
  ///
  /// - Parameters:
  ///   - rows: n x d, the rows to train on.
  ///   - codes: n x k, those that training starts from, for the temperature of the codes.
  ///   - weight: of the neighbourhood term, in mean column variances.
  ///   - temperature: of the rows' cosines.
  public static func objective<T: Scalar>(
    rows: Matrix<T>, codes: Matrix<T>, weight: Double, temperature: Double = 0.05
  ) -> Objective {
    let deviations = ColumnStatistics(of: rows).deviation
    let variance =
      deviations.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, deviations.count))
    var objective = Objective(penalties: [
      .neighbourhood(weight * variance, temperature: temperature).fitted(to: rows, codes: codes)
    ])
    if variance > 0 { objective.corruption = .gaussian(0.2 * variance.squareRoot()) }
    return objective
  }

  /// The training of a network of this shape on so many rows: about 1,000 steps of 250 rows.
  public static func trainer(
    for architecture: Architecture, rows: Int, objective: Objective, seed: UInt64
  ) -> Trainer {
    let isLinear = architecture.hidden.isEmpty
    let rate = min(0.004, 0.04 / Double(architecture.inputs).squareRoot())
    return Trainer(
      epochs: min(100, max(5, 250_000 / max(1, rows))), batchSize: isLinear ? 500 : 250,
      optimizer: isLinear
        ? .adam(learningRate: 0.3 * rate) : .adamW(learningRate: 0.5 * rate, weightDecay: 3),
      schedule: Schedule(.cosine, warmup: 0.1), objective: objective, seed: seed)
  }

  /// A map of no hidden layer, or a network of one, eight times as wide as the input and at most 1024, with branches
  /// beside both sides.
  public static func architecture(inputs: Int, latent: Int, isLinear: Bool) -> Architecture {
    isLinear
      ? Architecture(inputs: inputs, hidden: [], latent: latent)
      : Architecture(inputs: inputs, hidden: [min(1024, max(64, 8 * inputs))], latent: latent, hasSkip: true)
  }

  /// Trains such a network on `rows`, from their PCA with the mean's projection in the code.
  ///
  /// - Throws: as `PCA.fitted` and `Trainer.fit` do.
  public static func network<T: Scalar>(
    fittedTo rows: Matrix<T>, latent: Int, isLinear: Bool, seed: UInt64,
    progress: ((TrainingProgress) -> Bool)? = nil
  ) throws -> Autoencoder<T> {
    let pca = try PCA(latent: latent).fitted(to: rows)
    let shape = architecture(inputs: rows.columns, latent: latent, isLinear: isLinear)
    var network = try Autoencoder<T>(shape, initializer: .pca(pca, keepsMean: true), seed: seed)
    network.method = isLinear ? "linear" : "autoencoder"
    let objective = objective(
      rows: rows, codes: network.encode(rows), weight: 1)
    try trainer(for: shape, rows: rows.rows, objective: objective, seed: seed).fit(
      &network, to: rows, progress: progress)
    return network
  }
}
