/// A method fitted to data: a reducer, with what the fit used and took.
public struct FittedMethod<T: Scalar>: Reducer {
  /// The method with every setting that was chosen from the data.
  public let resolved: Method
  /// What was fitted: `PrincipalComponents`, `FittedLinearDenoiser` or `Autoencoder`.
  public let reducer: any Reducer<T>
  /// Wall time of the fit.
  public let seconds: Double
  /// Of training, epoch by epoch; nil for a method that is not trained.
  public let history: History?
  /// Why training ended before its time, in which case the reducer is that of the best epoch; nil otherwise.
  public let warning: String?
  /// What a user should know of how it was fitted; nil for nothing.
  public let note: String?

  /// Times `fit`.
  package init(_ resolved: Method, _ fit: () throws -> some Reducer<T>) rethrows {
    let start = ContinuousClock.now
    reducer = try fit()
    seconds = (ContinuousClock.now - start) / .seconds(1)
    self.resolved = resolved
    (history, warning, note) = (nil, nil, nil)
  }

  /// Times training.
  init(_ resolved: Method, training fit: () throws -> TrainedNetwork<T>) rethrows {
    let start = ContinuousClock.now
    let trained = try fit()
    seconds = (ContinuousClock.now - start) / .seconds(1)
    self.resolved = resolved
    reducer = trained.network
    (history, warning, note) = (trained.history, trained.warning, trained.note)
  }

  public var method: String { resolved.label ?? reducer.method }
  public var inputs: Int { reducer.inputs }
  public var latent: Int { reducer.latent }
  public var parameterCount: Int { reducer.parameterCount }

  public func encode(_ x: Matrix<T>) -> Matrix<T> { reducer.encode(x) }
  public func encode(row: Span<T>, into code: inout MutableSpan<T>) { reducer.encode(row: row, into: &code) }
  public func decode(_ codes: Matrix<T>) -> Matrix<T> { reducer.decode(codes) }
  public func residuals(of x: Matrix<T>, codes: Matrix<T>) -> Matrix<T> {
    reducer.residuals(of: x, codes: codes)
  }
  public func target(of x: Matrix<T>) -> Matrix<T> { reducer.target(of: x) }
  public func searchedCodes(of x: Matrix<T>) throws -> Matrix<T> { try reducer.searchedCodes(of: x) }
  public var bytesPerVector: Int { reducer.bytesPerVector }
  public func encoderJacobian(at x: [T]) -> Matrix<T> { reducer.encoderJacobian(at: x) }
  public var hasConstantJacobian: Bool { reducer.hasConstantJacobian }
  public func contraction(over x: Matrix<T>) -> Double { reducer.contraction(over: x) }
}
