// A block Krylov space of a symmetric operator C that is known by products alone: block Lanczos with full
// reorthogonalisation and thick restarts.
//
// With V (m x d) the orthonormal rows so far and Q its newest block, one product W = Q C gives
//   T = V C V'   by the new columns V W', all of them, so that rounding and restarts need no recurrence;
//   Q_next       the orthonormal rows of W - W V'V, less what V already has of them.
// Then C V' = V' T + Q_next' B with B in the columns of the newest block alone. An eigenpair T s = theta s is a Ritz pair
// (theta, V's) of C with the residual |C V's - theta V's| = |B s_new|: no estimate, but for rounding. The space of q
// products has the best polynomial of degree q in C, where q steps of a power iteration have one of them: eigenvalues
// that a power iteration cannot tell apart converge in the root of its steps (Musco & Musco 2015; Golub & Van Loan
// 2013, section 10.3). A block as wide as the number of wanted pairs finds every eigenvalue up to that multiplicity.
//
// Thick restart (Wu & Simon 2000; Stewart 2001): V is replaced by its leading Ritz vectors, T by their values, and Q_next
// follows as before; nothing that has converged is lost, and memory stays m d.
//
// A step costs one product, 8 m b d for the projections and 4 b^2 d for the QR; T, 4/3 m^3.

/// Orthonormal vectors that approach the leading eigenvectors of an operator with each product that is included.
package struct KrylovSpace {
  /// d
  private let dimension: Int
  /// The most rows that V may have.
  private let limit: Int
  /// V, in the blocks in which it grew; the last one is Q, whose product comes next.
  private var blocks: [Matrix<Double>]
  /// T, of all blocks but the last.
  private var projected = Matrix<Double>(rows: 0, columns: 0)
  /// Eigenvectors of T as rows, largest first.
  private var coordinates = Matrix<Double>(rows: 0, columns: 0)

  /// The largest Ritz values.
  package private(set) var values: [Double] = []
  /// |C y - theta y| of each, from the last product.
  package private(set) var residuals: [Double] = []
  /// Nothing is left outside of the space: its Ritz pairs are eigenpairs.
  private(set) var isInvariant = false

  /// Starts from orthonormal rows, b x d.
  /// - Parameter limit: rows of V at the most; at least 4 b.
  package init(start: Matrix<Double>, limit: Int) {
    dimension = start.columns
    self.limit = max(limit, 4 * start.rows)
    blocks = [start]
  }

  /// Q, the rows whose product with C comes next. Not to be asked once the space is invariant.
  package var next: Matrix<Double> { blocks[blocks.count - 1] }

  /// Includes W = Q C, and computes `count` Ritz pairs, or as many as there are.
  /// - Throws: `EigencoderError.numericalFailure` from LAPACK, or on products that are not finite.
  package mutating func include(_ product: consuming Matrix<Double>, count: Int) throws {
    var w = product
    extend(by: removeSpan(from: &w))
    let eigen = try SymmetricEigen(of: projected, largest: min(count, projected.rows))
    values = eigen.values
    coordinates = eigen.vectors
    let size = eigen.values.first.map { max(0, $0) } ?? 0
    // Rounding leaves about this of what lies in the space already.
    let outside = try PivotedQR(of: w, floor: 64 * Double.unitRoundoff * size)
    let newest = projected.rows - w.rows
    residuals = values.indices.map { i in outside.norm(of: Array(coordinates.row(i)[newest...])) }
    guard outside.rows.rows > 0, projected.rows < dimension else {
      isInvariant = true
      return
    }
    // What was small beside W is not yet orthogonal to V at its own size.
    var block = outside.rows
    _ = removeSpan(from: &block)
    let orthonormal = try PivotedQR(of: block, floor: 0.5).rows
    let room = min(orthonormal.rows, dimension - projected.rows)
    if room == 0 {
      isInvariant = true
      return
    }
    if projected.rows + 2 * orthonormal.rows > limit { try restart(keeping: count) }
    blocks.append(room == orthonormal.rows ? orthonormal : orthonormal.rows(0..<room))
  }

  /// The first `count` Ritz vectors as orthonormal rows. 2 count m d.
  package func vectors(_ count: Int) -> Matrix<Double> { rotated(coordinates.rows(0..<count)) }

  /// The part of each row in the span of V is taken away, twice; returns its coordinates, rows x m.
  private func removeSpan(from w: inout Matrix<Double>) -> Matrix<Double> {
    let m = blocks.reduce(0) { $0 + $1.rows }
    var coordinates = Matrix<Double>(rows: w.rows, columns: m)
    for _ in 0..<2 {
      var first = 0
      for block in blocks {
        let part = w.removeProjection(on: block)
        coordinates.withMutableView { all in
          part.withView { all.columns(first..<first + block.rows).add($0) }
        }
        first += block.rows
      }
    }
    return coordinates
  }

  /// T with the rows and columns of the newest block.
  private mutating func extend(by rows: Matrix<Double>) {
    let (old, m) = (projected.rows, rows.columns)
    var t = Matrix<Double>(rows: m, columns: m)
    for i in 0..<old { for j in 0..<old { t[i, j] = projected[i, j] } }
    for i in old..<m {
      for j in 0..<m {
        let value = j < old ? rows[i - old, j] : (rows[i - old, j] + rows[j - old, i]) / 2
        t[i, j] = value
        t[j, i] = value
      }
    }
    projected = t
  }

  /// Replaces V by the leading Ritz vectors, more than the wanted ones: those that follow would be found again.
  private mutating func restart(keeping wanted: Int) throws {
    let kept = min(projected.rows, wanted + (limit - wanted) / 4)
    let eigen = try SymmetricEigen(of: projected, largest: kept)
    blocks = [rotated(eigen.vectors)]
    projected = Matrix(rows: kept, columns: kept)
    for i in 0..<kept { projected[i, i] = eigen.values[i] }
    coordinates = .identity(kept).rows(0..<values.count)
  }

  /// S V for rows S in the coordinates of V without its newest block.
  private func rotated(_ s: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: s.rows, columns: dimension) { out in
      var first = 0
      s.withView { s in
        for block in blocks where first < s.columns {
          block.withView {
            out.setProduct(s.columns(first..<first + block.rows), $0, beta: first == 0 ? 0 : 1)
          }
          first += block.rows
        }
      }
    }
  }
}
