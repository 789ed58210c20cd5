// (1/B) sum_b |J(x_b) - J(x_b + noise)|_F^2, the curvature of the encoder by a finite step (Rifai et al. 2011, CAE+H).
//
// A skip branch cancels. With M, M' the rows propagated to the first layer at both points and dM = M - M',
//   P = |dM W1|^2 / B = <H, G> / B,  H = sum dM'dM,  G = W1 W1',
//   dMb = (2/B) dM G,  Mb = dMb,  M'b = -dMb,  W1b = (2/B) H W1;
// both then go up as in DeepContraction, each with the D and f'' of its own point.

/// The memory and the mathematics of the smoothness penalty of an encoder.
final class Smoothness<T: Scalar> {
  private let encoder: any Layer
  private let path: EncoderPath
  private let here: DeepContraction<T>
  private let there: DeepContraction<T>
  private let thereState: LayerState<T>
  private let buffers: (Buffer<T>, Buffer<T>, Buffer<T>, Buffer<T>)
  private let moved: MatrixView<T>
  private let code: MatrixView<T>
  private let gram: MatrixView<T>
  private let scatter: MatrixView<T>

  init(_ encoder: any Layer, _ path: EncoderPath, batch: Int) {
    self.encoder = encoder
    self.path = path
    here = DeepContraction(path, batch: batch, usesGram: true, probes: nil)
    there = DeepContraction(path, batch: batch, usesGram: true, probes: nil)
    thereState = encoder.makeState(batch: batch, order: .curvature)
    let h = path.firstWidth
    buffers = (
      Buffer(count: batch * path.inputs), Buffer(count: batch * path.outputs), Buffer(count: h * h),
      Buffer(count: h * h)
    )
    moved = buffers.0.view.matrix(rows: batch, columns: path.inputs)
    code = buffers.1.view.matrix(rows: batch, columns: path.outputs)
    gram = buffers.2.view.matrix(rows: h, columns: h)
    scatter = buffers.3.view.matrix(rows: h, columns: h)
  }

  /// The penalty at `x`, whose forward pass `state` has just seen; with a gradient, also adds weight times its gradient:
  /// that of the point x + noise whole, that of x as zb in `state` for the next pullback.
  func add(
    weight: Double, deviation: Double, _ x: MatrixView<T>, _ parameters: VectorView<T>,
    _ state: LayerState<T>,
    to gradient: Gradient<T>?, using generator: inout SeededGenerator
  ) -> Double {
    let samples = x.rows
    let point = moved.prefix(samples)
    x.copy(into: point)
    point.addNormals(key: generator.next(), scale: T(deviation))
    let pointCode = code.prefix(samples)
    encoder.forward(point, parameters, into: pointCode, thereState)
    let w1 = parameters[path.layers[0].weight]
    func input(_ state: LayerState<T>) -> ContractionInputs<T> {
      ContractionInputs(
        path: path, states: path.states(state), parameters: parameters, firstWeight: w1, skipWeight: nil,
        samples: samples)
    }
    gram.setUpperOuterGram(of: w1)
    gram.symmetrize()
    scatter.clear()
    let factor = T(2 * weight / Double(samples))
    let (a, b) = (input(state), input(thereState))
    if gradient != nil {
      a.beginPenalty()
      b.beginPenalty()
    }
    for first in stride(from: 0, to: samples, by: here.chunk) {
      let chunk = first..<min(first + here.chunk, samples)
      let difference = here.propagate(a, chunk, using: &generator)
      difference.add(there.propagate(b, chunk, using: &generator), times: -1)
      scatter.setUpperGram(of: difference, beta: 1)
      guard let gradient else { continue }
      here.firstBar(difference.rows).setProduct(difference, gram, alpha: factor)
      there.firstBar(difference.rows).setProduct(difference, gram, alpha: -factor)
      here.backpropagate(a, chunk, gradient)
      there.backpropagate(b, chunk, gradient)
    }
    scatter.symmetrize()
    let penalty = scatter.dot(gram) / Double(samples)
    guard let gradient else { return penalty }
    let beta: T = gradient.adds(to: path.layers[0].weight) ? 1 : 0
    gradient.matrix(path.layers[0].weight).setProduct(scatter, w1, alpha: factor, beta: beta)
    // The zb of the moved point go back through the moved point.
    pointCode.clear()
    encoder.pullback(pointCode, point, parameters, thereState, into: nil, adding: false, gradient)
    return penalty
  }

  /// The same masks of dropout at both points.
  func shareMasks(with state: LayerState<T>) { thereState.copyMasks(from: state) }
}

extension LayerState {
  fileprivate func copyMasks(from other: LayerState) {
    if let mask, let otherMask = other.mask { otherMask.copy(into: mask) }
    for (child, otherChild) in zip(children, other.children) { child.copyMasks(from: otherChild) }
  }
}

extension DeepContraction {
  /// Where M_1b belongs before `backpropagate`.
  func firstBar(_ rows: Int) -> MatrixView<T> { bars[0].prefix(rows) }
}
