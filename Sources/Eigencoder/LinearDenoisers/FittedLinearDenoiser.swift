/// The affine code of k numbers from which corrupted samples are best restored. Fitted by `LinearDenoiser`.
///
/// Encode is z = A x + a and decode is x = B z + b. `encode` takes clean rows or corrupted ones.
public struct FittedLinearDenoiser<T: Scalar>: Reducer {
  /// The corruption it undoes, by name and strength.
  public let corruption: String
  /// The share by which each entry on the diagonal of the corrupted data's covariance was raised.
  public let ridge: Double
  /// The number of samples it was fitted to, n.
  public let sampleCount: Int
  /// The mean of each feature of the clean samples, d numbers.
  public let mean: [Double]
  /// A, k x d.
  public let encoderWeight: Matrix<Double>
  /// a, k numbers.
  public let encoderBias: [Double]
  /// B, d x k, with orthonormal columns. In each, the entry of largest absolute value is positive.
  public let decoderWeight: Matrix<Double>
  /// b, d numbers: the mean.
  public let decoderBias: [Double]
  /// The mean over the n samples, and over all corruptions, of |x - xh(xc)|^2. Exact.
  public let expectedError: Double

  private let encoder: AffineMap<T>
  private let decoder: AffineMap<T>
  /// b as its rounding and the rest.
  private let decoderOffset: (high: [T], low: [T])

  init(
    corruption: String, ridge: Double, sampleCount: Int, mean: [Double], encoderWeight: Matrix<Double>,
    encoderBias: [Double], decoderWeight: Matrix<Double>, decoderBias: [Double], expectedError: Double
  ) {
    self.corruption = corruption
    self.ridge = ridge
    self.sampleCount = sampleCount
    self.mean = mean
    self.encoderWeight = encoderWeight
    self.encoderBias = encoderBias
    self.decoderWeight = decoderWeight
    self.decoderBias = decoderBias
    self.expectedError = expectedError
    encoder = AffineMap(weight: encoderWeight, bias: encoderBias, around: mean)
    decoder = AffineMap(
      weight: decoderWeight, bias: decoderBias, around: [Double](repeating: 0, count: encoderWeight.rows))
    let high = decoderBias.map { T($0) }
    decoderOffset = (high, zip(decoderBias, high).map { T($0 - Double($1)) })
  }

  public var method: String { "linear-denoising" }
  public var inputs: Int { encoderWeight.columns }
  public var latent: Int { encoderWeight.rows }
  /// Both weights and both biases: 2 k d + k + d.
  public var parameterCount: Int { (2 * latent + 1) * inputs + latent }

  /// The weight B A of the restoring map, d x d. d^2 k.
  public var weight: Matrix<Double> { decoderWeight * encoderWeight }

  /// The bias B a + b of the restoring map, d numbers.
  public var bias: [Double] {
    let codes = decoderWeight * Matrix(rows: latent, columns: 1, encoderBias)
    return zip(codes.elements, decoderBias).map { $0 + $1 }
  }

  /// The codes A x + a, n x k. O(n d k).
  public func encode(_ x: Matrix<T>) -> Matrix<T> {
    precondition(x.columns == inputs, "encode needs \(inputs) columns, got \(x.columns)")
    return encoder(x)
  }

  /// The samples B z + b, n x d. O(n d k).
  public func decode(_ codes: Matrix<T>) -> Matrix<T> {
    precondition(codes.columns == latent, "decode needs \(latent) columns, got \(codes.columns)")
    return decoder(codes)
  }

  /// (x - b) - B z, n x d. O(n d k).
  public func residuals(of x: Matrix<T>, codes: Matrix<T>) -> Matrix<T> {
    requireResidualShapes(x, codes)
    return x.residuals(
      around: decoderOffset.high, decoderOffset.low, decoded: codes, by: decoder.weight, transposed: true)
  }

  /// A, the same at every sample, k x d.
  public func encoderJacobian(at x: [T]) -> Matrix<T> {
    precondition(x.count == inputs, "a sample of \(x.count) numbers, needed \(inputs)")
    return encoder.weight
  }

  /// |A|_F^2.
  public var hasConstantJacobian: Bool { true }
  public func contraction(over x: Matrix<T>) -> Double { encoder.weight.withView { $0.squaredNorm } }
}
