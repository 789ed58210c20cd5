// Loops over elements, into given memory: thin, checked faces of the kernels of `Scalar`.

extension MatrixView {
  package func clear() {
    if isContiguous { return VectorView(base: base, count: count).clear() }
    for i in 0..<rows { VectorView(base: base + i * stride, count: columns).clear() }
  }

  package func fill(with value: T) {
    for i in 0..<rows { VectorView(base: base + i * stride, count: columns).fill(with: value) }
  }

  package func scale(by factor: T) {
    if isContiguous { return T._scale(factor, base, count) }
    for i in 0..<rows { T._scale(factor, base + i * stride, columns) }
  }

  package func copy(into out: MatrixView) {
    requireSameShape(out)
    if isContiguous && out.isContiguous { return out.base.update(from: base, count: count) }
    for i in 0..<rows { (out.base + i * out.stride).update(from: base + i * stride, count: columns) }
  }

  /// out = self', in square tiles so that both sides stay in cache.
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  package func transpose(into out: MatrixView) {
    precondition(out.rows == columns && out.columns == rows, "transpose of \(shape) into \(out.shape)")
    let tile = 32
    for i0 in Swift.stride(from: 0, to: rows, by: tile) {
      for j0 in Swift.stride(from: 0, to: columns, by: tile) {
        for i in i0..<min(i0 + tile, rows) {
          for j in j0..<min(j0 + tile, columns) { out.base[j * out.stride + i] = base[i * stride + j] }
        }
      }
    }
  }

  /// self += alpha x.
  package func add(_ x: MatrixView, times alpha: T = 1) {
    requireSameShape(x)
    if isContiguous && x.isContiguous { return T._axpy(alpha, x.base, base, count) }
    for i in 0..<rows { T._axpy(alpha, x.base + i * x.stride, base + i * stride, columns) }
  }

  /// self = a o b, elementwise; either may be self.
  package func setElementwiseProduct(_ a: MatrixView, _ b: MatrixView) {
    requireSameShape(a)
    requireSameShape(b)
    if isContiguous && a.isContiguous && b.isContiguous { return T._multiply(a.base, b.base, base, count) }
    for i in 0..<rows {
      T._multiply(a.base + i * a.stride, b.base + i * b.stride, base + i * stride, columns)
    }
  }

  /// out = self - 1 row'.
  package func subtract(row: VectorView<T>, into out: MatrixView) {
    requireSameShape(out)
    precondition(row.count == columns, "a row of \(row.count) for \(shape)")
    T._subtractRow(base, stride, row.base, out.base, out.stride, rows, columns)
  }

  /// out = self diag(scale) + 1 shift'; out may be self.
  package func scaleColumns(by scale: VectorView<T>?, adding shift: VectorView<T>?, into out: MatrixView) {
    requireSameShape(out)
    precondition((scale?.count ?? columns) == columns && (shift?.count ?? columns) == columns)
    T._scaleShift(base, stride, scale?.base, shift?.base, out.base, out.stride, rows, columns)
  }

  /// out[i] = (self[indices[i]] - shift) o scale; traps on an index outside only through its caller.
  package func gather(
    _ indices: [Int64], minus shift: VectorView<T>? = nil, times scale: VectorView<T>? = nil,
    into out: MatrixView
  ) {
    indices.withUnsafeBufferPointer { gather($0, minus: shift, times: scale, into: out) }
  }

  package func gather(
    _ indices: UnsafeBufferPointer<Int64>, minus shift: VectorView<T>? = nil,
    times scale: VectorView<T>? = nil,
    into out: MatrixView
  ) {
    precondition(
      out.rows == indices.count && out.columns == columns, "gather \(indices.count) rows into \(out.shape)")
    guard let index = indices.baseAddress else { return }
    T._gather(base, stride, index, shift?.base, scale?.base, out.base, out.stride, out.rows, columns)
  }

  /// Sum of (self - other)^2, in f64; with `out`, also out = scale (self - other), where out may be self.
  package func squaredDistance(to other: MatrixView, difference out: MatrixView? = nil, scale: T = 1)
    -> Double
  {
    requireSameShape(other)
    if let out { requireSameShape(out) }
    return T._residual(
      base, stride, other.base, other.stride, scale, out?.base, out?.stride ?? 0, rows, columns)
  }

  /// out[i] = |self_i - other_i|^2 for each row, in f64.
  package func rowSquaredDistances(to other: MatrixView, into out: VectorView<Double>) {
    requireSameShape(other)
    precondition(out.count == rows)
    T._rowSquaredDistances(base, stride, other.base, other.stride, out.base, rows, columns)
  }

  /// sums[j] += sum_i self[i][j], in f64.
  package func addColumnSums(to sums: VectorView<Double>) {
    precondition(sums.count == columns)
    T._columnSums(base, stride, sums.base, rows, columns)
  }

  /// sums[j] += sum_i (self[i][j] - center[j])^2, in f64.
  package func addColumnSquares(around center: VectorView<Double>, to sums: VectorView<Double>) {
    precondition(sums.count == columns && center.count == columns)
    T._columnSquares(base, stride, center.base, sums.base, rows, columns)
  }

  /// row[0, j] = the mean of column j, summed in f64.
  package func setColumnMeans(into row: MatrixView) {
    precondition(row.rows == 1 && row.columns == columns && rows > 0, "means of \(shape) into \(row.shape)")
    T._pullback(base, stride, nil, 0, row.base, false, rows, columns)
    row.scale(by: 1 / T(rows))
  }

  /// sum[i][j] += self[i][j] on and above the diagonal, in f64.
  package func addUpper(to sum: MatrixView<Double>) {
    precondition(rows == columns && sum.rows == rows && sum.columns == rows, "\(shape) into \(sum.shape)")
    T._addUpper(base, stride, sum.base, sum.stride, rows)
  }

  /// With P and Q the softmaxes of `factors.p` p and of `factors.q` self over each row, the diagonal left out: self =
  /// scale (Q - P), 0 on the diagonal. Returns sum_i KL(P_i | Q_i), in f64; p is overwritten.
  package func setSoftmaxDifference(from p: MatrixView, factors: (p: T, q: T), scale: T) -> Double {
    requireSameShape(p)
    precondition(rows == columns, "similarities of \(shape)")
    return T._softmaxDivergence(p.base, p.stride, base, stride, factors.p, factors.q, scale, rows)
  }

  /// <self, other>_F, in f64.
  package func dot(_ other: MatrixView) -> Double {
    requireSameShape(other)
    if isContiguous && other.isContiguous { return T._dot(base, other.base, count) }
    var sum = 0.0
    for i in 0..<rows { sum += T._dot(base + i * stride, other.base + i * other.stride, columns) }
    return sum
  }

  /// |self|_F^2, in f64.
  package var squaredNorm: Double { dot(self) }

  private func requireSameShape(_ other: MatrixView) {
    precondition(rows == other.rows && columns == other.columns, "\(shape) with \(other.shape)")
  }
}

extension VectorView {
  /// All bits zero is the number 0. (`update(repeating:)` of a generic element costs a call each.)
  package func clear() {
    UnsafeMutableRawPointer(base).initializeMemory(
      as: UInt8.self, repeating: 0, count: count * MemoryLayout<T>.stride)
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  package func fill(with value: T) { base.update(repeating: value, count: count) }

  package func copy(into out: VectorView) {
    precondition(out.count == count, "\(count) elements into \(out.count)")
    out.base.update(from: base, count: count)
  }

  /// self += alpha x.
  package func add(_ x: VectorView, times alpha: T = 1) {
    precondition(x.count == count, "\(x.count) elements onto \(count)")
    T._axpy(alpha, x.base, base, count)
  }

  package func scale(by factor: T) { T._scale(factor, base, count) }

  /// The inner product, in f64.
  package func dot(_ other: VectorView) -> Double {
    precondition(other.count == count, "\(count) with \(other.count) elements")
    return T._dot(base, other.base, count)
  }

  package var isFinite: Bool { T._allFinite(base, count) }

  /// The vector as one row.
  package var row: MatrixView<T> { matrix(rows: 1, columns: count) }
}

extension MatrixView {
  /// The smallest and the largest element; nil for none.
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  package func extent() -> ClosedRange<T>? {
    guard count > 0 else { return nil }
    var (low, high) = (base[0], base[0])
    for i in 0..<rows {
      let row = base + i * stride
      for j in 0..<columns {
        low = row[j] < low ? row[j] : low
        high = row[j] > high ? row[j] : high
      }
    }
    return low...high
  }
}
