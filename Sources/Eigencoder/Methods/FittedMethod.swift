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

  /// Times `fit`.
  package init(_ resolved: Method, _ fit: () throws -> some Reducer<T>) rethrows {
    try self.init(resolved, training: { (try fit(), nil, nil) })
  }

  /// Times `fit`, which returns the history and the warning too.
  package init(
    _ resolved: Method, training fit: () throws -> (some Reducer<T>, History?, String?)
  ) rethrows {
    let start = ContinuousClock.now
    let (reducer, history, warning) = try fit()
    self.resolved = resolved
    self.reducer = reducer
    self.history = history
    self.warning = warning
    seconds = (ContinuousClock.now - start) / .seconds(1)
  }

  public var method: String { reducer.method }
  public var inputs: Int { reducer.inputs }
  public var latent: Int { reducer.latent }
  public var parameterCount: Int { reducer.parameterCount }

  public func encode(_ x: Matrix<T>) -> Matrix<T> { reducer.encode(x) }
  public func decode(_ codes: Matrix<T>) -> Matrix<T> { reducer.decode(codes) }
  public func target(of x: Matrix<T>) -> Matrix<T> { reducer.target(of: x) }
  public func searchedCodes(of x: Matrix<T>) throws -> Matrix<T> { try reducer.searchedCodes(of: x) }
  public var bytesPerVector: Int { reducer.bytesPerVector }
  public func encoderJacobian(at x: [T]) -> Matrix<T> { reducer.encoderJacobian(at: x) }
  public func contraction(over x: Matrix<T>) -> Double { reducer.contraction(over: x) }
}
