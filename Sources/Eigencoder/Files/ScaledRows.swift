/// The rows of a source as numbers of the caller's type: scaled, less an origin, and what they lost by it.
final class ScaledRows {
  private let source: any RowSource
  /// What every number is multiplied by.
  private let scale: Double
  /// d numbers that are subtracted from every row in f64, before it is rounded to the caller's type.
  private let origin: [Double]?
  /// Beside those of the source.
  private(set) var losses = ConversionLosses()
  /// Numbers in f64, before they are scaled and rounded to `Float`.
  private var wide: Buffer<Double>?
  /// Whole numbers as they are stored.
  private var bytes: [UInt8] = []

  private var columns: Int { source.columns }
  private var isScaled: Bool { scale != 1 }

  init(_ source: any RowSource, scale: Double, origin: [Double]?) {
    (self.source, self.scale, self.origin) = (source, scale, origin)
  }

  /// The next rows into the first ones of `block`, which are `firstRow` and following of the content; returns how many.
  func next<T: Scalar>(into block: MatrixView<T>, firstRow: Int) throws -> Int {
    guard let origin else { return try fillFromContent(block, firstRow: firstRow) }
    let wide = block as? MatrixView<Double> ?? wideRows(block.rows)
    let numbers = try wide.prefix(fillFromContent(wide, firstRow: firstRow))
    origin.withView { numbers.subtract(row: $0, into: numbers) }
    if T.isSingle { Convert.between(numbers.base, numbers.count, into: block.base) }
    return numbers.rows
  }

  /// Memory for rows in f64, at most `limit`.
  private func wideRows(_ limit: Int) -> MatrixView<Double> {
    let room = max(1, source.blockCount / columns)
    let wide = wide ?? Buffer(count: room * columns)
    self.wide = wide
    return wide.view.matrix(rows: min(room, limit), columns: columns)
  }

  /// The same without what is subtracted.
  private func fillFromContent<T: Scalar>(_ block: MatrixView<T>, firstRow: Int) throws -> Int {
    let stored = source.storedType
    // Whole numbers that T may not hold are compared with what became of them.
    if let stored, stored.isInteger, stored.size == 8 || (stored.size == 4 && T.isSingle),
      !(isScaled && T.isSingle)
    {
      let limit = min(block.rows, max(1, source.blockCount / columns))
      let filled = try block.prefix(source.nextWhole(limit, as: stored, into: &bytes))
      filled.decode(stored, of: &bytes)
      losses.rounded.add(filled.rounded(stored, of: bytes, firstRow: firstRow))
      scale(filled, firstRow)
      return filled.rows
    }
    // Float takes its numbers where it holds them all, and from a text, which knows the digits; else from f64, once.
    let isExact = stored.map { $0.size <= 2 || $0 == .float32 } ?? !isScaled
    guard T.isSingle, !isExact else {
      let filled = try block.prefix(source.next(into: block))
      scale(filled, firstRow)
      return filled.rows
    }
    let wide = wideRows(block.rows)
    let numbers = try wide.prefix(source.next(into: wide))
    losses.vanished.add(block.prefix(numbers.rows).set(numbers, times: scale, firstRow: firstRow))
    return numbers.rows
  }

  private func scale<T: Scalar>(_ numbers: MatrixView<T>, _ firstRow: Int) {
    if isScaled { losses.vanished.add(numbers.set(numbers, times: scale, firstRow: firstRow)) }
  }
}
