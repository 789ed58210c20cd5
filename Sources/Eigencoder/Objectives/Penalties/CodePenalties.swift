// Penalties on the code itself and on its weight: value, and weight times the gradient added in place.

enum CodePenalties {
  // These loop over elements, of the code alone: specialised, so that they cost nothing beside the products.

  /// (1/B) sum |z|_1; gradient sign(z) / B, 0 at 0.
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  static func sparsity<T: Scalar>(_ code: MatrixView<T>, _ weight: Double, addingTo codeBar: MatrixView<T>?)
    -> Double
  {
    let step = T(weight / Double(code.rows))
    var sum = 0.0
    for i in 0..<code.rows {
      for j in 0..<code.columns {
        let z = code.base[i * code.stride + j]
        sum += Double(z.magnitude)
        if let codeBar, z != 0 { codeBar.base[i * codeBar.stride + j] += z > 0 ? step : -step }
      }
    }
    return sum / Double(code.rows)
  }

  /// sum_j r log(r / m_j) + (1 - r) log((1 - r) / (1 - m_j)), m_j the mean of unit j and r the target; gradient
  /// ((1 - r) / (1 - m_j) - r / m_j) / B.
  @_specialize(where T == Float)
  @_specialize(where T == Double)
  static func activity<T: Scalar>(
    _ code: MatrixView<T>, target r: Double, _ weight: Double, addingTo codeBar: MatrixView<T>?
  ) -> Double {
    let batch = Double(code.rows)
    var sum = 0.0
    for j in 0..<code.columns {
      var mean = 0.0
      for i in 0..<code.rows { mean += Double(code.base[i * code.stride + j]) }
      // A unit that is saturated for the whole batch: the divergence grows without bound, its gradient need not.
      mean = min(max(mean / batch, 1e-7), 1 - 1e-7)
      sum += r * Double.log(r / mean) + (1 - r) * Double.log((1 - r) / (1 - mean))
      guard let codeBar else { continue }
      let step = T(weight * ((1 - r) / (1 - mean) - r / mean) / batch)
      for i in 0..<code.rows { codeBar.base[i * codeBar.stride + j] += step }
    }
    return sum
  }

  /// |W W' - I|_F^2 with W [k, h]; gradient 4 (W W' - I) W. `scratch` is k x k.
  static func orthogonality<T: Scalar>(
    _ w: MatrixView<T>, _ weight: Double, _ tensor: ParameterTensor, addingTo gradient: Gradient<T>?,
    scratch: MatrixView<T>
  ) -> Double {
    scratch.setUpperOuterGram(of: w)
    scratch.symmetrize()
    for i in 0..<scratch.rows { scratch[i, i] -= 1 }
    if let gradient {
      let beta: T = gradient.adds(to: tensor) ? 1 : 0
      gradient.matrix(tensor).setProduct(scratch, w, alpha: T(4 * weight), beta: beta)
    }
    return scratch.squaredNorm
  }
}
