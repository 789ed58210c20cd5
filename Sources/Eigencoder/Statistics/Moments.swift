// Count, mean and scatter of a stream of samples, mergeable and exact to f64 even for f32 data.
//
// The scatter M2 = sum (x - mean)(x - mean)' is never computed as X'X - n mean mean', which cancels. Each
// block b of rows is centred by a pilot p_b, its own mean rounded to the storage precision, so that x - p_b
// loses nothing that matters; its Gram matrix G_b is one SYRK in the storage precision, and the block's mean
// is kept as m_b = p_b + r_b, to more digits than one number holds. Then
//   M2 = sum_b G_b  -  sum_b n_b r_b r_b'  +  sum_b n_b (m_b - mean)(m_b - mean)',
// accumulated in f64: Chan, Golub & LeVeque's (1983) update for many blocks at once. Mathematics, section 2.
// Cost: n d^2 / 2 multiply-adds in the storage precision, d^2 / 2 f64 additions a block.

/// Count, mean and scatter matrix of samples: what PCA needs of the data, in f64.
public struct Moments: Sendable {
  /// The number of samples.
  public internal(set) var count: Int
  /// The mean of each of the d features.
  public private(set) var mean: [Double]
  /// The scatter sum (x - mean)(x - mean)', d x d, symmetric, without any denominator.
  public internal(set) var scatter: Matrix<Double>
  /// What rounding `mean` has left: later blocks are merged around `mean + meanRest`.
  private(set) var meanRest: [Double]

  /// No samples yet, of `dimension` features.
  public init(dimension: Int) {
    count = 0
    mean = [Double](repeating: 0, count: dimension)
    meanRest = mean
    scatter = Matrix(rows: dimension, columns: dimension)
  }

  /// Those that are known already, as of a file; `meanRest` is what rounding has left of the mean, `scatter` symmetric.
  init(count: Int, mean: [Double], meanRest: [Double], scatter: Matrix<Double>) {
    precondition(
      meanRest.count == mean.count && scatter.rows == mean.count && scatter.columns == mean.count,
      "a scatter \(scatter.shape) around \(mean.count) means with \(meanRest.count) rests")
    (self.count, self.mean, self.meanRest, self.scatter) = (count, mean, meanRest, scatter)
  }

  /// The moments of the rows of `data`.
  public init<T: Scalar>(of data: Matrix<T>) {
    self.init(dimension: data.columns)
    add(data)
  }

  /// The moments of the rows of `data`, with products in f64 too: what is far below the largest variance keeps
  /// its digits. Twice the cost for f32 data.
  init<T: Scalar>(inDoubleOf data: Matrix<T>) {
    self.init(dimension: data.columns)
    // Converted a part at a time.
    let height = 8 * Self.blockRows
    for first in stride(from: 0, to: data.rows, by: height) {
      add(data.rows(first..<min(first + height, data.rows)).converted(to: Double.self))
    }
  }

  /// The covariance matrix, scatter / (count - 1); traps unless there are two samples.
  public var covariance: Matrix<Double> {
    precondition(count >= 2, "a covariance needs two samples, got \(count)")
    var result = scatter
    result.withMutableView { $0.scale(by: 1 / Double(count - 1)) }
    return result
  }

  /// The variance of each feature, its sum of squares over count - 1.
  public var variances: [Double] {
    precondition(count >= 2, "a variance needs two samples, got \(count)")
    return mean.indices.map { scatter[$0, $0] / Double(count - 1) }
  }

  /// Includes the rows of `data`. O(rows d^2).
  public mutating func add<T: Scalar>(_ data: Matrix<T>) {
    data.withView { add($0) }
  }

  /// Includes other samples of the same dimension, as if their rows had been added here. O(d^2).
  public mutating func merge(_ other: Moments) {
    precondition(
      other.mean.count == mean.count, "merging moments of \(other.mean.count) and \(mean.count) features")
    guard other.count > 0 else { return }
    scatter.withMutableView { m2 in other.scatter.withView { m2.add($0) } }
    include(
      pilots: Matrix(rows: 1, columns: mean.count, other.mean),
      rests: Matrix(rows: 1, columns: mean.count, other.meanRest), counts: [other.count])
    scatter.withMutableView { $0.symmetrize() }
  }
}

extension Moments {
  /// Rows a block: long enough that the f64 additions do not show, short enough that f32 sums stay accurate.
  static let blockRows = 1024
  /// The same for matrices of this width, whose additions are more.
  static func blockRows(width: Int) -> Int { min(max(blockRows, width), 4 * blockRows) }

  mutating func add<T: Scalar>(_ data: MatrixView<T>) {
    var own = Moments(dimension: 0)
    swap(&own, &self)
    let sums = MomentAccumulator<T>(own)
    own = Moments(dimension: 0)
    sums.add(data)
    self = sums.moments()
  }

  /// Moves to the common mean: adds to the scatter's upper triangle what the means of the groups, this one
  /// and the new ones of means pilots + rests, scatter around it.
  mutating func include(pilots: Matrix<Double>, rests: Matrix<Double>, counts: [Int]) {
    let d = mean.count
    let total = count + counts.reduce(0, +)
    // Row 0 is this group. Differences of pilots near each other are exact.
    var offsets = Matrix<Double>(rows: counts.count + 1, columns: d)
    for j in 0..<d {
      let origin = count > 0 ? mean[j] : pilots[0, j]
      let own = count > 0 ? meanRest[j] : 0
      var shift = Double(count) * own
      for b in counts.indices {
        offsets[b + 1, j] = (pilots[b, j] - origin) + rests[b, j]
        shift += Double(counts[b]) * offsets[b + 1, j]
      }
      shift /= Double(total)
      offsets[0, j] = Double(count).squareRoot() * (own - shift)
      for b in counts.indices {
        offsets[b + 1, j] = Double(counts[b]).squareRoot() * (offsets[b + 1, j] - shift)
      }
      mean[j] = origin + shift
      meanRest[j] = shift - (mean[j] - origin)
    }
    scatter.withMutableView { m2 in offsets.withView { m2.setUpperGram(of: $0, beta: 1) } }
    count = total
  }
}
