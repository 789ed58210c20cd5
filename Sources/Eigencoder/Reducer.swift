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
  /// The reconstructions, n x d, of codes, n x k. Traps on another width; for codes from outside there is `samples(from:)`.
  func decode(_ codes: Matrix<Element>) -> Matrix<Element>
  /// de/dx at one sample of d numbers, k x d: row i is the gradient of code i.
  func encoderJacobian(at x: [Element]) -> Matrix<Element>
  /// The mean over the rows of |de/dx|_F^2, exact: how strongly the code reacts to the input.
  func contraction(over x: Matrix<Element>) -> Double
}

extension Reducer {
  /// decode(encode(x)), n x d.
  public func reconstruct(_ x: Matrix<Element>) -> Matrix<Element> { decode(encode(x)) }

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
