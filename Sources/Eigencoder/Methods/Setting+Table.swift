extension Setting {
  /// Every setting, in the order of the help.
  package static let all: [Setting] =
    [
      .widths(
        "hidden", \.hidden, "256,64",
        "widths between input and code, mirrored in the decoder, or 'none'\n(default: 8 times the columns, at most 1024, and for small\ncodes a second layer of a quarter of that)"
      ),
      .choice(
        "activation", \.activation,
        "of the hidden layers: \(names(Activation.self)) (default: silu)"),
      .choice(
        "initializer", \.initializer,
        "of the weights: \(names(Method.Settings.Start.self)). pca starts the network as PCA; automatic\nalso adds the skip branches and the dropout that suit it (default: automatic)"
      ),
      .whole(
        "epochs", \.epochs, atLeast: 0, "N",
        "passes over the training rows; 0 leaves the network as initialised\n(default: for about 2,500 steps, 15 to 100)"
      ),
      .whole(
        "batch", \.batch, atLeast: 1, "N",
        "rows a step (default: 64, above 10,000 rows 256; 512 where rows are compared)"),
      .text(
        "optimizer", \.optimizer, "NAME", "\(Optimizer.names.joined(separator: ", ")) (default: adam)",
        choices: Optimizer.names
      ) { text, shown in
        guard Optimizer.names.contains(text) else {
          throw EigencoderError.invalidArgument(
            "\(shown) is one of \(Optimizer.names.joined(separator: ", ")); got '\(text)'")
        }
        return text
      } text: {
        $0
      },
      .number(
        "learning-rate", \.learningRate, "above 0", "X",
        "of the optimizer, for data of unit variance, to which they are brought\n(default: 0.04 / sqrt(columns), at most 0.004, times 1 - dropout; sgd and nesterov 0.05)"
      ) { $0 > 0 },
      .choice(
        "schedule", \.schedule, "of the learning rate: \(names(Schedule.Shape.self)) (default: cosine)"),
      .number(
        "warmup", \.warmup, "from 0 to below 1", "X",
        "share of the steps over which the learning rate first rises (default: 0.05)"
      ) { (0..<1).contains($0) },
      .number(
        "weight-decay", \.weightDecay, "of at least 0", "X",
        "adamw: decoupled decay (default: 0.01); others: L2 on weights (default: 0)"
      ) { $0 >= 0 },
      .text(
        "corruption", \.corruption, "KIND",
        "what denoising and linear-denoising undo: gaussian:SD, gaussian:Xsd (X roots of the\ncolumns' mean variance), relative-gaussian:SD (each column's own), masking:P, mean-masking:P,\nsaltpepper:P[:LOW:HIGH], blur:HEIGHTxWIDTH:SD, or several joined by '+'\n(default: gaussian of 0.3 times the root of the columns' mean variance)"
      ) { text, _ in
        try Corruption(parsing: text)
      } text: {
        $0.name
      },
      .number(
        Contraction.name, \.contraction, "of at least 0", Contraction.form, Contraction.help
      ) { $0 >= 0 },
      .text(
        "contraction-route", \.contractionRoute, "NAME",
        "automatic, single-layer, two-layer, gram, direct or probes:N (default: automatic)",
        choices: ContractionRoute.exact.map(\.name)
      ) { text, _ in
        try ContractionRoute(parsing: text)
      } text: {
        $0.name
      },
    ]
    + Penalty.kinds.filter { ![Contraction.name, Neighbourhood.name].contains($0.name) }.map { .penalty($0) }
    + [
      .number(
        Neighbourhood.name, \.neighbourhood, "of at least 0", Neighbourhood.form, Neighbourhood.help
      ) { $0 >= 0 },
      .number(
        "temperature", \.temperature, "of at least 1e-6", "T",
        "of the softmax that weighs neighbours (default: 0.05)"
      ) { $0 >= 1e-6 },
      .number(
        "dropout", \.dropout, "from 0 to below 1", "P",
        "probability with which training drops a hidden unit\n(default: columns * code / 6 rows where that is 0.1 to 0.5, else 0)"
      ) { (0..<1).contains($0) },
      .choice("latent-activation", \.latentActivation, "of the code (default: identity)"),
      .flag("tied", \.isTied, "the decoder uses the transposes of the encoder's weights"),
      .flag(
        "skip", \.hasSkip,
        "linear branches beside encoder and decoder (default: where --initializer automatic has use for them)"
      ),
      .flag(
        "keep-mean", \.keepsMean,
        "codes of pca keep the mean's projection, V x rather than V (x - mean):\ntheir cosines are nearer to those of the rows"
      ),
      .choice(
        "route", \.route,
        "from what pca computes: \(names(PCA.Route.self)). krylov reads the data\nonce for each of some 20 products and forms no d x d matrix (default: automatic)"
      ),
      .number(
        "ridge", \.ridge, "of at least 0", "X",
        "share added to the diagonal of linear-denoising's covariance\n(default: none unless it is singular)"
      ) { $0 >= 0 },
      .flag(
        "standardize", \.standardizes,
        "divide each column by its standard deviation (it is centred in any case)"),
      .number(
        "validation", \.validation, "from 0 to below 1", "X",
        "share of the training rows that chooses the best epoch (default: 0.1; 0 for none)"
      ) { (0..<1).contains($0) },
      .whole(
        "patience", \.patience, atLeast: 1, "N",
        "stop after N epochs without a better validation loss (default: never)"),
    ]

  private static func names<C: RawRepresentable & CaseIterable>(_ type: C.Type) -> String
  where C.RawValue == String {
    C.allCases.map(\.rawValue).joined(separator: ", ")
  }
}
