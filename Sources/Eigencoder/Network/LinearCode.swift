/// A linear code and its way back, z = A (x - mu) + c and xh = B (z - c) + mu, as a network can start from it.
public struct LinearCode: Equatable, Sendable {
  /// A, k x d.
  let encoding: Matrix<Double>
  /// B, d x k.
  let decoding: Matrix<Double>
  /// mu, d numbers.
  let mean: [Double]
  /// c, k numbers: 0, or A mu where the mean's projection stays in the code.
  let offset: [Double]
  /// The sum of the variances of the code, and of the data.
  let codeVariance: Double
  let dataVariance: Double
  /// Whether B = A'.
  let isOrthogonal: Bool

  /// The code of principal components, whitened or not. With `keepsMean` it is z = A x: the cosines of such codes, which
  /// a search compares, are nearer to those of the rows than around the mean.
  public init<T: Scalar>(_ pca: PrincipalComponents<T>, keepsMean: Bool = false) {
    var encoding = pca.components
    var decoding = pca.components
    if pca.whitens {
      for (i, variance) in pca.explainedVariance.enumerated() {
        encoding.withMutableView { $0.rows(i..<i + 1).scale(by: 1 / variance.squareRoot()) }
        decoding.withMutableView { $0.rows(i..<i + 1).scale(by: variance.squareRoot()) }
      }
    }
    self.encoding = encoding
    self.decoding = decoding.transposed()
    mean = pca.mean
    var offset = [Double](repeating: 0, count: pca.latent)
    if keepsMean {
      encoding.withView { a in pca.mean.withView { mu in offset.withMutableView { $0.setProduct(a, mu) } } }
    }
    self.offset = offset
    codeVariance =
      pca.whitens ? Double(pca.latent) : pca.explainedVariance.reduce(0, +)
    dataVariance = pca.totalVariance
    isOrthogonal = !pca.whitens
  }

  /// k
  public var latent: Int { encoding.rows }
}

extension Architecture {
  /// The least width of each hidden layer that carries `count` numbers through without a skip branch: 2 count in pairs of
  /// units, count for a linear layer; nil when the activation has no pairs.
  public func hiddenWidth(carrying count: Int) -> Int? {
    if activation == .identity { return count }
    return activation.pairSlope == nil ? nil : 2 * count
  }

  /// Whether a network without a skip branch can start as a linear code of `count` numbers.
  public func carries(_ count: Int) -> Bool {
    guard !hidden.isEmpty else { return true }
    guard let width = hiddenWidth(carrying: count) else { return false }
    return hidden.allSatisfy { $0 >= width }
  }

  /// - Throws: `EigencoderError.invalidArgument` saying what a network of this shape lacks to start as `code`.
  func requireRoom(for code: LinearCode) throws {
    let count = code.latent
    try requireArgument(
      code.mean.count == inputs,
      "the principal components are of \(code.mean.count) columns, the network has \(inputs) inputs")
    try requireArgument(
      count <= latent, "\(count) principal components do not fit into a code of \(latent)")
    try requireArgument(
      latentActivation == .identity && outputActivation == .identity,
      "a network that starts from PCA has a linear code and output, "
        + "this one has \(latentActivation.rawValue) and \(outputActivation.rawValue)")
    try requireArgument(
      code.isOrthogonal || !isTied,
      "tied weights cannot start from whitened components: encoder and decoder differ by their scale")
    guard !hasSkip, !hidden.isEmpty else { return }
    guard let width = hiddenWidth(carrying: count) else {
      throw EigencoderError.invalidArgument(
        "a network of \(activation.rawValue) layers starts from PCA only with a skip branch")
    }
    let least = hidden.min() ?? width
    try requireArgument(
      least >= width,
      "to start from \(count) principal components, \(activation.rawValue) layers need a width of at least "
        + "\(width), got \(least): make them wider or add a skip branch")
  }
}
