import Eigencoder
import Foundation

/// The options by which an autoencoder is built and trained, shared by `fit` and `compare`.
struct TrainingOptions {
  static let options = [
    Option(
      "hidden", "256,64",
      "widths between input and code, mirrored in the decoder, or 'none'\n(default: 8 times the columns, at most 1024, and for small\ncodes a second layer of a quarter of that)"
    ),
    Option("activation", "NAME", "of the hidden layers: \(names(Activation.self)) (default: silu)"),
    Option(
      "initializer", "NAME",
      "of the weights: \(names(InitializerName.self)). pca starts the network as PCA; automatic\nalso adds the skip branches and the dropout that suit it (default: automatic)"
    ),
    Option(
      "epochs", "N",
      "passes over the training rows; 0 leaves the network as initialised\n(default: for about 2,500 steps, 15 to 100)"
    ),
    Option("batch", "N", "rows a step (default: 64, above 10,000 rows 256)"),
    Option("optimizer", "NAME", "adam, adamw, sgd or nesterov (default: adam)"),
    Option(
      "learning-rate", "X",
      "of the optimizer, for data of unit variance, to which they are brought\n(default: 0.04 / sqrt(columns), at most 0.004, times 1 - dropout; sgd and nesterov 0.05)"
    ),
    Option("schedule", "NAME", "of the learning rate: \(names(Schedule.Shape.self)) (default: cosine)"),
    Option("warmup", "X", "share of the steps over which the learning rate first rises (default: 0.05)"),
    Option("weight-decay", "X", "adamw: decoupled decay (default: 0.01); others: L2 on weights (default: 0)"),
    Option(
      "corruption", "KIND",
      "what denoising and linear-denoising undo: gaussian:SD, relative-gaussian:SD, masking:P,\nmean-masking:P, saltpepper:P[:LOW:HIGH], blur:HEIGHTxWIDTH:SD, or several joined by '+'\n(default: gaussian of 0.3 times the root of the columns' mean variance)"
    ),
    Option(
      "contraction", "LAMBDA",
      "weight of the mean of |de/dx|^2 in the loss of contractive\n(default: 0.003 mean column variance / code size, of the columns as\nthe network sees them)"
    ),
    Option(
      "contraction-route", "NAME",
      "automatic, single-layer, two-layer, gram, direct or probes:N (default: automatic)"),
    Option("hessian", "GAMMA:SD", "weight of |J(x) - J(x + noise)|^2 with noise of deviation SD"),
    Option("sparsity", "X", "weight of the mean absolute sum of the code"),
    Option("activity", "X:TARGET", "weight and target of the mean activity of a sigmoid code's units"),
    Option("orthogonality", "X", "weight of |WW' - I|^2 of the code's layer"),
    Option(
      "strain", "W",
      "weight of the squared difference between the cosines of codes and of rows, in mean column variances"),
    Option(
      "neighbourhood", "W",
      "weight of the divergence of the codes' neighbourhoods by cosine from the\nrows', in mean column variances (default: none, of linear 1)"
    ),
    Option("temperature", "T", "of the softmax that weighs neighbours (default: 0.05)"),
    Option(
      "dropout", "P",
      "probability with which training drops a hidden unit\n(default: columns * code / 6 rows where that is 0.1 to 0.5, else 0)"
    ),
    Option("latent-activation", "NAME", "of the code (default: identity)"),
    Option("tied", nil, "the decoder uses the transposes of the encoder's weights"),
    Option(
      "skip", nil,
      "linear branches beside encoder and decoder (default: where --initializer automatic has use for them)"),
    Option(
      "ridge", "X",
      "share added to the diagonal of linear-denoising's covariance\n(default: none unless it is singular)"),
    Option("standardize", nil, "divide each column by its standard deviation (it is centred in any case)"),
    Option(
      "validation", "X", "share of the training rows that chooses the best epoch (default: 0.1; 0 for none)"),
    Option("patience", "N", "stop after N epochs without a better validation loss (default: never)"),
    Option("seed", "S", "of the split, the weights and the order of the rows (default: 1)"),
  ]

  let hidden: [Int]?
  let activation: Activation
  let initializer: InitializerName
  let epochs: Int?
  let batch: Int?
  let optimizer: String
  let learningRate: Double?
  let weightDecay: Double?
  let schedule: Schedule
  let corruption: Corruption?
  let ridge: Double?
  let contraction: Double?
  let contractionRoute: ContractionRoute
  /// Penalties that apply to every network: all but the contraction.
  let penalties: [Penalty]
  /// In mean column variances, as the squared error counts.
  let strain: Double?
  let neighbourhood: Double?
  let temperature: Double
  let dropout: Double?
  let latentActivation: Activation
  let isTied: Bool
  let hasSkip: Bool
  let standardizes: Bool
  let validation: Double
  let patience: Int?
  let seed: UInt64

  init(_ arguments: Arguments) throws {
    hidden = try arguments.integers("hidden", atLeast: 1, allowsNone: true)
    activation = try arguments.choice("activation", default: .silu)
    initializer = try arguments.choice("initializer", default: .automatic)
    epochs = try arguments.integer("epochs", atLeast: 0)
    batch = try arguments.integer("batch", atLeast: 1)
    optimizer = arguments.string("optimizer") ?? "adam"
    _ = try Optimizer.named(optimizer, learningRate: nil, suggested: 1, decay: nil)
    learningRate = try arguments.number("learning-rate", "above 0", where: { $0 > 0 })
    weightDecay = try arguments.number("weight-decay", "of at least 0", where: { $0 >= 0 })
    schedule = Schedule(
      try arguments.choice("schedule", default: .cosine),
      warmup: try arguments.number("warmup", "from 0 to below 1", where: { (0..<1).contains($0) }) ?? 0.05)
    corruption = try arguments.string("corruption").map { try Corruption(parsing: $0) }
    contraction = try arguments.number("contraction", "of at least 0", where: { $0 >= 0 })
    contractionRoute = try ContractionRoute(parsing: arguments.string("contraction-route") ?? "automatic")
    penalties = try Self.penalties(arguments)
    strain = try arguments.number("strain", "of at least 0", where: { $0 >= 0 })
    neighbourhood = try arguments.number("neighbourhood", "of at least 0", where: { $0 >= 0 })
    temperature = try arguments.number("temperature", "of at least 1e-6", where: { $0 >= 1e-6 }) ?? 0.05
    dropout = try arguments.number("dropout", "from 0 to below 1", where: { (0..<1).contains($0) })
    latentActivation = try arguments.choice("latent-activation", default: .identity)
    isTied = arguments.has("tied")
    hasSkip = arguments.has("skip")
    ridge = try arguments.number("ridge", "of at least 0", where: { $0 >= 0 })
    standardizes = arguments.has("standardize")
    validation =
      try arguments.number("validation", "from 0 to below 1", where: { (0..<1).contains($0) }) ?? 0.1
    patience = try arguments.integer("patience", atLeast: 1)
    seed = try arguments.seed(default: 1)
  }

  /// The network to train on so many rows.
  func architecture(inputs: Int, latent: Int, rows: Int) -> Architecture {
    let suggested = Architecture.suggested(inputs: inputs, latent: latent, rows: rows)
    var architecture = Architecture(
      inputs: inputs, hidden: hidden ?? suggested.hidden, latent: latent, activation: activation,
      latentActivation: latentActivation, isTied: isTied, hasSkip: hasSkip, dropout: dropout ?? 0)
    guard initializer == .automatic, latentActivation == .identity, !architecture.hidden.isEmpty else {
      return architecture
    }
    if dropout == nil, !isTied { architecture.dropout = suggested.dropout }
    // Pairs of units would lose the code to dropout.
    if hidden == nil || architecture.dropout > 0 || !architecture.carries(latent) {
      architecture.hasSkip = true
    }
    return architecture
  }

  private static func penalties(_ arguments: Arguments) throws -> [Penalty] {
    // Relative weights, and that of the contraction, are resolved with the data.
    try Penalty.kinds.compactMap { kind -> Penalty? in
      guard !kind.isRelative, kind.name != "contraction", let text = arguments.string(kind.name) else {
        return nil
      }
      return Penalty(try kind.init(parsing: text))
    }
  }

  /// Throws when training could not fit into this machine: a failed allocation would end the program.
  func requireMemory(for architecture: Architecture, rows: Int, _ objective: Objective) throws {
    try architecture.validate()
    let bytes = try trainer(for: architecture, rows: rows, objective: objective).memoryEstimate(
      for: architecture, rows: rows, bytesPerNumber: 4)
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    guard bytes <= memory else {
      throw EigencoderError.invalidArgument(
        "training \(architecture.widthsDescription) takes about \((bytes / 1e9).fixed(1)) GB, "
          + "this machine has \((memory / 1e9).fixed(1)) GB")
    }
  }

  private func batchSize(rows: Int, _ objective: Objective) -> Int {
    batch ?? Trainer.suggestedBatchSize(rows: rows, objective: objective)
  }

  func trainer(for architecture: Architecture, rows: Int, objective: Objective) throws -> Trainer {
    var trainer = Trainer.suggested(for: architecture, rows: rows, objective: objective, seed: seed)
    trainer.epochs = epochs ?? trainer.epochs
    trainer.batchSize = batchSize(rows: rows, objective)
    trainer.optimizer = try Optimizer.named(
      optimizer, learningRate: learningRate, suggested: trainer.optimizer.learningRate, decay: weightDecay)
    trainer.schedule = schedule
    // Two rows at least are needed to hold one out.
    trainer.validationFraction = rows >= 2 ? validation : 0
    trainer.patience = patience
    trainer.scaling = standardizes ? .perFeature : .common
    return trainer
  }
}

/// The names of an option's choices, for the help.
func names<C: RawRepresentable & CaseIterable>(_ type: C.Type) -> String where C.RawValue == String {
  C.allCases.map(\.rawValue).joined(separator: ", ")
}

/// The values of --initializer.
enum InitializerName: String, CaseIterable {
  case automatic, pca, random, he, glorot, lecun
}
