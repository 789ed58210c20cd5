internal import CKernels

// Loops over elements, into given memory: thin, checked faces of the kernels.

extension MatrixView {
  package func clear() {
    let (count, length) = runs()
    for i in 0..<count { VectorView(base: base + i * stride, count: length).clear() }
  }

  package func fill(with value: T) {
    let (count, length) = runs()
    for i in 0..<count { VectorView(base: base + i * stride, count: length).fill(with: value) }
  }

  package func scale(by factor: T) {
    let (count, length) = runs()
    for i in 0..<count { VectorView(base: base + i * stride, count: length).scale(by: factor) }
  }

  package func copy(into out: MatrixView) {
    let (count, length) = runs(out)
    for i in 0..<count { (out.base + i * out.stride).update(from: base + i * stride, count: length) }
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
    let (count, length) = runs(x)
    for i in 0..<count {
      (T.isSingle ? ek_axpy_f32 : ek_axpy_f64)(
        alpha.inDouble, x.base + i * x.stride, base + i * stride, length)
    }
  }

  /// self = a o b, elementwise; either may be self.
  package func setElementwiseProduct(_ a: MatrixView, _ b: MatrixView) {
    let (count, length) = runs(a, b)
    for i in 0..<count {
      (T.isSingle ? ek_multiply_f32 : ek_multiply_f64)(
        a.base + i * a.stride, b.base + i * b.stride, base + i * stride, length)
    }
  }

  /// out = self - 1 row'; out may be self.
  package func subtract(row: VectorView<T>, into out: MatrixView) {
    requireSameShape(out)
    precondition(row.count == columns, "a row of \(row.count) for \(shape)")
    (T.isSingle ? ek_subtract_row_f32 : ek_subtract_row_f64)(
      base, stride, row.base, out.base, out.stride, rows, columns)
  }

  /// out = self diag(scale) + 1 shift'; out may be self.
  package func scaleColumns(by scale: VectorView<T>?, adding shift: VectorView<T>?, into out: MatrixView) {
    requireSameShape(out)
    precondition(
      (scale?.count ?? columns) == columns && (shift?.count ?? columns) == columns,
      "\(scale?.count ?? columns) scales and a row of \(shift?.count ?? columns) for \(shape)")
    (T.isSingle ? ek_scale_shift_f32 : ek_scale_shift_f64)(
      base, stride, scale?.base, shift?.base, out.base, out.stride, rows, columns)
  }

  /// out[i] = (self[indices[i]] - shift) o scale. The caller has checked that the indices are rows of self.
  package func gather(
    _ indices: ArraySlice<Int64>, minus shift: VectorView<T>? = nil, times scale: VectorView<T>? = nil,
    into out: MatrixView
  ) {
    precondition(
      out.rows == indices.count && out.columns == columns, "gather \(indices.count) rows into \(out.shape)")
    indices.withUnsafeBufferPointer {
      guard let index = $0.baseAddress else { return }
      (T.isSingle ? ek_gather_f32 : ek_gather_f64)(
        base, stride, index, shift?.base, scale?.base, out.base, out.stride, out.rows, columns)
    }
  }

  /// out[i] = self[indices[i]]. The caller has checked that the indices are rows of self.
  package func gather(_ indices: [Int64], into out: MatrixView) { gather(indices[...], into: out) }

  /// The elements as runs of contiguous memory: one when there are no gaps here, in a and in b, else the rows.
  private func runs(_ a: MatrixView? = nil, _ b: MatrixView? = nil) -> (count: Int, length: Int) {
    requireSameShape(a ?? self)
    requireSameShape(b ?? self)
    let isOneRun = isContiguous && (a ?? self).isContiguous && (b ?? self).isContiguous
    return isOneRun ? (1, count) : (rows, columns)
  }

  func requireSameShape(_ other: MatrixView) {
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
    (T.isSingle ? ek_axpy_f32 : ek_axpy_f64)(alpha.inDouble, x.base, base, count)
  }

  package func scale(by factor: T) {
    (T.isSingle ? ek_scale_f32 : ek_scale_f64)(factor.inDouble, base, count)
  }

  /// The vector as one row.
  package var row: MatrixView<T> { matrix(rows: 1, columns: count) }
}
