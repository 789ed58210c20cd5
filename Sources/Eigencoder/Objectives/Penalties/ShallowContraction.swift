// Contraction without propagating anything, for encoders of one layer, and of two with a linear code.
// Mathematics 5a, 5b; the terms of a skip branch V are derived here: with J = V + J0,
//   |J|^2 = |V|^2 + 2 <V, J0> + |J0|^2.

/// One layer, J_b = V + diag(d_b) W: with q_j = |W_j|^2 and c_j = <V_j, W_j> (rows),
///   P = (1/B) sum_b (d_b^2 . q + 2 d_b . c) + |V|^2.
/// Cost: h n for q, and B h.
final class SingleLayerContraction<T: Scalar> {
  private let memory = Arena<T>()
  private let q: VectorView<T>
  private let c: VectorView<T>
  /// The means of d^2 and of d over the batch.
  private let squares: VectorView<T>
  private let means: VectorView<T>
  /// B x h.
  private let squared: MatrixView<T>

  init(_ encoder: FeedForward, batch: Int) {
    let h = encoder.outputs
    (q, c, squares, means) = (memory.vector(h), memory.vector(h), memory.vector(h), memory.vector(h))
    squared = memory.matrix(batch, h)
  }

  func add(_ pass: JacobianPass<T>) -> Double {
    let (w, v) = (pass.firstWeight, pass.skipWeight)
    let rows = 0..<pass.samples
    let squared = squared.rows(rows)
    for j in 0..<w.rows {
      q[j] = T(w.row(j).dot(w.row(j)))
      c[j] = T(v.map { $0.row(j).dot(w.row(j)) } ?? 0)
      squares[j] = 1
      means[j] = 1
    }
    if let d = pass.derivative(0, rows) {
      d.setColumnMeans(into: means.row)
      squared.setElementwiseProduct(d, d)
      squared.setColumnMeans(into: squares.row)
    }
    let penalty = squares.dot(q) + 2 * means.dot(c) + (v?.squaredNorm ?? 0)
    guard let gradient = pass.gradient else { return penalty }

    let factor = 2 * pass.weight
    let wBar = gradient.accumulator(pass.encoder.first.weight)
    for j in 0..<w.rows {
      wBar.row(j).add(w.row(j), times: T(factor) * squares[j])
      if let v { wBar.row(j).add(v.row(j), times: T(factor) * means[j]) }
    }
    if let v, let skip = pass.encoder.skip {
      let vBar = gradient.accumulator(skip.weight)
      vBar.add(v, times: T(factor))
      for j in 0..<w.rows { vBar.row(j).add(w.row(j), times: T(factor) * means[j]) }
    }
    if let d = pass.derivative(0, rows), let (s, zBar) = pass.curvature(0, rows) {
      // zb += (2 weight / B) f'' o (d o q + c)
      d.scaleColumns(by: q, adding: c, into: squared)
      squared.setElementwiseProduct(squared, s)
      zBar.add(squared, times: T(factor / Double(pass.samples)))
    }
    return penalty
  }
}

/// Two layers and a linear code, J_b = V + W2 diag(d_b) W1: with M = (W2'W2) o (W1W1') and c_j = W2_:j' V W1_j',
///   P = (1/B) sum_b (d_b' M d_b + 2 d_b . c) + |V|^2 = <M, DD> + 2 dm . c + |V|^2,
/// DD = D'D/B, dm the mean of the d_b. Only products and Hadamard products: no factor of the code's size.
final class TwoLayerContraction<T: Scalar> {
  private let memory = Arena<T>()
  private let g1: MatrixView<T>  // W1 W1'
  private let g2: MatrixView<T>  // W2'W2
  private let m: MatrixView<T>
  private let dd: MatrixView<T>
  private let dm: MatrixView<T>
  private let c: MatrixView<T>
  private let wide: MatrixView<T>  // W2'V, and then rows of W1 by factors
  private let dTimesM: MatrixView<T>

  init(_ encoder: FeedForward, batch: Int) {
    let h = encoder.first.outputs
    (g1, g2) = (memory.matrix(h, h), memory.matrix(h, h))
    (m, dd) = (memory.matrix(h, h), memory.matrix(h, h))
    (dm, c) = (memory.matrix(1, h), memory.matrix(1, h))
    wide = memory.matrix(encoder.skip == nil ? 0 : h, encoder.inputs)
    dTimesM = memory.matrix(batch, h)
  }

  func add(_ pass: JacobianPass<T>) -> Double {
    let w1 = pass.firstWeight
    let w2 = pass.weight(of: 1)
    let h = w1.rows
    let rows = 0..<pass.samples
    let d = pass.derivative(0, rows)

    g1.setUpperOuterGram(of: w1)
    g2.setUpperGram(of: w2)
    g1.symmetrize()
    g2.symmetrize()
    m.setElementwiseProduct(g1, g2)
    dm.fill(with: 1)
    if let d {
      dd.setUpperGram(of: d, alpha: 1 / T(pass.samples))
      dd.symmetrize()
      d.setColumnMeans(into: dm)
    } else {
      dd.fill(with: 1)
    }
    var penalty = m.dot(dd)
    if let v = pass.skipWeight {
      wide.setProduct(w2, transposed: true, v)
      for j in 0..<h { c[0, j] = T(wide.row(j).dot(w1.row(j))) }
      penalty += 2 * dm.dot(c) + v.squaredNorm
    }
    guard let gradient = pass.gradient else { return penalty }

    let factor = T(2 * pass.weight)
    // zb first: M is overwritten afterwards.
    if let d, let (s, zBar) = pass.curvature(0, rows) {
      let dTimesM = dTimesM.rows(rows)
      dTimesM.setProduct(d, m, alpha: factor / T(pass.samples))
      if pass.skipWeight != nil {
        c.scale(by: factor / T(pass.samples))
        dTimesM.scaleColumns(by: nil, adding: c.row(0), into: dTimesM)
      }
      dTimesM.setElementwiseProduct(dTimesM, s)
      zBar.add(dTimesM)
    }
    let (first, second) = (pass.encoder.first.weight, pass.encoder.last.weight)
    if let v = pass.skipWeight, let skip = pass.encoder.skip {
      // 2 <V, W2 diag(dm) W1>, by each factor in turn.
      let w1Bar = gradient.accumulator(first)
      for j in 0..<h { w1Bar.row(j).add(wide.row(j), times: factor * dm[0, j]) }
      for j in 0..<h {
        w1.row(j).copy(into: wide.row(j))
        wide.row(j).scale(by: dm[0, j])
      }
      gradient.addProduct(v, wide, rightTransposed: true, alpha: factor, to: second)
      let vBar = gradient.accumulator(skip.weight)
      vBar.add(v, times: factor)
      vBar.setProduct(w2, wide, alpha: factor, beta: 1)
    }
    m.setElementwiseProduct(g2, dd)
    gradient.addProduct(m, w1, alpha: factor, to: first)
    m.setElementwiseProduct(g1, dd)
    gradient.addProduct(w2, m, alpha: factor, to: second)
    return penalty
  }
}
