// P = (1/B) sum_b |J(x_b) - J(x_b + noise)|_F^2: an estimate by a finite step of the norm of the encoder's Hessian, the H of
// the CAE+H of Rifai et al. (2011).
//
// A skip branch cancels. With M, M' the rows propagated to the first layer at both points and dM = M - M',
//   P = |dM W1|^2 / B = <H, G> / B,  H = sum dM'dM,  G = W1 W1',
//   dMb = (2/B) dM G,  Mb = dMb,  M'b = -dMb,  W1b = (2/B) H W1;
// both then go up as in DeepContraction, each with the D and f'' of its own point. Cost: that of two contractions, and of a
// forward and a backward pass of the encoder.

extension Penalty {
  /// (1/B) sum |J(x) - J(x + noise)|_F^2 with normal noise of the given deviation: the norm of the encoder's Hessian by a
  /// finite step, the "H" of CAE+H (Rifai et al. 2011).
  ///
  /// The deviation is counted as the weight: by default in roots of the columns' mean variance.
  public static func hessian(_ weight: Double, deviation: Double, unit: StrengthUnit = .relative) -> Penalty {
    Penalty(Hessian(weight: weight, deviation: deviation), unit: unit)
  }
}

struct Hessian: PenaltyTerm {
  static let name = "hessian"
  static let form = "GAMMA:SD"
  static let help = "weight of |J(x) - J(x + noise)|^2 with noise of deviation SD"
  static let needsCurvature = true
  var weight = 0.0
  var deviation = 1.0
  static var numbers: [WritableKeyPath<Hessian, Double>] { [\.weight, \.deviation] }

  func validate(for architecture: Architecture) throws {
    try requireArgument(
      deviation > 0 && deviation.isFinite,
      "the noise of the Hessian penalty has a deviation above 0, got \(deviation)")
  }

  func divided(by unit: Double) -> Hessian? {
    Hessian(weight: weight / (unit * unit), deviation: deviation / unit)
  }

  func inUnitsOfData(variance: Double) -> Hessian {
    Hessian(weight: weight * variance, deviation: deviation * (variance > 0 ? variance.squareRoot() : 1))
  }

  /// Two propagations, the moved rows with their forward pass, G and H.
  func memoryCount(_ architecture: Architecture, batch: Int) -> Double {
    let widths = architecture.encoderWidths
    let h = Double(widths[1])
    return 2 * ContractionRoute.gram.memoryCount(widths: widths, batch: batch)
      + 5 * Double(batch) * Double(widths.reduce(0, +)) + 2 * h * h
  }

  func workspace<T: Scalar>(for network: Autoencoder<T>, batch: Int) -> PenaltyWorkspace<T> {
    let difference = JacobianDifference<T>(network.encoder, batch: batch)
    return PenaltyWorkspace { batch, generator in
      difference.add(weight: weight, deviation: deviation, batch, using: &generator)
    }
  }
}

/// The memory for both points, and the two sweeps through both.
private final class JacobianDifference<T: Scalar> {
  private let encoder: FeedForward
  private let here: DeepContraction<T>
  private let there: DeepContraction<T>
  private let thereState: FeedForwardState<T>
  private let memory = Arena<T>()
  /// x + noise, and its code.
  private let moved: MatrixView<T>
  private let code: MatrixView<T>
  private let gram: MatrixView<T>
  private let scatter: MatrixView<T>

  init(_ encoder: FeedForward, batch: Int) {
    self.encoder = encoder
    here = DeepContraction(encoder, batch: batch, usesGram: true, probes: nil)
    there = DeepContraction(encoder, batch: batch, usesGram: true, probes: nil)
    thereState = FeedForwardState(encoder, batch: batch, order: .curvature)
    let h = encoder.first.outputs
    (moved, code) = (memory.matrix(batch, encoder.inputs), memory.matrix(batch, encoder.outputs))
    (gram, scatter) = (memory.matrix(h, h), memory.matrix(h, h))
  }

  /// With a gradient, adds to it that of the point x + noise whole; that of x is left as zb in the batch's state.
  func add(
    weight: Double, deviation: Double, _ batch: PenaltyBatch<T>, using generator: inout SeededGenerator
  ) -> Double {
    let samples = batch.rows
    let (x, parameters) = (batch.input, batch.parameters)
    // The same masks of dropout at both points.
    thereState.copyMasks(from: batch.encoderState)
    let point = moved.prefix(samples)
    x.copy(into: point)
    point.addNormals(key: generator.next(), scale: T(deviation))
    let pointCode = code.prefix(samples)
    encoder.forward(point, parameters, into: pointCode, thereState)
    func pass(_ state: FeedForwardState<T>) -> JacobianPass<T> {
      JacobianPass(encoder, state, parameters, samples: samples, gradient: batch.gradient, weight: weight)
    }
    let (a, b) = (pass(batch.encoderState), pass(thereState))
    a.begin()
    b.begin()
    gram.setUpperOuterGram(of: a.firstWeight)
    gram.symmetrize()
    scatter.clear()
    let factor = T(2 * weight / Double(samples))
    for first in stride(from: 0, to: samples, by: here.chunk) {
      let chunk = first..<min(first + here.chunk, samples)
      let difference = here.propagate(a, chunk, using: &generator)
      difference.add(there.propagate(b, chunk, using: &generator), times: -1)
      scatter.setUpperGram(of: difference, beta: 1)
      guard let gradient = batch.gradient else { continue }
      here.firstBar(difference.rows).setProduct(difference, gram, alpha: factor)
      there.firstBar(difference.rows).setProduct(difference, gram, alpha: -factor)
      here.backpropagate(a, chunk, gradient)
      there.backpropagate(b, chunk, gradient)
    }
    scatter.symmetrize()
    let penalty = scatter.dot(gram) / Double(samples)
    guard let gradient = batch.gradient else { return penalty }
    gradient.addProduct(scatter, a.firstWeight, alpha: factor, to: encoder.first.weight)
    // The zb of the moved point go back through the moved point.
    pointCode.clear()
    encoder.pullback(pointCode, point, parameters, thereState, into: nil, gradient)
    return penalty
  }
}
