/// How to train an autoencoder: by minibatches, keeping the best parameters seen.
public struct Trainer: Sendable {
  /// Passes over the training rows; 0 leaves the network as initialised.
  public var epochs: Int
  /// Rows a step. The last, smaller batch of an epoch is used too.
  public var batchSize: Int
  /// How a step follows the gradient.
  public var optimizer: Optimizer
  /// The learning rate over the steps.
  public var schedule: Schedule
  /// What is minimised.
  public var objective: Objective
  /// The share of the training rows held out to choose the best epoch, when no validation data are given, at most 65,536
  /// rows; 0 for none: then the training rows choose.
  public var validationFraction: Double
  /// Stop after so many epochs without a better objective on the rows that choose; nil to go on.
  public var patience: Int?
  /// The units in which the network sees the data, centred in any case.
  public var scaling: Scaling
  /// For the order of the rows and the choice of the validation rows.
  public var seed: UInt64

  /// In which units a network is trained.
  public enum Scaling: Equatable, Sendable {
    /// Those of the data.
    case none
    /// The mean variance of the columns is about 1: learning rates and initial weights suit data of any units. The
    /// factor is a power of two, and is multiplied into the weights afterwards: the trained network, its code and the
    /// history are in the data's units. Tied weights and nonlinear codes have no such freedom, and are trained as by
    /// `none`.
    case common
    /// Each column is divided by its standard deviation, also in use: the loss then counts deviations of each column,
    /// not units.
    case perFeature
  }

  /// By default 100 epochs of Adam on batches of 64; `suggested(for:rows:objective:seed:)` sizes it.
  public init(
    epochs: Int = 100, batchSize: Int = 64, optimizer: Optimizer = .adam(), schedule: Schedule = .cosine,
    objective: Objective = .reconstruction, validationFraction: Double = 0, patience: Int? = nil,
    scaling: Scaling = .common, seed: UInt64 = 0
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.schedule = schedule
    self.objective = objective
    self.validationFraction = validationFraction
    self.patience = patience
    self.scaling = scaling
    self.seed = seed
  }

  /// Trains `network` on the rows of `data` and leaves in it the best parameters seen.
  ///
  /// Best is the epoch with the lowest objective on the validation rows (given, or held out of `data`), the network
  /// as initialised included: one that starts from PCA is never worse than PCA there. Without validation rows the
  /// training rows choose. A network that has not been trained yet centres its input by the mean of the rows trained
  /// on; one that starts from PCA, or has been trained, keeps its mean.
  /// - Parameters:
  ///   - network: is trained from the parameters it has, and holds the best ones afterwards.
  ///   - data: n x d, one sample a row.
  ///   - validation: rows that only choose the best epoch, of as many columns as `data`.
  ///   - progress: called after every batch; return false to stop there.
  ///   - shouldStop: asked between the blocks of an evaluation, which may be long; true stops there.
  /// - Throws: `EigencoderError.invalidArgument` for settings out of range, `.invalidData` for data of another
  ///   width or too few rows, `.numericalFailure` when the loss stops being finite: the network then holds the
  ///   best parameters before that.
  @discardableResult
  public func fit<T: Scalar>(
    _ network: inout Autoencoder<T>, to data: Matrix<T>, validation: Matrix<T>? = nil,
    progress: ((TrainingProgress) -> Bool)? = nil, shouldStop: (() -> Bool)? = nil
  ) throws -> History {
    try fit(
      &network, to: .memory(data), validation: validation,
      TrainingMonitor(progress: progress, shouldStop: shouldStop))
  }

  /// Trains `network` on the rows of a file, of which two windows of 32 MB are in memory at a time, and leaves in it the best
  /// parameters seen, as `fit(_:to:validation:progress:shouldStop:)` does for a matrix.
  ///
  /// An epoch takes blocks of half a megabyte in an order drawn by the seed, and the rows of a window of some dozens of blocks in
  /// an order drawn as well, while the next window is read. So the result is another than that of the same rows in memory,
  /// which are drawn one by one. Validation rows are kept in memory.
  /// - Throws: what the other `fit` throws, and what reading does; the network then holds the best parameters before that.
  @discardableResult
  public func fit<T: Scalar>(
    _ network: inout Autoencoder<T>, toRowsOf file: RowFile, validation: Matrix<T>? = nil,
    progress: ((TrainingProgress) -> Bool)? = nil, shouldStop: (() -> Bool)? = nil
  ) throws -> History {
    try fit(
      &network, to: .file(file), validation: validation,
      TrainingMonitor(progress: progress, shouldStop: shouldStop))
  }

  func fit<T: Scalar>(
    _ network: inout Autoencoder<T>, to data: Samples<T>, validation: Matrix<T>? = nil,
    _ monitor: TrainingMonitor
  ) throws -> History {
    try validate()
    try objective.validate(for: network.architecture)
    for (rows, columns) in [(data.rows, data.columns)] + (validation.map { [($0.rows, $0.columns)] } ?? []) {
      guard columns == network.inputs else {
        throw EigencoderError.invalidData(
          "the network takes \(network.inputs) columns, the data have \(columns)")
      }
      guard rows >= 1 else { throw EigencoderError.invalidData("training needs at least 1 row, got none") }
    }
    var generator = SeededGenerator(seed: seed)
    let heldOut =
      validation == nil && validationFraction > 0
      ? try HoldOut.heldOut(
        count: data.rows, fraction: validationFraction, seed: generator.next(), atMost: HoldOut.enough) : []
    let given = validation.map { MatrixRows($0, sharedAmong: data.ranks) }
    switch data {
    case .memory(let x):
      let isHeldOut = Set(heldOut)
      let rows = MatrixRows(x, rows: (0..<x.rows).filter { !isHeldOut.contains($0) }.map(Int64.init))
      let own = heldOut.isEmpty ? nil : MatrixRows(x, rows: heldOut.map(Int64.init))
      return try fit(&network, to: rows, validation: given ?? own, generator, monitor)
    case .file(let file):
      let rows = try FileRows<T>(file.leavingOut(heldOut), batch: batchSize)
      let own =
        heldOut.isEmpty ? nil : try MatrixRows<T>(file.selecting(rows: heldOut), sharedAmong: file.ranks)
      return try fit(&network, to: rows, validation: given ?? own, generator, monitor)
    }
  }

  private func fit<T: Scalar>(
    _ network: inout Autoencoder<T>, to rows: some TrainingRows<T>, validation: MatrixRows<T>?,
    _ generator: SeededGenerator, _ monitor: TrainingMonitor
  ) throws -> History {
    let statistics = try rows.columnStatistics()
    let units = try TrainingUnits(scaling, objective, for: &network, statistics)
    defer { units.leave(&network) }
    let run = try TrainingRun(
      self, network, rows: rows, validation: validation, statistics, units, generator,
      shouldStop: monitor.shouldStop)
    defer { run.finish(&network) }
    return try run.run(monitor.progress)
  }

  private func validate() throws {
    try requireArgument(epochs >= 0, "epochs are not negative, got \(epochs)")
    try requireArgument(epochs <= 1 << 31, "at most 2^31 epochs, got \(epochs)")
    try requireArgument(batchSize >= 1, "a batch has at least 1 row, got \(batchSize)")
    try requireArgument(
      (0..<1).contains(validationFraction), "the validation share lies in [0, 1), got \(validationFraction)")
    try requireArgument(patience ?? 1 >= 1, "a patience is at least 1 epoch, got \(patience ?? 1)")
    try optimizer.validate()
    try schedule.validate()
  }
}
