/// The shape of an autoencoder: everything but its numbers.
///
/// The encoder goes inputs - hidden - latent, the decoder back through the same widths: hidden [256, 64] means
/// d-256-64-k-64-256-d. Code and output are linear unless said otherwise.
public struct Architecture: Equatable, Sendable {
  /// d
  public var inputs: Int
  /// The widths between input and code, on the encoder's side; may be empty.
  public var hidden: [Int]
  /// k
  public var latent: Int
  /// Of every hidden layer.
  public var activation: Activation
  /// Of the code.
  public var latentActivation: Activation
  /// Of the reconstruction, before the input's scale and mean are put back.
  public var outputActivation: Activation
  /// Whether each decoder layer uses the transpose of its encoder layer's weight.
  public var isTied: Bool
  /// Whether a linear branch runs beside the encoder, and one beside the decoder: e = V x + g(x).
  public var hasSkip: Bool
  /// The probability with which training drops the output of a hidden unit.
  public var dropout: Double

  /// These widths; by default SiLU, a linear code and output, no ties, no skip branches, no dropout.
  public init(
    inputs: Int, hidden: [Int], latent: Int, activation: Activation = .silu,
    latentActivation: Activation = .identity, outputActivation: Activation = .identity, isTied: Bool = false,
    hasSkip: Bool = false, dropout: Double = 0
  ) {
    self.inputs = inputs
    self.hidden = hidden
    self.latent = latent
    self.activation = activation
    self.latentActivation = latentActivation
    self.outputActivation = outputActivation
    self.isTied = isTied
    self.hasSkip = hasSkip
    self.dropout = dropout
  }

  /// All widths of the encoder, from d to k.
  public var encoderWidths: [Int] { [inputs] + hidden + [latent] }
  /// One per encoder layer.
  public var encoderActivations: [Activation] { hidden.map { _ in activation } + [latentActivation] }
  /// One per decoder layer.
  public var decoderActivations: [Activation] { hidden.map { _ in activation } + [outputActivation] }

  /// "64-128-8-128-64"
  public var widthsDescription: String {
    (encoderWidths + encoderWidths.dropLast().reversed()).map(String.init).joined(separator: "-")
  }

  /// Throws `.invalidArgument` for a width below 1, and for networks beyond all bounds.
  package func validate() throws {
    for (what, width) in [("input", inputs), ("code", latent)] + hidden.map({ ("hidden layer", $0) }) {
      try requireArgument(width >= 1, "the width of the \(what) is at least 1, got \(width)")
      try requireArgument(
        width <= 1 << 24, "a \(what) of width \(width) is too wide: at most \(1 << 24)")
    }
    try requireArgument((0..<1).contains(dropout), "a dropout probability lies in [0, 1), got \(dropout)")
    var parameters = 0
    for (a, b) in zip(encoderWidths, encoderWidths.dropFirst()) { parameters += 2 * a * b }
    try requireArgument(
      parameters <= 1 << 31, "the network \(widthsDescription) has more than 2^31 parameters")
  }
}

extension Architecture: Codable {
  /// As in the model file: the widths, and the activations as a list per layer.
  private enum Key: String, CodingKey {
    case inputs, hidden, latent, tied, skip, dropout
    case encoderActivations = "encoder_activations"
    case decoderActivations = "decoder_activations"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(hidden, forKey: .hidden)
    try container.encode(latent, forKey: .latent)
    try container.encode(encoderActivations, forKey: .encoderActivations)
    try container.encode(decoderActivations, forKey: .decoderActivations)
    try container.encode(isTied, forKey: .tied)
    try container.encode(hasSkip, forKey: .skip)
    try container.encode(dropout, forKey: .dropout)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let encoderSide = try container.decode([Activation].self, forKey: .encoderActivations)
    let decoderSide = try container.decode([Activation].self, forKey: .decoderActivations)
    let hidden = try container.decode([Int].self, forKey: .hidden)
    let inner = encoderSide.dropLast() + decoderSide.dropLast()
    guard encoderSide.count == hidden.count + 1, decoderSide.count == hidden.count + 1 else {
      throw EigencoderError.invalidData(
        "the architecture lists \(encoderSide.count) and \(decoderSide.count) activations, "
          + "expected one per layer: \(hidden.count + 1) and \(hidden.count + 1)")
    }
    if let other = inner.first(where: { $0 != inner[0] }) {
      throw EigencoderError.invalidData(
        "the architecture lists \(inner[0].rawValue) and \(other.rawValue) in hidden layers, "
          + "expected one activation in all of them")
    }
    self.init(
      inputs: try container.decode(Int.self, forKey: .inputs), hidden: hidden,
      latent: try container.decode(Int.self, forKey: .latent), activation: inner.first ?? .identity,
      latentActivation: encoderSide[hidden.count], outputActivation: decoderSide[hidden.count],
      isTied: try container.decodeIfPresent(Bool.self, forKey: .tied) ?? false,
      hasSkip: try container.decodeIfPresent(Bool.self, forKey: .skip) ?? false,
      dropout: try container.decodeIfPresent(Double.self, forKey: .dropout) ?? 0)
    try validate()
  }
}
