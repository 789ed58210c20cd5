// The contractive penalty of an encoder of any depth, from the code down (Mathematics 5c): the rows of the Jacobian are
// cotangents of the code, pulled back layer by layer.
//   R_L = I (or r random rows, 5d),  M_l = R_l o D_l,  R_{l-1} = M_l W_l,  J = V + R_0
// and its gradient, up again:
//   first layer, directly    Y = M_1 W_1 + V, P = |Y|^2/B;  M_1b = (2/B) Y W_1',  W_1b += (2/B) M_1'Y,  Vb += (2/B) sum Y
//   or by its Gram matrix    G = W_1 W_1', H = sum M_1'M_1, C = V W_1', Ms = sum M_1 (over samples):
//                            P = (<H, G> + 2 <Ms, C>)/B + |V|^2;  M_1b = (2/B)(M_1 G + C),
//                            W_1b += (2/B)(H W_1 + Ms'V),  Vb += 2 V + (2/B) Ms W_1
//   each layer               zb_l = f''_l o sum of rows (M_lb o R_l),  R_lb = M_lb o D_l,
//                            W_{l+1}b += M_{l+1}' R_lb,  M_{l+1}b = R_lb W_{l+1}'
// The zb_l join the ordinary backward pass. With R_L = I the code's layer needs no product: R_{L-1} of a sample is
// W_L with its rows multiplied by D_L.
//
// Cost a sample, r rows: 6 r sum_{1<l<L} w_{l-1} w_l + first layer 3 r h^2 (+ 3 h^2 n a batch) or 6 r h n.

/// The memory for a chunk of samples, and the two sweeps.
final class DeepContraction<T: Scalar> {
  /// Rows that are propagated at once: enough for products at full speed. 784-1000-500-250-30 at batch 64 reached 75 % of
  /// a large product's speed with 512, and 82 % with 1024 (two cores with 32 MB of cache).
  static var chunkRows: Int { 1024 }
  private let usesGram: Bool
  /// nil for the identity.
  private let probes: Int?
  /// Rows a sample.
  private let group: Int
  /// Samples a chunk: what is propagated stays in cache.
  let chunk: Int
  private let memory = Arena<T>()
  /// R_l and M_l, chunk * group rows each, of every layer but a last one whose rows are the identity's.
  private let r: [MatrixView<T>]
  private let m: [MatrixView<T>]
  /// M_lb and then R_lb.
  private let bars: [MatrixView<T>]
  private let y: MatrixView<T>  // direct
  private let gram: MatrixView<T>  // G
  private let scatter: MatrixView<T>  // H
  private let cross: MatrixView<T>  // C
  private let rowSum: MatrixView<T>  // Ms, or the sum of Y

  init(_ encoder: FeedForward, batch: Int, usesGram: Bool, probes: Int?) {
    self.usesGram = usesGram
    self.probes = probes
    let group = probes ?? encoder.outputs
    let chunk = min(batch, max(1, Self.chunkRows / group))
    self.group = group
    self.chunk = chunk
    let layers = probes == nil && encoder.layers.count > 1 ? encoder.layers.dropLast() : encoder.layers[...]
    let memory = memory
    func propagated() -> [MatrixView<T>] { layers.map { memory.matrix(chunk * group, $0.outputs) } }
    (r, m, bars) = (propagated(), propagated(), propagated())
    let (h, n) = (encoder.first.outputs, encoder.inputs)
    y = memory.matrix(usesGram ? 0 : chunk * group, n)
    gram = memory.matrix(usesGram ? h : 0, h)
    scatter = memory.matrix(usesGram ? h : 0, h)
    cross = memory.matrix(usesGram && encoder.skip != nil ? group : 0, h)
    rowSum = memory.matrix(encoder.skip != nil ? group : 0, usesGram ? h : n)
  }
}

// MARK: - The whole penalty

extension DeepContraction {
  /// Returns P. If the pass has a gradient, also adds the gradient of P to it. `generator` draws the probes.
  func add(_ pass: JacobianPass<T>, using generator: inout SeededGenerator) -> Double {
    begin(pass)
    var penalty = 0.0
    for first in stride(from: 0, to: pass.samples, by: chunk) {
      let samples = first..<min(first + chunk, pass.samples)
      penalty += squaredNorm(propagate(pass, samples, using: &generator), pass)
      if let gradient = pass.gradient { backpropagate(pass, samples, gradient) }
    }
    return penalty / Double(pass.samples) + finish(pass)
  }

  /// What is common to all chunks.
  private func begin(_ pass: JacobianPass<T>) {
    rowSum.clear()
    guard usesGram else { return }
    gram.setUpperOuterGram(of: pass.firstWeight)
    gram.symmetrize()
    scatter.clear()
    if let v = pass.skipWeight { cross.setProduct(v, pass.firstWeight, rightTransposed: true) }
  }

  /// The chunk's share of |J|^2 (by Gram: 0, the sum is known at the end), and M_1b.
  private func squaredNorm(_ m1: MatrixView<T>, _ pass: JacobianPass<T>) -> Double {
    let factor = T(2 * pass.weight / Double(pass.samples))
    let m1Bar = firstBar(m1.rows)
    if usesGram {
      scatter.setUpperGram(of: m1, beta: 1)
      if pass.skipWeight != nil { m1.addGroups(to: rowSum) }
      if pass.gradient != nil {
        m1Bar.setProduct(m1, gram, alpha: factor)
        if pass.skipWeight != nil { m1Bar.addToGroups(cross, times: factor) }
      }
      return 0
    }
    let y = y.prefix(m1.rows)
    y.setProduct(m1, pass.firstWeight)
    if let v = pass.skipWeight { y.addToGroups(v) }
    if let gradient = pass.gradient {
      m1Bar.setProduct(y, pass.firstWeight, rightTransposed: true, alpha: factor)
      gradient.addProduct(m1, transposed: true, y, alpha: factor, to: pass.encoder.first.weight)
      if pass.skipWeight != nil { y.addGroups(to: rowSum) }
    }
    return y.squaredNorm
  }

  /// What is known only after the last chunk.
  private func finish(_ pass: JacobianPass<T>) -> Double {
    let samples = Double(pass.samples)
    var penalty = 0.0
    if usesGram {
      scatter.symmetrize()
      penalty = scatter.dot(gram) / samples
      if let v = pass.skipWeight { penalty += 2 * rowSum.dot(cross) / samples + v.squaredNorm }
    }
    guard let gradient = pass.gradient else { return penalty }
    let factor = T(2 * pass.weight / samples)
    let first = pass.encoder.first.weight
    if usesGram { gradient.addProduct(scatter, pass.firstWeight, alpha: factor, to: first) }
    if let v = pass.skipWeight, let skip = pass.encoder.skip {
      let vBar = gradient.accumulator(skip.weight)
      if usesGram {
        gradient.addProduct(rowSum, transposed: true, v, alpha: factor, to: first)
        vBar.add(v, times: T(2 * pass.weight))
        vBar.setProduct(rowSum, pass.firstWeight, alpha: factor, beta: 1)
      } else {
        vBar.add(rowSum, times: factor)
      }
    }
    return penalty
  }
}

// MARK: - The two sweeps

extension DeepContraction {
  /// Where M_1b belongs before `backpropagate`.
  func firstBar(_ rows: Int) -> MatrixView<T> { bars[0].prefix(rows) }

  /// From the code down to M_1, of the samples of one chunk.
  func propagate(
    _ pass: JacobianPass<T>, _ samples: Range<Int>, using generator: inout SeededGenerator
  ) -> MatrixView<T> {
    let rows = samples.count * group
    for l in r.indices.reversed() {
      let (rl, ml) = (r[l].prefix(rows), m[l].prefix(rows))
      if l == pass.encoder.layers.count - 1 {
        setCodeRows(rl, using: &generator)
      } else if l == r.count - 1 {
        rl.setExpansion(
          of: pass.weight(of: l + 1), pass.derivative(l + 1, samples), samples: samples.count)
      } else {
        rl.setProduct(m[l + 1].prefix(rows), pass.weight(of: l + 1))
      }
      if let d = pass.derivative(l, samples) { ml.setGroupProduct(rl, d) } else { rl.copy(into: ml) }
    }
    return m[0].prefix(rows)
  }

  /// R_L: the identity for every sample, or random rows V with E[V'V] = I (Hutchinson 1990).
  private func setCodeRows(_ rows: MatrixView<T>, using generator: inout SeededGenerator) {
    if let probes {
      return Self.setSigns(rows, size: T(1 / Double(probes).squareRoot()), using: &generator)
    }
    rows.clear()
    for i in 0..<rows.rows { rows[i, i % group] = 1 }
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  private static func setSigns(_ out: MatrixView<T>, size: T, using generator: inout SeededGenerator) {
    for i in 0..<out.rows {
      let row = out.row(i)
      for j in 0..<row.count { row[j] = generator.next() >> 63 == 0 ? size : -size }
    }
  }

  /// From M_1b, in `firstBar`, up to the code: adds to the weights' gradients above the first layer, and leaves zb_l in the
  /// layers' states.
  func backpropagate(_ pass: JacobianPass<T>, _ samples: Range<Int>, _ gradient: Gradient<T>) {
    let rows = samples.count * group
    for l in r.indices {
      let bar = bars[l].prefix(rows)
      let bent = pass.curvature(l, samples)
      bar.undoGroupProduct(
        of: r[l].prefix(rows), pass.derivative(l, samples), curvature: bent?.curvature, into: bent?.zBar,
        samples: samples.count)
      guard l + 1 < pass.encoder.layers.count else { return }
      let tensor = pass.encoder.layers[l + 1].weight
      let weight = pass.weight(of: l + 1)
      if l == r.count - 1 {
        let above = pass.curvature(l + 1, samples)
        bar.undoExpansion(
          of: weight, pass.derivative(l + 1, samples), curvature: above?.curvature, into: above?.zBar,
          addingTo: gradient.accumulator(tensor), samples: samples.count)
      } else {
        gradient.addProduct(m[l + 1].prefix(rows), transposed: true, bar, to: tensor)
        bars[l + 1].prefix(rows).setProduct(bar, weight, rightTransposed: true)
      }
    }
  }
}
