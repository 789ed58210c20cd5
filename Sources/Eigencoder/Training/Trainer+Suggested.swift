extension Trainer {
  /// The training that did best with `Architecture.suggested`: Adam, cosine after a warm-up over 5 % of the steps, a tenth
  /// of the rows to choose the epoch, about 2,500 steps in 15 to 100 epochs.
  ///
  /// The rate is (1 - p) 0.04 / sqrt(d), at most (1 - p) 0.004, for data of unit variance and dropout p. It falls with d,
  /// because a step of Adam changes all d weights of a unit by about the rate, and with p, because dropout makes gradients
  /// noisy. At four times this rate training on embeddings (d = 384, p = 0.5) hardly improved on PCA.
  public static func suggested(
    for architecture: Architecture, rows: Int, objective: Objective = .reconstruction, seed: UInt64 = 0
  ) -> Trainer {
    let batch = suggestedBatchSize(rows: rows, objective: objective)
    let rate = min(0.004, 0.04 / Double(architecture.inputs).squareRoot()) * (1 - architecture.dropout)
    return Trainer(
      epochs: min(100, max(15, 2500 / max(1, rows / batch))), batchSize: batch,
      optimizer: .adam(learningRate: rate), schedule: Schedule(.cosine, warmup: 0.05), objective: objective,
      validationFraction: rows >= 2 ? 0.1 : 0, seed: seed)
  }

  /// 64; above 10,000 rows 256; 512 where the rows of a batch are compared with one another.
  public static func suggestedBatchSize(rows: Int, objective: Objective = .reconstruction) -> Int {
    objective.penalties.contains { $0.comparesRows } ? 512 : rows > 10_000 ? 256 : 64
  }
}
