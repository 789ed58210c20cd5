internal import CKernels

// Random numbers a matrix at a time: numbers of the Philox4x32-10 stream of a key, number i columns + j for
// element (i, j), whatever the stride. A key is one draw of a `SeededGenerator`, used once.

extension MatrixView {
  /// self += scale z diag(deviation), z standard normal; without deviations self += scale z.
  package func addNormals(key: UInt64, deviation: VectorView<T>? = nil, scale: T) {
    precondition((deviation?.count ?? columns) == columns, "\(deviation?.count ?? 0) deviations for \(shape)")
    (T.isSingle ? ek_add_normals_f32 : ek_add_normals_f64)(
      key, base, stride, rows, columns, deviation?.base, scale.inDouble)
  }

  /// Sets each element to the fill of its column, or 0, with probability p in [0, 1).
  package func mask(key: UInt64, probability p: Double, fill: VectorView<T>? = nil) {
    precondition((fill?.count ?? columns) == columns, "a fill of \(fill?.count ?? 0) for \(shape)")
    (T.isSingle ? ek_mask_f32 : ek_mask_f64)(key, base, stride, rows, columns, p, fill?.base)
  }

  /// Sets each element to `low` with probability p / 2 and to `high` with probability p / 2.
  package func saltAndPepper(key: UInt64, probability p: Double, low: T, high: T) {
    (T.isSingle ? ek_salt_and_pepper_f32 : ek_salt_and_pepper_f64)(
      key, base, stride, rows, columns, p, low.inDouble, high.inDouble)
  }

  /// self = 0 with probability p, else 1 / (1 - p): the factors of dropout, of mean 1.
  package func setDropout(key: UInt64, probability p: Double) {
    (T.isSingle ? ek_dropout_f32 : ek_dropout_f64)(key, base, stride, rows, columns, p)
  }
}

/// The words of the stream themselves.
package enum Philox {
  /// The first `count` words of the stream of `key`: block c of four words is of the counter (c, 0, 0, 0).
  package static func words(key: UInt64, count: Int) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { ek_random_words(key, base, count) }
      initialized = count
    }
  }
}
