// How short may a code be for a search by cosine to find the same neighbours? Recall@10 of a row is the share
// of its 10 nearest other rows, by cosine, that are among the 10 nearest after the code; ties go to the lower
// index.
//
// The code of PCA is centred, z = P (x - mu), and the cosine of two codes is not that of the vectors they
// stand for. Those, xh = P'z + mu, have
//   <xh, yh> = <Px, Py> + c^2,  c^2 = |mu - P'P mu|^2,
// so that searching them needs P mu added to the codes and one constant, and no decoding. Both searches are
// offered.
//
// Recall rises with k but for accidents: bisection finds a k that reaches the target while k - 1 does not, in
// about log2 d searches. Cost of one: m^2 k / 2 products and m^2 comparisons for m rows; memory O(m) a row of
// a block.

/// Recall@10 of PCA codes on held-out rows, at any k.
struct RecallSearch {
  static let neighbours = 10
  /// With fewer rows chance alone would find more than half.
  static let leastRows = 2 * neighbours + 1
  /// More rows than this are thinned to so many, by the seed.
  static let mostRows = 4096

  /// Rows that take part.
  let rows: Int
  /// P x for all r components, m x r.
  private let projections: Matrix<Double>
  /// P mu.
  private let meanCode: [Double]
  /// |mu|^2 outside of all components.
  private let meanOutside: Double
  private let reference: [Int32]

  /// - Parameter spectrum: of the training rows, whole.
  init<T: Scalar>(_ spectrum: Spectrum, heldOut: Matrix<T>, seed: UInt64) {
    var x = heldOut
    if x.rows > Self.mostRows {
      var generator = SeededGenerator(seed: seed)
      x = x.selecting(rows: generator.permutation(x.rows).prefix(Self.mostRows).map(Int.init).sorted())
    }
    let vectors = x.converted(to: Double.self)
    rows = vectors.rows
    reference = CosineNeighbours.lists(of: vectors, count: Self.neighbours)
    projections = vectors.times(spectrum.components, otherTransposed: true)
    let mean = Matrix(rows: 1, columns: spectrum.mean.count, spectrum.mean)
    let code = mean.times(spectrum.components, otherTransposed: true)
    meanCode = code.elements
    let inside = code * spectrum.components
    meanOutside = zip(mean.elements, inside.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  /// Recall by the cosine of what codes of k numbers stand for.
  func ofDecoded(_ k: Int) -> Double {
    let constant = meanCode[k...].reduce(meanOutside) { $0 + $1 * $1 }
    return recall(
      CosineNeighbours.lists(of: projections, columns: k, adding: constant, count: Self.neighbours))
  }

  /// Recall by the cosine of codes of k numbers as they are, centred.
  func ofCodes(_ k: Int) -> Double {
    var codes = projections
    codes.withMutableView { z in meanCode.withView { z.subtract(row: $0, into: z) } }
    return recall(CosineNeighbours.lists(of: codes, columns: k, count: Self.neighbours))
  }

  /// A k from 1 to `limit` whose decoded recall reaches `target` while that of k - 1 does not (k - 1 = 0
  /// never does); nil when `limit` itself does not reach it.
  func smallest(reaching target: Double, limit: Int) -> Int? {
    guard limit >= 1, ofDecoded(limit) >= target else { return nil }
    var (low, high) = (0, limit)
    while high - low > 1 {
      let middle = (low + high) / 2
      if ofDecoded(middle) >= target { high = middle } else { low = middle }
    }
    return high
  }

  private func recall(_ found: [Int32]) -> Double {
    let k = Self.neighbours
    var hits = 0
    for first in stride(from: 0, to: reference.count, by: k) {
      for a in reference[first..<first + k] where found[first..<first + k].contains(a) { hits += 1 }
    }
    return Double(hits) / Double(reference.count)
  }
}

/// The nearest rows of each row by cosine, exactly; a row of zeros has cosine 0 with every row.
enum CosineNeighbours {
  /// `count` indices for each row, nearest first, itself left out, ties by index; rows.count * `count` in
  /// all.
  ///
  /// - Parameters:
  ///   - columns: only the first so many; nil for all.
  ///   - constant: a further coordinate, the same for every row, squared.
  static func lists(of x: Matrix<Double>, columns: Int? = nil, adding constant: Double = 0, count: Int)
    -> [Int32]
  {
    let n = x.rows
    precondition(count >= 1 && n > count, "\(count) neighbours of \(n) rows")
    let height = min(256, n)
    var lists = [Int32](repeating: 0, count: n * count)
    x.withView { whole in
      let x = whole.columns(0..<(columns ?? whole.columns))
      let inverse = (0..<n).map { i in
        let norm = (x.rows(i..<i + 1).squaredNorm + constant).squareRoot()
        return norm > 0 ? 1 / norm : 0
      }
      var nearest = [Double](repeating: 0, count: count)
      withScratch(height * n, of: Double.self) { scratch in
        for first in stride(from: 0, to: n, by: height) {
          let range = first..<min(first + height, n)
          let products = scratch.matrix(rows: range.count, columns: n)
          products.setProduct(x.rows(range), x, rightTransposed: true)
          for i in range {
            // The cosine times the norm of row i, which does not change the order.
            let row = products.base + (i - first) * n
            var filled = 0
            for j in 0..<n where j != i {
              let value = (row[j] + constant) * inverse[j]
              guard filled < count || value > nearest[count - 1] else { continue }
              var place = min(filled, count - 1)
              while place > 0, value > nearest[place - 1] {
                nearest[place] = nearest[place - 1]
                lists[i * count + place] = lists[i * count + place - 1]
                place -= 1
              }
              nearest[place] = value
              lists[i * count + place] = Int32(j)
              filled = min(filled + 1, count)
            }
          }
        }
      }
    }
    return lists
  }
}
