// From embedding vectors to the short vectors that a search keeps, and back:
//   u = x / |x|      if the input is normalised
//   z = e(u) + c     e by PCA or a network; c = V mu if PCA's code keeps the mean's projection, else 0
//   z = z o s        s_j = lambda_j^(-a), for PCA: a = 0 plain, a = 1/2 whitening
//   z = z / |z|      if codes are normalised: inner products are then cosines
//   q                rounded to the type of the code
// Decoding inverts each step from the last to the first. Lengths that were divided away are not known any
// more: codes come back with their mean length, rows with about length 1.

/// Everything between an embedding vector and its stored code, as one value and one model file.
public struct EmbeddingPipeline<T: Scalar>: Reducer {
  /// What makes the code.
  public enum Reduction: Sendable {
    /// V (x - mu), from the spectrum alone.
    case pca(PrincipalComponents<T>)
    /// A trained encoder, linear or deep.
    case network(Autoencoder<T>)

    /// The name of the method: "pca", "linear", "autoencoder".
    public var method: String { reducer.method }

    var reducer: any Reducer<T> {
      switch self {
      case .pca(let pca): pca
      case .network(let network): network
      }
    }

    /// (e(x) + offset) o scale, of rows divided by their lengths if `normalized`.
    fileprivate func codes(of x: Matrix<T>, normalized: Bool, offset: [T], scale: [T]) -> Matrix<T> {
      let shift = zip(offset, scale).map { $0 * $1 }
      return reducer.encode(x.normalized(if: normalized)).modified { z in
        scale.withView { s in shift.withView { z.scaleColumns(by: s, adding: $0, into: z) } }
      }
    }
  }

  /// Whether rows are divided by their lengths first. The decoded rows then have length about 1.
  public let normalizesInput: Bool
  /// What makes the code.
  public let reduction: Reduction
  /// c, k numbers: added to the reduction's code.
  public let offset: [T]
  /// s, k positive numbers: what the code is multiplied by after that.
  public let scale: [T]
  /// Whether codes are divided by their lengths.
  public let normalizesCode: Bool
  /// The mean length of codes that `normalizesCode` takes away; 1 without.
  public let codeLength: T
  /// How codes are rounded in fewer bytes, fitted to the training rows' codes.
  public internal(set) var quantization: Quantization<T>
  /// How `encode` rounds them, and what files hold by default.
  public var type: CodeType

  /// A pipeline around a fitted reduction, of codes stored as f32.
  ///
  /// - Parameters:
  ///   - reduction: fitted to rows that were normalised if `normalizesInput`.
  ///   - rows: n x d, n >= 1. The mean length and the quantisation are those of their codes.
  ///   - keepsMean: of PCA: whether V mu stays in the code. A network has its own bias.
  ///   - power: a of the scale lambda^(-a), for PCA; unless it is 0, variances must be above 0.
  ///   - normalizesInput: whether rows are divided by their lengths.
  ///   - normalizesCode: whether codes are divided by their lengths.
  public init(
    _ reduction: Reduction, codesOf rows: Matrix<T>, keepsMean: Bool = true, power: Double = 0,
    normalizesInput: Bool = false, normalizesCode: Bool = false
  ) {
    precondition(rows.rows > 0, "a pipeline needs the codes of at least 1 row")
    let k = reduction.reducer.latent
    var offset = [T](repeating: 0, count: k)
    var scale = [T](repeating: 1, count: k)
    if case .pca(let pca) = reduction {
      // A code that keeps the mean's projection already has nothing to add.
      if keepsMean, !pca.keepsMean { offset = LinearCode(pca, keepsMean: true).offset.map { T($0) } }
      if power != 0 { scale = pca.explainedVariance.map { T(Double.exp(-power * Double.log($0))) } }
    }
    var codes = reduction.codes(of: rows, normalized: normalizesInput, offset: offset, scale: scale)
    var length = 1.0
    if normalizesCode {
      length = codes.normalizeRows().reduce(0, +) / Double(rows.rows)
      if !(length > 0) { length = 1 }
    }
    self.init(
      normalizesInput: normalizesInput, reduction: reduction, offset: offset, scale: scale,
      normalizesCode: normalizesCode, codeLength: T(length), quantization: Quantization(of: codes), type: .f32
    )
  }

  /// Of its parts, as of a model file.
  package init(
    normalizesInput: Bool, reduction: Reduction, offset: [T], scale: [T], normalizesCode: Bool, codeLength: T,
    quantization: Quantization<T>, type: CodeType
  ) {
    let k = reduction.reducer.latent
    precondition(
      offset.count == k && scale.count == k && quantization.latent == k,
      "offset, scale and quantisation for each of \(k) numbers")
    self.normalizesInput = normalizesInput
    self.reduction = reduction
    self.offset = offset
    self.scale = scale
    self.normalizesCode = normalizesCode
    self.codeLength = codeLength
    self.quantization = quantization
    self.type = type
  }
}

// MARK: - Use

extension EmbeddingPipeline {
  public var method: String { "embedding" }
  public var inputs: Int { reduction.reducer.inputs }
  public var latent: Int { reduction.reducer.latent }
  /// The reduction's numbers, four for each dimension of the code, the int8 scale, and the quantiser's.
  public var parameterCount: Int {
    reduction.reducer.parameterCount + 4 * latent + 1 + (quantization.quantizer?.parameterCount ?? 0)
  }

  /// Bytes of a stored code.
  public var bytesPerVector: Int { quantization.bytes(of: type) }

  /// The same pipeline with codes of a quantiser's bytes.
  package func stored(by quantizer: CodeQuantizer) -> Self {
    precondition(quantizer.latent == latent, "a quantiser of \(quantizer.latent) numbers, codes of \(latent)")
    var result = self
    result.quantization.quantizer = quantizer
    result.type = .quantized
    return result
  }

  /// The same pipeline with another type of stored codes.
  func stored(as type: CodeType) -> Self {
    var result = self
    result.type = type
    return result
  }

  /// The codes as they come back from storage, n x k. O(n) times the reduction's cost of a row.
  public func encode(_ x: Matrix<T>) -> Matrix<T> {
    quantization.rounded(unroundedCodes(of: x), to: type)
  }

  /// What a search compares of the codes as they are read from a file, n x k: the numbers that it holds, of bits 1 and -1.
  ///
  /// - Throws: `.numericalFailure` for a code that is not finite, or beyond the range of f16 where it is stored so.
  public func searchedCodes(of x: Matrix<T>) throws -> Matrix<T> { try storedCodes(of: x).searched }

  /// The codes of the rows of x, n x d, as bytes in the pipeline's type. O(n) times the reduction's cost of a row.
  ///
  /// - Throws: `EigencoderError.numericalFailure` for a code that is not finite, or beyond the range of f16 where it is stored
  ///   so. Traps on another width.
  public func storedCodes(of x: Matrix<T>) throws -> StoredCodes<T> {
    func stored(_ rows: Range<Int>) throws -> Matrix<T> {
      let codes = unroundedCodes(of: x.rows(rows))
      try codes.requireFiniteCodes()
      return quantization.stored(codes, as: type)
    }
    let numbers = try Matrix(rows: x.rows, columns: quantization.columns(of: type), inBlocks: stored)
    return try StoredCodes(numbers: numbers, as: type, quantization)
  }

  /// Codes that this pipeline made, from their bytes.
  /// - Throws: `EigencoderError.invalidData` where they are no whole number of codes, or hold a number that is not finite.
  public func storedCodes(bytes: some Sequence<UInt8>) throws -> StoredCodes<T> {
    try StoredCodes(bytes: bytes, as: type, quantization)
  }

  /// The codes before they are rounded to the type that is stored, n x k.
  package func unroundedCodes(of x: Matrix<T>) -> Matrix<T> {
    precondition(x.columns == inputs, "encode needs \(inputs) columns, got \(x.columns)")
    return reduction.codes(of: x, normalized: normalizesInput, offset: offset, scale: scale)
      .normalized(if: normalizesCode)
  }

  /// The rows as the reduction sees them: divided by their lengths, where the pipeline does that.
  public func target(of x: Matrix<T>) -> Matrix<T> { x.normalized(if: normalizesInput) }

  /// The reconstructions of codes, n x d: of the rows divided by their lengths, where the pipeline does that.
  public func decode(_ codes: Matrix<T>) -> Matrix<T> {
    precondition(codes.columns == latent, "decode needs \(latent) columns, got \(codes.columns)")
    return reduction.reducer.decode(reductionCodes(codes))
  }

  /// e(u), of mean length where that was divided away.
  private func reductionCodes(_ codes: Matrix<T>) -> Matrix<T> {
    let inverse = scale.map { codeLength / $0 }
    return codes.modified { z in
      inverse.withView { z.scaleColumns(by: $0, adding: nil, into: z) }
      offset.withView { z.subtract(row: $0, into: z) }
    }
  }

  /// Those of the reduction, of the rows divided by their lengths where the pipeline does that.
  public func residuals(of x: Matrix<T>, codes: Matrix<T>) -> Matrix<T> {
    reduction.reducer.residuals(of: target(of: x), codes: reductionCodes(codes))
  }

  /// The mean squared error per row of decoded codes, against `target`.
  func squaredError(on x: Matrix<T>, codes: Matrix<T>) -> Double {
    stride(from: 0, to: x.rows, by: 16_384).reduce(0) { sum, first in
      let rows = first..<min(first + 16_384, x.rows)
      return sum + residuals(of: x.rows(rows), codes: codes.rows(rows)).withView { $0.squaredNorm }
    } / Double(max(1, x.rows))
  }

  /// The reduction's own where nothing but an offset is added to it; else by the Jacobian of every row.
  public func contraction(over x: Matrix<T>) -> Double {
    if !normalizesInput, !normalizesCode, scale.allSatisfy({ $0 == 1 }) {
      return reduction.reducer.contraction(over: x)
    }
    guard x.rows > 0 else { return 0 }
    return (0..<x.rows).reduce(0.0) { $0 + encoderJacobian(at: x.row($1)).withView { $0.squaredNorm } }
      / Double(x.rows)
  }

  /// dz/dx before rounding, k x d: the steps' Jacobians, multiplied.
  public func encoderJacobian(at x: [T]) -> Matrix<T> {
    let (u, inputFactor) = Self.direction(x, normalizesInput)
    var jacobian = reduction.reducer.encoderJacobian(at: u)
    var code = reduction.reducer.encode(Matrix(rows: 1, columns: u.count, u)).row(0)
    for i in code.indices {
      code[i] = (code[i] + offset[i]) * scale[i]
      for j in u.indices { jacobian[i, j] *= scale[i] }
    }
    // J (I - u u') / |x| on the right, (I - z z') / |z| J on the left.
    if normalizesInput { jacobian = jacobian.projected(along: u, times: inputFactor) }
    let (z, codeFactor) = Self.direction(code, normalizesCode)
    return normalizesCode
      ? jacobian.transposed().projected(along: z, times: codeFactor).transposed() : jacobian
  }

  /// v / |v| and 1 / |v| where asked for, else v and 1.
  private static func direction(_ v: [T], _ normalizes: Bool) -> ([T], T) {
    guard normalizes else { return (v, 1) }
    var row = Matrix(rows: 1, columns: v.count, v)
    let length = row.normalizeRows()[0]
    return (row.elements, length > 0 ? T(1 / length) : 0)
  }
}

extension Matrix {
  /// Each row over its length, if so asked.
  func normalized(if isAsked: Bool) -> Matrix {
    guard isAsked else { return self }
    var result = self
    _ = result.normalizeRows()
    return result
  }

  /// self (I - v v') times a factor, v of length 1.
  fileprivate func projected(along v: [T], times factor: T) -> Matrix {
    var result = self
    for i in 0..<rows {
      let along = zip(row(i), v).reduce(T(0)) { $0 + $1.0 * $1.1 }
      for j in 0..<columns { result[i, j] = (self[i, j] - along * v[j]) * factor }
    }
    return result
  }
}
