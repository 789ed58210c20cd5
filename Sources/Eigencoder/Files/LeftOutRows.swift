/// Rows that are passed over while those around them are read.
struct LeftOutRows {
  /// Ascending, counted from 0 in the content.
  private let rows: [Int]
  /// The first of them that is still to come.
  private var next = 0

  init(_ rows: [Int]) { self.rows = rows }

  /// Goes on with a row of the content.
  mutating func seek(toRow row: Int) { next = rows.partitioningIndex { $0 >= row } }

  /// Moves the rows that are not left out to the start of `block`, whose first is `firstRow` of the content; returns how many.
  mutating func remove<T: Scalar>(from block: MatrixView<T>, firstRow: Int, _ names: inout RowNames) -> Int {
    let first = next
    while next < rows.count, rows[next] < firstRow + block.rows { next += 1 }
    guard next > first else { return block.rows }
    let gone = rows[first..<next].map { $0 - firstRow }
    var kept = gone[0]
    for (row, next) in zip(gone, gone.dropFirst() + [block.rows]) {
      let run = row + 1..<next
      block.rows(run).copy(into: block.rows(kept..<kept + run.count))
      kept += run.count
    }
    if !names.ids.isEmpty || !names.labels.isEmpty {
      let isGone = Set(gone)
      names.keep((0..<block.rows).filter { !isGone.contains($0) })
    }
    return kept
  }
}
