/// How |de/dx|_F^2 and its gradient are computed; the exact routes agree to rounding. Mathematics, section 5.
public enum ContractionRoute: Hashable, Sendable {
  /// The cheapest exact one.
  case automatic
  /// 5a, one layer: the Jacobian is diag(f') W.
  case singleLayer
  /// 5b, two layers and a linear code: a quadratic form in f' of the hidden layer.
  case twoLayer
  /// 5c, any depth, from the code down to the first layer, whose contribution goes by W1 W1'.
  case gram
  /// 5c, down to the input.
  case direct
  /// 5d, like 5c but for so many random combinations of the code's units a sample: unbiased, and cheaper than exact
  /// for codes wider than that.
  case probes(Int)

  /// As `--contraction-route` and the history have it.
  public var name: String {
    switch self {
    case .automatic: "automatic"
    case .singleLayer: "single-layer"
    case .twoLayer: "two-layer"
    case .gram: "gram"
    case .direct: "direct"
    case .probes(let count): "probes:\(count)"
    }
  }
}

extension ContractionRoute {
  /// The routes that are one word.
  package static let exact: [ContractionRoute] = [.automatic, .singleLayer, .twoLayer, .gram, .direct]

  /// The route of one of these names.
  /// - Throws: `EigencoderError.invalidArgument` for another one.
  package init(parsing text: String) throws {
    let exact = Self.exact
    if let route = exact.first(where: { $0.name == text }) {
      self = route
    } else if text.hasPrefix("probes:"), let count = Int(text.dropFirst(7)), count >= 1 {
      self = .probes(count)
    } else {
      throw EigencoderError.invalidArgument(
        "--contraction-route is one of \(exact.map(\.name).joined(separator: ", ")), probes:N; got '\(text)'")
    }
  }

  /// More probes are refused: memory holds all probes of one sample at once, and an exact route is cheaper anyway.
  private static var mostProbes: Int { 1 << 16 }

  /// An upper bound of the numbers that a contraction keeps in memory, for an encoder of these widths from input to
  /// code and batches of `batch` rows.
  package func memoryCount(widths: [Int], batch: Int) -> Double {
    let (n, h, b) = (Double(widths[0]), Double(widths[1]), Double(batch))
    if case .twoLayer = self { return 4 * h * h + b * h + h * n }
    let group: Int
    if case .probes(let count) = self { group = count } else { group = widths[widths.count - 1] }
    let rows = min(b * Double(group), Double(max(DeepContraction<Double>.chunkRows, group)))
    let propagated = rows * (3 * widths.dropFirst().reduce(0) { $0 + Double($1) } + n)
    // Of the routes whose first layer goes by its Gram matrix: G and H.
    let isGram = self == .gram || (self != .direct && self != .singleLayer && 2 * n > h)
    return propagated + (isGram ? 2 * h * h : 0)
  }

  /// The exact route of the fewest operations for batches of `batch` rows.
  static func cheapest(for encoder: FeedForward, batch: Int) -> ContractionRoute {
    let depth = encoder.layers.count
    if depth == 1 { return .singleLayer }
    let deep: ContractionRoute = prefersGram(rows: batch * encoder.outputs, encoder) ? .gram : .direct
    // A wide hidden layer before a short code is cheaper row by row than as a quadratic form.
    let prefersTwoLayer =
      depth == 2 && encoder.last.isLinear
      && Self.twoLayer.flops(for: encoder, batch: batch) <= deep.flops(for: encoder, batch: batch)
    return prefersTwoLayer ? .twoLayer : deep
  }

  /// Replaces `automatic` by the cheapest route, and leaves one that fits the encoder as it is.
  /// - Throws: `EigencoderError.invalidArgument` when the route asked for does not fit.
  func resolved(for encoder: FeedForward, batch: Int) throws -> ContractionRoute {
    let depth = encoder.layers.count
    switch self {
    case .automatic: return .cheapest(for: encoder, batch: batch)
    case .singleLayer:
      try requireArgument(
        depth == 1, "the single-layer contraction needs an encoder of 1 layer, this has \(depth)")
    case .twoLayer:
      try requireArgument(
        depth == 2 && encoder.last.isLinear,
        "the two-layer contraction needs an encoder of 2 layers with a linear code, this has \(depth)"
          + (encoder.last.isLinear ? "" : " and its code is not linear"))
    case .probes(let count):
      try requireArgument(count >= 1, "a contraction needs at least 1 probe, got \(count)")
      try requireArgument(count <= Self.mostProbes, "at most \(Self.mostProbes) probes, got \(count)")
      try requireArgument(
        encoder.skip == nil,
        "probes need an encoder without a skip branch: another contraction route, or a network without one")
    case .gram, .direct: break
    }
    return self
  }

  /// The first layer by its Gram matrix costs rows 3 h^2 + 3 h^2 n flops, directly rows 6 h n.
  private static func prefersGram(rows: Int, _ encoder: FeedForward) -> Bool {
    let (h, n) = (Double(encoder.first.outputs), Double(encoder.inputs))
    return 2 * n > h && Double(rows) * (2 * n - h) > h * n
  }

  /// Floating-point operations of the penalty and its gradient for a batch, as Mathematics counts them (section 5):
  /// products only.
  func flops(for encoder: FeedForward, batch: Int) -> Double {
    let widths = ([encoder.inputs] + encoder.layers.map(\.outputs)).map(Double.init)
    let (n, h, b) = (widths[0], widths[1], Double(batch))
    let rows: Double = if case .probes(let count) = self { Double(count) } else { widths[widths.count - 1] }
    switch self {
    case .singleLayer: return 6 * h * n
    case .twoLayer:
      // W2'W2, W1W1' and D'D as half products; D M; and the two gradients with respect to W1 and W2.
      let k = widths[2]
      return h * h * (k + n + b) + 2 * b * h * h + 2 * h * h * (n + k)
    case .automatic, .gram, .direct, .probes:
      var middle = 0.0
      // The code's own layer is elementwise work where the rows are the code's units themselves.
      let top: Int = if case .probes = self { widths.count - 1 } else { widths.count - 2 }
      for l in stride(from: 2, through: top, by: 1) { middle += widths[l - 1] * widths[l] }
      let first = self == .gram ? 3 * rows * b * h * h + 3 * h * h * n : 6 * rows * b * h * n
      return 6 * b * rows * middle + first
    }
  }
}
