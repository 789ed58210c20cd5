/// What happened in training, epoch by epoch.
public struct History: Codable, Equatable, Sendable {
  /// One pass over the training rows.
  public struct Epoch: Codable, Equatable, Sendable {
    /// From 1; 0 is the network as it was initialised.
    public let epoch: Int
    /// The mean squared error per element of the network's (standardised) data: the mean over the epoch's
    /// batches, each before its step.
    public let train: Double
    /// The objective on the validation rows at the end of the epoch: mean squared error plus weighted penalties; nil
    /// without any.
    public let validation: Double?
    /// The mean of each penalty of the objective over the epoch's batches, without its weight, by name.
    public let penalties: [String: Double]
    /// The learning rate of the epoch's last step.
    public let learningRate: Double
    /// Since the start of training.
    public let seconds: Double
  }

  /// From epoch 0 on, in order.
  public internal(set) var epochs: [Epoch] = []
  /// The epoch whose parameters were kept.
  public internal(set) var bestEpoch = 0
  /// How the contraction was computed, when there is one.
  public internal(set) var contractionRoute: String?
  /// Why training ended before its last epoch, if it did.
  public internal(set) var ending: Ending = .completed

  /// How training ended.
  public enum Ending: String, Codable, Sendable {
    /// After all epochs.
    case completed
    /// `patience` epochs without a better validation loss.
    case stoppedEarly = "stopped-early"
    /// The progress callback asked for it.
    case interrupted
  }
}

/// Where training stands, for a progress bar.
public struct TrainingProgress: Sendable {
  /// From 1.
  public let epoch: Int
  /// Epochs in all.
  public let epochs: Int
  /// From 1, within the epoch.
  public let batch: Int
  /// Batches in an epoch.
  public let batches: Int
  /// The mean loss of the epoch so far.
  public let loss: Double
  /// The last validation loss, if any.
  public let validation: Double?
}
