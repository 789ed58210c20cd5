// u = (z - m) / s, of mean 0 and of mean square 1 a number; then the stages, each of what the stages before have left:
//   u ~ q_1(u) + q_2(u - q_1(u)) + ...
// An additive quantiser finds what rows have in common, whatever its shape; what it leaves is nearly normal, where a trellis
// needs fewer bytes for the same error, and hardly any time to fit.

/// How rows of k numbers become a fixed number of bytes, and back: one quantiser, or several in turn.
public struct CodeQuantizer: Sendable {
  /// m, k numbers.
  let mean: [Double]
  /// s > 0
  let scale: Double
  let stages: [any VectorQuantizer]

  /// k
  public var latent: Int { mean.count }
  /// The bytes of one code.
  public var bytes: Int { stages.reduce(0) { $0 + $1.bytes } }
  /// The mean of |z|^2 over the rows of the fit.
  var meanSquare: Double { mean.reduce(Double(latent) * scale * scale) { $0 + $1 * $1 } }
  /// Numbers that have to be kept besides the codes.
  public var parameterCount: Int { stages.reduce(mean.count + 1) { $0 + $1.parameterCount } }
  /// "additive 16 + trellis 16": kinds with their bytes.
  public var name: String {
    stages.map { "\(type(of: $0).kind) \($0.bytes)" }.joined(separator: " + ")
  }

  init(mean: [Double], scale: Double, stages: [any VectorQuantizer]) {
    precondition(!stages.isEmpty && scale > 0, "a quantiser of \(stages.count) stages, scale \(scale)")
    self.mean = mean
    self.scale = scale
    self.stages = stages
  }

  /// The codes of the rows of z, n x k: n runs of `bytes`.
  package func encode<T: Scalar>(_ z: Matrix<T>) -> [UInt8] {
    precondition(z.columns == latent, "codes \(z.shape) of \(latent) numbers")
    var rest = standardized(z)
    let bytes = bytes
    var codes = [UInt8](repeating: 0, count: z.rows * bytes)
    var column = 0
    for (index, stage) in stages.enumerated() {
      let part = stage.encode(rest)
      for i in 0..<z.rows {
        for b in 0..<stage.bytes { codes[i * bytes + column + b] = part[i * stage.bytes + b] }
      }
      column += stage.bytes
      if index + 1 < stages.count { rest = rest - stage.decode(part) }
    }
    return codes
  }

  /// The rows that codes stand for, n x k.
  package func decode<T: Scalar>(_ codes: [UInt8], as type: T.Type = T.self) -> Matrix<T> {
    var sum: Matrix<Float>?
    for (stage, part) in zip(stages, parts(of: codes)) {
      let decoded = stage.decode(part)
      sum = sum.map { $0 + decoded } ?? decoded
    }
    let scales = [T](repeating: T(scale), count: latent)
    return sum!.converted(to: T.self).modified { z in
      scales.withView { s in mean.map { T($0) }.withView { z.scaleColumns(by: s, adding: $0, into: z) } }
    }
  }

  /// The codes of each stage.
  private func parts(of codes: [UInt8]) -> [[UInt8]] {
    let (bytes, rows) = (bytes, codes.count / bytes)
    var column = 0
    return stages.map { stage in
      defer { column += stage.bytes }
      var part = [UInt8](repeating: 0, count: rows * stage.bytes)
      for i in 0..<rows {
        for b in 0..<stage.bytes { part[i * stage.bytes + b] = codes[i * bytes + column + b] }
      }
      return part
    }
  }

  /// Codes as sums of codewords, in the units of z; nil where one of the stages is a trellis.
  package func sums(_ codes: [UInt8]) -> CodewordSums? {
    let rows = codes.count / bytes
    var result: CodewordSums?
    for (stage, part) in zip(stages, parts(of: codes)) {
      guard let sums = stage.sums(part) else { return nil }
      result = result?.appending(sums, rows: rows) ?? sums
    }
    let firstCount = 1 << result!.bits[0]
    result!.words.withMutableView { words in
      words.scale(by: Float(scale))
      // The mean is in every sum, so it goes into the first book.
      let first = words.rows(0..<firstCount)
      mean.map { Float($0) }.withView { first.scaleColumns(by: nil, adding: $0, into: first) }
    }
    return result
  }

  private func standardized<T: Scalar>(_ z: Matrix<T>) -> Matrix<Float> { Self.standardized(z, mean, scale) }

  /// (z - m) / s: the mean is subtracted in the precision of z.
  private static func standardized<T: Scalar>(_ z: Matrix<T>, _ mean: [Double], _ scale: Double) -> Matrix<
    Float
  > {
    var u = z.modified { z in
      mean.map { T($0) }.withView { z.subtract(row: $0, into: z) }
      z.scale(by: T(1 / scale))
    }.converted(to: Float.self)
    u.withMutableView { u in
      for i in 0..<u.rows where !(u.row(i).dot(u.row(i)) <= Double(far) * Double(far)) {
        let row = u.row(i)
        for j in 0..<row.count { row[j] = max(-far, min(far, row[j])) }
      }
    }
    return u
  }

  /// Numbers are cut off there, in mean deviations, so that squares stay in range: such rows have nothing to do with those of the fit.
  private static let far: Float = 1e9

  /// How many of the rows of z lie more than 1,000 mean deviations of a row from the mean: what they decode to is far from them.
  package func farCount<T: Scalar>(_ z: Matrix<T>) -> Int {
    let limit = 1000 * Double(max(1, latent)).squareRoot()
    return standardized(z).rowSquares.count { !($0 <= limit * limit) }
  }
}

// MARK: - Fit

extension CodeQuantizer {
  /// One of the quantisers, and its size.
  package enum Stage: Equatable, Sendable {
    /// Sums of codewords, of which a code names one for each byte.
    case additive(bytes: Int)
    /// The best path through a trellis.
    case trellis(bytes: Int)
    /// Groups of numbers, each one of 16 (4 bits) or 256 (8 bits) points.
    case product(groups: Int, bits: Int)
    /// Each number after a rotation.
    case rotated(bits: Int)
  }

  /// Fitted to codes, n x k, of finite numbers.
  ///
  /// - Parameters:
  ///   - stages: in turn, at least one.
  ///   - seed: of rotations, first codewords and noise.
  ///   - progress: is called with the share of a long stage that is done; false stops with an error.
  /// - Throws: `.invalidData` without rows, `.numericalFailure`.
  package init<T: Scalar>(
    fittedTo z: Matrix<T>, _ plan: [Stage], seed: UInt64 = 1,
    progress: (Double) -> Bool = { _ in true }
  ) throws {
    guard z.rows > 0 else {
      throw EigencoderError.invalidData("a quantiser needs the codes of at least 1 row")
    }
    let mean = z.columnMeans
    let squares = z.modified { z in mean.map { T($0) }.withView { z.subtract(row: $0, into: z) } }
      .withView { $0.dot($0) }
    var scale = (squares / Double(max(1, z.rows * z.columns))).squareRoot()
    // Rows that are all the same have nothing to scale.
    if !scale.isFinite || !(T(1 / scale).isFinite && T(scale) > 0) { scale = 1 }
    var rest = Self.standardized(z, mean, scale)
    var stages: [any VectorQuantizer] = []
    for (index, stage) in plan.enumerated() {
      let quantizer = try stage.fitted(to: rest, seed: seed, progress: progress)
      stages.append(quantizer)
      if index + 1 < plan.count { rest = rest - quantizer.rounded(rest) }
    }
    self.init(mean: mean, scale: scale, stages: stages)
  }

  /// The same with another stage, fitted to what these leave of z.
  func appending<T: Scalar>(_ stage: Stage, fittedTo z: Matrix<T>, seed: UInt64) throws -> Self {
    let rest = standardized(z) - standardized(decode(encode(z), as: T.self))
    return Self(
      mean: mean, scale: scale, stages: stages + [try stage.fitted(to: rest, seed: seed) { _ in true }])
  }
}

extension CodeQuantizer.Stage {
  fileprivate func fitted(to u: Matrix<Float>, seed: UInt64, progress: (Double) -> Bool) throws
    -> any VectorQuantizer
  {
    switch self {
    case .additive(let bytes):
      try AdditiveQuantizer(fittedTo: u, bytes: bytes, seed: seed, progress: progress)
    case .trellis(let bytes): try TrellisQuantizer(fittedTo: u, bytes: bytes, seed: seed)
    case .product(let groups, let bits):
      try ProductQuantizer(fittedTo: u, groups: groups, bits: bits, seed: seed)
    case .rotated(let bits): ScalarQuantizer(fittedTo: u, bits: bits, seed: seed)
    }
  }
}

// MARK: - Files

extension CodeQuantizer: Equatable {
  static let prefix = "quantizer."

  public static func == (a: Self, b: Self) -> Bool {
    func bytes(_ quantizer: Self) -> [UInt8]? {
      var file = SafeTensors()
      quantizer.store(in: &file)
      return try? file.serialized()
    }
    return bytes(a) == bytes(b)
  }

  /// The kinds, as a file names them.
  private static let kinds: [any VectorQuantizer.Type] = [
    AdditiveQuantizer.self, TrellisQuantizer.self, ProductQuantizer.self, ScalarQuantizer.self,
  ]

  /// What the architecture of a file says of a stage.
  struct StageDescription: Codable {
    var kind: String
    var bytes: Int
  }

  var description: [StageDescription] {
    stages.map { StageDescription(kind: type(of: $0).kind, bytes: $0.bytes) }
  }

  func store(in file: inout SafeTensors, prefix: String = CodeQuantizer.prefix) {
    file.append(prefix + "mean", mean)
    file.append(prefix + "scale", [scale])
    for (index, stage) in stages.enumerated() { stage.store(in: &file, prefix: "\(prefix)\(index).") }
  }

  init(_ file: SafeTensors, prefix: String, latent: Int, _ description: [StageDescription]) throws {
    let scale: Double = try file.vector(prefix + "scale", count: 1)[0]
    guard scale > 0, (1 / scale).isFinite, (1...8).contains(description.count) else {
      throw EigencoderError.invalidData("a quantiser of \(description.count) stages with the scale \(scale)")
    }
    self.init(
      mean: try file.vector(prefix + "mean", count: latent), scale: scale,
      stages: try description.enumerated().map { index, stage in
        guard let kind = Self.kinds.first(where: { $0.kind == stage.kind }),
          (1...1 << 20).contains(stage.bytes)
        else {
          throw EigencoderError.invalidData(
            "a quantiser of the kind '\(stage.kind.oneLine)', \(stage.bytes) bytes")
        }
        return try kind.init(file, prefix: "\(prefix)\(index).", latent: latent, bytes: stage.bytes)
      })
  }
}
