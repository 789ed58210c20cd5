/// The rows that methods are judged on, with what is computed of them once for all methods.
///
/// Every property beside the rows adds metrics to those of `ReconstructionMetrics`.
public struct TestSamples<T: Scalar>: Sendable {
  /// n x d
  public let x: Matrix<T>
  /// The rows corrupted, to be reconstructed as they were.
  public var corrupted: Matrix<T>?
  /// The class of each row.
  public var labels: Labels?
  /// The number of each row in the data that it is from, counted from 0; nil for its number in `x`.
  public var rowNumbers: [Int]?
  /// The neighbourhoods of the rows of `x`.
  public var neighbourhood: NeighbourhoodReference?
  /// What PCA, fitted to the same training rows, loses on the rows of `x` at each number of components.
  public var pcaErrors: PCAErrorCurve?
  /// How many of the rows with the largest errors are listed.
  public var worstCount = 0
  /// Whether the error of each column is listed.
  public var listsFeatures = false

  /// Rows to be judged on by their errors alone; what is set afterwards adds metrics.
  public init(_ x: Matrix<T>, corrupted: Matrix<T>? = nil) {
    self.x = x
    self.corrupted = corrupted
  }
}
