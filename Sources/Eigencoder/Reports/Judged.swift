/// What a reducer loses on the rows it was fitted to and on the test rows.
struct Judged {
  let train: ReconstructionMetrics
  let test: ReconstructionMetrics
  /// e_i of the test rows.
  let errors: [Double]
  /// The same to be paired with those of another method; empty where the method changed the rows first.
  let pairedErrors: [Double]

  /// - Parameters:
  ///   - trainLimit: how many of the training rows are judged, evenly spaced; nil for all.
  ///   - trainingMean: where `train` is not all of the training rows, the mean of all; else nil.
  init<T: Scalar>(
    _ reducer: any Reducer<T>, train: Matrix<T>, test: TestSamples<T>, trainLimit: Int?,
    trainingMean: [Double]?
  ) throws {
    let mean = trainingMean ?? reducer.target(of: train).columnMeans
    let train = train.evenlySpaced(trainLimit ?? train.rows)
    let squared = try SquaredErrors(
      of: reducer, on: test.x, from: test.x, listsFeatures: test.listsFeatures)
    self.train = try ReconstructionMetrics(of: reducer, on: train, trainingMean: mean)
    self.test = try ReconstructionMetrics(of: reducer, on: test, trainingMean: mean, errors: squared)
    errors = squared.perSample
    pairedErrors = reducer.target(of: test.x) == test.x ? errors : []
  }
}
