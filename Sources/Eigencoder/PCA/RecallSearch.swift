// How short may a code be for a search by cosine to find the same neighbours? By recall@10 (`CosineRecall`)
// among held-out rows.
//
// A code of PCA is centred, z = P (x - mu), and the cosine of two codes is not that of the vectors that they
// stand for. Those, xh = P'z + mu, have
//   <xh, yh> = <Px, Py> + c^2,  c^2 = |mu - P'P mu|^2,
// so that they are searched without decoding: P mu is added to each code, and c is one more number of it.
//
// The recall rises with k, but for accidents. Bisection finds a k that reaches the target while k - 1 does
// not, in about log2 d searches. A search costs m^2 k / 2 products and m^2 comparisons for m rows.

/// Recall@10 of PCA codes on held-out rows, at any k.
struct RecallSearch {
  static let neighbours = 10
  /// With fewer rows chance alone would find more than half.
  static let leastRows = 2 * neighbours + 1
  /// Of more rows, so many are drawn by the seed.
  static let mostRows = 4096

  private let recall: CosineRecall
  /// P x for all r components, m x r.
  private let projections: Matrix<Double>
  /// P mu.
  private let meanCode: [Double]
  /// |mu|^2 outside of all components.
  private let meanOutside: Double

  /// - Parameter spectrum: of the training rows, whole.
  init<T: Scalar>(_ spectrum: Spectrum, heldOut: Matrix<T>, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let rows = heldOut.selecting(rows: generator.sample(Self.mostRows, of: heldOut.rows))
    let vectors = rows.converted(to: Double.self)
    recall = CosineRecall(of: vectors, neighbours: Self.neighbours)
    projections = vectors.times(spectrum.components, otherTransposed: true)
    let mean = Matrix(rows: 1, columns: spectrum.mean.count, spectrum.mean)
    let code = mean.times(spectrum.components, otherTransposed: true)
    meanCode = code.elements
    let inside = code * spectrum.components
    meanOutside = zip(mean.elements, inside.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// Recall by the cosine of what codes of k numbers stand for.
  func ofDecoded(_ k: Int) throws -> Double {
    let constant = meanCode[k...].reduce(meanOutside) { $0 + $1 * $1 }
    let codes = Matrix(rows: projections.rows, columns: k + 1) { out in
      projections.withView { $0.columns(0..<k).copy(into: out.columns(0..<k)) }
      out.columns(k..<k + 1).fill(with: constant.squareRoot())
    }
    return try recall(of: codes) ?? 0
  }

  /// Recall by the cosine of codes of k numbers as they are, centred.
  func ofCodes(_ k: Int) throws -> Double {
    let codes = Matrix(rows: projections.rows, columns: k) { out in
      projections.withView { p in
        meanCode.withView { p.columns(0..<k).subtract(row: $0.slice(0..<k), into: out) }
      }
    }
    return try recall(of: codes) ?? 0
  }

  /// A k from 1 to `limit` whose decoded recall reaches `target` while that of k - 1 does not (that of 0
  /// never does); nil when `limit` itself does not reach it.
  func smallest(reaching target: Double, limit: Int) throws -> Int? {
    guard limit >= 1, try ofDecoded(limit) >= target else { return nil }
    var (low, high) = (0, limit)
    while high - low > 1 {
      let middle = (low + high) / 2
      if try ofDecoded(middle) >= target { high = middle } else { low = middle }
    }
    return high
  }
}
