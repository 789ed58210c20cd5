// faiss's files are its structures one after another, little-endian, each begun by four letters; vectors have their length, a
// count of 8 bytes, before them. What is written here was compared byte by byte with `write_index` of faiss 1.15.

/// The bytes of an index file, as faiss's `read_index` takes them.
package struct FaissIndexFile {
  package private(set) var bytes: [UInt8] = []

  /// How scores are compared.
  package enum Metric: Int32 { case innerProduct = 0, squaredDistance = 1 }

  package init() {}

  /// Transformations of rows and queries, in turn, before an index of `count` rows, which comes next.
  package mutating func append(transforms: [(inout Self) -> Void], columns: Int, count: Int, _ metric: Metric)
  {
    append(name: "IxPT")
    appendHeader(columns: columns, count: count, metric, takesRows: true)
    append(Int32(transforms.count))
    for transform in transforms { transform(&self) }
  }

  /// Rows divided by their lengths.
  package mutating func append(normalizing columns: Int) {
    append(name: "VNrm")
    append(Float(2))
    appendTransformEnd(from: columns, to: columns)
  }

  /// z = A x + b
  package mutating func append(_ transform: FaissTransform) {
    append(name: "LTra")
    bytes.append(1)
    append(transform.weight.elements)
    append(transform.bias)
    appendTransformEnd(from: transform.weight.columns, to: transform.weight.rows)
  }

  /// Rows as they are, which are searched by inner products.
  package mutating func append(flat rows: Matrix<Float>) {
    append(name: "IxFI")
    appendHeader(columns: rows.columns, count: rows.rows, .innerProduct, takesRows: true)
    append(rows.elements)
  }

  /// Sums of codewords, each with a number n of its own in 8 bits: of the query q and the sum c a search makes |q|^2 + n - 2 <q, c>.
  ///
  /// faiss means |c|^2 by n. Where it is another, rows must not be added by faiss: the index says that it takes none.
  package mutating func append(_ sums: CodewordSums, numbers n: [Float]) {
    let (least, most) = (n.min() ?? 0, n.max() ?? 0)
    append(name: "IxRq")
    let columns = sums.words.columns
    appendHeader(columns: columns, count: n.count, .squaredDistance, takesRows: false)
    append(UInt64(columns))
    append(UInt64(sums.bits.count))
    append(UInt64(sums.bits.count))
    for bits in sums.bits { append(UInt64(bits)) }
    bytes.append(1)
    append(sums.words.elements)
    append(Int32(4))  // ST_norm_qint8
    append(least)
    append(most)
    append(Int32(1))  // Train_progressive_dim
    append(Int32(8))  // the beam of an encoder
    let codeBytes = (sums.bits.reduce(8, +) + 7) / 8
    append(UInt64(codeBytes))
    append(UInt64(codeBytes * n.count))
    let levels = Self.levels(n)
    let books = sums.bits.count
    for (row, level) in levels.enumerated() {
      appendCode(sums.indices[row * books..<(row + 1) * books], sums.bits, level)
    }
  }

  /// Numbers in 256 steps from the least to the most, as faiss counts them.
  private static func levels(_ n: [Float]) -> [UInt8] {
    let least = n.min() ?? 0
    let step = ((n.max() ?? 0) - least) / 256
    return n.map { step > 0 ? UInt8(max(0, min(255, (($0 - least) / step).rounded(.down)))) : 0 }
  }

  /// What faiss makes of them again: the middle of the step.
  static func rounded(_ n: [Float]) -> [Float] {
    let least = n.min() ?? 0
    let step = ((n.max() ?? 0) - least) / 256
    return levels(n).map { least + (Float($0) + 0.5) * step }
  }

  /// The bits of the words, the lowest first, then 8 of the row's number.
  private mutating func appendCode(_ words: ArraySlice<UInt8>, _ bits: [Int], _ level: UInt8) {
    var (pending, held) = (0, 0)
    func take(_ value: UInt8, _ count: Int, _ bytes: inout [UInt8]) {
      pending |= Int(value) << held
      held += count
      while held >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        held -= 8
      }
    }
    for (word, count) in zip(words, bits) { take(word, count, &bytes) }
    take(level, 8, &bytes)
    if held > 0 { bytes.append(UInt8(pending)) }
  }

  // MARK: Pieces

  private mutating func append(name: String) { bytes += name.utf8 }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  private mutating func append(_ value: Float) { append(value.bitPattern) }

  private mutating func append(_ values: [Float]) {
    append(UInt64(values.count))
    bytes.reserveCapacity(bytes.count + 4 * values.count)
    for value in values { append(value) }
  }

  private mutating func appendHeader(columns: Int, count: Int, _ metric: Metric, takesRows: Bool) {
    append(Int32(columns))
    append(Int64(count))
    // Two fields of earlier versions.
    append(Int64(1 << 20))
    append(Int64(1 << 20))
    bytes.append(takesRows ? 1 : 0)
    append(metric.rawValue)
  }

  private mutating func appendTransformEnd(from: Int, to: Int) {
    append(Int32(from))
    append(Int32(to))
    bytes.append(1)
  }
}
