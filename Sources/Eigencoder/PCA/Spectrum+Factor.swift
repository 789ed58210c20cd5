// Spectra that no product resolves. The products of X'X have an error of rounding times the largest variance, so that in
// f64 a variance below about 1e-14 of the largest is noise. R of a QR of the centred data has their singular values to
// rounding of each column's own scale, and one-sided Jacobi keeps that: columns of 1e-4 and of 1e4 both get their
// digits. 2 n d^2 + some 20 d^3.

extension Spectrum {
  /// The whole spectrum of rows whose centred data have the singular values and right singular vectors of `factor`.
  init(factor: Matrix<Double>, samples: Int, mean: [Double]) throws {
    let (values, right) = try GradedSingularValues.of(factor)
    let denominator = Double(samples - 1)
    let variances = values.map { $0 * $0 / denominator }
    self.init(
      samples: samples, mean: mean, components: right, variances: variances,
      totalVariance: variances.reduce(0, +),
      relativeNoise: 0)
  }

  /// From the data, n x d. Memory: 4 copies in f64.
  init<T: Scalar>(factorOf data: Matrix<T>) throws {
    let (n, d) = (data.rows, data.columns)
    try Memory.require(
      32 * Double(n) * Double(d) + 40 * Double(d) * Double(min(n, d)),
      "singular values of \(n) x \(d) numbers")
    let (centred, mean) = data.converted(to: Double.self).centred()
    try self.init(factor: n > d ? QR.triangularFactor(of: centred) : centred, samples: n, mean: mean)
    raiseNoiseFloor(forDataOf: T.self)
  }

  /// Whether products in f64 leave something of what is asked for undetermined.
  ///
  /// - Parameters:
  ///   - count: the leading variances that are asked for.
  ///   - attainable: how many can be other than zero: at most n - 1, and the number of columns that vary.
  func needsFactor(_ count: Int, attainable: Int) -> Bool {
    guard let largest = variances.first, largest > 0, !isConstant else { return false }
    let k = min(count, attainable, variances.count)
    let floor = Double.resolvedShare * largest
    return k > 0 && (variances[k - 1] < floor || (k < attainable && discardedVariance(keeping: k) < floor))
  }
}

/// R of a QR of rows that come a block after another: R of [R; block] is that of all rows so far.
struct RowFactor {
  private(set) var r: Matrix<Double>

  init(columns: Int) { r = Matrix(rows: 0, columns: columns) }

  /// Includes centred rows. 2 (d + rows) d^2.
  mutating func add(_ rows: Matrix<Double>) throws {
    let stacked = Matrix(rows: r.rows + rows.rows, columns: r.columns, r.elements + rows.elements)
    r = stacked.rows > stacked.columns ? try QR.triangularFactor(of: stacked) : stacked
  }

  /// Becomes that of the rows of all ranks, one rank's after another: size times 4 d^3.
  mutating func sum(over ranks: any Communicator) throws {
    let own = r
    let heights = ranks.gather([Double(own.rows)]).elements.map { Int($0) }
    r = Matrix(rows: 0, columns: own.columns)
    for (rank, height) in heights.enumerated() {
      var next = rank == ranks.rank ? own : Matrix(rows: height, columns: own.columns)
      next.withMutableView { ranks.sum($0.numbers) }
      try add(next)
    }
  }
}

extension Matrix {
  /// The number of columns in which not all rows agree. O(elements), and less where all vary.
  var varyingColumns: Int {
    guard rows > 1 else { return 0 }
    return withView { x in
      var open = Array(0..<columns)
      for i in 1..<rows {
        if open.isEmpty { break }
        open.removeAll { x[i, $0] != x[0, $0] }
      }
      return columns - open.count
    }
  }
}
