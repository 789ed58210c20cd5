// What is the same for many blocks is done once: the move to the common mean, the lower triangle, and the memory.

/// Moments in the making, by blocks of rows of one precision.
final class MomentAccumulator<T: Scalar> {
  /// With the Gram matrices of all blocks in the upper triangle of the scatter; count and mean without the pending blocks.
  private var sums: Moments
  /// Of the blocks that are not yet moved to the common mean, d numbers each; see Moments.swift.
  private var pilots: [Double] = []
  private var rests: [Double] = []
  private var counts: [Int] = []
  /// For the centred rows of a block, their Gram matrix and their pilot.
  private var scratch: Buffer<T>?
  private var scratchRows = 0

  /// Blocks that are moved at a time: few d^2 operations beside theirs.
  private static var pendingLimit: Int { 64 }

  /// Goes on from these moments.
  init(_ moments: consuming Moments) { sums = moments }

  var count: Int { sums.count + counts.reduce(0, +) }

  /// Includes rows. O(rows d^2).
  func add(_ data: MatrixView<T>) {
    let d = sums.mean.count
    precondition(data.columns == d, "samples of \(data.columns) features into moments of \(d)")
    guard data.rows > 0, d > 0 else {
      sums.count += data.rows
      return
    }
    let height = min(Moments.blockRows(width: d), data.rows)
    let scratch = scratch(rows: height)
    for first in stride(from: 0, to: data.rows, by: height) {
      add(block: data.rows(first..<min(first + height, data.rows)), scratch)
      if counts.count == Self.pendingLimit { settle() }
    }
  }

  private func scratch(rows: Int) -> VectorView<T> {
    let d = sums.mean.count
    if let scratch, scratchRows >= rows { return scratch.view }
    let buffer = Buffer<T>(count: rows * d + d * d + d)
    (scratch, scratchRows) = (buffer, rows)
    return buffer.view
  }

  private func add(block: MatrixView<T>, _ scratch: VectorView<T>) {
    let d = block.columns
    let gram = scratch.matrix(at: scratchRows * d, rows: d, columns: d)
    let pilot = scratch.slice(scratchRows * d + d * d..<scratch.count)
    let centred = scratch.matrix(rows: block.rows, columns: d)
    var mean = [Double](repeating: 0, count: d)
    var rest = mean
    mean.withMutableView {
      block.addColumnSums(to: $0)
      $0.scale(by: 1 / Double(block.rows))
    }
    for j in 0..<d {
      pilot[j] = T(mean[j])
      rest[j] = mean[j] - Double(pilot[j])
      mean[j] = Double(pilot[j])
    }
    block.subtract(row: pilot, into: centred)
    if T.self == Double.self {
      // Sums of Float in f64 have digits to spare; those of Double need a second look.
      rest.withMutableView {
        centred.addColumnSums(to: $0)
        $0.scale(by: 1 / Double(block.rows))
      }
    }
    gram.setUpperGram(of: centred)
    sums.scatter.withMutableView { gram.addUpper(to: $0) }
    pilots += mean
    rests += rest
    counts.append(block.rows)
  }

  /// Moves the pending blocks to the common mean.
  private func settle() {
    let (d, blocks) = (sums.mean.count, counts.count)
    guard blocks > 0 else { return }
    var rests = Matrix(rows: blocks, columns: d, rests)
    sums.include(pilots: Matrix(rows: blocks, columns: d, pilots), rests: rests, counts: counts)
    rests.withMutableView { rests in
      for b in 0..<blocks { rests.row(b).scale(by: Double(counts[b]).squareRoot()) }
      sums.scatter.withMutableView { $0.setUpperGram(of: rests, alpha: -1, beta: 1) }
    }
    (pilots, self.rests, counts) = ([], [], [])
  }

  /// All rows so far. O(d^2).
  func moments() -> Moments {
    settle()
    sums.scatter.withMutableView { $0.symmetrize() }
    return sums
  }
}
