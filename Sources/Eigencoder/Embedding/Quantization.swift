// Codes in fewer bytes. For each of the k numbers of a code, over the codes of the training rows:
//   int8    q = round((z - c) / s) within -127 ... 127, c the middle of the range, s = half the range / 127;
//           z ~ c + s q, with an error of at most s / 2 inside the range
//   binary  b = [z > m], m the mean;  z ~ m + (2 b - 1) h, h = mean |z - m|
//   f16     z rounded to 11 significant bits
// A number that is constant has s = h = 0 and comes back as it was. Cost: O(n k).

/// How the numbers of a code are rounded to fewer bytes; kept with the model.
public struct Quantization<T: Scalar>: Equatable, Sendable {
  /// c, k numbers: the value of the int8 0.
  public let offset: [T]
  /// s, k numbers: the value of one step of the int8.
  public let scale: [T]
  /// m, k numbers: above it the bit is 1.
  public let threshold: [T]
  /// h, k numbers: the mean distance from the threshold.
  public let spread: [T]

  /// From the range and the mean of each column of `codes`, n x k, n >= 1, of finite numbers.
  public init(of codes: Matrix<T>) {
    precondition(codes.rows > 0, "a quantisation needs at least 1 code")
    let columns = codes.transposed()
    let mean = codes.columnMeans
    var (offset, scale, spread): ([T], [T], [T]) = ([], [], [])
    for j in 0..<codes.columns {
      let column = columns.row(j)
      let (low, high) = column.reduce((column[0], column[0])) { (min($0.0, $1), max($0.1, $1)) }
      offset.append(T(Double(low) / 2 + Double(high) / 2))
      scale.append(T((Double(high) / 2 - Double(low) / 2) / 127))
      spread.append(T(column.reduce(0.0) { $0 + abs(Double($1) - mean[j]) } / Double(codes.rows)))
    }
    self.init(offset: offset, scale: scale, threshold: mean.map { T($0) }, spread: spread)
  }

  /// From given numbers. Traps unless there are as many of each.
  package init(offset: [T], scale: [T], threshold: [T], spread: [T]) {
    precondition(
      offset.count == scale.count && offset.count == threshold.count && offset.count == spread.count,
      "as many offsets, scales, thresholds and spreads")
    self.offset = offset
    self.scale = scale
    self.threshold = threshold
    self.spread = spread
  }

  /// k
  public var latent: Int { offset.count }
}

// MARK: - There and back

extension Quantization {
  /// The numbers that a file of `type` holds for the codes, n x k: whole numbers for int8; the bytes of the
  /// bits, n x ceil(k/8), for binary; the codes themselves for f32 and f16, which writing the file rounds.
  package func stored(_ codes: Matrix<T>, as type: CodeType) -> Matrix<T> {
    precondition(codes.columns == latent, "codes \(codes.shape) of \(latent) numbers")
    switch type {
    case .f32, .f16: return codes
    case .int8:
      let inverse = scale.map { $0 > 0 && (1 / $0).isFinite ? 1 / $0 : 0 }
      return codes.modified { z in
        offset.withView { z.subtract(row: $0, into: z) }
        inverse.withView { z.scaleColumns(by: $0, adding: nil, into: z) }
        z.roundToWhole(within: 127)
      }
    case .binary:
      return Matrix(rows: codes.rows, columns: type.columns(latent: latent)) { out in
        codes.withView { z in threshold.withView { z.packBits(above: $0, into: out) } }
      }
    }
  }

  /// The codes for the numbers of such a file, n x k.
  package func codes(stored: Matrix<T>, as type: CodeType) -> Matrix<T> {
    let columns = type.columns(latent: latent)
    precondition(stored.columns == columns, "stored codes \(stored.shape), needed \(columns) columns")
    switch type {
    case .f32, .f16: return stored
    case .int8:
      return stored.modified { z in
        scale.withView { s in offset.withView { c in z.scaleColumns(by: s, adding: c, into: z) } }
      }
    case .binary:
      return Matrix(rows: stored.rows, columns: latent) { out in
        stored.withView { bytes in
          threshold.withView { m in spread.withView { out.unpackBits(of: bytes, middle: m, spread: $0) } }
        }
      }
    }
  }

  /// The codes as they come back when they are stored as `type`.
  public func rounded(_ codes: Matrix<T>, to type: CodeType) -> Matrix<T> {
    switch type {
    case .f32: return codes
    case .f16: return codes.modified { $0.roundToHalf() }
    case .int8, .binary: return self.codes(stored: stored(codes, as: type), as: type)
    }
  }
}

extension Matrix {
  /// A copy to which `body` was applied.
  func modified(_ body: (MatrixView<T>) -> Void) -> Matrix {
    var result = self
    result.withMutableView(body)
    return result
  }
}
