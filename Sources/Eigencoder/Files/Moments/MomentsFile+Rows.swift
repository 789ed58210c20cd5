// Products of f32 numbers are of f32, and their sums over 1,024 rows and more of f64. Where squares of a block's deviations may leave
// the range of f32, that block's products are of f64: what a fit finds out after one pass and mends by a second is decided here
// from the extremes of the block, since a pipe is read once. Blocks are filled, so that the sums do not depend on how a pipe
// delivers.

extension MomentsFile {
  /// The moments of all rows that are left, in one pass. O(n d^2 / 2), memory O(d^2) and some 16 MB.
  ///
  /// - Parameters:
  ///   - reader: the rows. Its `.columnMean` of missing numbers would be that of this part alone.
  ///   - products: the precision of the products; nil for f32 where the type of the numbers tells that it holds them, else
  ///     f64. With f32, numbers are rounded to it.
  ///   - progress: is called after every block with the reader, which says how far it is.
  /// - Throws: what reading throws; `.invalidData` for a variance outside the range of `Double`, or what does not fit into memory.
  public init(
    ofRowsOf reader: RowReader, products: Precision? = nil, progress: (RowReader) -> Void = { _ in }
  ) throws {
    switch products ?? reader.knownPrecision ?? .f64 {
    case .f32: self = try Self.summing(reader, as: Float.self, progress)
    case .f64: self = try Self.summing(reader, as: Double.self, progress)
    }
  }

  /// The moments of the rows of `x`, n x d. O(n d^2 / 2)
  ///
  /// - Parameters:
  ///   - x: one sample a row, at least one.
  ///   - products: the precision of the products; nil for that of `T`.
  ///   - scale: what the numbers were multiplied by before.
  ///   - columnNames: d names, where there are any.
  /// - Throws: `EigencoderError.invalidData` for no rows or columns, numbers that are not finite, or a variance outside the range
  ///   of `Double`; `.invalidArgument` for another number of names than of columns.
  public init<T: Scalar>(
    of x: Matrix<T>, products: Precision? = nil, scale: Double = 1, columnNames: [String]? = nil
  ) throws {
    guard x.rows > 0, x.columns > 0 else {
      throw EigencoderError.invalidData("expected rows to sum, got \(x.rows) x \(x.columns)")
    }
    try requireArgument(
      columnNames == nil || columnNames?.count == x.columns,
      "\(columnNames?.count ?? 0) names for \(x.columns) columns")
    try x.requireFinite()
    switch products ?? Precision(of: T.self) {
    case .f32:
      var sums = MomentSums<Float>(columns: x.columns)
      sums.add(x.converted(to: Float.self))
      self = try sums.file(scale: scale, columnNames: columnNames, name: "the rows")
    case .f64:
      var sums = MomentSums<Double>(columns: x.columns)
      let height = 8 * Moments.blockRows(width: x.columns)
      for first in stride(from: 0, to: x.rows, by: height) {
        sums.add(x.rows(first..<min(first + height, x.rows)).converted(to: Double.self))
      }
      self = try sums.file(scale: scale, columnNames: columnNames, name: "the rows")
    }
  }

  private static func summing<T: Scalar>(
    _ reader: RowReader, as type: T.Type, _ progress: (RowReader) -> Void
  ) throws -> MomentsFile {
    let d = reader.columns
    let height = Moments.blockRows(width: d)
    let limit = max(1, min(reader.rows ?? .max, height * max(1, (1 << 22) / d / height)))
    let (rows, columns, stride) = (Double(limit), Double(d), Double(MemoryLayout<T>.stride))
    try Memory.require(
      24 * columns * columns + stride * (rows * columns + Double(height) * columns + columns * columns),
      "\(reader.name): moments of \(d) columns")
    var sums = MomentSums<T>(columns: d)
    var block = Matrix<T>(rows: limit, columns: d)
    var hasEnded = false
    while !hasEnded {
      var count = 0
      while count < limit, !hasEnded {
        let found = try block.withMutableView { try reader.next(into: $0.rows(count..<limit)) }
        hasEnded = found == 0
        count += found
      }
      if count > 0 { block.withView { sums.add($0.prefix(count)) } }
      progress(reader)
    }
    return try sums.file(scale: reader.scale, columnNames: reader.columnNames, name: reader.name)
  }
}

/// What one pass sums.
private struct MomentSums<T: Scalar> {
  private var moments: Moments
  private var minima: [T]
  private var maxima: [T]
  private var hash = RowHash()
  private let keys: [UInt64]
  private var isExactlyFloat = true

  init(columns d: Int) {
    moments = Moments(dimension: d)
    minima = [T](repeating: .infinity, count: d)
    maxima = [T](repeating: -.infinity, count: d)
    keys = RowHash.keys(columns: d)
  }

  mutating func add(_ rows: Matrix<T>) { rows.withView { add($0) } }

  mutating func add(_ rows: MatrixView<T>) {
    hash.add(rows, keys: keys)
    if isExactlyFloat, !T.isSingle { isExactlyFloat = rows.holdsFloats }
    // In parts that stay in cache, and so that one number far off costs no more than its own part the speed of f32.
    let height = Moments.blockRows(width: rows.columns)
    var first = 0
    var (low, high) = (minima, maxima)
    var start = 0
    while first < rows.rows {
      let part = rows.rows(first..<min(first + height, rows.rows))
      for j in low.indices { (low[j], high[j]) = (.infinity, -.infinity) }
      low.withMutableView { low in high.withMutableView { part.includeExtremes(low: low, high: $0) } }
      for j in low.indices {
        minima[j] = min(minima[j], low[j])
        maxima[j] = max(maxima[j], high[j])
      }
      let end = first + part.rows
      if T.isSingle, !Self.squaresAreInRange(low, high, rows: part.rows) {
        if start < first { moments.add(rows.rows(start..<first)) }
        moments.add(part.copied().converted(to: Double.self))
        start = end
      }
      first = end
    }
    if start < rows.rows { moments.add(rows.rows(start..<rows.rows)) }
  }

  /// Whether a sum of squares of deviations of each column, of so many rows between these extremes, is in the range of T.
  private static func squaresAreInRange(_ low: [T], _ high: [T], rows: Int) -> Bool {
    let range = T.squaresInRange
    return zip(low, high).allSatisfy {
      let extent = Double($1) - Double($0)
      // The two extremes alone have half of the square.
      return extent == 0
        || (extent * extent >= 2 * range.lowerBound && Double(rows) * extent * extent <= range.upperBound)
    }
  }

  func file(scale: Double, columnNames: [String]?, name: String) throws -> MomentsFile {
    guard moments.isFinite else { throw PCA.outOfRange }
    let precision: Precision = T.isSingle || isExactlyFloat ? .f32 : .f64
    return MomentsFile(
      moments: moments, minima: minima.map { Double($0) + 0 }, maxima: maxima.map { Double($0) + 0 },
      precision: precision, products: Precision(of: T.self), scale: scale, columnNames: columnNames,
      parts: [.init(count: moments.count, hash: hash)])
  }
}

extension MatrixView {
  /// Whether `Float` holds every element exactly.
  fileprivate var holdsFloats: Bool { T.isSingle || (self as? MatrixView<Double>)?.isExactlyFloat == true }
}
