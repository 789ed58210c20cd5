// Baselines that look at no row before they encode. Half of the columns, drawn at random, often lose little: what a fitted code
// gains is told by its distance from them, not from nothing. Their decoders are the best there are for such codes, by least
// squares on the training rows; without that the comparison would not be fair.

extension Method {
  /// A random orthonormal projection, z = R x with R R' = I, decoded by least squares.
  public static func randomProjection(latent: Int) -> Method {
    Method(RandomProjectionMethod.self, latent: .count(latent))
  }

  /// Some of the columns, drawn at random, as they are; the others are predicted from them by least squares.
  public static func randomColumns(latent: Int) -> Method {
    Method(RandomColumnsMethod.self, latent: .count(latent))
  }
}

/// A linear code that is drawn from the seed. It is kept as a network without hidden layers, so that model files and exports hold
/// it as they are.
protocol RandomMethod: MethodKind {
  /// A, k x d.
  static func encoding(_ k: Int, of d: Int, using generator: inout SeededGenerator) -> Matrix<Double>
}

extension RandomMethod {
  package static var settings: Set<String> { [] }
  package static var isCompared: Bool { false }
  package static var isRandom: Bool { true }

  package static func resolve(_ method: inout Method, for data: DataSummary) throws {
    try requireRows(data)
    _ = try method.latentCount(columns: data.columns)
  }

  package static func fit<T: Scalar>(
    _ method: Method, to x: Samples<T>, _ data: DataSummary, _ monitor: TrainingMonitor
  ) throws -> FittedMethod<T> {
    try FittedMethod(method) {
      let latent = try method.latentCount(columns: data.columns)
      var generator = SeededGenerator(seed: method.seed)
      let code = try LinearCode(
        encoding: encoding(latent, of: data.columns, using: &generator), decodedBestOn: x)
      var network = try Autoencoder<T>(
        Architecture(inputs: data.columns, hidden: [], latent: latent), initializer: .linear(code),
        seed: method.seed)
      network.method = method.label ?? name
      return network
    }
  }
}

/// Any subspace of k dimensions, all alike.
enum RandomProjectionMethod: RandomMethod {
  static let name = "random-projection"

  static func encoding(_ k: Int, of d: Int, using generator: inout SeededGenerator) -> Matrix<Double> {
    generator.orthonormalRows(k, of: d)
  }
}

/// Columns in their order, each at most once.
enum RandomColumnsMethod: RandomMethod {
  static let name = "random-columns"

  static func encoding(_ k: Int, of d: Int, using generator: inout SeededGenerator) -> Matrix<Double> {
    let chosen = generator.permutation(d).prefix(k).map(Int.init).sorted()
    var selection = Matrix<Double>(rows: k, columns: d)
    for (i, column) in chosen.enumerated() { selection[i, column] = 1 }
    return selection
  }
}
