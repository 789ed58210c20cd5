// What the penalties on the similarities between the rows of a batch share. Mathematics, section 9.
//
// X has the rows of the data as they are, Z the codes; n in a name says that the rows are divided by their lengths. The
// formulas stand in Strain.swift and Neighbourhood.swift.
// Cost for a batch of B: the similarities B^2 (d + k) / 2, the gradient of a code B^2 k or twice that; memory
// 2 B^2 + B (d + 2 k) numbers, allocated once.

/// The rows of a batch, their lengths, and the B x B matrices of similarities.
package final class Similarities<T: Scalar> {
  private let memory = Arena<T>()
  private let rows: MatrixView<T>
  private let code: MatrixView<T>
  private let codeBar: MatrixView<T>
  private let inverseNorms: VectorView<T>
  private let ofCodes: VectorView<T>
  private let ofRows: VectorView<T>

  package init(batch: Int, inputs d: Int, latent k: Int) {
    rows = memory.matrix(batch, d)
    code = memory.matrix(batch, k)
    codeBar = memory.matrix(batch, k)
    inverseNorms = memory.vector(batch)
    ofCodes = memory.vector(batch * batch)
    ofRows = memory.vector(batch * batch)
  }

  /// Numbers it keeps.
  static func memoryCount(_ architecture: Architecture, batch: Int) -> Double {
    Double(batch) * Double(architecture.inputs + 2 * architecture.latent + 1 + 2 * batch)
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
  /// Xn of the rows loaded last.
  func normalizedRows(_ count: Int) -> MatrixView<T> { rows.prefix(count) }

  /// Zn, whose lengths are kept for the pullback.
  func normalized(_ z: MatrixView<T>) -> MatrixView<T> {
    let zn = code.prefix(z.rows)
    RowNormalization.apply(z, into: zn, inverseNorms: inverseNorms.slice(0..<z.rows))
    return zn
  }

  /// Memory for B x B similarities of codes, and for those of rows.
  func matrices(_ batch: Int) -> (ofCodes: MatrixView<T>, ofRows: MatrixView<T>) {
    (ofCodes.matrix(rows: batch, columns: batch), ofRows.matrix(rows: batch, columns: batch))
  }

  /// Memory for Znb.
  func normalizedBar(_ batch: Int) -> MatrixView<T> { codeBar.prefix(batch) }

  /// Zb += the pullback of Znb, after `normalized`; Znb is overwritten.
  func pullback(_ znBar: MatrixView<T>, _ zn: MatrixView<T>, addingTo zBar: MatrixView<T>) {
    RowNormalization.pullback(znBar, zn, inverseNorms: inverseNorms.slice(0..<zn.rows), addingTo: zBar)
  }
}
