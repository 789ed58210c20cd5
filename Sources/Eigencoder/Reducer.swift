/// A method that replaces vectors of `inputs` numbers by shorter codes, and back.
///
/// PCA, linear denoisers and autoencoders conform; so can a caller's own method, which then appears in the
/// same report under the same metrics. Samples are rows.
public protocol Reducer<Element>: Sendable {
  /// The numbers of data and codes: `Float` or `Double`.
  associatedtype Element: Scalar

  /// The name of the method in reports: "pca", "autoencoder", ...
  var method: String { get }
  /// d, the number of columns of the data.
  var inputs: Int { get }
  /// k, the number of columns of the codes.
  var latent: Int { get }
  /// The number of fitted numbers that the method stores.
  var parameterCount: Int { get }

  /// The codes, n x k, of samples, n x d. Traps on another width; for samples from outside there is `codes(of:)`.
  func encode(_ x: Matrix<Element>) -> Matrix<Element>
  /// The code of one sample of d numbers, into k others; by default through `encode(_:)`. Principal components take no memory
  /// for it. Traps on other counts.
  func encode(row: Span<Element>, into code: inout MutableSpan<Element>)
  /// The reconstructions, n x d, of codes, n x k. Traps on another width; for codes from outside there is `samples(from:)`.
  func decode(_ codes: Matrix<Element>) -> Matrix<Element>
  /// What the reconstructions of the samples are compared with, n x d: the samples as they are, unless the method changes them
  /// first and does not undo that. By default `x`.
  func target(of x: Matrix<Element>) -> Matrix<Element>
  /// What a search compares, n x k: the codes as they are stored. By default `encode(x)`; throws where they cannot be stored.
  func searchedCodes(of x: Matrix<Element>) throws -> Matrix<Element>
  /// The bytes of a stored code. By default k numbers in the precision of `Element`.
  var bytesPerVector: Int { get }
  /// target(x) - decode(codes), n x d, for n rows and n codes, of these rows or of others. Traps on another shape.
  ///
  /// A method that knows the mean of its data takes the difference around it: added to the reconstruction first, a mean
  /// far from the origin would round away what is asked for.
  func residuals(of x: Matrix<Element>, codes: Matrix<Element>) -> Matrix<Element>
  /// de/dx at one sample of d numbers, k x d: row i is the gradient of code i.
  func encoderJacobian(at x: [Element]) -> Matrix<Element>
  /// The mean over the rows of |de/dx|_F^2, exact: how strongly the code reacts to the input.
  func contraction(over x: Matrix<Element>) -> Double
  /// Whether the Jacobian is the same for every sample. By default false.
  var hasConstantJacobian: Bool { get }
}

extension Reducer {
  public func target(of x: Matrix<Element>) -> Matrix<Element> { x }
  public func searchedCodes(of x: Matrix<Element>) throws -> Matrix<Element> { encode(x) }
  public var bytesPerVector: Int { latent * MemoryLayout<Element>.stride }
  public var hasConstantJacobian: Bool { false }

  /// decode(encode(x)), n x d.
  public func reconstruct(_ x: Matrix<Element>) -> Matrix<Element> { decode(encode(x)) }

  /// The difference of what is to be reconstructed and the decoded codes.
  public func residuals(of x: Matrix<Element>, codes: Matrix<Element>) -> Matrix<Element> {
    var result = decode(codes)
    target(of: x).withView { x in result.withMutableView { _ = x.squaredDistance(to: $0, difference: $0) } }
    return result
  }

  /// Traps unless `residuals(of:codes:)` can be taken of them.
  func requireResidualShapes(_ x: Matrix<Element>, _ codes: Matrix<Element>) {
    precondition(
      x.columns == inputs && codes.columns == latent && x.rows == codes.rows,
      "residuals of \(x.shape) and codes \(codes.shape), needed \(inputs) and \(latent) columns")
  }

  /// By the explicit Jacobian of every row: O(n) calls of `encoderJacobian`.
  public func contraction(over x: Matrix<Element>) -> Double {
    guard x.rows > 0 else { return 0 }
    var sum = 0.0
    for i in 0..<x.rows {
      sum += encoderJacobian(at: x.row(i)).withView { $0.squaredNorm }
    }
    return sum / Double(x.rows)
  }
}
