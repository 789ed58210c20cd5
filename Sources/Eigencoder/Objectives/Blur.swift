// A separable Gaussian blur is linear: Y = V X H' for an image X of height x width, where V and H hold the
// weights with the reflecting border folded in. As products of small dense matrices it runs at BLAS speed
// for the sizes at hand and is the same map that the closed-form denoiser uses.

/// A Gaussian blur of images of one size, with its memory.
final class Blur<T: Scalar> {
  private let vertical: Matrix<T>
  private let horizontal: Matrix<T>
  /// One image between the two products.
  private let memory: Buffer<T>

  init(height: Int, width: Int, deviation: Double) {
    vertical = BlurWeights.matrix(size: height, deviation: deviation).converted(to: T.self)
    horizontal = BlurWeights.matrix(size: width, deviation: deviation).converted(to: T.self)
    memory = Buffer(count: height * width)
  }

  /// Blurs each row of x, in place. Cost: height * width * (height + width) multiply-adds a row.
  func apply(to x: MatrixView<T>) {
    let (height, width) = (vertical.rows, horizontal.rows)
    let between = memory.view.matrix(rows: height, columns: width)
    vertical.withView { vertical in
      horizontal.withView { horizontal in
        for i in 0..<x.rows {
          let image = x.rows(i..<i + 1).reshaped(rows: height, columns: width)
          between.setProduct(vertical, image)
          image.setProduct(between, horizontal, rightTransposed: true)
        }
      }
    }
  }
}

/// The weights of a Gaussian on a line of pixels whose ends reflect.
enum BlurWeights {
  /// size x size: row i holds what each pixel gives to pixel i. Rows sum to 1, and columns too.
  static func matrix(size: Int, deviation: Double) -> Matrix<Double> {
    // Beyond some lengths of the line the Gaussian is flat once folded, and only its sum would take long.
    let deviation = min(deviation, 4 * Double(size))
    let radius = Int((4 * deviation).rounded(.up))
    let weights = (0...radius).map { Double.exp(-0.5 * (Double($0) / deviation) * (Double($0) / deviation)) }
    let sum = 2 * weights.reduce(0, +) - weights[0]
    var result = Matrix<Double>(rows: size, columns: size)
    for i in 0..<size {
      for offset in -radius...radius {
        result[i, reflected(i + offset, size)] += weights[abs(offset)] / sum
      }
    }
    return result
  }

  /// The pixel that stands at position i: d c b a | a b c d | d c b a, repeated.
  private static func reflected(_ i: Int, _ size: Int) -> Int {
    let remainder = i % (2 * size)
    let position = remainder < 0 ? remainder + 2 * size : remainder
    return position < size ? position : 2 * size - 1 - position
  }
}

extension Corruption {
  /// The d x d matrix K' of a blur, d = height * width, such that blurred rows = rows K'; nil for other kinds.
  ///
  /// K' is the Kronecker product of the weights down and along, transposed. It takes 8 d^2 bytes. Traps on
  /// strengths out of range.
  public func blurMatrix() -> Matrix<Double>? {
    guard case .blur(let height, let width, let deviation) = self else { return nil }
    do { try validate() } catch { preconditionFailure("\(error)") }
    // Row j of the identity, blurred, is what pixel j gives to all others.
    var result = Matrix<Double>.identity(height * width)
    result.withMutableView { Blur(height: height, width: width, deviation: deviation).apply(to: $0) }
    return result
  }
}
