// Codes in fewer bytes. With c_j the middle of dimension j and r_j half its range over the rows it was fitted to:
//   int8    q = round((z - c) / s), s = r / 127, within -127 ... 127;  z ~ c + s q, an error of s / 2 in the range
//   binary  b = [z > m], m the mean of the dimension;                   z ~ m + (2 b - 1) h, h = mean |z - m|
//   f16     z rounded to 11 significant bits
// A constant dimension has s = h = 0 and comes back as it was. Cost: O(n k).

/// What codes of one kind are rounded to, dimension by dimension: fitted to codes, kept with the model.
public struct Quantization<T: Scalar>: Equatable, Sendable {
  /// c, k numbers: what the int8 0 stands for.
  public let offset: [T]
  /// s, k numbers: what a step of the int8 stands for.
  public let scale: [T]
  /// m, k numbers: where the bit changes.
  public let threshold: [T]
  /// h, k numbers: how far from there the numbers of either bit are on average.
  public let spread: [T]

  /// Of the range and the mean of each column of `codes`, n x k with at least one row of finite numbers.
  public init(of codes: Matrix<T>) {
    precondition(codes.rows > 0, "a quantisation needs at least 1 code")
    let columns = codes.transposed()
    let mean = codes.columnMeans
    var (offset, scale, spread): ([T], [T], [T]) = ([], [], [])
    for j in 0..<codes.columns {
      let column = columns.row(j)
      let (low, high) = (Double(column.min()!), Double(column.max()!))
      offset.append(T(low / 2 + high / 2))
      scale.append(T((high / 2 - low / 2) / 127))
      spread.append(T(column.reduce(0.0) { $0 + abs(Double($1) - mean[j]) } / Double(codes.rows)))
    }
    self.init(offset: offset, scale: scale, threshold: mean.map { T($0) }, spread: spread)
  }

  /// Of given numbers. Traps unless there are as many of each.
  package init(offset: [T], scale: [T], threshold: [T], spread: [T]) {
    precondition(
      offset.count == scale.count && offset.count == threshold.count && offset.count == spread.count,
      "as many offsets, scales, thresholds and spreads")
    self.offset = offset
    self.scale = scale
    self.threshold = threshold
    self.spread = spread
  }

  /// One that is not fitted to anything: steps of 0.
  init(dimension: Int) {
    let zeros = [T](repeating: 0, count: dimension)
    self.init(offset: zeros, scale: zeros, threshold: zeros, spread: zeros)
  }

  /// k
  public var latent: Int { offset.count }
}

// MARK: - There and back

extension Quantization {
  /// What a file of `type` holds of the codes, n x k: whole numbers for int8; for binary the bytes of their bits, n x
  /// ceil(k/8); the codes themselves for f32 and f16, whose rounding is the file's.
  package func stored(_ codes: Matrix<T>, as type: CodeType) -> Matrix<T> {
    precondition(codes.columns == latent, "codes \(codes.shape) for \(latent) dimensions")
    switch type {
    case .f32, .f16: return codes
    case .int8: return levels(codes)
    case .binary: return bits(codes)
    }
  }

  /// The codes that numbers of such a file stand for, n x k.
  package func codes(stored: Matrix<T>, as type: CodeType) -> Matrix<T> {
    let columns = type.columns(latent: latent)
    precondition(stored.columns == columns, "stored codes \(stored.shape), needed \(columns) columns")
    switch type {
    case .f32, .f16: return stored
    case .int8:
      var result = stored
      result.withMutableView { z in
        scale.withView { s in offset.withView { c in z.scaleColumns(by: s, adding: c, into: z) } }
      }
      return result
    case .binary: return fromBits(stored)
    }
  }

  /// The codes as they come back from `type`: what a search among stored codes sees.
  public func rounded(_ codes: Matrix<T>, to type: CodeType) -> Matrix<T> {
    switch type {
    case .f32: return codes
    case .f16:
      var result = codes
      result.withMutableView { $0.roundToHalf() }
      return result
    case .int8, .binary: return self.codes(stored: stored(codes, as: type), as: type)
    }
  }

  private func levels(_ codes: Matrix<T>) -> Matrix<T> {
    var result = codes
    let inverse = scale.map { $0 > 0 && (1 / $0).isFinite ? 1 / $0 : 0 }
    result.withMutableView { z in
      offset.withView { z.subtract(row: $0, into: z) }
      inverse.withView { z.scaleColumns(by: $0, adding: nil, into: z) }
      z.roundToWhole(within: 127)
    }
    return result
  }

  private func bits(_ codes: Matrix<T>) -> Matrix<T> {
    Matrix(rows: codes.rows, columns: CodeType.binary.bytes(latent: latent)) { out in
      codes.withView { z in threshold.withView { z.packBits(above: $0, into: out) } }
    }
  }

  private func fromBits(_ bytes: Matrix<T>) -> Matrix<T> {
    Matrix(rows: bytes.rows, columns: latent) { out in
      bytes.withView { bytes in
        threshold.withView { m in spread.withView { h in out.unpackBits(of: bytes, middle: m, spread: h) } }
      }
    }
  }
}
