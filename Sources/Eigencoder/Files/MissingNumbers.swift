/// What a reader does about missing numbers, which its source gives as nan, and what it has done.
struct MissingNumbers {
  let policy: MissingValues
  /// Rows that were left out.
  private(set) var droppedRows = 0
  /// Numbers that were replaced.
  private(set) var replaced = 0
  private let options: RowReader.Options
  /// The same content from its start once more; nil where it can be read only once.
  private let reopen: (() throws -> ByteReader)?
  private var means: [Double]?

  init(_ options: RowReader.Options, _ reopen: (() throws -> ByteReader)?) {
    (policy, self.options, self.reopen) = (options.missing, options, reopen)
  }

  /// Makes the rows of `block` finite, or throws; returns how many are left, its first ones.
  ///
  /// - Parameters:
  ///   - firstRow: where they begin in the content.
  ///   - names: of the rows, of which those that are dropped lose theirs.
  mutating func settle<T: Scalar>(
    _ block: MatrixView<T>, firstRow: Int, _ names: inout RowNames, in name: String
  ) throws -> Int {
    if block.isFinite { return block.rows }
    guard policy != .error else {
      try block.requireFinite(in: name, firstRow: firstRow, advice: " (--missing drop-rows, or column-mean)")
      return block.rows
    }
    var kept: [Int] = []
    for row in 0..<block.rows {
      let numbers = block.rows(row..<row + 1)
      let isMissing = (0..<block.columns).contains { numbers[0, $0].isNaN }
      if isMissing, policy == .dropRows {
        droppedRows += 1
        continue
      }
      if isMissing { try replace(numbers, in: name) }
      try numbers.requireFinite(in: name, firstRow: firstRow + row)
      if kept.count < row { numbers.copy(into: block.rows(kept.count..<kept.count + 1)) }
      kept.append(row)
    }
    names.keep(kept)
    return kept.count
  }

  private mutating func replace<T: Scalar>(_ row: MatrixView<T>, in name: String) throws {
    let means = try means ?? columnMeans(in: name)
    self.means = means
    for j in 0..<row.columns where row[0, j].isNaN {
      row[0, j] = T(means[j])
      replaced += 1
    }
  }

  /// The means of what is there, in one more pass over the content.
  private func columnMeans(in name: String) throws -> [Double] {
    guard let reopen else {
      throw EigencoderError.invalidArgument(
        "\(name): --missing column-mean reads the data twice, which a pipe does not allow: give a file, or drop-rows"
      )
    }
    let rows = try RowReader(reopen(), options)
    var (sums, counts) = (
      [Double](repeating: 0, count: rows.columns), [Int](repeating: 0, count: rows.columns)
    )
    try rows.forEachUnsettledBlock { block in
      for i in 0..<block.rows {
        for j in 0..<block.columns where !block[i, j].isNaN {
          sums[j] += block[i, j]
          counts[j] += 1
        }
      }
    }
    if let empty = counts.firstIndex(of: 0) {
      throw EigencoderError.invalidData(
        "\(name): column \(rows.nameOfColumn(empty)) has no number in any row")
    }
    return zip(sums, counts).map { $0 / Double($1) }
  }
}

extension MissingNumbers {
  /// What was done, a part of a sentence; nil where nothing was missing.
  var summary: String? {
    if droppedRows > 0 {
      return
        "\(droppedRows) row\(droppedRows == 1 ? "" : "s") with missing values \(droppedRows == 1 ? "is" : "are") left out"
    }
    guard replaced > 0 else { return nil }
    return replaced == 1
      ? "a missing value is replaced by the mean of its column"
      : "\(replaced) missing values are replaced by the means of their columns"
  }
}
