// Codes in fewer bytes:
//   int8    q = round(z / s) within -127 ... 127;  z ~ s q, one s > 0 for all numbers of all codes
//   binary  b_j = [z_j > m_j], m the means;  z_j ~ m_j + (2 b_j - 1) h_j, h_j = mean |z_j - m_j|
//   f16     z rounded to 11 significant bits, f32 to 24
// So the stored numbers are searched as they are: s cancels in a cosine and multiplies every inner product alike, which an
// offset, or a scale for each dimension, would not. A Hamming distance counts bits that differ, whatever m is.

/// How the numbers of a code are rounded to fewer bytes; kept with the model.
public struct Quantization<T: Scalar>: Equatable, Sendable {
  /// s > 0: the value of one step of the int8, for every dimension. See `Int8Scale`.
  public let scale: T
  /// m, k numbers: above it the bit is 1.
  public let threshold: [T]
  /// h, k numbers: the mean distance from the threshold.
  public let spread: [T]
  /// What makes and reads the bytes of `quantized` codes; nil where there are none.
  public internal(set) var quantizer: CodeQuantizer?

  /// Fitted to `codes`, n x k, n >= 1, of finite numbers. O(n k).
  public init(of codes: Matrix<T>) {
    precondition(codes.rows > 0, "a quantisation needs at least 1 code")
    let columns = codes.transposed()
    let mean = codes.columnMeans
    self.init(
      scale: Int8Scale.best(for: codes), threshold: mean.map { T($0) },
      spread: (0..<codes.columns).map { j in
        let count = Double(codes.rows)
        return T(columns.row(j).reduce(0.0) { $0 + abs(Double($1) - mean[j]) / count })
      })
  }

  /// From given numbers. Traps unless there are as many thresholds as spreads, and the scale is positive.
  package init(scale: T, threshold: [T], spread: [T], quantizer: CodeQuantizer? = nil) {
    precondition(scale > 0, "an int8 scale of \(scale)")
    precondition(threshold.count == spread.count, "\(threshold.count) thresholds, \(spread.count) spreads")
    self.scale = scale
    self.threshold = threshold
    self.spread = spread
    self.quantizer = quantizer
  }

  /// k
  public var latent: Int { threshold.count }

  /// Bytes of a code of `type`. Traps for `quantized` where there is no quantiser, as everything below.
  public func bytes(of type: CodeType) -> Int {
    type == .quantized ? required.bytes : type.bytes(latent: latent)
  }

  /// The columns that a file of codes of `type` has.
  package func columns(of type: CodeType) -> Int {
    type == .quantized ? required.bytes : type.columns(latent: latent)
  }

  private var required: CodeQuantizer {
    guard let quantizer else { preconditionFailure("quantized codes of a pipeline without a quantiser") }
    return quantizer
  }
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
      return codes.modified { z in
        z.scale(by: 1 / scale)
        z.roundToWhole(within: 127)
      }
    case .binary:
      return Matrix(rows: codes.rows, columns: type.columns(latent: latent)) { out in
        codes.withView { z in threshold.withView { z.packBits(above: $0, into: out) } }
      }
    case .quantized:
      var bytes = required.encode(codes)
      return Matrix(rows: codes.rows, columns: required.bytes) { $0.decode(.uint8, of: &bytes) }
    }
  }

  /// The codes for the numbers of such a file, n x k.
  package func codes(stored: Matrix<T>, as type: CodeType) -> Matrix<T> {
    let columns = columns(of: type)
    precondition(stored.columns == columns, "stored codes \(stored.shape), needed \(columns) columns")
    switch type {
    case .f32, .f16: return stored
    case .int8: return stored.modified { $0.scale(by: scale) }
    case .binary:
      return threshold.withView { m in spread.withView { unpacked(stored, middle: m, spread: $0) } }
    case .quantized:
      return Matrix(
        rows: stored.rows, columns: latent,
        inBlocks: { required.decode(stored.rows($0).elements.map { UInt8($0.inDouble) }) })
    }
  }

  /// The numbers that a search compares, n x k, of those of such a file: as they are, but of the bytes of bits each bit as 1 or
  /// -1, and of those of a quantiser what they stand for. Of those the squared distance is 4 times Hamming's, and the cosine is 1 - 2 / k times it.
  package func searched(stored: Matrix<T>, as type: CodeType) -> Matrix<T> {
    if type == .quantized { return codes(stored: stored, as: type) }
    guard type == .binary else { return stored }
    let (zeros, ones) = ([T](repeating: 0, count: latent), [T](repeating: 1, count: latent))
    return zeros.withView { m in ones.withView { unpacked(stored, middle: m, spread: $0) } }
  }

  private func unpacked(_ bytes: Matrix<T>, middle: VectorView<T>, spread: VectorView<T>) -> Matrix<T> {
    Matrix(rows: bytes.rows, columns: latent) { out in
      bytes.withView { out.unpackBits(of: $0, middle: middle, spread: spread) }
    }
  }

  /// The codes as they come back when they are stored as `type`.
  public func rounded(_ codes: Matrix<T>, to type: CodeType) -> Matrix<T> {
    switch type {
    case .f32, .f16: return codes.rounded(to: type)
    case .int8, .binary, .quantized: return self.codes(stored: stored(codes, as: type), as: type)
    }
  }
}

extension Matrix {
  /// The nearest numbers of f32 or f16; beyond their range infinite.
  package func rounded(to type: CodeType) -> Matrix {
    switch type {
    case .f32 where T.isSingle: self
    case .f32: converted(to: Float.self).converted(to: T.self)
    case .f16: modified { $0.roundToHalf() }
    case .int8, .binary, .quantized: preconditionFailure("\(type.rawValue) is no rounding of numbers")
    }
  }

  /// A copy to which `body` was applied.
  func modified(_ body: (MatrixView<T>) -> Void) -> Matrix {
    var result = self
    result.withMutableView(body)
    return result
  }
}
