internal import CKernels

// Loops over the numbers of codes that are stored in fewer bytes: once for each row of data, beside a product of the whole
// row, so that plain Swift serves.

extension MatrixView {
  /// Each element to the nearest whole number, of ties the even one, and to at most `bound` in size. NaN becomes 0.
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  package func roundToWhole(within bound: Int) {
    let bound = T(bound)
    for i in 0..<rows {
      for j in 0..<columns {
        let value = base[i * stride + j].rounded(.toNearestOrEven)
        base[i * stride + j] = value > -bound ? (value < bound ? value : bound) : (value.isNaN ? 0 : -bound)
      }
    }
  }

  /// Each element to the nearest number of half precision; above 65,520 to infinity.
  package func roundToHalf() {
    precondition(isContiguous, "half precision of a block of columns")
    Convert.roundToHalf(base, count)
  }

  /// Bit 7 - j % 8 of byte j / 8 in `out`, rows x ceil(columns / 8), says whether column j is above `threshold[j]`.
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  package func packBits(above threshold: VectorView<T>, into out: MatrixView) {
    precondition(
      out.rows == rows && out.columns == (columns + 7) / 8 && threshold.count == columns,
      "bits of \(shape) into \(out.shape)")
    for i in 0..<rows {
      for byte in 0..<out.columns {
        var bits = 0
        for j in 8 * byte..<min(8 * byte + 8, columns) where base[i * stride + j] > threshold.base[j] {
          bits |= 128 >> (j - 8 * byte)
        }
        out.base[i * out.stride + byte] = T(bits)
      }
    }
  }

  /// Undoes `packBits`: column j is `middle[j]` plus or minus `spread[j]`.
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  package func unpackBits(of bytes: MatrixView, middle: VectorView<T>, spread: VectorView<T>) {
    precondition(
      bytes.rows == rows && bytes.columns == (columns + 7) / 8 && middle.count == columns
        && spread.count == columns,
      "\(shape) from bits of \(bytes.shape)")
    for i in 0..<rows {
      for j in 0..<columns {
        let bits = Int(bytes.base[i * bytes.stride + j / 8])
        let isAbove = bits & (128 >> (j % 8)) != 0
        base[i * stride + j] = middle.base[j] + (isAbove ? spread.base[j] : -spread.base[j])
      }
    }
  }
}
