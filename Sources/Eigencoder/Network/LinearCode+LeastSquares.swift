// The best way back from a given linear code: z = A x is fixed, and B minimises sum_i |(x_i - mu) - B (z_i - A mu)|^2 over the
// rows. With Xc the centred rows and Z = Xc A' their centred codes, that is B' = (Z'Z)^+ Z'Xc.
//
// Both products are summed in f64 by blocks of rows; the pseudo-inverse is by the eigenvalues of Z'Z (k x k, LAPACK), without
// those that are rounding: codes that repeat one another, or never change, share what they tell. The rows are taken in units
// of their largest magnitude, whose squares are safe. Cost: 2 n d k + n k^2, and the eigenvectors of a k x k matrix.

extension LinearCode {
  /// The code z = A x, which keeps the mean's projection, and its least-squares decoder on the rows of `x`.
  ///
  /// - Parameters:
  ///   - encoding: A, k x d.
  ///   - x: n x d, at least 2 rows; of a file three passes.
  init<T: Scalar>(encoding: Matrix<Double>, decodedBestOn x: Samples<T>) throws {
    let (k, d) = (encoding.rows, encoding.columns)
    precondition(x.columns == d, "an encoding of \(d) columns for \(x.columns)")
    let mean = try x.columnMeans()
    var largest = 0.0
    try x.forEachBlockInDouble { block in largest = max(largest, block.withView { $0.largestMagnitude }) }
    let ranks = x.ranks
    if let ranks { largest = ranks.largest(largest) }
    let unit = largest > 0 ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
    var gram = Matrix<Double>(rows: k, columns: k)
    var cross = Matrix<Double>(rows: k, columns: d)
    var squares = 0.0
    try x.forEachBlockInDouble { block in
      var block = block
      block.withMutableView { b in
        mean.withView { b.subtract(row: $0, into: b) }
        b.scale(by: 1 / unit)
        squares += b.squaredNorm
      }
      let codes = block.times(encoding, otherTransposed: true)
      codes.withView { z in
        gram.withMutableView { $0.setProduct(z, transposed: true, z, beta: 1) }
        block.withView { x in
          cross.withMutableView { $0.setProduct(z, transposed: true, x, beta: 1) }
        }
      }
    }
    if let ranks {
      gram.withMutableView { ranks.sum($0.numbers) }
      cross.withMutableView { ranks.sum($0.numbers) }
      squares = ranks.sum(squares)
    }
    let eigen = try SymmetricEigen(of: gram)
    let noise = 16 * Double(k) * Double.ulpOfOne * max(0, eigen.values.first ?? 0)
    let kept = eigen.values.prefix { $0 > noise }
    // V diag(1 / l) V' Z'Xc over the eigenvalues that are kept.
    let vectors = eigen.vectors.rows(0..<kept.count)
    var coordinates = vectors.times(cross)
    coordinates.withMutableView { c in
      for (i, value) in kept.enumerated() { c.row(i).scale(by: 1 / value) }
    }
    var decoding = Matrix<Double>(rows: d, columns: k)
    decoding.withMutableView { b in
      coordinates.withView { c in vectors.withView { b.setProduct(c, transposed: true, $0) } }
    }
    var offset = [Double](repeating: 0, count: k)
    encoding.withView { a in mean.withView { m in offset.withMutableView { $0.setProduct(a, m) } } }
    let scale = unit * unit / Double(max(1, x.rows - 1))
    (self.encoding, self.decoding, self.mean, self.offset) = (encoding, decoding, mean, offset)
    codeVariance = scale * (0..<k).reduce(0) { $0 + gram[$1, $1] }
    dataVariance = scale * squares
    isOrthogonal = false
  }
}
