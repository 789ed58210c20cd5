extension History {
  /// That no epoch was better than the network as it was initialised, and why, as far as the losses tell; nil where one was,
  /// or where there was none.
  ///
  /// - Parameters:
  ///   - network: what it started as and what it has, in words and numbers for the sentence.
  ///   - trainer: how it was trained.
  ///   - variance: the mean variance of the columns as the network sees them.
  func reasonForItsStart(
    isPCA: Bool, weights: Int, rows: Int, dropout: Double, _ trainer: Trainer, variance: Double
  ) -> String? {
    guard bestEpoch == 0, let start = epochs.first, let last = epochs.last, last.epoch >= 1 else {
      return nil
    }
    let kept =
      isPCA
      ? "no epoch was better than the start as PCA, so it still is PCA"
      : "no epoch was better than the random start, which is kept"
    let trained = epochs.dropFirst().map(\.train).min() ?? start.train
    let isDisturbed = dropout > 0 || trainer.objective.corruption != nil
    let reason: String
    if isPCA, start.validation ?? start.train <= 1e-6 * variance {
      reason = "PCA loses next to nothing here"
    } else if trained < start.train, start.validation != nil {
      reason =
        "it learns the \(rows) rows and not the held-out ones: too few rows for \(weights) weights, "
        + "or what PCA leaves is noise"
    } else if last.epoch < 5 {
      reason = "\(last.epoch) epoch\(last.epoch == 1 ? " is" : "s are") few"
    } else if isDisturbed {
      reason = "the loss with dropout or corrupted input did not fall below that of the start: try less of it"
    } else {
      reason =
        "the training loss did not fall either: try a lower learning rate than "
        + "\(trainer.optimizer.learningRate.significant(3))"
    }
    return "\(kept); likely because \(reason)"
  }
}
