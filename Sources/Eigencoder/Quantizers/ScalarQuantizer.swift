// Each number rounded on its own, by one table of 2^b values (Lloyd 1982, Max 1960): cheap, and what many engines can search.
// A random rotation comes first, so that every number has about the same variance and equal bits are right; sums of many
// numbers are nearly normal besides, which is what the table is made for.

/// Numbers of b bits each after a random rotation.
package struct ScalarQuantizer: VectorQuantizer {
  package static let kind = "rotated"
  /// Orthogonal, k x k.
  let rotation: Matrix<Float>
  /// 2^b values in units of the deviation of all rotated numbers, ascending.
  let levels: [Float]
  let bits: Int

  package var latent: Int { rotation.columns }
  package var bytes: Int { (latent * bits + 7) / 8 }
  package var parameterCount: Int { rotation.elements.count + levels.count }

  private init(rotation: Matrix<Float>, levels: [Float]) {
    self.rotation = rotation
    self.levels = levels
    bits = levels.count.trailingZeroBitCount
  }

  package func encode(_ u: Matrix<Float>) -> [UInt8] {
    let z = u.times(rotation, otherTransposed: true)
    let borders = zip(levels, levels.dropFirst()).map { ($0 + $1) / 2 }
    let (k, bytes, bits) = (latent, bytes, bits)
    return [UInt8](unsafeUninitializedCapacity: u.rows * bytes) { codes, count in
      count = u.rows * bytes
      z.elements.withUnsafeBufferPointer { z in
        borders.withUnsafeBufferPointer { borders in
          for i in 0..<u.rows {
            var (pending, held, next) = (0, 0, i * bytes)
            for value in z[i * k..<(i + 1) * k] {
              var level = 0
              for border in borders { level += value > border ? 1 : 0 }
              pending = pending << bits | level
              held += bits
              if held >= 8 {
                held -= 8
                codes[next] = UInt8(truncatingIfNeeded: pending >> held)
                next += 1
              }
            }
            if held > 0 { codes[next] = UInt8(truncatingIfNeeded: pending << (8 - held)) }
          }
        }
      }
    }
  }

  package func decode(_ codes: [UInt8]) -> Matrix<Float> {
    let k = latent
    let indices = indices(of: codes)
    let z = Matrix<Float>(rows: codes.count / bytes, columns: k) { z in
      for i in 0..<z.rows {
        let row = z.row(i)
        for j in 0..<k { row[j] = levels[Int(indices[i * k + j])] }
      }
    }
    return z.times(rotation)
  }

  /// The level of every number of every code.
  func indices(of codes: [UInt8]) -> [UInt8] {
    let (k, bytes, bits) = (latent, bytes, bits)
    let rows = codes.count / bytes
    return [UInt8](unsafeUninitializedCapacity: rows * k) { indices, count in
      count = rows * k
      codes.withUnsafeBufferPointer { codes in
        for i in 0..<rows {
          var (pending, held, next) = (0, 0, i * bytes)
          for j in 0..<k {
            if held < bits {
              pending = (pending << 8 | Int(codes[next])) & 0xFFFF
              (held, next) = (held + 8, next + 1)
            }
            held -= bits
            indices[i * k + j] = UInt8(pending >> held & (1 << bits - 1))
          }
        }
      }
    }
  }

  package func store(in file: inout SafeTensors, prefix: String) {
    file.append(prefix + "rotation", rotation)
    file.append(prefix + "levels", levels)
  }

  package init(_ file: SafeTensors, prefix: String, latent: Int, bytes: Int) throws {
    self.init(
      rotation: try file.matrix(prefix + "rotation", rows: latent, columns: latent),
      levels: try file.vector(prefix + "levels"))
    guard (1...8).contains(bits), levels.count == 1 << bits, self.bytes == bytes,
      zip(levels, levels.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw EigencoderError.invalidData("a rotated quantiser whose levels are not those of \(bytes) bytes")
    }
  }
}

// MARK: - Fit

extension ScalarQuantizer {
  /// Fitted to the rows of `u`, n x k: a rotation by the seed, and levels by Lloyd's turns on at most 2,048 rows.
  package init(fittedTo u: Matrix<Float>, bits: Int, seed: UInt64) {
    precondition((1...8).contains(bits), "\(bits) bits a number")
    var generator = SeededGenerator(seed: seed)
    let rotation = generator.orthonormalRows(u.columns, of: u.columns).converted(to: Float.self)
    let values = u.evenlySpaced(2048).times(rotation, otherTransposed: true).elements.sorted()
    self.init(rotation: rotation, levels: Self.lloydMax(values, 1 << bits))
  }

  /// The `count` values that lose least of sorted numbers: by turns, borders half way and means between borders.
  package static func lloydMax(_ sorted: [Float], _ count: Int) -> [Float] {
    guard let first = sorted.first, let last = sorted.last, first < last else {
      return [Float](repeating: sorted.first ?? 0, count: count)
    }
    var sums = [0.0]
    for value in sorted { sums.append(sums.last! + Double(value)) }
    // From the means of equal shares.
    var levels = (0..<count).map { Double(sorted[(2 * $0 + 1) * sorted.count / (2 * count)]) }
    for _ in 0..<60 {
      var begin = 0
      for j in 0..<count {
        let border = j + 1 < count ? (levels[j] + levels[j + 1]) / 2 : .infinity
        let end = sorted.partitioningIndex { Double($0) > border }
        if end > begin { levels[j] = (sums[end] - sums[begin]) / Double(end - begin) }
        begin = max(begin, end)
      }
    }
    return levels.map { Float($0) }
  }
}
