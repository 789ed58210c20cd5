public import Foundation

// faiss adds up tables: of a query q and a sum of codewords c it knows <q, c>, and one number of the row's own. Ours are cosines,
// <q, c> / |c|, which are no such sum. But
//   <q, c> - s |c| = |c| (cos - s)
// has the sign of cos - s, so with s the cosine that the nearest ten reach, the same ten are found by it; with a smaller s long
// codes gain a little, and these are the ones of rows that were coded well.

/// How far s lies on the way from the mean cosine of any two codes to that of the tenth neighbour: by searches of 40,000
/// embeddings by codes of 8 to 128 bytes, where it finds as many neighbours as cosines, or a little more.
private let shareOfBoundary = 0.9

extension EmbeddingPipeline {
  /// Writes codes of this pipeline as an index of faiss, which `faiss.read_index` opens and searches by the original vectors: the
  /// pipeline's map, then the codes as they are.
  ///
  /// - f32: `IndexFlatIP` of the codes divided by their lengths. Scores are cosines; rows can be added.
  /// - quantized: `IndexResidualQuantizer` with the codewords, and a byte a row that holds its length. The score s of faiss,
  ///   for a query of length 1, is 1 + n - 2 <q, c> with n = 2 s |c|: see <doc:Exporting>. No rows can be added by faiss, which
  ///   would put another number into that byte.
  /// - Throws: `EigencoderError.invalidData` for codes of another type, of a trellis, which faiss does not have, or of an encoder
  ///   that is not affine; `.unwritableOutput`.
  public func write(faissIndex url: URL, codes: StoredCodes<T>) throws {
    let encoder = try affinePart()
    let transform = try FaissTransform(encoder, around: trainingMean)
    var file = FaissIndexFile()
    var transforms: [(inout FaissIndexFile) -> Void] = []
    if normalizesInput { transforms.append { $0.append(normalizing: transform.weight.columns) } }
    transforms += [{ $0.append(transform) }, { $0.append(normalizing: transform.weight.rows) }]
    let metric: FaissIndexFile.Metric = codes.type == .f32 ? .innerProduct : .squaredDistance
    file.append(transforms: transforms, columns: inputs, count: codes.count, metric)
    switch codes.type {
    case .f32: file.append(flat: codes.searched.normalized(if: true).converted(to: Float.self))
    case .quantized:
      guard let quantizer = quantization.quantizer, let sums = quantizer.sums(codes.bytes) else {
        throw EigencoderError.invalidData(
          "faiss has no trellis: 'eigencoder embed --engine faiss' finds a code that it searches")
      }
      let penalties = Self.lengthPenalties(of: codes.searched, quantizer)
      guard sums.words.elements.withView({ $0.isFinite }), penalties.withView({ $0.isFinite }) else {
        throw EigencoderError.invalidData("the codes stand for numbers beyond the range of float32")
      }
      file.append(sums, numbers: penalties)
    case .f16, .int8, .binary:
      throw EigencoderError.invalidData(
        "a faiss index is written of f32 or quantized codes; \(codes.type.rawValue) is a scalar type of faiss itself"
      )
    }
    try OutputFile.write(to: url) { try $0.write(file.bytes) }
  }

  /// What faiss finds in the index of these codes: the nearest `limit` of each query, the nearest first.
  func faissNearest(_ limit: Int, to queries: Matrix<T>, codes: StoredCodes<T>) -> [[CosineSearch<T>.Hit]] {
    guard codes.type == .quantized, let quantizer = quantization.quantizer else {
      return nearest(limit, to: queries, codes: codes)
    }
    // -2 <q, c> + n is least where <[q, 1], [c, -n / 2]> is largest.
    let numbers = FaissIndexFile.rounded(Self.lengthPenalties(of: codes.searched, quantizer)).map {
      T(-0.5 * $0)
    }
    let asked = unroundedCodes(of: queries).normalized(if: true)
    return CosineSearch.nearestByProduct(
      limit, among: codes.searched.appending(column: numbers),
      to: asked.appending(column: [T](repeating: 1, count: asked.rows)))
  }

  /// n = 2 s |c| of each code.
  private static func lengthPenalties(of codes: Matrix<T>, _ quantizer: CodeQuantizer) -> [Float] {
    let squares = codes.rowSquares
    // Some of the codes stand for queries; each is its own nearest. Those that stand for rows of zeros are near to none.
    let least = 1e-6 * squares.mean
    var sample = codes.evenlySpaced(50_000)
    sample = sample.selecting(
      rows: zip(sample.rowSquares.indices, sample.rowSquares).filter { $1 > least }.map(\.0))
    let near = CosineSearch(sample).nearest(11, to: sample.evenlySpaced(200).normalized(if: true))
    let tenth = ParallelAnalysis.percentile(0.5, of: near.map { $0.last?.score ?? 0 })
    // The mean of all cosines between two of them.
    let meanCosine = sample.normalized(if: true).columnMeans.reduce(0) { $0 + $1 * $1 }
    // Codes are nearer to each other than rows to codes are: by the cosine of a row with its own code, which is |c| / |z| where
    // what is lost is at a right angle to c.
    let own = min(1, (squares.mean / quantizer.meanSquare).squareRoot())
    let factor = 2 * own * max(0, meanCosine + shareOfBoundary * (tenth - meanCosine))
    return squares.map { Float(factor * $0.squareRoot()) }
  }
}

extension Matrix {
  /// The same rows, each with a number more.
  fileprivate func appending(column: [T]) -> Matrix {
    Matrix(rows: rows, columns: columns + 1) { out in
      withView { $0.copy(into: out.columns(0..<columns)) }
      for i in 0..<rows { out[i, columns] = column[i] }
    }
  }
}
