// Horn's parallel analysis (1965), by permutation (Buja & Eyuboglu 1992): how large would the variances be if
// the columns had nothing to do with each other? Permuting each column by itself keeps every column's
// distribution and breaks what they share. Component j is above chance when its variance exceeds the 95th
// percentile of the j-th variance over the permutations; k is the number of leading components that do.
//
// Permuted columns keep the variance of a strong first factor. With few columns a second factor may therefore seem to
// be chance: with two factors of variance 9 and noise of 0.25 in 10 columns it was missed in 11 of 60 runs.
//
// Cost: for each permutation n d random swaps, n d^2 / 2 for its covariance (n^2 d / 2 for d > n, by the Gram
// matrix of the rows), and 4/3 min(n, d)^3 for its eigenvalues. Products are in the precision of the data: a
// percentile of 20 draws has three digits at the best. Memory: a copy of the data.

/// How many components stand above what columns without any connection would show by chance.
package struct ParallelAnalysis: Equatable, Sendable {
  /// The variances of the data, denominator n - 1, largest first: min(n, d) of them.
  package let variances: [Double]
  /// The percentile of each variance over the permutations.
  package let chance: [Double]
  /// The number of leading components above chance; 0 when the first is not.
  package let components: Int

  /// - Parameters:
  ///   - data: n x d, at least 2 rows.
  ///   - permutations: at least 1. From 20 draws the 95th percentile lies between the largest two.
  ///   - percentile: in (0, 1), interpolated linearly between the ordered draws.
  ///   - generator: of the permutations.
  /// - Throws: `EigencoderError.invalidData` for fewer than 2 rows, no column, or entries that are not
  ///   finite; `.numericalFailure` from LAPACK.
  package init<T: Scalar>(
    of data: Matrix<T>, permutations: Int = 20, percentile: Double = 0.95,
    using generator: inout SeededGenerator
  ) throws {
    try self.init(
      Spectrum(wholeOf: data), of: data, permutations: permutations, percentile: percentile, using: &generator
    )
  }

  /// - Parameter spectrum: of the same data, whole.
  init<T: Scalar>(
    _ spectrum: Spectrum, of data: Matrix<T>, permutations: Int, percentile: Double,
    using generator: inout SeededGenerator
  ) throws {
    precondition(permutations >= 1, "parallel analysis needs at least 1 permutation, got \(permutations)")
    precondition(percentile > 0 && percentile < 1, "a percentile between 0 and 1, got \(percentile)")
    // A power of two brings the deviations near 1, so that no square leaves the range of T.
    let exponent = max(-120, min(120, -Int((spectrum.totalVariance / Double(data.columns)).exponent) / 2))
    let scale = Double(sign: .plus, exponent: spectrum.totalVariance > 0 ? exponent : 0, significand: 1)
    var columns = data.centred().0.transposed()
    columns.withMutableView { $0.scale(by: T(scale)) }
    let draws = try (0..<permutations).map { _ in
      columns.withMutableView { columns in
        for j in 0..<columns.rows { generator.shuffle(columns.row(j)) }
      }
      return try Self.variances(ofColumns: columns).map { $0 / scale / scale }
    }
    variances = spectrum.variances
    chance = variances.indices.map { j in Self.percentile(percentile, of: draws.map { $0[j] }) }
    // A variance that permutations do not change, as of one column, is above chance by no more than rounding.
    let margin = 1 + 64 * Double(T.unitRoundoff)
    let floor = spectrum.noiseFloor
    components = zip(variances, chance).prefix { $0 > margin * $1 && $0 > floor }.count
  }

  /// The eigenvalues of the covariance of centred data, given d x n with a column of the data in each row.
  private static func variances<T: Scalar>(ofColumns y: Matrix<T>) throws -> [Double] {
    let (d, n) = (y.rows, y.columns)
    let size = min(n, d)
    var gram = Matrix<Double>(rows: size, columns: size)
    gram.withMutableView { sum in
      y.withView { $0.addUpperGram(to: sum, outer: d <= n, block: 4096) }
      sum.scale(by: 1 / Double(n - 1))
    }
    return try SymmetricEigen.values(of: gram)
  }

  /// Interpolated linearly between the ordered values, as numpy does by default.
  static func percentile(_ q: Double, of values: [Double]) -> Double {
    let ordered = values.sorted()
    let position = q * Double(ordered.count - 1)
    let low = Int(position)
    let high = min(low + 1, ordered.count - 1)
    return ordered[low] + (position - Double(low)) * (ordered[high] - ordered[low])
  }
}

extension SeededGenerator {
  /// Puts the elements in random order (Fisher & Yates).
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  fileprivate mutating func shuffle<T: Scalar>(_ row: VectorView<T>) {
    for i in Swift.stride(from: row.count - 1, to: 0, by: -1) {
      let j = Int(next(upperBound: UInt64(i + 1)))
      (row[i], row[j]) = (row[j], row[i])
    }
  }
}
