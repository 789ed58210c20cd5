// A linear map that keeps neighbours by cosine, and the network that does: the squared error of slightly corrupted rows,
// and the divergence of the codes' neighbourhoods from those of the rows (Mathematics, section 10), from the principal
// components with the mean's projection in the code.

extension Method {
  /// A linear map that starts as PCA and is trained to keep neighbours by cosine.
  public static func linear(latent: Int) -> Method { Method(LinearMethod.self, latent: .count(latent)) }

  /// A network of one hidden layer that starts as PCA and is trained to keep neighbours by cosine: the settings that
  /// `EmbeddingSearch` uses.
  ///
  /// - Parameters:
  ///   - latent: k.
  ///   - x: n x d, the rows to train on, by whose number, width and variance the settings are chosen.
  public static func neighbourhoodAutoencoder<T: Scalar>(latent: Int, for x: Matrix<T>) -> Method {
    var method = autoencoder(latent: latent)
    method.settings.hidden = [min(1024, max(64, 8 * x.columns))]
    method.settings.hasSkip = true
    method.settings.dropout = 0
    method.settings.batch = 250
    method.settings.optimizer = "adamw"
    method.settings.learningRate = 0.5 * LinearMethod.rate(columns: x.columns)
    method.settings.weightDecay = 3
    LinearMethod.setTraining(&method.settings, for: DataSummary(of: x))
    return method
  }
}

/// The linear map. About 1,000 steps of 250 rows, no validation rows.
enum LinearMethod: NetworkMethod {
  static let name = "linear"
  /// It keeps neighbours rather than little error.
  static let isCompared = false
  static let settings = AutoencoderMethod.settings.subtracting([
    "hidden", "activation", "dropout", "skip", "latent-activation", "activity",
  ])

  static func setDefaults(_ settings: inout Method.Settings, latent: Int, for data: DataSummary) {
    // It has no shape to choose: no hidden layer, and a linear code.
    settings.initializer = settings.initializer ?? .automatic
    settings.isTied = settings.isTied ?? false
    settings.batch = settings.batch ?? 500
    // Of another optimizer the rate is its own.
    if settings.optimizer == nil {
      settings.learningRate = settings.learningRate ?? 0.3 * rate(columns: data.columns)
    }
    setTraining(&settings, for: data)
  }

  static func rate(columns: Int) -> Double { min(0.004, 0.04 / Double(columns).squareRoot()) }

  /// What both the map and the network are trained by.
  static func setTraining(_ settings: inout Method.Settings, for data: DataSummary) {
    let variance = data.variance()
    settings.epochs = settings.epochs ?? min(100, max(5, 250_000 / max(1, data.rows)))
    settings.warmup = settings.warmup ?? 0.1
    settings.validation = settings.validation ?? 0
    settings.neighbourhood = settings.neighbourhood ?? 1
    if settings.corruption == nil, variance > 0 {
      settings.corruption = .gaussian(0.2 * variance.squareRoot(), unit: .data)
    }
  }
}
