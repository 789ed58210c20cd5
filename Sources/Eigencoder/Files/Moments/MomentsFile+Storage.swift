public import Foundation

// A safetensors file, which any language reads and writes:
//   __metadata__   format "eigencoder-moments", version; precision, products ("f32", "f64"); scale; columns, a JSON list of names,
//                  where there are any; parts, "HASH:COUNT" of each, in the order of the hashes; crc32 of the tensors' bytes
//   count          [1] int64
//   mean           [d] float64, and mean_rest [d], what rounding has left of it: merging loses nothing
//   scatter        [d (d + 1) / 2] float64, the upper triangle of sum (x - mean)(x - mean)' row by row, without a denominator
//   minimum        [d] float64, and maximum [d], of each column

extension MomentsFile {
  /// Writes the file, whole or not at all; the same moments give the same bytes. 4 d^2 bytes.
  ///
  /// - Throws: `EigencoderError.unwritableOutput`.
  public func write(to url: URL) throws {
    let d = moments.mean.count
    var file = SafeTensors(metadata: try MomentsHeader(of: self, name: url.lastPathComponent).metadata)
    file.append("count", [moments.count])
    file.append("mean", moments.mean)
    file.append("mean_rest", moments.meanRest)
    var packed: [Double] = []
    packed.reserveCapacity(d * (d + 1) / 2)
    for i in 0..<d { packed += moments.scatter.elements[i * d + i..<(i + 1) * d] }
    file.append("scatter", packed)
    file.append("minimum", minima)
    file.append("maximum", maxima)
    file.metadata["crc32"] = file.checksum
    try file.write(to: url)
  }

  /// Reads a file that `write` wrote.
  ///
  /// - Throws: `EigencoderError.missingInput` when there is none; `.invalidData` when it is no file of moments, is damaged, or its
  ///   numbers contradict each other.
  public init(contentsOf url: URL) throws {
    let header = try MomentsHeader(contentsOf: url)
    try self.init(SafeTensors(contentsOf: url), header)
  }

  private init(_ file: SafeTensors, _ header: MomentsHeader) throws {
    let (d, name) = (header.columns, header.name)
    func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
      if !condition { throw EigencoderError.invalidData("\(name): \(text())") }
    }
    try require(d >= 1, "moments of no columns")
    try require(d < 1 << 24, "moments of \(d) columns")
    try require(file.checksum == header.checksum, "damaged: its numbers are not those that were written")
    let names: Set = ["count", "mean", "mean_rest", "scatter", "minimum", "maximum"]
    do { try file.requireOnly(names, of: "a file of moments'") } catch {
      throw EigencoderError.invalidData("\(name): \(error)")
    }
    let count = try file.integers("count")
    try require(count == [header.whole.count], "it counts other rows than its parts have")
    let mean: [Double] = try file.vector("mean", count: d)
    let rest: [Double] = try file.vector("mean_rest", count: d)
    let packed: [Double] = try file.vector("scatter", count: d * (d + 1) / 2)
    let minima: [Double] = try file.vector("minimum", count: d)
    let maxima: [Double] = try file.vector("maximum", count: d)
    try Memory.require(rows: d, columns: d, of: Double.self, name: "\(name): a scatter")
    var scatter = Matrix<Double>(rows: d, columns: d)
    scatter.withMutableView { m2 in
      packed.withView { packed in
        var next = 0
        for i in 0..<d {
          packed.slice(next..<next + d - i).copy(into: m2.row(i).slice(i..<d))
          next += d - i
        }
      }
      m2.symmetrize()
    }
    let n = Double(count[0])
    for j in 0..<d {
      let (low, high) = (minima[j], maxima[j])
      let extent = high - low
      let slack = 1e-6 * (extent + low.magnitude + high.magnitude)
      try require(
        low <= high && mean[j] >= low - slack && mean[j] <= high + slack,
        "column \(j + 1) has a mean that is not between its extremes")
      try require(
        rest[j].magnitude <= mean[j].ulp, "column \(j + 1) has a rest of the mean above its rounding")
      // Popoviciu's inequality, and what rounding in f32 adds to it.
      try require(
        scatter[j, j] >= 0 && scatter[j, j] <= n * (extent * extent / 4 * 1.001 + slack * slack),
        "column \(j + 1) has a variance that its extremes exclude")
    }
    // Cauchy and Schwarz, and what rounding in f32 adds to it.
    let deviations = (0..<d).map { scatter[$0, $0].squareRoot() }
    for i in 0..<d {
      for j in i + 1..<d {
        let (a, b) = (deviations[i], deviations[j])
        guard scatter[i, j].magnitude > 1.001 * a * b + 1e-6 * max(a * a, b * b) else { continue }
        try require(false, "columns \(i + 1) and \(j + 1) have a covariance above their deviations")
      }
    }
    self.init(
      moments: Moments(count: count[0], mean: mean, meanRest: rest, scatter: scatter), minima: minima,
      maxima: maxima, precision: header.precision, products: header.products, scale: header.scale,
      columnNames: header.columnNames, parts: header.parts)
  }
}

extension SafeTensors {
  /// CRC-32 of the tensors' bytes, in their order.
  fileprivate var checksum: String {
    var sum = CRC32()
    for tensor in tensors { tensor.bytes.withUnsafeBytes { sum.update($0) } }
    return sum.hexadecimal
  }
}
