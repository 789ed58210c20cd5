// Rows named by a part of an array.

extension MatrixView {
  /// out[i] = (self[indices[i]] - shift) o scale. The indices are not checked: they are rows of self.
  package func gather(
    _ indices: ArraySlice<Int64>, minus shift: VectorView<T>? = nil, times scale: VectorView<T>? = nil,
    into out: MatrixView
  ) {
    indices.withUnsafeBufferPointer { gather($0, minus: shift, times: scale, into: out) }
  }
}
