// Inverted dropout (Srivastava et al. 2014): y = m o f(z) with m = 0 with probability p, else 1 / (1 - p), so that the
// mean is f(z) and a network used without dropout needs no correction.
//
// y = m o f has y' = m o f' and y'' = m o f''. So the mask is multiplied into y and into both derivatives as the
// forward pass leaves them, and pullback, pushforward and contraction share it without knowing of it.

enum Dropout {
  /// Draws a mask.
  static func draw<T: Scalar>(
    _ mask: MatrixView<T>, probability: Double, using generator: inout SeededGenerator
  ) {
    mask.setDropout(key: generator.next(), probability: probability)
  }

  /// y, f' and f'' become those of m o f.
  static func apply<T: Scalar>(
    _ mask: MatrixView<T>, _ y: MatrixView<T>, _ first: MatrixView<T>?, _ second: MatrixView<T>?
  ) {
    y.setElementwiseProduct(y, mask)
    first?.setElementwiseProduct(first!, mask)
    second?.setElementwiseProduct(second!, mask)
  }
}
