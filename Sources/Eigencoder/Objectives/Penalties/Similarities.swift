// What the penalties on the similarities between the rows of a batch share. Mathematics, section 9.
//
// X has the rows of the data as they are, Z the codes; n in a name says that the rows are divided by their lengths. The
// formulas stand in Strain.swift and Neighbourhood.swift.
// Cost for a batch of B: the similarities B^2 (d + k) / 2, the gradient of a code B^2 k or twice that; memory
// 2 B^2 + B (d + 2 k) numbers, allocated once.

/// The rows of a batch, their lengths, and the B x B matrices of similarities.
package final class Similarities<T: Scalar> {
  private let memory = Arena<T>()
  /// Xn of the rows loaded last; the first B rows.
  let rows: MatrixView<T>
  private let code: MatrixView<T>
  /// Memory for Znb; the first B rows.
  let codeBar: MatrixView<T>
  private let inverseNorms: VectorView<T>
  /// Memory for the similarities of codes, and for those of rows.
  private let ofCodes: VectorView<T>
  private let ofRows: VectorView<T>

  package init(batch: Int, inputs d: Int, latent k: Int) {
    rows = memory.matrix(batch, d)
    (code, codeBar) = (memory.matrix(batch, k), memory.matrix(batch, k))
    inverseNorms = memory.vector(batch)
    (ofCodes, ofRows) = (memory.vector(batch * batch), memory.vector(batch * batch))
  }

  /// Numbers it keeps.
  static func memoryCount(_ architecture: Architecture, batch: Int) -> Double {
    Double(batch) * Double(architecture.inputs + 2 * architecture.latent + 1 + 2 * batch)
  }

  /// Takes the rows `indices` of the data, as they are there.
  package func load(_ x: MatrixView<T>, _ indices: ArraySlice<Int64>) {
    let batch = rows.prefix(indices.count)
    x.gather(indices, into: batch)
    RowNormalization.apply(batch, into: batch, inverseNorms: inverseNorms.slice(0..<batch.rows))
  }

  /// Zn, whose lengths are kept for the pullback.
  func normalized(_ z: MatrixView<T>) -> MatrixView<T> {
    let zn = code.prefix(z.rows)
    RowNormalization.apply(z, into: zn, inverseNorms: inverseNorms.slice(0..<z.rows))
    return zn
  }

  /// Zb += the pullback of Znb, after `normalized`; Znb is overwritten.
  func pullback(_ znBar: MatrixView<T>, _ zn: MatrixView<T>, addingTo zBar: MatrixView<T>) {
    RowNormalization.pullback(znBar, zn, inverseNorms: inverseNorms.slice(0..<zn.rows), addingTo: zBar)
  }

  /// Memory for B x B similarities.
  func matrices(_ batch: Int) -> (ofCodes: MatrixView<T>, ofRows: MatrixView<T>) {
    (ofCodes.matrix(rows: batch, columns: batch), ofRows.matrix(rows: batch, columns: batch))
  }
}
