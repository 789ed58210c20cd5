extension ReconstructionReport {
  /// Fits methods to the same rows and judges each on the same held-out rows, with every metric.
  ///
  /// - Parameters:
  ///   - methods: what to fit, at stated code sizes. A label tells two networks of one method apart.
  ///   - train: the rows to fit to, n x d.
  ///   - test: rows that the fits do not see, of d columns.
  ///   - name: what the report calls the data.
  ///   - progress: of the training of each method, called after every batch; false stops that training and keeps the best
  ///     that was reached.
  /// - Throws: what `Method.fitted(to:)` and the metrics throw.
  public init<T: Scalar>(
    comparing methods: [Method], train: Matrix<T>, test: Matrix<T>, name: String = "data",
    progress: ((Method, TrainingProgress) -> Bool)? = nil
  ) throws {
    let samples = try Self.samples(test, train: train)
    self.init(data: DataDescription(name: name, train: train.rows, test: test.rows, dimension: train.columns))
    for method in methods {
      let fitted = try method.fitted(to: train, progress: progress.map { report in { report(method, $0) } })
      try add(fitted, train: train, test: samples)
    }
  }

  /// Adds a method that was fitted to the rows of `train`, with its settings, its time and its history.
  ///
  /// - Parameters:
  ///   - fitted: the method.
  ///   - train: the rows it was fitted to.
  ///   - test: rows it has not seen, with what is to be measured of them, the same for every method.
  ///   - trainLimit: of more training rows, so many evenly spaced ones are judged, around the mean of all; nil for all.
  ///   - trainingMean: where `train` is not all rows of the fit, as of a file, the mean of all, d numbers.
  ///   - illustration: the test rows that a page draws; with them the page also draws the history.
  public mutating func add<T: Scalar>(
    _ fitted: FittedMethod<T>, train: Matrix<T>, test: TestSamples<T>, trainLimit: Int? = nil,
    trainingMean: [Double]? = nil, illustration: Illustration<T>? = nil
  ) throws {
    try add(
      fitted.reducer, named: fitted.method, train: train, test: test, fitSeconds: fitted.seconds,
      trainLimit: trainLimit, trainingMean: trainingMean, history: illustration == nil ? nil : fitted.history,
      illustration: illustration)
    results[results.count - 1].settings = fitted.resolved
    results[results.count - 1].note = fitted.note
  }
}
