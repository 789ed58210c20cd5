// P = (1/B) sum_b |J_b|_F^2, J_b = de/dx at row b: the contractive penalty (Rifai et al. 2011), exact for any depth, with
// its exact gradient. The ways to compute it, and their formulas: ContractionRoute.swift. Mathematics, section 5.

extension Penalty {
  /// (1/B) sum |J(x)|_F^2, J = de/dx, exact.
  public static func contraction(
    _ weight: Double, route: ContractionRoute = .automatic, unit: StrengthUnit = .relative
  ) -> Penalty {
    Penalty(Contraction(weight: weight, route: route), unit: unit)
  }
}

struct Contraction: PenaltyTerm {
  static let name = "contraction"
  static let form = "LAMBDA"
  static let help =
    "weight of the mean of |de/dx|^2 in the loss of contractive\n(default: 0.003 mean column variance / code size, of the columns as\nthe network sees them)"
  static let needsCurvature = true
  var weight = 0.0
  var route = ContractionRoute.automatic

  func divided(by unit: Double) -> Contraction? { weighted(by: 1 / (unit * unit)) }

  func memoryCount(_ architecture: Architecture, batch: Int) -> Double {
    route.memoryCount(widths: architecture.encoderWidths, batch: batch)
  }

  func workspace<T: Scalar>(for network: Autoencoder<T>, batch: Int) throws -> PenaltyWorkspace<T> {
    let norm = try JacobianNorm<T>(network.encoder, batch: batch, route: route)
    return PenaltyWorkspace(route: norm.route.name) { batch, generator in
      norm.add(
        weight: weight, batch.parameters, batch.encoderState, samples: batch.rows, to: batch.gradient,
        using: &generator)
    }
  }
}

/// (1/B) sum_b |de/dx_b|_F^2 of an encoder and its gradient, by one of the routes.
///
/// The memory for batches of up to `batch` rows is allocated once. After a forward pass of the encoder with a state of
/// order `.curvature`, `add` leaves in the layers' states what the ordinary backward pass takes along.
package final class JacobianNorm<T: Scalar> {
  private let encoder: FeedForward
  private let batch: Int
  /// The route taken; never `automatic`.
  package let route: ContractionRoute
  private let evaluate: (JacobianPass<T>, inout SeededGenerator) -> Double

  /// By the cheapest exact route.
  package convenience init(_ encoder: FeedForward, batch: Int) {
    self.init(encoder, batch: batch, taking: .cheapest(for: encoder, batch: batch))
  }

  /// - Throws: `EigencoderError.invalidArgument` when the route does not fit the encoder.
  package convenience init(_ encoder: FeedForward, batch: Int, route: ContractionRoute) throws {
    self.init(encoder, batch: batch, taking: try route.resolved(for: encoder, batch: batch))
  }

  private init(_ encoder: FeedForward, batch: Int, taking route: ContractionRoute) {
    self.encoder = encoder
    self.batch = batch
    self.route = route
    func deep(usesGram: Bool, probes: Int? = nil) -> (JacobianPass<T>, inout SeededGenerator) -> Double {
      DeepContraction(encoder, batch: batch, usesGram: usesGram, probes: probes).add
    }
    switch route {
    case .singleLayer:
      let single = SingleLayerContraction<T>(encoder, batch: batch)
      evaluate = { pass, _ in single.add(pass) }
    case .twoLayer:
      let two = TwoLayerContraction<T>(encoder, batch: batch)
      evaluate = { pass, _ in two.add(pass) }
    case .gram, .automatic: evaluate = deep(usesGram: true)
    case .direct: evaluate = deep(usesGram: false)
    case .probes(let count):
      evaluate = deep(usesGram: 2 * encoder.inputs > encoder.first.outputs, probes: count)
    }
  }

  /// Floating-point operations of one call of `add` with a full batch, counted as in Mathematics, section 5.
  package var flops: Double { route.flops(for: encoder, batch: batch) }

  /// The penalty at the batch that `state` has just seen; with a gradient, also `weight` times its own: with respect to the
  /// weights added to `gradient`, with respect to the z of each layer left in `state` for the next pullback.
  package func add(
    weight: Double, _ parameters: VectorView<T>, _ state: FeedForwardState<T>, samples: Int,
    to gradient: Gradient<T>?, using generator: inout SeededGenerator
  ) -> Double {
    let pass = JacobianPass(encoder, state, parameters, samples: samples, gradient: gradient, weight: weight)
    pass.begin()
    return evaluate(pass, &generator)
  }

  /// The penalty at the batch that `state` has just seen, for inputs that the network sees multiplied by `inverseScale`:
  /// de/dx is then the network's Jacobian with its columns multiplied by that.
  func value(_ parameters: VectorView<T>, _ state: FeedForwardState<T>, samples: Int, inverseScale: [T]?)
    -> Double
  {
    // Drawn from by probes alone, which are no route of a value.
    var generator = SeededGenerator(seed: 0)
    var pass = JacobianPass(encoder, state, parameters, samples: samples, gradient: nil, weight: 0)
    let memory = Arena<T>()
    return withExtendedLifetime(memory) {
      inverseScale?.withView { factors in
        func scaled(_ w: MatrixView<T>) -> MatrixView<T> {
          let result = memory.matrix(w.rows, w.columns)
          w.scaleColumns(by: factors, adding: nil, into: result)
          return result
        }
        (pass.firstWeight, pass.skipWeight) = (scaled(pass.firstWeight), pass.skipWeight.map(scaled))
      }
      return evaluate(pass, &generator)
    }
  }
}
