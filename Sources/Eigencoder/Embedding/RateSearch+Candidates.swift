/// A kind of code, of which there is one for a number of bytes.
enum CodeCandidate {
  /// As many first components, their mean kept, as fit into the bytes.
  case components(CodeType)
  /// The components after a rotation, so many bits each: as many as fit, or as there are.
  case rotated(bits: Int)
  /// Groups of components, a byte each.
  case product
  /// All components by one trellis.
  case trellis
  /// All components by an additive quantiser of so many bytes, and what it leaves by a trellis.
  case additive(bytes: Int)
  /// The same with groups, a byte each, in place of the trellis.
  case additiveProduct(bytes: Int)

  /// Whether it is a plain number of components: what the others are compared with.
  var isPlain: Bool { if case .components = self { true } else { false } }

  func isTaken(by engine: RateSearch.Engine, bytes: Int) -> Bool {
    guard engine == .faiss else { return true }
    return switch self {
    case .components(let type): type == .f32
    case .rotated, .product, .additiveProduct: true
    case .trellis: false
    case .additive(let first): first == bytes
    }
  }

  func name(bytes: Int) -> String {
    switch self {
    case .components(let type): "pca \(type.rawValue)"
    case .rotated(let bits): "rotated, \(bits) bit"
    case .product: "product, 8 bit"
    case .trellis: "trellis"
    case .additiveProduct(let first): "additive \(first) + product \(bytes - first)"
    case .additive(let first): first < bytes ? "additive \(first) + trellis \(bytes - first)" : "additive"
    }
  }
}

/// Fits the candidates to the same rows; what two of them share is fitted once.
final class CodeFits<T: Scalar> {
  private let rows: Matrix<T>
  private let normalizesInput: Bool
  private let seed: UInt64
  private var components: PrincipalComponents<T>?
  private var pipelines: [Int: EmbeddingPipeline<T>] = [:]
  /// Additive quantisers by their bytes.
  private var additive: [Int: CodeQuantizer] = [:]

  init(_ rows: Matrix<T>, normalizesInput: Bool, seed: UInt64) {
    self.rows = rows
    self.normalizesInput = normalizesInput
    self.seed = seed
  }

  /// The components of which there are at most so many: more numbers than these are not looked at, for time and memory.
  var most: Int { min(rows.columns, rows.rows - 1, 1024) }

  /// Those that have a code of so many bytes; of fewer where there are no more numbers to spend them on. Of those that the engine
  /// does not take, plain components alone.
  func candidates(bytes: Int, _ engine: RateSearch.Engine) -> [CodeCandidate] {
    var result: [CodeCandidate] = []
    if bytes >= 4 { result.append(.components(.f32)) }
    if bytes >= 2 { result.append(.components(.f16)) }
    result.append(.components(.int8))
    for bits in [1, 2, 3, 4] where 8 * bytes / bits <= most {
      result.append(.rotated(bits: bits))
    }
    if 2 * bytes <= most, rows.rows >= 1024 { result.append(.product) }
    let widest = TrellisQuantizer.mostBytes(latent: most)
    if bytes >= 2, widest >= 2 { result.append(.trellis) }
    // With fewer rows for each codeword they are learned by heart, and other rows are coded worse than by a trellis alone.
    let books = min(bytes, rows.rows * 2 / (5 * codewordsPerBook))
    switch engine {
    case .any:
      var first = min(books, 16)
      // A trellis has 2 bytes at least.
      if bytes - first == 1 { first -= 1 }
      if first >= 1, bytes - first <= widest { result.append(.additive(bytes: first)) }
    case .faiss:
      if books == bytes, bytes <= mostBooks { result.append(.additive(bytes: bytes)) }
      // As many groups as components have; of books as few more than 16 as that takes, for time.
      let first = (Array((1...16).reversed()) + Array(17...mostBooks)).first {
        $0 <= books && $0 < bytes && 2 * (bytes - $0) <= most && most % (bytes - $0) == 0
      }
      if bytes > 16, let first { result.append(.additiveProduct(bytes: first)) }
    }
    return result.filter { $0.isPlain || $0.isTaken(by: engine, bytes: bytes) }
  }

  func pipeline(_ candidate: CodeCandidate, bytes: Int, progress: (String, Double) -> Bool) throws
    -> EmbeddingPipeline<T>
  {
    switch candidate {
    case .components(let type):
      return try base(min(most, bytes / type.bytes(latent: 1))).stored(as: type)
    case .rotated(let bits): return try quantized(8 * bytes / bits, [.rotated(bits: bits)])
    case .product: return try quantized(bytes * min(4, most / bytes), [.product(groups: bytes, bits: 8)])
    case .trellis:
      return try quantized(most, [.trellis(bytes: min(bytes, TrellisQuantizer.mostBytes(latent: most)))])
    case .additive(let first), .additiveProduct(let first):
      let whole = try base(most)
      let codes = whole.unroundedCodes(of: rows)
      if additive[first] == nil {
        additive[first] = try CodeQuantizer(fittedTo: codes, [.additive(bytes: first)], seed: seed) {
          progress("additive \(first)", $0)
        }
      }
      guard first < bytes else { return whole.stored(by: additive[first]!) }
      let rest: CodeQuantizer.Stage =
        if case .additive = candidate { .trellis(bytes: bytes - first) } else {
          .product(groups: bytes - first, bits: 8)
        }
      return whole.stored(by: try additive[first]!.appending(rest, fittedTo: codes, seed: seed))
    }
  }

  private func quantized(_ latent: Int, _ plan: [CodeQuantizer.Stage]) throws -> EmbeddingPipeline<T> {
    let pipeline = try base(latent)
    return pipeline.stored(
      by: try CodeQuantizer(fittedTo: pipeline.unroundedCodes(of: rows), plan, seed: seed))
  }

  /// The first k components, their mean kept, without rounding.
  private func base(_ k: Int) throws -> EmbeddingPipeline<T> {
    if let pipeline = pipelines[k] { return pipeline }
    let all = try components ?? PCA(latent: most).fitted(to: rows.normalized(if: normalizesInput))
    components = all
    let pipeline = EmbeddingPipeline(
      .pca(all.prefix(k)), codesOf: rows, keepsMean: true, normalizesInput: normalizesInput)
    pipelines[k] = pipeline
    return pipeline
  }
}
