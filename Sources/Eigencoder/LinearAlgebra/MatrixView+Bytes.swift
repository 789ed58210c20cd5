// Numbers as the bytes or the text of files, one call per block of rows. Numbers that a file stores as the view's own
// type are read and written in place, by `withBytes`; all others pass through `Convert`.

extension MatrixView {
  /// Calls `body` with the memory of the numbers, which are contiguous, to read it or to write it.
  func withBytes<R>(_ body: (UnsafeMutableRawBufferPointer) throws -> R) rethrows -> R {
    precondition(isContiguous, "the bytes of \(shape) numbers that are not contiguous")
    return try body(UnsafeMutableRawBufferPointer(start: base, count: count * MemoryLayout<T>.stride))
  }

  /// Sets all numbers, which are contiguous, to those that `bytes` stores from `offset` on, rounded to nearest.
  ///
  /// - Parameters:
  ///   - type: of the stored numbers. They lie one after another; `offset` is a multiple of the type's size.
  ///   - bytes: where the stored numbers are big-endian, their bytes are reversed there.
  func decode(_ type: ElementType, bigEndian: Bool = false, at offset: Int = 0, of bytes: inout [UInt8]) {
    precondition(
      isContiguous && offset + count * type.size <= bytes.count, "\(bytes.count) bytes for \(shape)")
    bytes.withUnsafeMutableBytes {
      guard let source = $0.baseAddress.map({ $0 + offset }), count > 0 else { return }
      if bigEndian { Convert.reverseBytes(of: source, count: count, width: type.size) }
      Convert.decode(type, at: source, count: count, into: base)
    }
  }

  /// Sets all numbers, which are contiguous, to `values`, rounded to nearest.
  func set<U: Scalar>(_ values: [U]) {
    precondition(isContiguous && values.count == count, "\(values.count) values for \(shape)")
    values.withUnsafeBytes {
      guard let source = $0.baseAddress else { return }
      Convert.decode(.storing(U.self), at: source, count: count, into: base)
    }
  }

  /// Sets all numbers, which are contiguous, to `factor` times those of `source`: the product in f64, rounded once.
  ///
  /// - Parameters:
  ///   - source: of the same shape, contiguous; may be self. `Float` becomes `Float` only.
  ///   - firstRow: the row of the whole that is the first one here.
  /// - Returns: which numbers other than 0 became 0.
  func set<U: Scalar>(_ source: MatrixView<U>, times factor: Double, firstRow: Int = 0) -> NumberLoss {
    precondition(
      isContiguous && source.isContiguous && source.rows == rows && source.columns == columns,
      "\(source.shape) into \(shape)")
    var loss = NumberLoss()
    if let (found, first) = Convert.scale(source.base, count, by: factor, into: base) {
      loss.add(found, row: firstRow + first / columns, column: first % columns)
    }
    return loss
  }

  /// Which of the whole numbers of `type` that `decode` has read from the start of `bytes` T does not hold.
  func rounded(_ type: ElementType, of bytes: [UInt8], firstRow: Int = 0) -> NumberLoss {
    var loss = NumberLoss()
    bytes.withUnsafeBytes {
      guard let source = $0.baseAddress, count > 0 else { return }
      if let (found, first) = Convert.rounded(type, at: source, count: count, in: base) {
        loss.add(found, row: firstRow + first / columns, column: first % columns)
      }
    }
    return loss
  }

  /// Stores the rows as little-endian numbers of `type` from the start of `bytes` on.
  ///
  /// - Parameters:
  ///   - type: one that `Convert.encode` takes.
  ///   - prefix: bytes that precede each row; a multiple of the type's size.
  ///   - bytes: with room for all rows.
  ///   - vanished: gets the numbers other than 0 that are stored as 0, with rows counted from `firstRow`.
  /// - Returns: the place of the first number that the type does not hold; nil when all are stored.
  func encode(
    as type: ElementType, prefix: [UInt8] = [], into bytes: inout [UInt8], vanished: inout NumberLoss,
    firstRow: Int = 0
  ) -> (row: Int, column: Int)? {
    let rowBytes = prefix.count + columns * type.size
    precondition(rows * rowBytes <= bytes.count, "\(bytes.count) bytes for \(shape)")
    return bytes.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return nil }
      for i in 0..<rows {
        let place = start + i * rowBytes
        prefix.withUnsafeBytes {
          if let source = $0.baseAddress { place.copyMemory(from: source, byteCount: $0.count) }
        }
        let (source, out) = (row(i).base, place + prefix.count)
        if let column = Convert.encode(source, count: columns, as: type, into: out) { return (i, column) }
        if let (count, first) = Convert.vanished(source, count: columns, as: type, at: out) {
          vanished.add(count, row: firstRow + i, column: first)
        }
      }
      return nil
    }
  }

  /// Appends a line of text for each row: the fewest digits that read back as the same number.
  func appendText(to text: inout [UInt8], separator: UInt8) {
    for i in 0..<rows {
      // The casts name the concrete types, so that the loop over numbers is compiled for them.
      let row = UnsafeRawPointer(row(i).base)
      if T.self == Float.self {
        Self.append(row.assumingMemoryBound(to: Float.self), columns, to: &text, separator)
      } else {
        Self.append(row.assumingMemoryBound(to: Double.self), columns, to: &text, separator)
      }
    }
  }

  @inline(__always)
  private static func append<R: CustomStringConvertible>(
    _ row: UnsafePointer<R>, _ count: Int, to text: inout [UInt8], _ separator: UInt8
  ) {
    for j in 0..<count {
      text += row[j].description.utf8
      text.append(j + 1 < count ? separator : UInt8(ascii: "\n"))
    }
  }
}
