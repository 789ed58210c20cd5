// Penalties on the similarities between the codes of a batch. Mathematics, section 9.
//
// X has the rows of the data as they are, Z the codes; n in a name says that the rows are divided by their lengths.
//   strain          (1/B^2) |Z Z' - X X'|_F^2 of products, or of cosines with Zn and Xn;
//                   E the difference: Zb = (4/B^2) E Z
//   neighbourhood   mean_i KL(P_i | Q_i), P the softmax of the rows of Xn Xn' / tau, Q of Zn Zn' / tau_z, both
//                   without the diagonal: Znb = (G + G') Zn with G = (Q - P) / (B tau_z)
// Cost for a batch of B: the similarities B^2 (d + k) / 2, the gradient of a code B^2 k or twice that, and for the
// neighbourhoods 2 B^2 exponentials; memory 2 B^2 + B (d + 2 k) numbers, allocated once.

/// What a strain compares between rows and between their codes.
public enum Similarity: String, Codable, CaseIterable, Sendable {
  /// Of the rows as they are in the data and of the codes as they are: the terms of a search by cosine.
  case cosine
  /// Inner products of the codes with those of the centred rows, as the network sees them. The linear code that
  /// minimises their strain is PCA (classical scaling).
  case product
}

/// The memory and the mathematics of the penalties on similarities.
package final class Similarities<T: Scalar> {
  private let memory: Buffer<T>
  /// Xn: `capacity` x d.
  private let rows: MatrixView<T>
  private let code: MatrixView<T>
  private let codeBar: MatrixView<T>
  private let inverseNorms: VectorView<T>
  /// B x B each, in the shape of the batch.
  private let ofCodes: VectorView<T>
  private let ofRows: VectorView<T>

  package init(batch: Int, inputs d: Int, latent k: Int) {
    memory = Buffer(count: Self.memoryCount(batch: batch, inputs: d, latent: k))
    let view = memory.view
    rows = view.matrix(rows: batch, columns: d)
    code = view.matrix(at: batch * d, rows: batch, columns: k)
    codeBar = view.matrix(at: batch * (d + k), rows: batch, columns: k)
    let start = batch * (d + 2 * k)
    inverseNorms = view.slice(start..<start + batch)
    ofCodes = view.slice(start + batch..<start + batch + batch * batch)
    ofRows = view.slice(start + batch + batch * batch..<start + batch + 2 * batch * batch)
  }

  /// Numbers it allocates.
  package static func memoryCount(batch: Int, inputs d: Int, latent k: Int) -> Int {
    batch * (d + 2 * k + 1 + 2 * batch)
  }

  /// Takes the rows `indices` of the data, as they are there.
  func load(_ x: MatrixView<T>, _ indices: ArraySlice<Int64>) {
    x.gather(indices, into: rows.prefix(indices.count))
    normalizeRows(indices.count)
  }

  /// Takes given rows.
  package func load(_ x: MatrixView<T>) {
    x.copy(into: rows.prefix(x.rows))
    normalizeRows(x.rows)
  }

  private func normalizeRows(_ count: Int) {
    let x = rows.prefix(count)
    RowNormalization.apply(x, into: x, inverseNorms: inverseNorms.slice(0..<count))
  }
}

extension Similarities {
  /// The strain of codes z, B x k, against the rows loaded last, or of products against `centred`; with a gradient,
  /// adds weight times its own to `zBar`.
  package func strain(
    of similarity: Similarity, _ z: MatrixView<T>, centred: MatrixView<T>, _ weight: Double,
    addingTo zBar: MatrixView<T>?
  ) -> Double {
    let batch = Double(z.rows)
    let e = ofCodes.matrix(rows: z.rows, columns: z.rows)
    let (left, right) =
      switch similarity {
      case .cosine: (normalized(z), rows.prefix(z.rows))
      case .product: (z, centred)
      }
    e.setUpperOuterGram(of: left)
    e.setUpperOuterGram(of: right, alpha: -1, beta: 1)
    e.symmetrize()
    if let zBar {
      let factor = T(4 * weight / (batch * batch))
      switch similarity {
      case .cosine:
        let bar = codeBar.prefix(z.rows)
        bar.setProduct(e, left, alpha: factor)
        pullback(bar, left, addingTo: zBar)
      case .product: zBar.setProduct(e, left, alpha: factor, beta: 1)
      }
    }
    return e.squaredNorm / (batch * batch)
  }

  /// The mean divergence of the codes' neighbourhoods from those of the rows loaded last; with a gradient, adds weight
  /// times its own to `zBar`.
  package func neighbourhood(
    _ z: MatrixView<T>, temperatures: (rows: Double, codes: Double), _ weight: Double,
    addingTo zBar: MatrixView<T>?
  ) -> Double {
    let batch = Double(z.rows)
    let (s, p) = (
      ofCodes.matrix(rows: z.rows, columns: z.rows), ofRows.matrix(rows: z.rows, columns: z.rows)
    )
    let zn = normalized(z)
    s.setUpperOuterGram(of: zn)
    s.symmetrize()
    p.setUpperOuterGram(of: rows.prefix(z.rows))
    p.symmetrize()
    let factor = T(weight / (batch * temperatures.codes))
    let sum = s.setSoftmaxDifference(
      from: p, factors: (T(1 / temperatures.rows), T(1 / temperatures.codes)), scale: factor)
    if let zBar {
      let bar = codeBar.prefix(z.rows)
      bar.setProduct(s, zn)
      bar.setProduct(s, transposed: true, zn, beta: 1)
      pullback(bar, zn, addingTo: zBar)
    }
    return sum / batch
  }

  private func normalized(_ z: MatrixView<T>) -> MatrixView<T> {
    let zn = code.prefix(z.rows)
    RowNormalization.apply(z, into: zn, inverseNorms: inverseNorms.slice(0..<z.rows))
    return zn
  }

  private func pullback(_ znBar: MatrixView<T>, _ zn: MatrixView<T>, addingTo zBar: MatrixView<T>) {
    RowNormalization.pullback(
      znBar, zn, inverseNorms: inverseNorms.slice(0..<zn.rows), addingTo: zBar)
  }
}
