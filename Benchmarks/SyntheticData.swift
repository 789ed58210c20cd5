import Eigencoder
import Foundation

/// A standard normal matrix.
func noise(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
  Matrix(rows: rows, columns: columns) { view in
    view.clear()
    view.addNormals(key: seed, scale: 1)
  }
}

/// Rows like those of small grey images: in (0, 1), with a spectrum that falls about as Fashion-MNIST's does.
///
/// Of Fashion-MNIST's variance 31, 17, 12 and 3 % lie outside of the first 8, 32, 64 and 256 components. Here
/// x = sigmoid(z diag(s) B + 0.02 e) with normal z, B, e and s_j = 0.9 j^-0.75, j up to 784 or as many as there are
/// rows or columns: 29, 14, 9 and 3 % at 784 columns.
func imageLikeData(rows: Int, columns: Int) -> Matrix<Float> {
  let factors = min(rows, columns, 784)
  var z = noise(rows, factors, seed: 11)
  let scale = (0..<factors).map { 0.9 * powf(Float($0 + 1), -0.75) }
  z.withMutableView { z in scale.withView { z.scaleColumns(by: $0, adding: nil, into: z) } }
  var x = z * noise(factors, columns, seed: 12)
  x.withMutableView { x in
    x.addNormals(key: 13, scale: 0.02)
    Activation.sigmoid.apply(to: x, bias: nil)
  }
  return x
}
