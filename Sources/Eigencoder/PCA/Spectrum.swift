/// What the routes of PCA compute: the leading eigenpairs of the covariance matrix, in f64.
struct Spectrum {
  /// The number of samples, n.
  var samples: Int
  /// d means.
  var mean: [Double]
  /// Eigenvectors as rows; at least as many as will be kept.
  var components: Matrix<Double>
  /// Their eigenvalues with denominator n - 1, largest first, none negative.
  var variances: [Double]
  /// The trace of the covariance matrix.
  var totalVariance: Double
  /// Variances up to this are rounding noise.
  var noiseFloor: Double
  /// Whether two rows of the data differ at all.
  var isConstant = false

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

  /// False when squares of the data's deviations left the range of T, so that the sums mean nothing.
  func isInRange<T: Scalar>(of type: T.Type) -> Bool {
    if isConstant { return true }
    return T.squaresInRange.contains(totalVariance) && variances.allSatisfy { $0.isFinite }
  }
}

extension Spectrum {
  /// Whether products in the precision of T tell the smallest kept variance, and the mean of the discarded ones, from
  /// their rounding: it is some 0.3 u of the largest variance, here 1/1000 at most of what it falls on.
  func resolves<T: Scalar>(_ size: PCA.Size, in type: T.Type) -> Bool {
    guard let largest = variances.first, largest > 0 else { return true }
    let floor = 512 * Double(T.unitRoundoff) * largest
    let k = count(size)
    return variances[k - 1] >= floor && (k == possible || discardedVariance(keeping: k) >= floor)
  }

  /// Products in f64 of data that were rounded to T: the rounding of the data themselves is noise.
  mutating func raiseNoiseFloor<T: Scalar>(forDataOf type: T.Type) {
    let roundoff = 4 * Double(T.unitRoundoff)
    noiseFloor = max(noiseFloor, Double(mean.count) * roundoff * roundoff * (variances.first ?? 0))
  }

  /// The number of variances that can be nonzero, min(n, d).
  var possible: Int { min(samples, mean.count) }

  func count(_ size: PCA.Size) -> Int {
    switch size {
    case .count(let count): count
    case .explaining(let fraction): count(explaining: fraction)
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

// MARK: - Covariance

extension Spectrum {
  init<T: Scalar>(covarianceOf data: Matrix<T>, size: PCA.Size) throws {
    let moments = Moments(of: data)
    guard moments.isFinite else {
      self.init(outOfRange: data.columns)
      return
    }
    try self.init(moments, size: size, roundoff: Double(T.unitRoundoff))
    isConstant = totalVariance < 1e-20 && data.hasEqualRows
  }

  init(_ moments: Moments, size: PCA.Size, roundoff: Double) throws {
    let d = moments.mean.count
    let covariance = moments.covariance
    let eigen = try SymmetricEigen(of: covariance, largest: size.wanted(rows: moments.count, columns: d))
    self.init(
      samples: moments.count, mean: moments.mean, components: eigen.vectors, variances: eigen.values,
      totalVariance: (0..<d).reduce(0) { $0 + covariance[$1, $1] },
      // A symmetric error matrix with independent entries of size u C has a norm near sqrt(d) u |C|.
      relativeNoise: 8 * Double(d).squareRoot() * roundoff)
  }

  /// A mark that sums of squares overflowed.
  private init(outOfRange d: Int) {
    self.init(
      samples: 0, mean: [], components: Matrix(rows: 0, columns: d), variances: [], totalVariance: .infinity,
      relativeNoise: 0)
  }
}

// MARK: - Gram

extension Spectrum {
  /// For wide data. The n x n Gram matrix of the rows, G = Xc Xc', has the eigenvalues of (n-1) S; an
  /// eigenvector u belongs to the component Xc' u / sqrt(g).
  init<T: Scalar>(gramOf data: Matrix<T>, size: PCA.Size) throws {
    let (n, d) = (data.rows, data.columns)
    let (centred, mean) = data.centred()
    var gram = Matrix<Double>(rows: n, columns: n)
    centred.withView { x in
      gram.withMutableView { sum in
        withScratch(n * n, of: T.self) { scratch in
          let part = scratch.matrix(rows: n, columns: n)
          for first in stride(from: 0, to: d, by: Moments.blockRows) {
            part.setUpperOuterGram(of: x.columns(first..<min(first + Moments.blockRows, d)))
            part.addUpper(to: sum)
          }
        }
        sum.symmetrize()
        sum.centreRowsAndColumns()
      }
    }
    guard gram.elements.allSatisfy({ $0.isFinite }) else {
      self.init(outOfRange: d)
      return
    }
    let eigen = try SymmetricEigen(of: gram, largest: size.wanted(rows: n, columns: d))
    var components = eigen.vectors.times(centred.converted(to: Double.self))
    for i in 0..<components.rows {
      let norm = max(0, eigen.values[i]).squareRoot()
      components.withMutableView { $0.rows(i..<i + 1).scale(by: norm > 0 ? 1 / norm : 0) }
    }
    components.orthonormalizeRows()
    let denominator = Double(n - 1)
    self.init(
      samples: n, mean: mean, components: components, variances: eigen.values.map { $0 / denominator },
      totalVariance: (0..<n).reduce(0) { $0 + gram[$1, $1] } / denominator,
      relativeNoise: 8 * Double(n).squareRoot() * Double(T.unitRoundoff))
    isConstant = totalVariance < 1e-20 && data.hasEqualRows
  }
}

// MARK: - Singular values

extension Spectrum {
  /// From Xc itself, in f64 throughout: variances are resolved down to (eps sigma_1)^2.
  init<T: Scalar>(singularValuesOf data: Matrix<T>, size: PCA.Size) throws {
    try data.requireFinite()
    let (n, d) = (data.rows, data.columns)
    let (centred, mean) = data.converted(to: Double.self).centred()
    let svd = try SingularValues(of: n > d ? QR.triangularFactor(of: centred) : centred)
    let denominator = Double(n - 1)
    let variances = svd.values.map { $0 * $0 / denominator }
    self.init(
      samples: n, mean: mean, components: svd.right, variances: variances,
      totalVariance: variances.reduce(0, +),
      relativeNoise: Double(max(n, d)) * Double.unitRoundoff * Double.unitRoundoff)
    isConstant = totalVariance < 1e-20 && data.hasEqualRows
  }
}

// MARK: - Helpers

extension PCA.Size {
  /// The number of eigenpairs to compute: all that can be nonzero when the variances decide.
  fileprivate func wanted(rows: Int, columns: Int) -> Int {
    switch self {
    case .count(let k): k
    case .explaining: min(rows, columns)
    }
  }
}

extension Matrix<Double> {
  /// Turns each row so that its entry of largest absolute value (the first of equals) is positive.
  mutating func orientRows() {
    withMutableView { p in
      for i in 0..<p.rows {
        let row = p.rows(i..<i + 1)
        var largest = 0
        for j in 1..<max(1, p.columns) where row[0, j].magnitude > row[0, largest].magnitude { largest = j }
        if row[0, largest] < 0 { row.scale(by: -1) }
      }
    }
  }
}

extension Matrix {
  /// Throws, naming the first entry that is not a number to compute with.
  func requireFinite() throws {
    guard !(elements.withView { $0.isFinite }), let index = elements.firstIndex(where: { !$0.isFinite })
    else {
      return
    }
    throw EigencoderError.invalidData(
      "row \(index / columns + 1), column \(index % columns + 1) (counted from 1) of the data is "
        + "\(elements[index]), expected finite numbers")
  }

  var hasEqualRows: Bool {
    withView { x in
      (1..<max(1, rows)).allSatisfy { i in (0..<columns).allSatisfy { x[i, $0] == x[0, $0] } }
    }
  }

  /// The data less their column means, and the means in f64.
  func centred() -> (Matrix, mean: [Double]) {
    var mean = [Double](repeating: 0, count: columns)
    withView { x in
      mean.withMutableView {
        x.addColumnSums(to: $0)
        $0.scale(by: 1 / Double(rows))
      }
    }
    let pilot = mean.map { T($0) }
    var result = Matrix(rows: rows, columns: columns) { out in
      withView { x in pilot.withView { x.subtract(row: $0, into: out) } }
    }
    // What rounding the mean to T has left; for Double, what rounding its sum has left.
    var rest = zip(mean, pilot).map { $0 - Double($1) }
    result.withMutableView { centred in
      if T.self == Double.self {
        rest.withMutableView {
          centred.addColumnSums(to: $0)
          $0.scale(by: 1 / Double(rows))
        }
      }
      rest.map { T($0) }.withView { centred.subtract(row: $0, into: centred) }
    }
    for j in 0..<columns { mean[j] = Double(pilot[j]) + rest[j] }
    return (result, mean)
  }
}

extension MatrixView<Double> {
  /// H self H with H = I - 1 1'/n: removes what is left of the mean in a Gram matrix of rows.
  fileprivate func centreRowsAndColumns() {
    let n = Double(rows)
    let sums = (0..<rows).map { i in (0..<columns).reduce(0.0) { $0 + self[i, $1] } / n }
    let grand = sums.reduce(0, +) / n
    for i in 0..<rows {
      for j in 0..<columns { self[i, j] += grand - sums[i] - sums[j] }
    }
  }
}

extension Matrix<Double> {
  /// Gram & Schmidt, twice each row, from the first row on; there are at most as many rows as columns. A row
  /// that vanishes (no variance left in its direction) becomes a unit vector orthogonal to those before it.
  fileprivate mutating func orthonormalizeRows() {
    precondition(rows <= columns, "\(shape) orthonormal rows")
    let d = columns
    withMutableView { p in
      for i in 0..<p.rows {
        let row = VectorView(base: p.base + i * d, count: d)
        let before = row.dot(row).squareRoot()
        p.removeRows(before: i, from: row)
        var norm = row.dot(row).squareRoot()
        if !(norm > 0.5 * before) {
          // The axis that is farthest from the span of the rows before has a part of 1 - i/d or more outside.
          var inside = [Double](repeating: 0, count: d)
          for j in 0..<i {
            for c in 0..<d { inside[c] += p[j, c] * p[j, c] }
          }
          row.clear()
          row[inside.indices.min { inside[$0] < inside[$1] }!] = 1
          p.removeRows(before: i, from: row)
          norm = row.dot(row).squareRoot()
        }
        row.scale(by: 1 / norm)
      }
    }
  }
}

extension MatrixView<Double> {
  /// Takes from `row` its parts along the orthonormal rows before index `i`, twice.
  fileprivate func removeRows(before i: Int, from row: VectorView<Double>) {
    for _ in 0..<2 {
      for j in 0..<i {
        let other = VectorView(base: base + j * stride, count: columns)
        row.add(other, times: -other.dot(row))
      }
    }
  }
}
