// Contraction without propagating anything, for encoders of one layer, and of two with a linear code.
// Mathematics 5a, 5b; the terms of a skip branch V are derived here: with J = V + J0,
//   |J|^2 = |V|^2 + 2 <V, J0> + |J0|^2.

/// The views a route works on: W1 (and V) may be those of the input in other units than the network's.
struct ContractionInputs<T: Scalar> {
  let path: EncoderPath
  /// Of each layer, after a forward pass of the batch.
  let states: [LayerState<T>]
  let parameters: VectorView<T>
  let firstWeight: MatrixView<T>
  let skipWeight: MatrixView<T>?
  /// Rows of the batch.
  let samples: Int
}

extension ContractionInputs {
  /// Prepares the layers' states to collect zb: penalties of one step add up.
  func beginPenalty() {
    for state in states {
      guard let zBar = state.penaltyBar, !state.hasPenalty else { continue }
      zBar.prefix(samples).clear()
      state.hasPenalty = true
    }
  }
}

/// The gradient's side: contributions are added with this factor.
struct ContractionGradient<T: Scalar> {
  let gradient: Gradient<T>
  /// lambda
  let weight: Double
}

/// One layer, J_b = V + diag(d_b) W: with q_j = |W_j|^2 and c_j = <V_j, W_j> (rows),
///   P = (1/B) sum_b (d_b^2 . q + 2 d_b . c) + |V|^2.
/// Cost: h n for q, and B h.
enum SingleLayerContraction {
  static func scratchCount(_ path: EncoderPath, batch: Int) -> Int { (4 + batch) * path.outputs }

  static func add<T: Scalar>(
    _ input: ContractionInputs<T>, _ target: ContractionGradient<T>?, scratch: VectorView<T>
  ) -> Double {
    let w = input.firstWeight
    let v = input.skipWeight
    let state = input.states[0]
    let (h, batch) = (w.rows, Double(input.samples))
    let q = scratch.slice(0..<h)
    let c = scratch.slice(h..<2 * h)
    let squares = scratch.slice(2 * h..<3 * h)  // mean of d^2
    let means = scratch.slice(3 * h..<4 * h)  // mean of d
    let squared = scratch.matrix(at: 4 * h, rows: input.samples, columns: h)
    for j in 0..<h {
      let row = w.rows(j..<j + 1)
      q[j] = T(row.squaredNorm)
      c[j] = T(v.map { $0.rows(j..<j + 1).dot(row) } ?? 0)
      squares[j] = 1
      means[j] = 1
    }
    if let d = state.derivative?.prefix(input.samples) {
      d.setColumnMeans(into: means.row)
      squared.setElementwiseProduct(d, d)
      squared.setColumnMeans(into: squares.row)
    }
    let penalty = squares.dot(q) + 2 * means.dot(c) + (v?.squaredNorm ?? 0)
    guard let target else { return penalty }

    let factor = 2 * target.weight
    let wBar = target.gradient.accumulator(input.path.layers[0].weight)
    for j in 0..<h {
      wBar.rows(j..<j + 1).add(w.rows(j..<j + 1), times: T(factor) * squares[j])
      if let v { wBar.rows(j..<j + 1).add(v.rows(j..<j + 1), times: T(factor) * means[j]) }
    }
    if let v, let skip = input.path.skip {
      let vBar = target.gradient.accumulator(skip.weight)
      vBar.add(v, times: T(factor))
      for j in 0..<h { vBar.rows(j..<j + 1).add(w.rows(j..<j + 1), times: T(factor) * means[j]) }
    }
    if let s = state.curvature?.prefix(input.samples), let d = state.derivative?.prefix(input.samples),
      let zBar = state.penaltyBar?.prefix(input.samples)
    {
      // zb += (2 weight / B) f'' o (d o q + c)
      d.scaleColumns(by: q, adding: c, into: squared)
      squared.setElementwiseProduct(squared, s)
      zBar.add(squared, times: T(factor / batch))
    }
    return penalty
  }
}

/// Two layers and a linear code, J_b = V + W2 diag(d_b) W1: with M = (W2'W2) o (W1W1') and c_j = W2_:j' V W1_j',
///   P = (1/B) sum_b (d_b' M d_b + 2 d_b . c) + |V|^2 = <M, DD> + 2 dm . c + |V|^2,
/// DD = D'D/B, dm the mean of the d_b. Only products and Hadamard products: no factor of the code's size.
enum TwoLayerContraction {
  static func scratchCount(_ path: EncoderPath, batch: Int) -> Int {
    let (h, n) = (path.firstWidth, path.inputs)
    return 4 * h * h + batch * h + 2 * h + h * n
  }

  static func add<T: Scalar>(
    _ input: ContractionInputs<T>, _ target: ContractionGradient<T>?, scratch: VectorView<T>
  ) -> Double {
    let w1 = input.firstWeight
    let w2 = input.parameters[input.path.layers[1].weight]
    let (h, n, samples) = (w1.rows, w1.columns, input.samples)
    var offset = 0
    func take(_ rows: Int, _ columns: Int) -> MatrixView<T> {
      defer { offset += rows * columns }
      return scratch.matrix(at: offset, rows: rows, columns: columns)
    }
    let (g1, g2, m, dd) = (take(h, h), take(h, h), take(h, h), take(h, h))
    let (dm, c) = (take(1, h), take(1, h))
    let wide = take(h, n)  // W2'V, and then rows of W1 by factors
    let dTimesM = take(samples, h)
    let state = input.states[0]
    let d = state.derivative?.prefix(samples)

    g1.setUpperOuterGram(of: w1)
    g2.setUpperGram(of: w2)
    g1.symmetrize()
    g2.symmetrize()
    m.setElementwiseProduct(g1, g2)
    dm.fill(with: 1)
    if let d {
      dd.setUpperGram(of: d, alpha: 1 / T(samples))
      dd.symmetrize()
      d.setColumnMeans(into: dm)
    } else {
      dd.fill(with: 1)
    }
    var penalty = m.dot(dd)
    if let v = input.skipWeight {
      wide.setProduct(w2, transposed: true, v)
      for j in 0..<h { c[0, j] = T(wide.rows(j..<j + 1).dot(w1.rows(j..<j + 1))) }
      penalty += 2 * dm.dot(c) + v.squaredNorm
    }
    guard let target else { return penalty }

    let factor = T(2 * target.weight)
    // zb first: M is overwritten afterwards.
    if let d, let s = state.curvature?.prefix(samples), let zBar = state.penaltyBar?.prefix(samples) {
      dTimesM.setProduct(d, m, alpha: factor / T(samples))
      if input.skipWeight != nil {
        c.scale(by: factor / T(samples))
        dTimesM.scaleColumns(by: nil, adding: VectorView(base: c.base, count: h), into: dTimesM)
      }
      dTimesM.setElementwiseProduct(dTimesM, s)
      zBar.add(dTimesM)
    }
    if let v = input.skipWeight, let skip = input.path.skip {
      // 2 <V, W2 diag(dm) W1>, by each factor in turn.
      let w1Bar = target.gradient.accumulator(input.path.layers[0].weight)
      for j in 0..<h { w1Bar.rows(j..<j + 1).add(wide.rows(j..<j + 1), times: factor * dm[0, j]) }
      for j in 0..<h {
        w1.rows(j..<j + 1).copy(into: wide.rows(j..<j + 1))
        wide.rows(j..<j + 1).scale(by: dm[0, j])
      }
      let addsW2: T = target.gradient.adds(to: input.path.layers[1].weight) ? 1 : 0
      target.gradient.matrix(input.path.layers[1].weight).setProduct(
        v, wide, rightTransposed: true, alpha: factor, beta: addsW2)
      let vBar = target.gradient.accumulator(skip.weight)
      vBar.add(v, times: factor)
      vBar.setProduct(w2, wide, alpha: factor, beta: 1)
    }
    m.setElementwiseProduct(g2, dd)
    let addsW1: T = target.gradient.adds(to: input.path.layers[0].weight) ? 1 : 0
    target.gradient.matrix(input.path.layers[0].weight).setProduct(m, w1, alpha: factor, beta: addsW1)
    m.setElementwiseProduct(g1, dd)
    let addsW2: T = target.gradient.adds(to: input.path.layers[1].weight) ? 1 : 0
    target.gradient.matrix(input.path.layers[1].weight).setProduct(w2, m, alpha: factor, beta: addsW2)
    return penalty
  }
}
