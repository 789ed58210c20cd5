/// What the routes of PCA compute: the leading eigenpairs of the covariance matrix, in f64.
struct Spectrum {
  /// The number of samples, n.
  let samples: Int
  /// d means.
  private(set) var mean: [Double]
  /// Eigenvectors as rows; at least as many as will be kept.
  private(set) var components: Matrix<Double>
  /// Their eigenvalues with denominator n - 1, largest first, none negative.
  private(set) var variances: [Double]
  /// The trace of the covariance matrix.
  private(set) var totalVariance: Double
  /// Variances up to this are rounding noise.
  private(set) var noiseFloor: Double
  /// Whether all rows of the data are known to be equal.
  var isConstant = false
  /// Of the passes by which they were found; nil for a dense decomposition.
  var convergence: PCA.Convergence?

  /// Orders, clamps and orients: variances are not negative, and in each component the entry of largest
  /// absolute value is positive (the first of equals).
  init(
    samples: Int, mean: [Double], components: Matrix<Double>, variances: [Double], totalVariance: Double,
    relativeNoise: Double
  ) {
    self.samples = samples
    self.mean = mean
    self.components = components
    self.variances = variances.map { max(0, $0) }
    self.totalVariance = totalVariance
    // Rows that are equal but for the rounding of f64 have no variance at all, whatever their leading one.
    let rounding = mean.reduce(0) { $0 + (4 * Double.unitRoundoff * $1) * (4 * Double.unitRoundoff * $1) }
    noiseFloor = max(rounding, relativeNoise * (self.variances.first ?? 0))
    self.components.orientRows()
  }
}

// MARK: - Precision

extension Spectrum {
  /// False when squares of the data's deviations left the range of T, so that the sums mean nothing.
  func isInRange<T: Scalar>(of type: T.Type) -> Bool {
    isConstant || (T.squaresInRange.contains(totalVariance) && variances.allSatisfy { $0.isFinite })
  }

  /// Whether products in the precision of T determine the smallest kept variance, and the mean of the
  /// discarded ones.
  func resolves<T: Scalar>(_ size: PCA.Size, in type: T.Type) -> Bool {
    guard let largest = variances.first, largest > 0 else { return true }
    let floor = T.resolvedShare * largest
    let k = count(size)
    return variances[k - 1] >= floor && (k == possible || discardedVariance(keeping: k) >= floor)
  }

  /// After products in f64 of data that were rounded to T: the rounding of the data themselves is noise.
  ///
  /// It is relative to each number, so that a component has the noise of the columns that it is made of. With m_j the
  /// mean and s_j^2 the variance of column j, component p has (4 u)^2 sum_j p_j^2 (m_j^2 + d s_j^2) at the most: a
  /// twelfth of that if roundings are independent of each other. Variances from the first one on that is not above its
  /// noise are noise.
  mutating func raiseNoiseFloor<T: Scalar>(forDataOf type: T.Type) {
    let roundoff = 4 * Double(T.unitRoundoff)
    let d = Double(mean.count)
    let squares = zip(mean, components.columnVariances(variances)).map { $0 * $0 + d * $1 }
    let first = variances.indices.first {
      variances[$0] <= roundoff * roundoff * components.squareSum(row: $0, weights: squares)
    }
    if let first { noiseFloor = max(noiseFloor, variances[first]) }
  }
}

// MARK: - Units

extension Spectrum {
  /// That of the data times `unit`, a power of two.
  /// - Throws: `EigencoderError.invalidData` where the largest variance is outside the range of `Double`.
  func scaled(by unit: Double) throws -> Spectrum {
    var result = self
    result.mean = mean.map { $0 * unit }
    result.variances = variances.map { $0 * unit * unit }
    result.totalVariance *= unit * unit
    result.noiseFloor *= unit * unit
    guard result.totalVariance.isNormal || isConstant else { throw PCA.outOfRange }
    return result
  }
}

extension Matrix {
  /// The power of two by which data are divided that are far from the size of 1: 1 where the squares of deviations are
  /// safely in the range of `Double`, as those of `Float` are.
  var unit: Double {
    guard !T.isSingle, rows > 0 else { return 1 }
    return PCA.unit(ofDeviations: largestDeviation(from: columnMeans))
  }

  /// The largest |x_ij - mean_j|, by blocks of rows.
  func largestDeviation(from mean: [Double]) -> Double {
    stride(from: 0, to: rows, by: 512).reduce(0) { largest, first in
      let block = self.rows(first..<min(first + 512, rows)).centred(around: mean)
      return max(largest, block.withView { $0.largestMagnitude })
    }
  }

  /// Every number over a power of two.
  func divided(by unit: Double) -> Matrix {
    // In two steps: the inverse of the smallest powers is not finite.
    let exponent = unit.exponent / 2
    return modified { x in
      for part in [exponent, unit.exponent - exponent] {
        x.scale(by: T(Double(sign: .plus, exponent: -part, significand: 1)))
      }
    }
  }
}

// MARK: - Counts

extension Spectrum {
  /// The number of variances that can be nonzero, min(n, d).
  var possible: Int { min(samples, mean.count) }

  /// The number of variances above the rounding of the data.
  var rank: Int { totalVariance > 0 ? variances.prefix { $0 > noiseFloor }.count : 0 }

  /// k. The share of the variance that k components keep exceeds a fraction strictly, as in scikit-learn.
  func count(_ size: PCA.Size) -> Int {
    switch size {
    case .count(let count): return count
    case .explaining(let fraction):
      var sum = 0.0
      for (index, variance) in variances.enumerated() {
        sum += variance
        if sum > fraction * totalVariance { return index + 1 }
      }
      return max(1, variances.count)
    }
  }

  /// The mean of the possible variances after the first k: from the discarded ones themselves where they were
  /// computed, else by the trace; 0 when none is discarded.
  func discardedVariance(keeping k: Int) -> Double {
    guard k < possible else { return 0 }
    let discarded =
      variances.count >= possible
      ? variances[k..<possible].reduce(0, +) : max(0, totalVariance - variances.prefix(k).reduce(0, +))
    return discarded / Double(possible - k)
  }
}
