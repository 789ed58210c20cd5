extension Method {
  /// What may be asked of a method. nil is chosen from the data; `Method.resolved(for:)` shows by what.
  ///
  /// The settings are the command line's options: `contraction` is in the units of the data and `neighbourhood` in mean column
  /// variances, as the squared error counts; `corruption` and `penalties` say their `StrengthUnit`.
  public struct Settings: Sendable {
    /// Widths between input and code, mirrored in the decoder. Default: one layer of 8 times the columns, at least 64 and at
    /// most 1024; for codes below a sixteenth of the columns a second one of a quarter of that.
    public var hidden: [Int]?
    /// Of the hidden layers. Default: SiLU.
    public var activation: Activation?
    /// Of the code. Default: none, a linear code.
    public var latentActivation: Activation?
    /// How the weights start. Default: automatic.
    public var initializer: Start?
    /// Whether the decoder uses the transposes of the encoder's weights. Default: no.
    public var isTied: Bool?
    /// Whether linear branches run beside encoder and decoder. Default: where an automatic start has use for them.
    public var hasSkip: Bool?
    /// The probability with which training drops a hidden unit. Default: columns * code / 6 rows where that is 0.1 to 0.5,
    /// else 0.
    public var dropout: Double?
    /// Passes over the training rows. Default: for about 2,500 steps, 15 to 100.
    public var epochs: Int?
    /// Rows a step. Default: 64, above 10,000 rows 256; 512 where rows are compared with one another.
    public var batch: Int?
    /// One of `Optimizer.names`. Default: "adam".
    public var optimizer: String?
    /// For data of unit variance, to which training brings them. Default: 0.04 / sqrt(columns), at most 0.004, times
    /// 1 - dropout; of "sgd" and "nesterov" 0.05.
    public var learningRate: Double?
    /// Of "adamw" decoupled, 0.01 by default; of others L2 on weights, 0 by default.
    public var weightDecay: Double?
    /// Of the learning rate. Default: cosine.
    public var schedule: Schedule.Shape?
    /// The share of the steps over which the learning rate first rises. Default: 0.05.
    public var warmup: Double?
    /// The share of the training rows that chooses the best epoch. Default: 0.1.
    public var validation: Double?
    /// Stop after so many epochs without a better validation loss. Default: never.
    public var patience: Int?
    /// Whether each column is divided by its standard deviation. Default: no.
    public var standardizes: Bool?
    /// What denoisers undo. Default: Gaussian of 0.3 times the root of the columns' mean variance; of other methods none.
    public var corruption: Corruption?
    /// The weight of the mean of |de/dx|_F^2, in the units of the data. Default: of `contractive` 0.003 mean column variances over the size of the code,
    /// of the columns as the network sees them; of other methods none.
    public var contraction: Double?
    /// How the contraction is computed. Default: the cheapest exact route.
    public var contractionRoute: ContractionRoute?
    /// Terms of the loss beside the squared error, the contraction and the neighbourhood.
    public var penalties: [Penalty] = []
    /// The weight of the divergence of the codes' neighbourhoods by cosine from the rows', in mean column variances. Default: of
    /// `linear` 1, of other methods none.
    public var neighbourhood: Double?
    /// Of the softmax that weighs neighbours. Default: 0.05.
    public var temperature: Double?
    /// Whether the codes of `pca` keep the mean's projection, V x rather than V (x - mu). Default: no.
    public var keepsMean: Bool?
    /// From what `pca` computes its components. Default: automatic, by the shape of the data and the memory.
    public var route: PCA.Route?
    /// The share added to the diagonal of the corrupted data's covariance. Default: none unless it is singular.
    public var ridge: Double?

    /// Every setting is left to be chosen from the data.
    public init() {}

    /// How the weights of a network start.
    public enum Start: String, CaseIterable, Sendable {
      /// As PCA where the network can, with the skip branches and the dropout that suit it; else random.
      case automatic
      /// As PCA.
      case pca
      /// By the rule that suits each layer's activation.
      case random
      /// Normal of variance 2 / fan-in.
      case he
      /// Uniform within sqrt(6 / (fan-in + fan-out)).
      case glorot
      /// Normal of variance 1 / fan-in.
      case lecun
    }
  }
}

extension Method.Settings: Equatable {
  /// The same values, as JSON tells them.
  public static func == (a: Self, b: Self) -> Bool { Setting.all.allSatisfy { $0.value(a) == $0.value(b) } }
}

// MARK: - Defaults

extension Method.Settings {
  /// The network of these settings, of which none is nil.
  func architecture(inputs: Int, latent: Int) -> Architecture {
    Architecture(
      inputs: inputs, hidden: hidden ?? [], latent: latent, activation: activation ?? .silu,
      latentActivation: latentActivation ?? .identity, isTied: isTied ?? false, hasSkip: hasSkip ?? false,
      dropout: dropout ?? 0)
  }

  /// Sets what is nil of the shape of the network.
  mutating func setShape(inputs: Int, latent: Int, rows: Int) {
    let suggested = Architecture.suggested(inputs: inputs, latent: latent, rows: rows)
    let isShapeOpen = hidden == nil
    let widths = hidden ?? suggested.hidden
    hidden = widths
    activation = activation ?? .silu
    latentActivation = latentActivation ?? .identity
    initializer = initializer ?? .automatic
    isTied = isTied ?? false
    // An automatic start as PCA also adds the dropout and the skip branches that suit it.
    let adapts = initializer == .automatic && latentActivation == .identity && !widths.isEmpty
    let share = dropout ?? (adapts && isTied == false ? suggested.dropout : 0)
    dropout = share
    // Without skip branches pairs of units carry the code, and dropout would take away one unit of a pair.
    let needsSkip =
      isShapeOpen || share > 0 || !architecture(inputs: inputs, latent: latent).carries(latent)
    hasSkip = hasSkip ?? (adapts && needsSkip)
  }

  /// Sets what is nil of the training of the network.
  mutating func setTraining(for architecture: Architecture, rows: Int) throws {
    let suggested = Trainer.suggested(
      for: architecture, rows: rows, objective: Objective(penalties: comparesRows ? [.neighbourhood(1)] : []))
    epochs = epochs ?? suggested.epochs
    batch = batch ?? suggested.batchSize
    let optimizer = try optimizer(suggestedRate: suggested.optimizer.learningRate)
    self.optimizer = optimizer.name
    learningRate = optimizer.learningRate
    weightDecay = optimizer.decay
    schedule = schedule ?? .cosine
    warmup = warmup ?? 0.05
    validation = validation ?? 0.1
    standardizes = standardizes ?? false
    contractionRoute = contractionRoute ?? .automatic
    if neighbourhood != nil { temperature = temperature ?? 0.05 }
  }

  /// Whether a term of the loss compares the rows of a batch with one another.
  var comparesRows: Bool { neighbourhood != nil || penalties.contains { $0.comparesRows } }

  func optimizer(suggestedRate: Double) throws -> Optimizer {
    try .named(
      optimizer ?? "adam", learningRate: learningRate, suggested: suggestedRate, decay: weightDecay)
  }
}
