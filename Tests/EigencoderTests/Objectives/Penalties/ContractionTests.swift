import Eigencoder
import Testing

/// An encoder of each depth, 6 inputs and a code of 3, with or without a skip branch and dropout.
struct EncoderCase: CustomTestStringConvertible {
  let depth: Int
  let activations: [Activation]
  let skip: Bool
  let dropout: Bool

  var testDescription: String {
    "\(activations.map(\.rawValue))\(skip ? " skip" : "")\(dropout ? " dropout" : "")"
  }

  /// Linear and nonlinear codes, every activation, and a mix of them.
  static let all: [EncoderCase] = [1, 2, 3, 4].flatMap { depth in
    Activation.allCases.flatMap { activation in
      [(false, false), (true, false), (false, true), (true, true)].map { skip, dropout in
        let code: Activation = (depth + (skip ? 1 : 0)) % 2 == 0 ? .identity : activation
        var hidden = [Activation](repeating: activation, count: depth - 1)
        if depth == 4, activation == .gelu { hidden = [.gelu, .relu, .tanh] }
        return EncoderCase(
          depth: depth, activations: hidden + [code], skip: skip, dropout: dropout && depth > 1)
      }
    }
  }

  func build() -> (ParameterLayout, FeedForward) {
    var layout = ParameterLayout()
    let widths = [6] + [5, 4, 4].prefix(depth - 1) + [3]
    let layers = (0..<depth).map {
      Dense(
        "encoder.\($0)", inputs: widths[$0], outputs: widths[$0 + 1], activation: activations[$0],
        dropout: dropout && $0 < depth - 1 ? 0.25 : 0, in: &layout)
    }
    guard skip else { return (layout, FeedForward(layers)) }
    let branch = Dense(
      "encoder.skip", inputs: 6, outputs: 3, activation: .identity, hasBias: false, in: &layout)
    return (layout, FeedForward(layers, skip: branch))
  }

  var routes: [ContractionRoute] {
    var routes: [ContractionRoute] = [.gram, .direct]
    if depth == 1 { routes.append(.singleLayer) }
    if depth == 2, activations[1] == .identity { routes.append(.twoLayer) }
    return routes
  }
}

/// The penalty of one encoder at one batch, as functions of the parameters.
struct PenaltyProbe {
  let layout: ParameterLayout
  let encoder: FeedForward
  let x: Matrix<Double>
  let state: FeedForwardState<Double>

  init(_ layout: ParameterLayout, _ encoder: FeedForward, _ x: Matrix<Double>) {
    self.layout = layout
    self.encoder = encoder
    self.x = x
    // More rows than the batch has, so that nothing depends on a full state.
    state = FeedForwardState(encoder, batch: x.rows + 3, order: .curvature)
    var generator = SeededGenerator(seed: 5)
    encoder.drawMasks(state, using: &generator)
  }

  /// (penalty, gradient of weight * penalty)
  func gradient(_ parameters: [Double], _ route: ContractionRoute, weight: Double = 1, seed: UInt64 = 1)
    throws -> (Double, [Double])
  {
    let contraction = try JacobianNorm<Double>(encoder, batch: x.rows + 3, route: route)
    let gradient = Gradient<Double>(layout)
    var generator = SeededGenerator(seed: seed)
    var code = Matrix<Double>(rows: x.rows, columns: encoder.outputs)
    var penalty = 0.0
    x.withView { x in
      parameters.withView { p in
        code.withMutableView { code in
          encoder.forward(x, p, into: code, state)
          gradient.begin()
          penalty = contraction.add(
            weight: weight, p, state, samples: x.rows, to: gradient, using: &generator)
          code.clear()
          encoder.pullback(code, x, p, state, into: nil, gradient)
        }
      }
    }
    return (penalty, gradient.values)
  }

  /// Fixes the dropout mask of one layer.
  func setMask(_ mask: Matrix<Double>, ofLayer layer: Int) {
    mask.withView { $0.copy(into: state.layers[layer].mask!.prefix(mask.rows)) }
  }

  /// By the explicit Jacobians, row by row: pullbacks of unit vectors.
  func naive(_ parameters: [Double]) -> Double {
    let (b, k) = (x.rows, encoder.outputs)
    let gradient = Gradient<Double>(layout)
    var sum = 0.0
    for i in 0..<k {
      var unit = Matrix<Double>(rows: b, columns: k)
      var rows = Matrix<Double>(rows: b, columns: encoder.inputs)
      x.withView { x in
        parameters.withView { p in
          unit.withMutableView { unit in
            encoder.forward(x, p, into: unit, state)
            unit.clear()
            for row in 0..<b { unit[row, i] = 1 }
            gradient.begin()
            rows.withMutableView { encoder.pullback(unit, x, p, state, into: $0, gradient) }
          }
        }
      }
      sum += rows.elements.reduce(0) { $0 + $1 * $1 }
    }
    return sum / Double(b)
  }
}

@Suite struct ContractionTests {
  private func probe(_ c: EncoderCase) -> (PenaltyProbe, [Double]) {
    let (layout, encoder) = c.build()
    return (
      PenaltyProbe(layout, encoder, .random(4, 6, seed: 1)), .random(layout.count, seed: 2, deviation: 0.6)
    )
  }

  @Test(arguments: EncoderCase.all) func allRoutesAreThePenaltyAndAgree(_ c: EncoderCase) throws {
    let (probe, p) = probe(c)
    let expected = probe.naive(p)
    let reference = try probe.gradient(p, .direct)
    for route in c.routes + [.automatic] {
      let (penalty, gradient) = try probe.gradient(p, route)
      expectClose(penalty, expected, within: 1e-12, "\(route.name) penalty")
      expectClose(gradient, reference.1, within: 1e-12, "\(route.name) gradient")
      // The weight scales the gradient, not the penalty reported.
      let scaled = try probe.gradient(p, route, weight: 0.25)
      expectClose(scaled.0, expected, within: 1e-12)
      expectClose(scaled.1, gradient.map { $0 / 4 }, within: 1e-12)
    }
  }

  @Test(arguments: EncoderCase.all) func gradientIsThatOfCentralDifferences(_ c: EncoderCase) throws {
    let (probe, p) = probe(c)
    let (_, gradient) = try probe.gradient(p, .automatic)
    let h = 1e-5
    let differences = p.indices.map { i -> Double in
      var (up, down) = (p, p)
      up[i] += h
      down[i] -= h
      return (probe.naive(up) - probe.naive(down)) / (2 * h)
    }
    expectClose(gradient, differences, within: 1e-7, scale: 1 + gradient.reduce(0) { max($0, abs($1)) })
  }

  /// The mean over many draws is the exact penalty, and so is the gradient's.
  @Test func probesAreUnbiased() throws {
    let (probe, p) = probe(
      EncoderCase(depth: 3, activations: [.tanh, .silu, .sigmoid], skip: false, dropout: false))
    let exact = try probe.gradient(p, .direct)
    let draws = 4000
    var sum = 0.0
    var squares = 0.0
    var gradient = [Double](repeating: 0, count: p.count)
    for draw in 0..<draws {
      let (value, g) = try probe.gradient(p, .probes(2), seed: UInt64(draw))
      sum += value
      squares += value * value
      for i in g.indices { gradient[i] += g[i] / Double(draws) }
    }
    let mean = sum / Double(draws)
    let error = ((squares / Double(draws) - mean * mean) / Double(draws)).squareRoot()
    #expect(abs(mean - exact.0) < 5 * error, "\(mean) +- \(error), exact \(exact.0)")
    expectClose(gradient, exact.1, within: 0.05)
  }

  @Test func probesEqualToTheIdentityAreExact() throws {
    // With one code unit a probe is +-1: exact.
    var layout = ParameterLayout()
    let encoder = FeedForward([
      Dense("0", inputs: 6, outputs: 4, activation: .tanh, in: &layout),
      Dense("1", inputs: 4, outputs: 1, activation: .sigmoid, in: &layout),
    ])
    let probe = PenaltyProbe(layout, encoder, .random(4, 6, seed: 1))
    let p = [Double].random(layout.count, seed: 3)
    let (exact, sampled) = (try probe.gradient(p, .gram), try probe.gradient(p, .probes(1)))
    expectClose(sampled.0, exact.0, within: 1e-13)
    expectClose(sampled.1, exact.1, within: 1e-13)
  }

  /// Many samples: more than one chunk, and a last one that is smaller.
  @Test(arguments: [ContractionRoute.gram, .direct]) func chunks(_ route: ContractionRoute) throws {
    let (layout, encoder) = EncoderCase(
      depth: 3, activations: [.gelu, .elu, .tanh], skip: true, dropout: true
    ).build()
    let p = [Double].random(layout.count, seed: 2, deviation: 0.6)
    let probe = PenaltyProbe(layout, encoder, .random(517, 6, seed: 1))
    let (penalty, gradient) = try probe.gradient(p, route)
    expectClose(penalty, probe.naive(p), within: 1e-12)
    let whole = try probe.gradient(p, route == .gram ? .direct : .gram)
    expectClose(gradient, whole.1, within: 1e-12)
  }

  @Test func routesThatDoNotFitAreRefused() {
    let (_, deep) = EncoderCase(
      depth: 3, activations: [.relu, .relu, .identity], skip: false, dropout: false
    ).build()
    expectError(EigencoderError.invalidArgument, containing: "needs an encoder of 1 layer, this has 3") {
      _ = try JacobianNorm<Double>(deep, batch: 1, route: .singleLayer)
    }
    expectError(EigencoderError.invalidArgument, containing: "2 layers with a linear code, this has 3") {
      _ = try JacobianNorm<Double>(deep, batch: 1, route: .twoLayer)
    }
    expectError(EigencoderError.invalidArgument, containing: "at least 1 probe") {
      _ = try JacobianNorm<Double>(deep, batch: 1, route: .probes(0))
    }
  }
}
