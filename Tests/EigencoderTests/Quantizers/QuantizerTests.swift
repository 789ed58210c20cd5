import Eigencoder
import Testing

/// Trellis, product and rotated quantisers, and what they share.
@Suite struct QuantizerTests {
  private func error(_ x: Matrix<Float>, _ quantizer: some VectorQuantizer) -> Double {
    let rest = x - quantizer.rounded(x)
    return rest.withView { $0.dot($0) } / x.withView { $0.dot($0) }
  }

  /// Of normal numbers: below what rounding each number leaves (.363, .1175 at 1, 2 bits: Max 1960), above the limit of all codes.
  @Test(arguments: [(1, 0.25, 0.345), (2, 0.0625, 0.112)])
  func trellisOfNormalNumbers(_ bits: Double, _ limit: Double, _ bound: Double) throws {
    let x = Matrix<Float>.random(300, 64, seed: 1)
    let quantizer = try TrellisQuantizer(fittedTo: x, bytes: Int(bits * 8), seed: 1)
    #expect(quantizer.bytes == Int(bits * 8))
    let lost = error(Matrix<Float>.random(100, 64, seed: 2), quantizer)
    #expect(lost > limit && lost < bound, "\(lost)")
  }

  /// Of two bytes there are 65,536 codes. A ring so short is the worst case of the search for its closing state.
  @Test func trellisAgainstAllCodes() throws {
    let x = Matrix<Float>.random(120, 7, seed: 3)
    let quantizer = try TrellisQuantizer(fittedTo: x, bytes: 2, seed: 1)
    let all = quantizer.decode((0..<65536).flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
    let few = x.rows(0..<15)
    let found = quantizer.rounded(few)
    func distance(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
      zip(a, b).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    }
    var (best, reached) = (0.0, 0.0)
    for i in 0..<15 {
      let row = few.elements[7 * i..<7 * (i + 1)]
      let least = (0..<65536).reduce(Double.infinity) {
        min($0, distance(row, all.elements[7 * $1..<7 * ($1 + 1)]))
      }
      let own = distance(row, found.elements[7 * i..<7 * (i + 1)])
      #expect(own >= least * (1 - 1e-5))
      (best, reached) = (best + least, reached + own)
    }
    #expect(reached < 2.2 * best, "\(reached / best)")
  }

  /// Bits go to the axes that have the variance.
  @Test func trellisFollowsTheVariance() throws {
    var x = Matrix<Float>.random(120, 10, seed: 4)
    x = x.multiplyingColumns(by: [10, 10, 1, 1, 0.01, 0.01, 0, 0, 0, 0])
    #expect(error(x, try TrellisQuantizer(fittedTo: x, bytes: 2, seed: 1)) < 0.02)
    // Of an odd number of coordinates the last has no other.
    let odd = Matrix<Float>.random(120, 3, seed: 5)
    #expect(error(odd, try TrellisQuantizer(fittedTo: odd, bytes: 2, seed: 1)) < 0.02)
  }

  /// 1 to 4 bits of normal numbers lose what Max (1960) lists.
  @Test(arguments: [(1, 0.3634), (2, 0.1175), (3, 0.03454), (4, 0.009497)])
  func lloydMaxOfNormalNumbers(_ bits: Int, _ expected: Double) {
    let sorted = [Float].random(200_000, seed: 6).sorted()
    let levels = ScalarQuantizer.lloydMax(sorted, 1 << bits)
    let lost = sorted.reduce(0.0) { sum, value in
      sum + levels.reduce(Double.infinity) { min($0, Double((value - $1) * (value - $1))) }
    }
    expectClose(lost / Double(sorted.count), expected, within: 0.03)
  }

  /// Codes of any number of bits are packed without loss: each number comes back as the nearest level.
  @Test(arguments: 1...8, [1, 3, 8, 11]) func rotatedBits(_ bits: Int, _ k: Int) {
    let x = Matrix<Float>.random(50, k, seed: 7)
    let quantizer = ScalarQuantizer(fittedTo: x, bits: bits, seed: 1)
    let codes = quantizer.encode(x)
    #expect(quantizer.bytes == (k * bits + 7) / 8 && codes.count == 50 * quantizer.bytes)
    let back = quantizer.decode(codes)
    // Rounding what comes back changes nothing.
    expectClose(quantizer.rounded(back), back, within: 1e-5)
    #expect(error(x, quantizer) < [0.5, 0.2, 0.08, 0.03, 0.01, 0.01, 0.01, 0.01][bits - 1])
  }

  /// No group could be nearer by another of its words.
  @Test(arguments: [(4, 3), (4, 2), (8, 3)]) func product(_ bits: Int, _ groups: Int) throws {
    let x = Matrix<Float>.random(700, 6, seed: 8)
    let quantizer = try ProductQuantizer(fittedTo: x, groups: groups, bits: bits, seed: 1)
    #expect(quantizer.bytes == (bits == 4 ? (groups + 1) / 2 : groups))
    let codes = quantizer.encode(x)
    let back = quantizer.decode(codes)
    #expect(quantizer.encode(back) == codes)
    #expect(error(x, quantizer) < (bits == 4 ? (groups == 3 ? 0.15 : 0.3) : 0.02))
    for i in 0..<20 {
      let row = Matrix(rows: 1, columns: 6, x.row(i))
      let own = (row - back.rows(i..<i + 1)).withView { $0.dot($0) }
      for byte in 0..<quantizer.bytes {
        for value in 0..<256 {
          var other = Array(codes[i * quantizer.bytes..<(i + 1) * quantizer.bytes])
          other[byte] = UInt8(value)
          // An unused half byte of 4-bit groups is ignored.
          let rest = row - quantizer.decode(other)
          #expect(rest.withView { $0.dot($0) } >= own * (1 - 1e-4))
        }
      }
    }
  }

  private static let plans: [[CodeQuantizer.Stage]] = [
    [.additive(bytes: 2)], [.trellis(bytes: 3)], [.product(groups: 2, bits: 8)], [.rotated(bits: 3)],
    [.additive(bytes: 1), .trellis(bytes: 2)],
    [.product(groups: 2, bits: 4), .rotated(bits: 2), .trellis(bytes: 1)],
  ]

  /// Whatever the mean and the scale: rounded rows are as near, relative to the spread.
  @Test(arguments: plans, [(3.0, 1e30)])
  func anyPlace(_ plan: [CodeQuantizer.Stage], _ place: (mean: Double, scale: Double)) throws {
    func check<T: Scalar>(_ type: T.Type) throws {
      let x = Matrix<T>.random(50, 8, seed: 9, mean: place.mean * place.scale, deviation: place.scale)
      let quantizer = try CodeQuantizer(fittedTo: x, plan)
      let codes = quantizer.encode(x)
      #expect(codes.count == 50 * quantizer.bytes)
      let back: Matrix<T> = quantizer.decode(codes)
      let lost = zip(x.elements, back.elements).reduce(0.0) {
        $0 + ((Double($1.0) - Double($1.1)) / place.scale) * ((Double($1.0) - Double($1.1)) / place.scale)
      }
      #expect(lost / 400 < 0.35, "\(quantizer.name): \(lost / 400)")
      // The first rows alone have the same codes.
      #expect(quantizer.encode(x.rows(0..<7)) == Array(codes.prefix(7 * quantizer.bytes)))
    }
    try check(Float.self)
    try check(Double.self)
  }

  /// What codes stand for is the sum of their codewords, unless one is of a trellis.
  @Test(arguments: plans + [[.product(groups: 2, bits: 4), .additive(bytes: 1)]])
  func sumsOfCodewords(_ plan: [CodeQuantizer.Stage]) throws {
    let x = Matrix<Float>.random(50, 8, seed: 10, mean: 20, deviation: 3)
    let quantizer = try CodeQuantizer(fittedTo: x, plan)
    let codes = quantizer.encode(x)
    guard let sums = quantizer.sums(codes) else {
      #expect(quantizer.name.contains("trellis"))
      return
    }
    let starts = sums.bits.indices.map { m in sums.bits[0..<m].reduce(0) { $0 + 1 << $1 } }
    var back = Matrix<Float>(rows: 50, columns: 8)
    for i in 0..<50 {
      for (m, start) in starts.enumerated() {
        let word = sums.words.row(start + Int(sums.indices[i * starts.count + m]))
        for j in 0..<8 { back[i, j] += word[j] }
      }
    }
    expectClose(back, quantizer.decode(codes), within: 1e-5)
  }

  /// Rows that have nothing to do with those of the fit have some code, the same every time, and are counted.
  @Test(arguments: plans) func farAway(_ plan: [CodeQuantizer.Stage]) throws {
    let quantizer = try CodeQuantizer(fittedTo: Matrix<Float>.random(40, 8, seed: 9), plan)
    var x = Matrix<Float>.random(6, 8, seed: 10)
    for (i, scale) in [Float(1), 100, 1e6, 1e20, 1e30, 3e37].enumerated() {
      for j in 0..<8 { x[i, j] *= scale }
    }
    let codes = quantizer.encode(x)
    #expect(quantizer.encode(x) == codes && quantizer.farCount(x) == 4)
    let decoded: Matrix<Float> = quantizer.decode(codes)
    #expect(decoded.elements.allSatisfy { $0.isFinite })
  }

  @Test(arguments: plans) func degenerate(_ plan: [CodeQuantizer.Stage]) throws {
    let flat = Matrix<Float>(rows: 40, columns: 8, repeating: 2)
    expectClose(
      try CodeQuantizer(fittedTo: flat, plan).decode(CodeQuantizer(fittedTo: flat, plan).encode(flat)), flat,
      within: 1e-6)
    let one = Matrix<Float>.random(1, 8, seed: 10)
    let quantizer = try CodeQuantizer(fittedTo: one, plan)
    expectClose(quantizer.decode(quantizer.encode(one)), one, within: 1e-5)
    #expect(quantizer.encode(Matrix<Float>(rows: 0, columns: 8)).isEmpty)
    expectError(EigencoderError.invalidData, containing: "at least 1 row") {
      _ = try CodeQuantizer(fittedTo: Matrix<Float>(rows: 0, columns: 8), plan)
    }
  }

  /// The same codes for any number of threads.
  @Test(arguments: plans) func threads(_ plan: [CodeQuantizer.Stage]) throws {
    let x = Matrix<Float>.random(40, 8, seed: 11)
    let alone = try BLAS.withThreads(1) { try CodeQuantizer(fittedTo: x, plan).encode(x) }
    for threads in [3] {
      #expect(try BLAS.withThreads(threads) { try CodeQuantizer(fittedTo: x, plan).encode(x) } == alone)
    }
  }

  /// A pipeline with a quantiser comes back from its file; a file without all of it is refused.
  @Test(arguments: plans) func files(_ plan: [CodeQuantizer.Stage]) throws {
    let x = Matrix<Float>.random(90, 12, seed: 12, mean: 0.3)
    let base = EmbeddingPipeline(.pca(try PCA(latent: 8).fitted(to: x)), codesOf: x)
    let pipeline = base.stored(by: try CodeQuantizer(fittedTo: base.unroundedCodes(of: x), plan))
    let bytes = try Model.pipeline(pipeline).bytes()
    guard case .pipeline(let back) = try Model<Float>(bytes: bytes) else { return #expect(Bool(false)) }
    #expect(back.quantization == pipeline.quantization && back.type == .quantized)
    let stored = try pipeline.storedCodes(of: x)
    #expect(try back.storedCodes(of: x).bytes == stored.bytes)
    #expect(stored.bytesPerVector == pipeline.bytesPerVector && stored.codes == pipeline.encode(x))
    #expect(try back.storedCodes(bytes: stored.bytes).codes == stored.codes)
    // The nearest codes are those of the largest cosines, and their scores are the products.
    let queries = x.rows(0..<3)
    let scores = pipeline.scores(queries: queries, codes: stored)
    for (i, hits) in pipeline.nearest(5, to: queries, codes: stored).enumerated() {
      let order = (0..<90).sorted { scores[i, $0] > scores[i, $1] }
      #expect(hits.map(\.row) == Array(order.prefix(5)))
      expectClose(hits.map(\.score), order.prefix(5).map { Double(scores[i, $0]) }, within: 0)
    }
    // Each tensor of the quantiser is needed.
    let file = try SafeTensors(bytes: bytes, name: "m")
    for tensor in file.tensors where tensor.name.hasPrefix("quantizer.") {
      let less = file.selecting { $0 != tensor.name }
      expectError(EigencoderError.invalidData, containing: tensor.name) {
        _ = try Model<Float>(bytes: try less.serialized())
      }
    }
  }
}
