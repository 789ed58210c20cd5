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
  private let path: EncoderPath
  private let usesGram: Bool
  /// nil for the identity.
  private let probes: Int?
  /// Rows a sample.
  let group: Int
  /// Samples a chunk: what is propagated stays in cache.
  let chunk: Int
  private let buffers: [Buffer<T>]
  /// R_l and M_l by layer, chunk * group rows; nil where they are not formed.
  private(set) var r: [MatrixView<T>?]
  private(set) var m: [MatrixView<T>?]
  /// M_lb and then R_lb.
  private(set) var bars: [MatrixView<T>]
  private let bottom: MatrixView<T>  // direct: Y
  private let gram: MatrixView<T>  // G
  private let scatter: MatrixView<T>  // H
  private let cross: MatrixView<T>  // C
  private let rowSum: MatrixView<T>  // Ms, or the sum of Y

  init(_ path: EncoderPath, batch: Int, usesGram: Bool, probes: Int?) {
    self.path = path
    self.usesGram = usesGram
    self.probes = probes
    let depth = path.layers.count
    let group = probes ?? path.outputs
    let chunk = min(batch, max(1, Self.chunkRows / group))
    self.group = group
    self.chunk = chunk
    var buffers: [Buffer<T>] = []
    func make(_ rows: Int, _ columns: Int) -> MatrixView<T> {
      let buffer = Buffer<T>(count: rows * columns)
      buffers.append(buffer)
      return buffer.view.matrix(rows: rows, columns: columns)
    }
    // The topmost layer whose rows are formed: the code itself with probes or with a single layer.
    let top = probes != nil || depth == 1 ? depth : depth - 1
    r = path.layers.indices.map { $0 < top ? make(chunk * group, path.layers[$0].outputs) : nil }
    m = path.layers.indices.map { $0 < top ? make(chunk * group, path.layers[$0].outputs) : nil }
    bars = path.layers.indices.filter { $0 < top }.map { make(chunk * group, path.layers[$0].outputs) }
    let (h, n) = (path.firstWidth, path.inputs)
    bottom = make(usesGram ? 0 : chunk * group, n)
    gram = make(usesGram ? h : 0, h)
    scatter = make(usesGram ? h : 0, h)
    cross = make(usesGram && path.skip != nil ? group : 0, h)
    rowSum = make(path.skip != nil ? group : 0, usesGram ? h : n)
    self.buffers = buffers
  }

  private var top: Int { bars.count - 1 }
}

// MARK: - The whole penalty

extension DeepContraction {
  /// P, and with a target its gradient. `generator` draws the probes.
  func add(
    _ input: ContractionInputs<T>, _ target: ContractionGradient<T>?, using generator: inout SeededGenerator
  ) -> Double {
    begin(input)
    var penalty = 0.0
    let weight = 2 * (target?.weight ?? 0) / Double(input.samples)
    for first in stride(from: 0, to: input.samples, by: chunk) {
      let samples = first..<min(first + chunk, input.samples)
      let m1 = propagate(input, samples, using: &generator)
      let m1Bar = target == nil ? nil : bars[0].prefix(m1.rows)
      penalty += squaredNorm(m1, input, target, T(weight), into: m1Bar)
      if let target { backpropagate(input, samples, target.gradient) }
    }
    return penalty / Double(input.samples) + finish(input, target)
  }

  /// What is common to all chunks.
  private func begin(_ input: ContractionInputs<T>) {
    rowSum.clear()
    guard usesGram else { return }
    gram.setUpperOuterGram(of: input.firstWeight)
    gram.symmetrize()
    scatter.clear()
    if let v = input.skipWeight { cross.setProduct(v, input.firstWeight, rightTransposed: true) }
  }

  /// The chunk's share of |J|^2 (by Gram, what is known before the end), and M_1b.
  private func squaredNorm(
    _ m1: MatrixView<T>, _ input: ContractionInputs<T>, _ target: ContractionGradient<T>?, _ factor: T,
    into m1Bar: MatrixView<T>?
  ) -> Double {
    if usesGram {
      scatter.setUpperGram(of: m1, beta: 1)
      if input.skipWeight != nil { m1.addGroups(to: rowSum) }
      if let m1Bar {
        m1Bar.setProduct(m1, gram, alpha: factor)
        if input.skipWeight != nil { m1Bar.addToGroups(cross, times: factor) }
      }
      return 0
    }
    let y = bottom.prefix(m1.rows)
    y.setProduct(m1, input.firstWeight)
    if let v = input.skipWeight { y.addToGroups(v) }
    if let target, let m1Bar {
      m1Bar.setProduct(y, input.firstWeight, rightTransposed: true, alpha: factor)
      let beta: T = target.gradient.adds(to: path.layers[0].weight) ? 1 : 0
      target.gradient.matrix(path.layers[0].weight).setProduct(
        m1, transposed: true, y, alpha: factor, beta: beta)
      if input.skipWeight != nil { y.addGroups(to: rowSum) }
    }
    return y.squaredNorm
  }

  /// What is known only after the last chunk.
  private func finish(_ input: ContractionInputs<T>, _ target: ContractionGradient<T>?) -> Double {
    let samples = Double(input.samples)
    var penalty = 0.0
    if usesGram {
      scatter.symmetrize()
      penalty = scatter.dot(gram) / samples
      if let v = input.skipWeight { penalty += 2 * rowSum.dot(cross) / samples + v.squaredNorm }
    }
    guard let target else { return penalty }
    let factor = T(2 * target.weight / samples)
    let w1Bar = target.gradient.matrix(path.layers[0].weight)
    if usesGram {
      let beta: T = target.gradient.adds(to: path.layers[0].weight) ? 1 : 0
      w1Bar.setProduct(scatter, input.firstWeight, alpha: factor, beta: beta)
    }
    if let v = input.skipWeight, let skip = path.skip {
      let vBar = target.gradient.accumulator(skip.weight)
      if usesGram {
        w1Bar.setProduct(rowSum, transposed: true, v, alpha: factor, beta: 1)
        vBar.add(v, times: T(2 * target.weight))
        vBar.setProduct(rowSum, input.firstWeight, alpha: factor, beta: 1)
      } else {
        vBar.add(rowSum, times: factor)
      }
    }
    return penalty
  }
}

// MARK: - The two sweeps

extension DeepContraction {
  /// D of a layer for the samples of a chunk; nil means 1.
  private func derivative(_ l: Int, _ input: ContractionInputs<T>, _ samples: Range<Int>) -> MatrixView<T>? {
    input.states[l].derivative?.rows(samples)
  }

  /// From the code down to M_1, of the samples of one chunk.
  func propagate(
    _ input: ContractionInputs<T>, _ samples: Range<Int>, using generator: inout SeededGenerator
  ) -> MatrixView<T> {
    let rows = samples.count * group
    for l in stride(from: top, through: 0, by: -1) {
      let rl = r[l]!.prefix(rows)
      if l == path.layers.count - 1 {
        setCodeRows(rl, using: &generator)
      } else if l == top {
        rl.setExpansion(
          of: input.parameters[path.layers[l + 1].weight], derivative(l + 1, input, samples),
          samples: samples.count)
      } else {
        rl.setProduct(m[l + 1]!.prefix(rows), input.parameters[path.layers[l + 1].weight])
      }
      if let d = derivative(l, input, samples) {
        m[l]!.prefix(rows).setGroupProduct(rl, d)
      } else {
        rl.copy(into: m[l]!.prefix(rows))
      }
    }
    return m[0]!.prefix(rows)
  }

  /// R_L: the identity for every sample, or random rows V with E[V'V] = I (Hutchinson 1990).
  private func setCodeRows(_ rows: MatrixView<T>, using generator: inout SeededGenerator) {
    rows.clear()
    guard let probes else {
      for i in 0..<rows.rows { rows[i, i % group] = 1 }
      return
    }
    let size = T(1 / Double(probes).squareRoot())
    for i in 0..<rows.rows {
      for j in 0..<rows.columns {
        rows.base[i * rows.stride + j] = generator.next() >> 63 == 0 ? size : -size
      }
    }
  }

  /// From M_1b, in `bars[0]`, up to the code: adds to the weights' gradients above the first layer, and leaves zb_l in the
  /// layers' states.
  func backpropagate(_ input: ContractionInputs<T>, _ samples: Range<Int>, _ gradient: Gradient<T>) {
    let rows = samples.count * group
    for l in 0...top {
      let bar = bars[l].prefix(rows)
      let state = input.states[l]
      let curvature = state.curvature?.rows(samples)
      bar.undoGroupProduct(
        of: r[l]!.prefix(rows), derivative(l, input, samples), curvature: curvature,
        into: curvature == nil ? nil : state.penaltyBar?.rows(samples), samples: samples.count)
      guard l + 1 < path.layers.count else { return }
      let next = path.layers[l + 1]
      let weight = input.parameters[next.weight]
      if l == top {
        let above = input.states[l + 1]
        let aboveCurvature = above.curvature?.rows(samples)
        bar.undoExpansion(
          of: weight, derivative(l + 1, input, samples), curvature: aboveCurvature,
          into: aboveCurvature == nil ? nil : above.penaltyBar?.rows(samples),
          addingTo: gradient.accumulator(next.weight), samples: samples.count)
      } else {
        let beta: T = gradient.adds(to: next.weight) ? 1 : 0
        gradient.matrix(next.weight).setProduct(m[l + 1]!.prefix(rows), transposed: true, bar, beta: beta)
        bars[l + 1].prefix(rows).setProduct(bar, weight, rightTransposed: true)
      }
    }
  }
}
