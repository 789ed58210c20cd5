// The covariance C = (1/(n-1)) (X - 1 mu')'(X - 1 mu') as an operator: a pass over the rows gives C Q without C.
//
// Each block of rows is centred in f64 before it is multiplied, Z = Xc Q', then W += Z' Xc: 4 n d b, and memory for one
// block beside Q and W. The first pass has no mean yet: it centres around the mean p of the first block, and with r = mu - p
//   sum (x - mu)(x - mu)' = sum (x - p)(x - p)' - n r r'.
// That cancels little: n r'r / n is at most n / (rows of the block) times the variance that the block's own distance from
// the others makes. Later passes are around mu, of which r is what rounding it has left. Column variances, and so the
// trace, are those of the first pass.

/// Products with the covariance of rows that are read once a product.
package final class CovariancePasses<T: Scalar> {
  /// Calls its argument with the rows, from the first on, a block after another; once a pass.
  private let forEachBlock: (_ body: (Matrix<T>) throws -> Void) throws -> Void
  /// d
  let columns: Int
  /// The power of two by which every number is divided; 1 but for `Double` far from 1.
  let unit: Double
  /// Those that share the rows.
  private let ranks: (any Communicator)?

  /// n, after the first pass.
  package private(set) var samples = 0
  /// d means, in the data's own units over `unit`.
  package private(set) var mean: [Double] = []
  /// The trace of C.
  package private(set) var totalVariance = 0.0
  /// Columns in which not all rows agree, up to rounding.
  package private(set) var varyingColumns = 0
  /// How often all rows were read.
  package private(set) var passes = 0
  /// Whether no row differs from the first.
  private(set) var areEqual = true
  /// The true mean less `mean`.
  private var rest: [Double] = []

  init(
    columns: Int, unit: Double = 1, ranks: (any Communicator)? = nil,
    _ forEachBlock: @escaping ((Matrix<T>) throws -> Void) throws -> Void
  ) {
    self.columns = columns
    self.unit = unit
    self.ranks = ranks
    self.forEachBlock = forEachBlock
  }

  /// Rows whose centred copies take some 64 MB.
  static func blockRows(columns: Int) -> Int { min(4096, max(64, (8 << 20) / max(1, columns))) }

  /// The rows of a matrix in memory.
  package convenience init(_ data: Matrix<T>, unit: Double = 1) {
    let height = Self.blockRows(columns: data.columns)
    self.init(columns: data.columns, unit: unit) { body in
      for first in stride(from: 0, to: data.rows, by: height) {
        try body(height >= data.rows ? data : data.rows(first..<min(first + height, data.rows)))
      }
    }
  }

  /// Calls `body` with the rows of `reader` in the first pass, in the later ones with those that `open` opens.
  static func with<R>(
    _ reader: RowReader, _ open: () throws -> RowReader, _ progress: (RowReader) -> Void,
    _ body: (CovariancePasses) throws -> R
  ) throws -> R {
    try withoutActuallyEscaping(open) { open in
      try withoutActuallyEscaping(progress) { progress in
        var first: RowReader? = reader
        let height = blockRows(columns: reader.columns)
        return try body(
          CovariancePasses(columns: reader.columns, ranks: reader.ranks) { visit in
            let reader = try first ?? open()
            first = nil
            try reader.forEachBlock(rows: height, as: T.self) {
              try visit($0)
              progress(reader)
            }
          })
      }
    }
  }

  /// The same rows over a power of two, from their first pass on.
  func divided(by unit: Double) -> CovariancePasses {
    CovariancePasses(columns: columns, unit: unit, ranks: ranks, forEachBlock)
  }
}

// MARK: - A pass

extension CovariancePasses {
  /// Q C for rows Q, b x d. 4 n d b.
  /// - Parameter visit: is called with each block of centred rows and with their products with Q, n x b.
  /// - Throws: `EigencoderError.invalidData` where the number of rows is another than before, and what reading throws.
  package func product(
    _ q: Matrix<Double>,
    visit: (_ rows: MatrixView<Double>, _ products: MatrixView<Double>) -> Void = { _, _ in }
  ) throws -> Matrix<Double> {
    let isFirst = passes == 0
    var w = Matrix<Double>(rows: q.rows, columns: columns)
    var sums = [Double](repeating: 0, count: columns)
    var squares = isFirst ? sums : []
    var (count, firstRow): (Int, [T]?) = (0, nil)
    var memory: (rows: Buffer<Double>, products: Buffer<Double>, height: Int)?
    try forEachBlock { block in
      let block = unit == 1 ? block : block.divided(by: unit)
      if memory == nil || memory!.height < block.rows {
        memory = (
          Buffer(count: block.rows * columns), Buffer(count: block.rows * q.rows), block.rows
        )
      }
      if isFirst {
        if firstRow == nil {
          firstRow = block.row(0)
          mean = block.columnMeans
          if let ranks { mean.withMutableView { ranks.broadcast($0) } }
        }
        areEqual = areEqual && (0..<block.rows).allSatisfy { block.row($0) == firstRow }
      }
      count += block.rows
      let centred = memory!.rows.view.matrix(rows: block.rows, columns: columns)
      let products = memory!.products.view.matrix(rows: block.rows, columns: q.rows)
      mean.withView { mean in block.withView { $0.subtract(wide: mean, into: centred) } }
      if isFirst { centred.addSums(to: &sums, squares: &squares) }
      q.withView { products.setProduct(centred, $0, rightTransposed: true) }
      w.withMutableView { $0.setProduct(products, transposed: true, centred, beta: 1) }
      visit(centred, products)
    }
    passes += 1
    if let ranks {
      w.withMutableView { ranks.sum($0.numbers) }
      count = Int(ranks.sum(Double(count)))
      if isFirst {
        ranks.sum(&sums)
        ranks.sum(&squares)
        let firstsAreEqual = ranks.haveEqual(firstRow ?? [])
        areEqual = ranks.all(areEqual && firstsAreEqual)
      }
    }
    if isFirst {
      samples = count
      rest = sums.map { $0 / Double(max(1, count)) }
    } else if count != samples {
      throw EigencoderError.invalidData(
        "pass \(passes) found \(count) rows, the first one \(samples): the data changed while they were read")
    }
    finish(&w, q)
    if isFirst { finishMean(squares) }
    return w
  }

  /// From sums around `mean` to the covariance: less n r r', over n - 1.
  private func finish(_ w: inout Matrix<Double>, _ q: Matrix<Double>) {
    let n = Double(samples)
    let shift = Matrix(rows: 1, columns: columns, rest)
    let products = q.times(shift, otherTransposed: true)
    w.withMutableView { w in
      products.withView { z in shift.withView { w.setProduct(z, $0, alpha: -n, beta: 1) } }
      w.scale(by: 1 / max(1, n - 1))
    }
  }

  private func finishMean(_ squares: [Double]) {
    let n = Double(samples)
    let variances = zip(squares, rest).map { max(0, $0 - n * $1 * $1) / max(1, n - 1) }
    totalVariance = variances.reduce(0, +)
    let noise = 4 * Double.unitRoundoff
    varyingColumns = zip(variances, mean).count { $0.squareRoot() > noise * $1.magnitude }
    for j in mean.indices {
      let sum = mean[j] + rest[j]
      rest[j] = (mean[j] - sum) + rest[j]
      mean[j] = sum
    }
  }

  /// The largest |x_ij - mean_j|. One pass.
  func largestDeviation() throws -> Double {
    var largest = 0.0
    var center: [Double]?
    try forEachBlock { block in
      var mean = center ?? block.row(0).map { $0.inDouble }
      if center == nil, let ranks { mean.withMutableView { ranks.broadcast($0) } }
      center = mean
      largest = max(largest, block.largestDeviation(from: mean))
    }
    passes += 1
    return ranks?.largest(largest) ?? largest
  }
}

extension MatrixView<Double> {
  fileprivate func addSums(to sums: inout [Double], squares: inout [Double]) {
    sums.withMutableView { addColumnSums(to: $0) }
    let zero = [Double](repeating: 0, count: columns)
    zero.withView { zero in squares.withMutableView { addColumnSquares(around: zero, to: $0) } }
  }
}
